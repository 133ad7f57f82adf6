//! From a path to an operation on an entity set, with its keys, by the descriptions alone
//! (directory dossier, B1). Names match in any case, keys in both forms, empty segments are gone.

mod not_served;
mod pattern;
mod target;

use odata::path::{Args, Segment};

use self::not_served::NOT_SERVED;
pub(crate) use self::pattern::CASTS;
use self::pattern::{Match, Token, match_path};
pub use self::target::{Key, Part, Target, UserRelation};
use crate::description::{EntitySet, Method, Operation};
use crate::error::GraphError;
use crate::sets::{self, USERS};
use crate::version::Version;

/// Segments that stand for the caller among users; SDK builders send the second literally (directory
/// dossier, A3).
const ME: &str = "me";
const ME_TOKEN: &str = "me-token-to-replace";

/// Where a request leads.
#[derive(Clone, Debug)]
pub struct Route {
    /// In which version.
    pub version: Version,
    /// To which set.
    pub set: &'static EntitySet,
    /// What of it is wanted, with its permissions.
    pub operation: &'static Operation,
    /// On what.
    pub target: Target,
}

impl Route {
    /// The path beneath the version, with `{key}`, `{element}` and `{cast}` where values go, as in
    /// [`documentation`](crate::documentation).
    pub fn path(&self) -> String {
        let separator = if self.operation.path.is_empty() { "" } else { "/" };
        format!("/{}{separator}{}", self.set.path.join("/"), self.operation.path)
    }
}

/// Why a path leads nowhere.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RouteError {
    /// Nothing is called so here.
    #[error("Resource not found for the segment '{0}'.")]
    UnknownSegment(String),
    /// Graph has that, and Tenure does not.
    #[error("'{0}' is not served here.")]
    NotServed(String),
    /// The path is known, the method is not for it.
    #[error("Specified HTTP method is not allowed for the request target.")]
    MethodNotAllowed {
        /// Those that are.
        allowed: Vec<Method>,
    },
    /// A function was called with a value that its parameter does not have.
    #[error("The value '{value}' is not valid for the parameter '{parameter}'.")]
    InvalidParameter {
        /// The parameter.
        parameter: &'static str,
        /// The value as sent.
        value: String,
    },
}

impl From<RouteError> for GraphError {
    fn from(error: RouteError) -> Self {
        match &error {
            RouteError::MethodNotAllowed { allowed } => Self::method_not_among(allowed.clone()),
            RouteError::NotServed(_) => Self::not_supported(error.to_string()),
            RouteError::UnknownSegment(_) | RouteError::InvalidParameter { .. } => {
                Self::new(400, "BadRequest", error.to_string())
            }
        }
    }
}

/// Finds where a path beneath the version leads. An aliased parameter, `on=@o`, must have been
/// replaced by its value. No path is for a method that is none of ours, `None`; those that it is for are in
/// the error all the same.
///
/// # Errors
/// If nothing has that path, or not for that method.
pub fn resolve(
    version: Version,
    method: impl Into<Option<Method>>,
    segments: &[Segment],
) -> Result<Route, RouteError> {
    let method = method.into();
    let tokens = tokens(segments);
    let (set, rest) = find_set(version, &tokens)?;
    let mut furthest = 0;
    let mut matches = Vec::new();
    for operation in set.operations.iter().filter(|o| o.versions.has(version)) {
        match match_path(operation.path, rest, set) {
            Match::Whole(captures) => matches.push((operation, captures)),
            Match::Only(matched) => furthest = furthest.max(matched),
        }
    }
    // `getByIds` is an action, though a key could be called so.
    let fewest = matches.iter().map(|(_, captures)| captures.count()).min();
    matches.retain(|(_, captures)| Some(captures.count()) == fewest);
    let mut allowed = Vec::new();
    for (operation, captures) in matches {
        if Some(operation.method) == method {
            return Ok(Route {
                version,
                set,
                operation,
                target: target::target(set, operation, captures)?,
            });
        }
        if !allowed.contains(&operation.method) {
            allowed.push(operation.method);
        }
    }
    if allowed.is_empty() {
        Err(unknown(rest.get(furthest).or(tokens.last())))
    } else {
        Err(RouteError::MethodNotAllowed { allowed })
    }
}

/// Names and what stands in their parentheses, one after the other: `users('x')` and `users/x` differ
/// in the kind of the second token only.
fn tokens(segments: &[Segment]) -> Vec<Token<'_>> {
    let mut tokens = Vec::with_capacity(segments.len() + 1);
    for (index, segment) in segments.iter().enumerate() {
        if index == 0 && segment.name.eq_ignore_ascii_case(ME) {
            tokens.push(Token::Name(segment));
            tokens.push(Token::Me);
            continue;
        }
        let is_me = index == 1 && segment.name.eq_ignore_ascii_case(ME_TOKEN);
        tokens.push(if is_me { Token::Me } else { Token::Name(segment) });
        match &segment.args {
            Args::None => {}
            Args::Key(key) if key.eq_ignore_ascii_case(ME_TOKEN) => tokens.push(Token::Me),
            Args::Key(key) => tokens.push(Token::Key(key)),
            Args::Named(parameters) => tokens.push(Token::Named(parameters)),
        }
    }
    tokens
}

/// The set whose path begins the request's, and what follows it.
fn find_set<'t, 's>(
    version: Version,
    tokens: &'t [Token<'s>],
) -> Result<(&'static EntitySet, &'t [Token<'s>]), RouteError> {
    let mut furthest = 0;
    for set in sets::ALL.into_iter().filter(|set| set.exists_in(version)) {
        let aliases: [Option<&[&str]>; 2] =
            [Some(set.path), set.beta_path.filter(|_| version == Version::Beta)];
        for path in aliases.into_iter().flatten() {
            let matched = names_in_common(path, tokens);
            if matched == path.len() {
                return Ok((set, tokens.get(matched..).unwrap_or_default()));
            }
            furthest = furthest.max(matched);
        }
    }
    if let [Token::Name(first), rest @ ..] = tokens
        && first.name.eq_ignore_ascii_case(ME)
    {
        return Ok((&USERS, rest));
    }
    for (path, versions) in NOT_SERVED {
        let matched = names_in_common(path, tokens);
        if matched == path.len() && versions.has(version) {
            return Err(RouteError::NotServed(path.join("/")));
        }
        furthest = furthest.max(matched.min(path.len() - 1));
    }
    Err(unknown(tokens.get(furthest).or(tokens.last())))
}

/// How many names at the beginning of a path are those of the request's.
fn names_in_common(path: &[&str], tokens: &[Token<'_>]) -> usize {
    path.iter()
        .zip(tokens)
        .take_while(|(name, token)| token.is_named(name))
        .count()
}

fn unknown(token: Option<&Token<'_>>) -> RouteError {
    RouteError::UnknownSegment(token.map(Token::text).unwrap_or_default())
}

#[cfg(test)]
mod tests;
