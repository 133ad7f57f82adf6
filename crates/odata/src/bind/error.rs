//! What can be wrong with a query whose names and types are known, in the words that Graph uses.

use std::fmt;

use crate::bound::Comparison;
use crate::syntax::{Fault, SyntaxError};

/// The options that bind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum QueryOption {
    /// `$filter`
    Filter,
    /// `$orderby`
    OrderBy,
    /// `$select`
    Select,
    /// `$expand`, and everything nested in it.
    Expand,
    /// `$search`
    Search,
}

impl QueryOption {
    /// The name, `$` included.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Filter => "$filter",
            Self::OrderBy => "$orderby",
            Self::Select => "$select",
            Self::Expand => "$expand",
            Self::Search => "$search",
        }
    }
}

impl fmt::Display for QueryOption {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A query that cannot be bound. The message is the problem's alone; what a service says before it
/// ("Invalid filter clause: ") follows from `option`.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{problem}")]
pub struct BindError {
    /// In which option.
    pub option: QueryOption,
    /// What it is.
    pub problem: Problem,
}

/// What is wrong with an option.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Problem {
    /// The text does not follow the grammar, or exceeds a limit.
    #[error("{error}{}.", in_text(.error, .text))]
    Syntax {
        /// Where, and what.
        error: SyntaxError,
        /// The whole text of the option.
        text: String,
    },
    /// There is no such property.
    #[error("Could not find a property named '{name}' on type '{type_name}'.")]
    UnknownProperty {
        /// The name as sent.
        name: String,
        /// The type that was searched.
        type_name: &'static str,
    },
    /// `$filter` may not use the property.
    #[error("The property '{name}' cannot be used in the $filter query option.")]
    NotFilterable {
        /// The path as sent.
        name: String,
    },
    /// `$orderby` may not use the property.
    #[error("The property '{name}' cannot be used in the $orderby query option.")]
    NotSortable {
        /// The path as sent.
        name: String,
    },
    /// `$expand` names something that leads nowhere.
    #[error(
        "Property '{name}' on type '{type_name}' is not a navigation property or complex property. \
         Only navigation properties can be expanded."
    )]
    NotNavigation {
        /// The name as sent.
        name: String,
        /// The type it is on.
        type_name: &'static str,
    },
    /// The sides of an operator do not fit together, or not the operator.
    #[error(
        "A binary operator with incompatible types was detected. Found operand types '{left}' and \
         '{right}' for operator kind '{}'.", operator_kind(*.operator)
    )]
    IncompatibleTypes {
        /// The type of the left side.
        left: &'static str,
        /// The type of the right side.
        right: &'static str,
        /// The operator; `in` and `has` count as `eq`.
        operator: Comparison,
    },
    /// There is no such function.
    #[error("An unknown function with name '{0}' was found.")]
    UnknownFunction(String),
    /// The function exists, for other arguments.
    #[error("No function signature for the function with name '{0}' matches the specified arguments.")]
    Arguments(String),
    /// The filter, or a part of it, is neither true nor false.
    #[error("The $filter expression must evaluate to a single boolean value.")]
    NotBoolean,
    /// OData allows it; this server, like Graph, does not.
    #[error("Unsupported Query: {0}.")]
    Unsupported(&'static str),
}

/// The text of an option, quoted, unless the complaint is that there is too much of it.
fn in_text(error: &SyntaxError, text: &str) -> String {
    match error.fault {
        Fault::Limit(_) => String::new(),
        _ => format!(" in '{text}'"),
    }
}

const fn operator_kind(operator: Comparison) -> &'static str {
    match operator {
        Comparison::Eq => "Equal",
        Comparison::Ne => "NotEqual",
        Comparison::Gt => "GreaterThan",
        Comparison::Ge => "GreaterThanOrEqual",
        Comparison::Lt => "LessThan",
        Comparison::Le => "LessThanOrEqual",
    }
}
