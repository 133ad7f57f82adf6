//! The path splitter that stands in front of the HTTP router: a raw path → its segments, with the
//! keys and parameters in parentheses taken out of them (directory dossier, B1; clients dossier, 2).

use std::borrow::Cow;

use crate::percent::{InvalidEncoding, Plus, decode};

/// The longest path, still encoded, in bytes.
pub const PATH_BYTES_MAX: usize = 4 * 1024;
/// The most segments, empty ones not counted.
pub const SEGMENTS_MAX: usize = 16;
/// The most parameters in one segment.
pub const PARAMETERS_MAX: usize = 8;

/// Prefixes that qualify a function, an action or a type; SDK builders write the second.
const QUALIFIERS: [&str; 2] = ["microsoft.graph.", "graph."];

/// One segment of a path, decoded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Segment {
    /// What stands before the parentheses, in the case and with the qualifier it was sent with.
    pub name: String,
    /// What stands in them.
    pub args: Args,
}

/// What stands in the parentheses of a segment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Args {
    /// Nothing, or there are none.
    None,
    /// A key: `users('a@contoso.example')`, `users(a@contoso.example)`.
    Key(String),
    /// Parameters or alternate keys: `filterByCurrentUser(on='principal')`. An alias stays as it
    /// is, `@o`.
    Named(Vec<(String, String)>),
}

/// A path that cannot be split.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PathError {
    /// It is longer than [`PATH_BYTES_MAX`].
    #[error("the path is limited to {PATH_BYTES_MAX} bytes")]
    TooLong,
    /// It has more than [`SEGMENTS_MAX`] segments.
    #[error("the path is limited to {SEGMENTS_MAX} segments")]
    TooManySegments,
    /// A segment has more than [`PARAMETERS_MAX`] parameters.
    #[error("a segment is limited to {PARAMETERS_MAX} parameters")]
    TooManyParameters,
    /// It is badly encoded.
    #[error("the path has malformed percent-encoding")]
    Encoding,
    /// Parentheses or quotes do not match, a name is missing, or keys and parameters are mixed.
    #[error("a segment of the path is malformed")]
    Malformed,
}

impl From<InvalidEncoding> for PathError {
    fn from(_: InvalidEncoding) -> Self {
        Self::Encoding
    }
}

impl Segment {
    /// The name without `microsoft.graph.` or `graph.`.
    pub fn unqualified(&self) -> &str {
        QUALIFIERS
            .iter()
            .find_map(|qualifier| {
                let head = self.name.get(..qualifier.len())?;
                head.eq_ignore_ascii_case(qualifier)
                    .then(|| self.name.get(qualifier.len()..))?
            })
            .unwrap_or(&self.name)
    }

    /// The parameter `name`, in any case of the name.
    pub fn parameter(&self, name: &str) -> Option<&str> {
        let Args::Named(parameters) = &self.args else {
            return None;
        };
        let (_, value) = parameters
            .iter()
            .find(|(key, _)| key.eq_ignore_ascii_case(name))?;
        Some(value)
    }
}

/// Splits a raw path, still percent-encoded and without the query string. Empty segments are left
/// out: EasyPIM doubles slashes and adds trailing ones.
pub fn split(path: &str) -> Result<Vec<Segment>, PathError> {
    if path.len() > PATH_BYTES_MAX {
        return Err(PathError::TooLong);
    }
    let raw = || path.split('/').filter(|segment| !segment.is_empty());
    let count = raw().take(SEGMENTS_MAX + 1).count();
    if count > SEGMENTS_MAX {
        return Err(PathError::TooManySegments);
    }
    let mut segments = Vec::with_capacity(count);
    for text in raw() {
        segments.push(segment(decode(text, Plus::Literal)?)?);
    }
    Ok(segments)
}

fn segment(text: Cow<'_, str>) -> Result<Segment, PathError> {
    let Some((name, rest)) = text.split_once('(') else {
        return Ok(Segment {
            name: text.into_owned(),
            args: Args::None,
        });
    };
    let name = name.trim();
    let inside = rest.trim_end().strip_suffix(')').ok_or(PathError::Malformed)?;
    if name.is_empty() {
        return Err(PathError::Malformed);
    }
    Ok(Segment {
        name: name.to_owned(),
        args: arguments(inside.trim())?,
    })
}

