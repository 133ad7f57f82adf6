//! What can be wrong with the text of a query option, where, and the limits of such texts.

use std::fmt;

/// The longest text of one option, decoded, in bytes.
pub const TEXT_BYTES_MAX: usize = 8 * 1024;
/// The deepest nesting of parentheses, `not`, calls and lambdas.
pub const DEPTH_MAX: usize = 32;
/// The most operators, operands, sort keys and names in one option.
pub const NODES_MAX: usize = 100;
/// The most literals behind one `in`.
pub const IN_ITEMS_MAX: usize = 50;
/// The deepest nesting of `$expand`.
pub const EXPAND_DEPTH_MAX: usize = 4;

/// A text that does not follow the grammar (directory dossier, B3), or exceeds a limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SyntaxError {
    /// How many bytes stand before the fault.
    pub position: usize,
    /// What it is.
    pub fault: Fault,
}

/// What is wrong with a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// A character that begins nothing.
    Character(char),
    /// A quote that is never closed.
    Unterminated,
    /// Something that begins like a number or a date and is neither.
    Literal,
    /// Something else ought to stand here.
    Expected(&'static str),
    /// The text exceeds a limit.
    Limit(Limit),
}

/// A limit of texts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Limit {
    /// [`TEXT_BYTES_MAX`]
    Text,
    /// [`DEPTH_MAX`]
    Depth,
    /// [`NODES_MAX`]
    Nodes,
    /// [`IN_ITEMS_MAX`]
    InItems,
    /// [`EXPAND_DEPTH_MAX`]
    ExpandDepth,
}

impl fmt::Display for Limit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (what, max) = match self {
            Self::Text => ("length in bytes", TEXT_BYTES_MAX),
            Self::Depth => ("depth", DEPTH_MAX),
            Self::Nodes => ("number of terms", NODES_MAX),
            Self::InItems => ("number of values behind 'in'", IN_ITEMS_MAX),
            Self::ExpandDepth => ("depth of $expand", EXPAND_DEPTH_MAX),
        };
        write!(f, "The {what} is limited to {max}; exceeded")
    }
}

impl fmt::Display for SyntaxError {
    /// In the words of Microsoft's parser, as far as `Syntax error at position 12` (directory
    /// dossier, B3); ` in '…'.` is added where the text is known.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.fault {
            Fault::Character(character) => write!(f, "Syntax error: character '{character}' is not valid")?,
            Fault::Unterminated => f.write_str("There is an unterminated string literal")?,
            Fault::Literal => f.write_str("Unrecognized literal")?,
            Fault::Expected(what) => write!(f, "Syntax error: {what} expected")?,
            Fault::Limit(limit) => limit.fmt(f)?,
        }
        write!(f, " at position {}", self.position)
    }
}

impl std::error::Error for SyntaxError {}
