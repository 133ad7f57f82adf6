//! `$filter`: from text to an answer about a row.

use graph::{EntitySet, GraphError, Version, sets};
use odata::ast::{Expr, Path};
use odata::bind::{BindError, Problem, bind_filter};
use odata::bound;
use odata::eval::{Row, holds};
use odata::parse;
use odata::syntax::{DEPTH_MAX, Fault, IN_ITEMS_MAX, Limit, NODES_MAX, SyntaxError, TEXT_BYTES_MAX};

use crate::refusal;
use crate::row::{Empty, Full};

/// Levels of the tree that one level of nesting in the text can make: `or`, `and`, `not`, a comparison,
/// and what is compared.
const LEVELS_PER_NESTING: usize = 5;

/// The sets whose types have, between them, all that a filter can name. All sets would take four times as
/// long and find nothing more.
const SETS: [&EntitySet; 5] = [
    &sets::ASSIGNMENT_REQUESTS,
    &sets::ASSIGNMENT_INSTANCES,
    &sets::DIRECTORY_AUDITS,
    &sets::GROUPS,
    &sets::POLICY_ASSIGNMENTS,
];

/// A filter that is read keeps the limits of its text and reads back as printed. Against the types of
/// entity sets it is refused in the service's words, or makes a tree without contradiction, the same from
/// the printed text; and of any row either it or its negation holds.
pub fn filter(input: &[u8]) {
    let Some(text) = crate::text(input) else { return };
    let parsed = parse::filter(text);
    match &parsed {
        Ok(expr) => {
            assert!(text.len() <= TEXT_BYTES_MAX);
            assert!(nodes(expr) <= NODES_MAX, "{text}");
            assert!(depth(expr) <= (DEPTH_MAX + 1) * LEVELS_PER_NESTING, "{text}");
            reads_back(expr);
        }
        Err(error) => is_in(error, text),
    }
    for set in SETS {
        for version in Version::ALL {
            let schema = set.entity.schema(version);
            let bound = bind_filter(text, schema);
            match &bound {
                Ok(bound) => {
                    assert!(parsed.is_ok());
                    is_consistent(bound);
                }
                Err(error) => {
                    refusal::is_well_formed(&GraphError::from_bind(set.service, error, Some(text)));
                    assert_eq!(matches!(error.problem, Problem::Syntax { .. }), parsed.is_err());
                }
            }
            let Ok(expr) = &parsed else { break };
            same_unless_too_large(&bind_filter(&expr.to_string(), schema), &bound);
            let negated = bind_filter(&format!("not ({text})"), schema);
            if let (Ok(bound), Ok(negated)) = (&bound, &negated) {
                for row in [&Empty as &dyn Row, &Full(0), &Full(1)] {
                    assert_ne!(holds(bound, row), holds(negated, row), "{text}");
                }
            }
            same_unless_too_large(&negated.map(drop), &bound.map(drop));
        }
    }
}

/// A fault lies inside its text, between two characters.
fn is_in(error: &SyntaxError, text: &str) {
    assert!(text.is_char_boundary(error.position), "{error} in {text:?}");
    assert!(!error.to_string().is_empty());
}

/// Printing adds parentheses, which may be too many, or too much text.
fn reads_back(expr: &Expr<'_>) {
    let printed = expr.to_string();
    match parse::filter(&printed) {
        Ok(again) => assert_eq!(&again, expr, "{printed}"),
        Err(error) => assert!(is_too_large(&error), "{printed}: {error}"),
    }
}

const fn is_too_large(error: &SyntaxError) -> bool {
    matches!(
        error.fault,
        Fault::Limit(Limit::Depth | Limit::Text | Limit::Nodes)
    )
}

fn same_unless_too_large<T: PartialEq + std::fmt::Debug>(
    one: &Result<T, BindError>,
    other: &Result<T, BindError>,
) {
    if let Err(BindError {
        problem: Problem::Syntax { error, .. },
        ..
    }) = one
        && is_too_large(error)
    {
        return;
    }
    assert_eq!(one, other);
}

/// What the parser counts: operators, operands and names.
fn nodes(expr: &Expr<'_>) -> usize {
    let all = |parts: &[Expr<'_>]| parts.iter().map(nodes).sum::<usize>();
    match expr {
        Expr::Literal(_) => 1,
        Expr::Path(Path(names)) => names.len(),
        Expr::Call(_, arguments) => 1 + all(arguments),
        Expr::Lambda(_, Path(names), predicate) => {
            names.len() + 1 + predicate.as_ref().map_or(0, |it| nodes(&it.body))
        }
        Expr::Not(inner) => 1 + nodes(inner),
        Expr::Compare(left, _, right) | Expr::Has(left, right) => 1 + nodes(left) + nodes(right),
        Expr::In(value, items) => {
            assert!((1..=IN_ITEMS_MAX).contains(&items.len()));
            1 + nodes(value)
        }
        Expr::And(parts) | Expr::Or(parts) => {
            assert!(parts.len() >= 2);
            parts.len() - 1 + all(parts)
        }
    }
}

fn depth(expr: &Expr<'_>) -> usize {
    let deepest = |parts: &[Expr<'_>]| parts.iter().map(depth).max().unwrap_or_default();
    1 + match expr {
        Expr::Literal(_) | Expr::Path(_) | Expr::Lambda(_, _, None) => 0,
        Expr::Call(_, parts) | Expr::And(parts) | Expr::Or(parts) => deepest(parts),
        Expr::Lambda(_, _, Some(predicate)) => depth(&predicate.body),
        Expr::Not(inner) | Expr::In(inner, _) => depth(inner),
        Expr::Compare(left, _, right) | Expr::Has(left, right) => depth(left).max(depth(right)),
    }
}

/// The promises of the bound tree.
pub fn is_consistent(expr: &bound::Expr) {
    use bound::{Comparison, Expr, Literal};
    match expr {
        Expr::And(parts) | Expr::Or(parts) => parts.iter().for_each(is_consistent),
        Expr::Not(inner) => {
            assert!(!matches!(**inner, Expr::Not(_) | Expr::Constant(_)));
            is_consistent(inner);
        }
        Expr::Compare(_, comparison, literal) => {
            let is_equality = matches!(comparison, Comparison::Eq | Comparison::Ne);
            assert!(is_equality || *literal != Literal::Null);
        }
        Expr::In(_, literals) => {
            assert!((1..=IN_ITEMS_MAX).contains(&literals.len()) && !literals.contains(&Literal::Null));
        }
        Expr::Any(_, Some(predicate)) => is_consistent(predicate),
        Expr::Match(..) | Expr::Any(_, None) | Expr::IsOf(_) | Expr::Constant(_) => {}
    }
}