fn arguments(inside: &str) -> Result<Args, PathError> {
    if inside.is_empty() {
        return Ok(Args::None);
    }
    let mut parameters = Vec::new();
    let mut rest = Some(inside);
    while let Some(text) = rest {
        let (argument, after) = split_unquoted(text, b',')?;
        let (name, value) = match split_unquoted(argument, b'=')? {
            (name, Some(value)) => (name.trim(), value),
            // A key has no name, and nothing beside it.
            (key, None) if parameters.is_empty() && after.is_none() => return Ok(Args::Key(literal(key)?)),
            (_, None) => return Err(PathError::Malformed),
        };
        if name.is_empty() {
            return Err(PathError::Malformed);
        }
        if parameters.len() == PARAMETERS_MAX {
            return Err(PathError::TooManyParameters);
        }
        parameters.push((name.to_owned(), literal(value)?));
        rest = after;
    }
    Ok(Args::Named(parameters))
}

/// Splits at the first `separator` outside quotes. A doubled quote closes and opens again, which
/// comes to the same.
fn split_unquoted(text: &str, separator: u8) -> Result<(&str, Option<&str>), PathError> {
    let mut is_quoted = false;
    for (at, byte) in text.bytes().enumerate() {
        if byte == b'\'' {
            is_quoted = !is_quoted;
        } else if byte == separator && !is_quoted {
            return Ok((
                text.get(..at).unwrap_or_default(),
                Some(text.get(at + 1..).unwrap_or_default()),
            ));
        }
    }
    if is_quoted {
        Err(PathError::Malformed)
    } else {
        Ok((text, None))
    }
}

