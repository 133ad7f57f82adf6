//! Matching what follows an entity set's path against the path of an operation.

use odata::path::Segment;

use crate::description::{EntitySet, EntityType};
use crate::routes::Key;
use crate::sets::{ADMINISTRATIVE_UNIT, DIRECTORY_ROLE, GROUP, SERVICE_PRINCIPAL, USER};

/// Prefixes that mark a segment as a type to cast to.
const QUALIFIERS: [&str; 2] = ["microsoft.graph.", "graph."];
/// The types that objects can be cast to.
pub(crate) static CASTS: [&EntityType; 5] = [
    &USER,
    &GROUP,
    &SERVICE_PRINCIPAL,
    &ADMINISTRATIVE_UNIT,
    &DIRECTORY_ROLE,
];

/// A piece of a path.
#[derive(Clone, Copy, Debug)]
pub(super) enum Token<'a> {
    /// A name, or a key written as a segment of its own.
    Name(&'a Segment),
    /// A key in parentheses.
    Key(&'a str),
    /// Parameters or an alternate key in parentheses.
    Named(&'a [(String, String)]),
    /// The caller.
    Me,
}

/// What a path gave.
#[derive(Debug, Default)]
pub(super) struct Captures {
    /// The entity.
    pub key: Option<Key>,
    /// The thing inside a navigation.
    pub element: Option<String>,
    /// The type to cast to.
    pub cast: Option<&'static EntityType>,
    /// The option of `filterByCurrentUser`, as sent.
    pub on: Option<String>,
}

impl Captures {
    /// How many values it gave.
    pub(super) fn count(&self) -> usize {
        let given = [
            self.key.is_some(),
            self.element.is_some(),
            self.cast.is_some(),
            self.on.is_some(),
        ];
        given.into_iter().filter(|given| *given).count()
    }
}

/// How far a path matches.
pub(super) enum Match {
    /// To its end.
    Whole(Captures),
    /// So many tokens.
    Only(usize),
}

impl Token<'_> {
    pub(super) fn is_named(&self, name: &str) -> bool {
        matches!(self, Self::Name(segment) if segment.unqualified().eq_ignore_ascii_case(name))
    }

    /// As error messages name it.
    pub(super) fn text(&self) -> String {
        match self {
            Self::Name(segment) => segment.name.clone(),
            Self::Key(key) => (*key).to_owned(),
            Self::Named(parameters) => parameters.iter().map(|(name, _)| name.as_str()).collect(),
            Self::Me => "me".to_owned(),
        }
    }

    /// The token as the key of an entity.
    fn key(&self, set: &EntitySet) -> Option<Key> {
        match self {
            Self::Me => Some(Key::Me),
            Self::Key(key) => Some(Key::Id((*key).to_owned())),
            Self::Named(parameters) => match parameters {
                [(name, value)] => alternate(set, name, value),
                _ => None,
            },
            Self::Name(segment) if segment.name.starts_with('$') => None,
            // `directoryRoles/roleTemplateId={id}`, the older form of an alternate key.
            Self::Name(segment) => Some(
                segment
                    .name
                    .split_once('=')
                    .and_then(|(name, value)| alternate(set, name, value.trim().trim_matches('\'')))
                    .unwrap_or_else(|| Key::Id(segment.name.clone())),
            ),
        }
    }

    fn element(&self) -> Option<String> {
        match self {
            Self::Key(key) => Some((*key).to_owned()),
            Self::Name(segment) if !segment.name.starts_with('$') => Some(segment.name.clone()),
            _ => None,
        }
    }

    fn cast(&self) -> Option<&'static EntityType> {
        let Self::Name(segment) = self else {
            return None;
        };
        let name = segment.unqualified();
        let qualified = QUALIFIERS
            .iter()
            .any(|qualifier| qualifier.len() + name.len() == segment.name.len());
        CASTS
            .into_iter()
            .find(|cast| qualified && cast.short_name().eq_ignore_ascii_case(name))
    }
}

fn alternate(set: &EntitySet, name: &str, value: &str) -> Option<Key> {
    if name.trim().eq_ignore_ascii_case("id") {
        return Some(Key::Id(value.to_owned()));
    }
    let property = set
        .alternate_keys
        .iter()
        .find(|key| key.eq_ignore_ascii_case(name.trim()))?;
    Some(Key::Alternate {
        property,
        value: value.to_owned(),
    })
}

/// Matches the path of an operation, piece by piece.
pub(super) fn match_path(path: &str, tokens: &[Token<'_>], set: &EntitySet) -> Match {
    let mut captures = Captures::default();
    let mut rest = tokens;
    for part in path.split('/').filter(|part| !part.is_empty()) {
        let matched = match (part, rest) {
            ("{key}", [token, ..]) => token.key(set).map(|key| captures.key = Some(key)).map(|()| 1),
            ("{element}", [token, ..]) => token
                .element()
                .map(|element| captures.element = Some(element))
                .map(|()| 1),
            ("{cast}", [token, ..]) => token.cast().map(|cast| captures.cast = Some(cast)).map(|()| 1),
            (function, [name, Token::Named(parameters), ..]) if function.ends_with("(on='{on}')") => {
                parameters
                    .iter()
                    .find(|(parameter, _)| parameter.trim().eq_ignore_ascii_case("on"))
                    .filter(|_| name.is_named(function.trim_end_matches("(on='{on}')")))
                    .map(|(_, on)| captures.on = Some(on.clone()))
                    .map(|()| 2)
            }
            (literal, [token, ..]) => token.is_named(literal).then_some(1),
            (_, []) => None,
        };
        match matched.and_then(|count| rest.get(count..)) {
            Some(after) => rest = after,
            None => return Match::Only(tokens.len() - rest.len()),
        }
    }
    if rest.is_empty() {
        Match::Whole(captures)
    } else {
        Match::Only(tokens.len() - rest.len())
    }
}
