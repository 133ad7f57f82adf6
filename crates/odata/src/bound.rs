//! The bound tree: a query whose every name was found in a description and whose every literal has
//! the right type. Making it can fail; using it cannot.

use model::query::{Field, Nav};
use model::{Instant, IsoDuration};
use uuid::Uuid;

/// A property, reached over single-valued navigations.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Path {
    /// The navigations on the way, outermost first.
    pub navs: Vec<Nav>,
    /// The property.
    pub field: Field,
    /// How texts compare.
    pub collation: Collation,
}

/// How texts compare.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Collation {
    /// To the letter.
    Exact,
    /// Without regard to ASCII case, as identifiers and most of the directory do.
    IgnoreCase,
}

/// What a comparison looks at: a property, perhaps folded first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Operand {
    /// The property.
    pub path: Path,
    /// The functions around it, innermost first.
    pub folds: Vec<Fold>,
}

/// A function from text to text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fold {
    /// `tolower`
    Lower,
    /// `toupper`
    Upper,
    /// `trim`
    Trim,
}

impl Fold {
    /// The folded text. Case is ASCII case and `Trim` takes blanks, as in the databases.
    pub fn apply(self, text: &str) -> String {
        match self {
            Self::Lower => text.to_ascii_lowercase(),
            Self::Upper => text.to_ascii_uppercase(),
            Self::Trim => text.trim_matches(' ').to_owned(),
        }
    }
}

/// A comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comparison {
    /// `eq`
    Eq,
    /// `ne`
    Ne,
    /// `gt`
    Gt,
    /// `ge`
    Ge,
    /// `lt`
    Lt,
    /// `le`
    Le,
}

impl Comparison {
    /// The operator.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Eq => "eq",
            Self::Ne => "ne",
            Self::Gt => "gt",
            Self::Ge => "ge",
            Self::Lt => "lt",
            Self::Le => "le",
        }
    }

    /// The comparison that holds with the sides exchanged.
    pub const fn flipped(self) -> Self {
        match self {
            Self::Eq => Self::Eq,
            Self::Ne => Self::Ne,
            Self::Gt => Self::Lt,
            Self::Ge => Self::Le,
            Self::Lt => Self::Gt,
            Self::Le => Self::Ge,
        }
    }
}

/// How a text is looked for in another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Match {
    /// `startswith`
    StartsWith,
    /// `endswith`
    EndsWith,
    /// `contains`
    Contains,
}

/// A literal of the type that its property wants.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Literal {
    /// `null`
    Null,
    /// `Edm.Boolean`
    Bool(bool),
    /// `Edm.Int32`, `Edm.Int64`
    Int(i64),
    /// `Edm.String`, enum members in their canonical spelling.
    Text(String),
    /// An identifier that is known to be a GUID.
    Guid(Uuid),
    /// `Edm.DateTimeOffset`
    Instant(Instant),
    /// `Edm.Duration`
    Duration(IsoDuration),
}

/// A filter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Expr {
    /// All hold.
    And(Vec<Expr>),
    /// One holds.
    Or(Vec<Expr>),
    /// It does not hold.
    Not(Box<Expr>),
    /// A property compares so with a literal. With `null`, only `Eq` and `Ne` occur; otherwise a
    /// property without a value makes `Ne` hold and every other comparison not.
    Compare(Operand, Comparison, Literal),
    /// A property equals one of several literals.
    In(Operand, Vec<Literal>),
    /// A text is found in a property.
    Match(Match, Operand, String),
    /// An element of a collection fulfils the predicate; without one, there is an element.
    Any(Field, Option<Box<Expr>>),
    /// The runtime type is this one (`isof`), without `#` and namespace.
    IsOf(String),
    /// It holds, or not, whatever the row: a GUID property compared with a text that is no GUID.
    Constant(bool),
}

/// One sort key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrderBy {
    /// The property.
    pub path: Path,
    /// Largest first.
    pub descending: bool,
}

/// What of each row is wanted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Select {
    /// The default properties.
    #[default]
    Default,
    /// These, in canonical spelling and in the order asked for.
    Only(Vec<&'static str>),
}

/// A navigation to follow for each row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expand {
    /// Which.
    pub nav: Nav,
    /// Its canonical name.
    pub name: &'static str,
    /// What is wanted of the things at its end.
    pub query: BoundQuery,
}

/// A whole query.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BoundQuery {
    /// Which rows: what `$filter` and `$search` say together.
    pub filter: Option<Expr>,
    /// In which order; empty for the collection's own. Never contains the key twice.
    pub order_by: Vec<OrderBy>,
    /// At most so many in all the page, if said.
    pub top: Option<u32>,
    /// Leave out so many first.
    pub skip: u32,
    /// Whether to say how many there are.
    pub count: bool,
    /// Which properties.
    pub select: Select,
    /// Which navigations, in the order asked for.
    pub expand: Vec<Expand>,
    /// Where the page before ended; opaque here.
    pub skip_token: Option<String>,
}

impl Expr {
    /// The parts that must all hold.
    pub fn conjuncts(&self) -> &[Expr] {
        match self {
            Self::And(parts) => parts,
            other => std::slice::from_ref(other),
        }
    }
}
