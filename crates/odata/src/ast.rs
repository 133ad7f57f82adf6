//! The syntax tree: what a query says, before anyone asks whether its names exist. It borrows from
//! the text it was parsed from, and prints to a text that parses to the same tree, unless the
//! parentheses added for clearness nest too deep.

use std::borrow::Cow;
use std::fmt;

use model::{Instant, IsoDuration};
use uuid::Uuid;

pub use crate::bound::Comparison;

/// The parsed options of a query, or of an `$expand` within one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Query<'a> {
    /// `$filter`
    pub filter: Option<Expr<'a>>,
    /// `$orderby`
    pub order_by: Vec<OrderKey<'a>>,
    /// `$select`; `*` is a path of that name.
    pub select: Vec<Path<'a>>,
    /// `$expand`
    pub expand: Vec<Expansion<'a>>,
    /// `$top`
    pub top: Option<u32>,
    /// `$skip`
    pub skip: Option<u32>,
    /// `$count`
    pub count: bool,
}

/// One key of `$orderby`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrderKey<'a> {
    /// The property.
    pub path: Path<'a>,
    /// Largest first.
    pub descending: bool,
}

/// One item of `$expand`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expansion<'a> {
    /// The navigation, or `*`.
    pub name: &'a str,
    /// The options behind it; none at all for a bare name.
    pub query: Option<Query<'a>>,
}

/// Names joined by `/`; at least one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Path<'a>(pub Vec<&'a str>);

/// An expression, as `$filter` has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Expr<'a> {
    /// A literal.
    Literal(Literal<'a>),
    /// A property, or a lambda's variable.
    Path(Path<'a>),
    /// A call of a function, whose name is as written.
    Call(&'a str, Vec<Expr<'a>>),
    /// `path/any(x:…)`, `path/all(x:…)`, `path/any()`.
    Lambda(Quantifier, Path<'a>, Option<Predicate<'a>>),
    /// `not …`
    Not(Box<Expr<'a>>),
    /// `… eq …` and its like.
    Compare(Box<Expr<'a>>, Comparison, Box<Expr<'a>>),
    /// `… has …`
    Has(Box<Expr<'a>>, Box<Expr<'a>>),
    /// `… in (…, …)`
    In(Box<Expr<'a>>, Vec<Literal<'a>>),
    /// `… and …`, of two or more.
    And(Vec<Expr<'a>>),
    /// `… or …`, of two or more.
    Or(Vec<Expr<'a>>),
}

/// How many elements of a collection a lambda asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Quantifier {
    /// One at least.
    Any,
    /// Every one.
    All,
}

/// The inside of a lambda.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Predicate<'a> {
    /// What the element is called.
    pub variable: &'a str,
    /// What it must fulfil.
    pub body: Box<Expr<'a>>,
}

/// A literal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Literal<'a> {
    /// `null`
    Null,
    /// `true`, `false`
    Bool(bool),
    /// `42`
    Int(i64),
    /// `'O''Neil'`
    Text(Cow<'a, str>),
    /// A bare GUID.
    Guid(Uuid),
    /// `2026-01-01T12:00:00Z`
    Instant(Instant),
    /// `2026-01-01`: the midnight, in UTC, that it begins with.
    Date(Instant),
    /// `duration'PT8H'`
    Duration(IsoDuration),
    /// `microsoft.graph.x'Provisioned'`
    Enum(&'a str, Cow<'a, str>),
}

impl fmt::Display for Path<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        separated(f, &self.0, "/")
    }
}

impl fmt::Display for Literal<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null => f.write_str("null"),
            Self::Bool(value) => value.fmt(f),
            Self::Int(value) => value.fmt(f),
            Self::Text(text) => quoted(f, text),
            Self::Guid(id) => id.as_hyphenated().fmt(f),
            Self::Instant(instant) => instant.fmt(f),
            Self::Date(midnight) => {
                let text = midnight.to_string();
                f.write_str(text.split_once('T').map_or(text.as_str(), |(date, _)| date))
            }
            Self::Duration(span) => write!(f, "duration'{span}'"),
            Self::Enum(type_name, member) => {
                f.write_str(type_name)?;
                quoted(f, member)
            }
        }
    }
}

impl fmt::Display for Expr<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Literal(literal) => literal.fmt(f),
            Self::Path(path) => path.fmt(f),
            Self::Call(name, arguments) => {
                write!(f, "{name}(")?;
                separated(f, arguments, ",")?;
                f.write_str(")")
            }
            Self::Lambda(quantifier, path, predicate) => {
                let word = match quantifier {
                    Quantifier::Any => "any",
                    Quantifier::All => "all",
                };
                match predicate {
                    Some(Predicate { variable, body }) => write!(f, "{path}/{word}({variable}:{body})"),
                    None => write!(f, "{path}/{word}()"),
                }
            }
            Self::Not(inner) => write!(f, "not {}", Nested(inner)),
            Self::Compare(left, operator, right) => {
                write!(f, "{} {} {}", Nested(left), operator.as_str(), Nested(right))
            }
            Self::Has(left, right) => write!(f, "{} has {}", Nested(left), Nested(right)),
            Self::In(value, items) => {
                write!(f, "{} in (", Nested(value))?;
                separated(f, items, ",")?;
                f.write_str(")")
            }
            Self::And(parts) => separated(f, parts.iter().map(Nested), " and "),
            Self::Or(parts) => separated(f, parts.iter().map(Nested), " or "),
        }
    }
}

/// An expression inside another: in parentheses where it has operators of its own.
struct Nested<'e>(&'e Expr<'e>);

impl fmt::Display for Nested<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            atom @ (Expr::Literal(_) | Expr::Path(_) | Expr::Call(..) | Expr::Lambda(..)) => atom.fmt(f),
            compound => write!(f, "({compound})"),
        }
    }
}

fn separated<T: fmt::Display>(
    f: &mut fmt::Formatter<'_>,
    items: impl IntoIterator<Item = T>,
    separator: &str,
) -> fmt::Result {
    for (index, item) in items.into_iter().enumerate() {
        if index > 0 {
            f.write_str(separator)?;
        }
        item.fmt(f)?;
    }
    Ok(())
}

fn quoted(f: &mut fmt::Formatter<'_>, text: &str) -> fmt::Result {
    write!(f, "'{}'", text.replace('\'', "''"))
}