/// The value of a literal: quotes taken off and undoubled, and with them a type before them, as in
/// `microsoft.graph.x'principal'`.
fn literal(text: &str) -> Result<String, PathError> {
    let text = text.trim();
    let Some((_, quoted)) = text.split_once('\'') else {
        return if text.is_empty() {
            Err(PathError::Malformed)
        } else {
            Ok(text.to_owned())
        };
    };
    let inside = quoted.strip_suffix('\'').ok_or(PathError::Malformed)?;
    let value = inside.replace("''", "'");
    // Every quote inside has to be one of a pair.
    let lone_quotes = inside.len() - value.len() != value.matches('\'').count();
    if lone_quotes {
        Err(PathError::Malformed)
    } else {
        Ok(value)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn plain(name: &str) -> Segment {
        Segment {
            name: name.to_owned(),
            args: Args::None,
        }
    }

    fn keyed(name: &str, key: &str) -> Segment {
        Segment {
            name: name.to_owned(),
            args: Args::Key(key.to_owned()),
        }
    }

    fn named(name: &str, parameters: &[(&str, &str)]) -> Segment {
        let owned = |(key, value): &(&str, &str)| ((*key).to_owned(), (*value).to_owned());
        Segment {
            name: name.to_owned(),
            args: Args::Named(parameters.iter().map(owned).collect()),
        }
    }

    #[test]
    fn paths_are_split_in_every_form_that_clients_send() {
        let on_principal = || named("filterByCurrentUser", &[("on", "principal")]);
        let cases = [
            ("", vec![]),
            ("/", vec![]),
            ("/v1.0//users/", vec![plain("v1.0"), plain("users")]),
            ("/v1.0/$batch", vec![plain("v1.0"), plain("$batch")]),
            ("/users/a%40b.example", vec![plain("users"), plain("a@b.example")]),
            ("/users/a+b", vec![plain("users"), plain("a+b")]),
            ("/x/a%2Fb", vec![plain("x"), plain("a/b")]),
            ("/users('O''Neil')", vec![keyed("users", "O'Neil")]),
            ("/users('')", vec![keyed("users", "")]),
            ("/users(42)", vec![keyed("users", "42")]),
            (
                "/users%28%27x%27%29/memberOf",
                vec![keyed("users", "x"), plain("memberOf")],
            ),
            ("/x('a(1),b=2')", vec![keyed("x", "a(1),b=2")]),
            ("/filterByCurrentUser(on='principal')", vec![on_principal()]),
            (
                "/filterByCurrentUser%28on%3D%27principal%27%29",
                vec![on_principal()],
            ),
            ("/filterByCurrentUser(on=principal)", vec![on_principal()]),
            (
                "/filterByCurrentUser(on=microsoft.graph.options'principal')",
                vec![on_principal()],
            ),
            (
                "/filterByCurrentUser(on=@o)",
                vec![named("filterByCurrentUser", &[("on", "@o")])],
            ),
            (
                "/directoryRoles(roletemplateid ='62e9')",
                vec![named("directoryRoles", &[("roletemplateid", "62e9")])],
            ),
            (
                "/directoryRoles/roleTemplateId=62e9",
                vec![plain("directoryRoles"), plain("roleTemplateId=62e9")],
            ),
            (
                "/f( a = 'x,y' %2C b = 2 )",
                vec![named("f", &[("a", "x,y"), ("b", "2")])],
            ),
            ("/f()", vec![plain("f")]),
        ];
        for (path, expected) in cases {
            assert_eq!(split(path), Ok(expected), "{path}");
        }
    }

    #[test]
    fn malformed_paths_are_refused() {
        let cases = [
            ("/%", PathError::Encoding),
            ("/%zz", PathError::Encoding),
            ("/%FF", PathError::Encoding),
            ("/x(", PathError::Malformed),
            ("/x('a", PathError::Malformed),
            ("/x('a)", PathError::Malformed),
            ("/x('a'b')", PathError::Malformed),
            ("/('a')", PathError::Malformed),
            ("/x('a','b')", PathError::Malformed),
            ("/x(a='b','c')", PathError::Malformed),
            ("/x(a=)", PathError::Malformed),
            ("/x(='a')", PathError::Malformed),
            ("/x(a='b',)", PathError::Malformed),
            ("/x('a')b", PathError::Malformed),
            ("/x('a')('b')", PathError::Malformed),
        ];
        for (path, expected) in cases {
            assert_eq!(split(path), Err(expected), "{path}");
        }
    }

    #[test]
    fn limits_hold_to_the_letter() {
        assert!(split(&"x".repeat(PATH_BYTES_MAX)).is_ok());
        assert_eq!(split(&"x".repeat(PATH_BYTES_MAX + 1)), Err(PathError::TooLong));
        assert_eq!(
            split(&"//x".repeat(SEGMENTS_MAX)).map(|s| s.len()),
            Ok(SEGMENTS_MAX)
        );
        assert_eq!(
            split(&"/x".repeat(SEGMENTS_MAX + 1)),
            Err(PathError::TooManySegments)
        );
        let call = |n| format!("f({})", vec!["a=1"; n].join(","));
        assert!(split(&call(PARAMETERS_MAX)).is_ok());
        assert_eq!(
            split(&call(PARAMETERS_MAX + 1)),
            Err(PathError::TooManyParameters)
        );
    }

    #[test]
    fn qualifiers_can_be_left_out() {
        for (name, expected) in [
            ("microsoft.graph.cancel", "cancel"),
            ("Microsoft.Graph.user", "user"),
            ("graph.user", "user"),
            ("graphics", "graphics"),
            ("cancel", "cancel"),
            ("é", "é"),
        ] {
            assert_eq!(plain(name).unqualified(), expected);
        }
        let call = named("f", &[("on", "x")]);
        assert_eq!(call.parameter("ON"), Some("x"));
        assert_eq!(call.parameter("of"), None);
    }

    proptest! {
        #[test]
        fn no_path_makes_the_splitter_fall_over(path in "[/a%()'=,@é2F7. ]{0,60}") {
            if let Ok(segments) = split(&path) {
                prop_assert!(segments.len() <= SEGMENTS_MAX);
            }
        }

        #[test]
        fn quoted_keys_come_back(key in "[^/%]{0,20}") {
            let path = format!("/x('{}')", key.replace('\'', "''"));
            prop_assert_eq!(split(&path), Ok(vec![keyed("x", &key)]));
        }
    }
}
