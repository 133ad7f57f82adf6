//! Literals → the type that their property wants (directory dossier, B3).

use model::ids::parse_guid;
use model::{Instant, IsoDuration};

use crate::ast;
use crate::bound::{Comparison, Literal};
use crate::lex::midnight;
use crate::schema::Edm;

/// A literal beside a property.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Coerced {
    /// It has the property's type.
    Value(Literal),
    /// No value of the property can equal it: no member of the enum.
    Nothing,
}

/// The literal as a value of type `edm` that `comparison` may compare with; none if it has another
/// type, or if values of this type have no order. A quoted date or duration is read, a GUID may be
/// bare or quoted.
pub(super) fn coerce(edm: Edm, comparison: Comparison, literal: &ast::Literal<'_>) -> Option<Coerced> {
    use ast::Literal as Ast;

    let is_equality = matches!(comparison, Comparison::Eq | Comparison::Ne);
    if *literal == Ast::Null {
        return is_equality.then_some(Coerced::Value(Literal::Null));
    }
    let is_ordered = match edm {
        Edm::String(_) | Edm::Int | Edm::DateTimeOffset | Edm::Duration => true,
        Edm::Identifier | Edm::Boolean | Edm::Enum(_) => false,
    };
    if !is_equality && !is_ordered {
        return None;
    }
    let value = match (edm, literal) {
        (Edm::String(_), Ast::Text(text) | Ast::Enum(_, text)) => Literal::Text(text.to_string()),
        (Edm::String(_), Ast::Guid(id)) => Literal::Text(id.as_hyphenated().to_string()),
        (Edm::Identifier, Ast::Guid(id)) => Literal::Guid(*id),
        (Edm::Identifier, Ast::Text(text)) => match parse_guid(text) {
            Ok(id) => Literal::Guid(id),
            Err(_) => Literal::Text(text.to_string()),
        },
        (Edm::Boolean, Ast::Bool(value)) => Literal::Bool(*value),
        (Edm::Int, Ast::Int(value)) => Literal::Int(*value),
        (Edm::DateTimeOffset, Ast::Instant(instant) | Ast::Date(instant)) => Literal::Instant(*instant),
        (Edm::DateTimeOffset, Ast::Text(text)) => Literal::Instant(quoted_instant(text)?),
        (Edm::Duration, Ast::Duration(span)) => Literal::Duration(*span),
        (Edm::Duration, Ast::Text(text)) => Literal::Duration(text.parse::<IsoDuration>().ok()?),
        (Edm::Enum(members), Ast::Text(text) | Ast::Enum(_, text)) => {
            match members.iter().find(|member| member.eq_ignore_ascii_case(text)) {
                Some(member) => Literal::Text((*member).to_owned()),
                None => return Some(Coerced::Nothing),
            }
        }
        _ => return None,
    };
    Some(Coerced::Value(value))
}

/// The name of a literal's type in messages.
pub(super) const fn type_name(literal: &ast::Literal<'_>) -> &'static str {
    match literal {
        ast::Literal::Null => "null",
        ast::Literal::Bool(_) => "Edm.Boolean",
        ast::Literal::Int(_) => "Edm.Int32",
        ast::Literal::Text(_) | ast::Literal::Enum(..) => "Edm.String",
        ast::Literal::Guid(_) => "Edm.Guid",
        ast::Literal::Instant(_) => "Edm.DateTimeOffset",
        ast::Literal::Date(_) => "Edm.Date",
        ast::Literal::Duration(_) => "Edm.Duration",
    }
}

fn quoted_instant(text: &str) -> Option<Instant> {
    Instant::parse(text).ok().or_else(|| midnight(text))
}
