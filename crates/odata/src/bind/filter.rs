//! `$filter`: syntax tree → bound expression.

use super::Problem;
use super::literal::{self, Coerced, coerce};
use super::reference::{self, Scope, Target};
use crate::ast::{self, Quantifier};
use crate::bound::{Collation, Comparison, Expr, Fold, Literal, Match, Operand};
use crate::schema::Edm;

/// One side of an operator.
enum Side<'a> {
    /// A property, perhaps folded.
    Property(Operand, Edm),
    /// A literal, perhaps folded.
    Literal(ast::Literal<'a>),
    /// Something that is true or false.
    Condition(Expr),
}

impl Side<'_> {
    const fn type_name(&self) -> &'static str {
        match self {
            Self::Property(_, edm) => reference::type_name(*edm),
            Self::Literal(literal) => literal::type_name(literal),
            Self::Condition(_) => "Edm.Boolean",
        }
    }
}

impl Scope<'_> {
    /// Binds what has to be true or false.
    pub(super) fn condition(self, expr: &ast::Expr<'_>) -> Result<Expr, Problem> {
        match expr {
            ast::Expr::And(parts) => Ok(Expr::And(self.conditions(parts)?)),
            ast::Expr::Or(parts) => Ok(Expr::Or(self.conditions(parts)?)),
            ast::Expr::Not(inner) => Ok(negated(self.condition(inner)?)),
            ast::Expr::Compare(left, comparison, right) => self.compare(left, *comparison, right),
            // No property here is a set of flags, so `has` says what `eq` says.
            ast::Expr::Has(left, right) => self.compare(left, Comparison::Eq, right),
            ast::Expr::In(value, items) => self.one_of(value, items),
            ast::Expr::Lambda(quantifier, path, predicate) => {
                self.lambda(*quantifier, path, predicate.as_ref())
            }
            ast::Expr::Call(name, arguments) => self.call(name, arguments),
            ast::Expr::Literal(ast::Literal::Bool(value)) => Ok(Expr::Constant(*value)),
            ast::Expr::Literal(_) => Err(Problem::NotBoolean),
            ast::Expr::Path(path) => match self.property(path)? {
                (operand, Edm::Boolean) => Ok(Expr::Compare(operand, Comparison::Eq, Literal::Bool(true))),
                _ => Err(Problem::NotBoolean),
            },
        }
    }

    fn conditions(self, parts: &[ast::Expr<'_>]) -> Result<Vec<Expr>, Problem> {
        parts.iter().map(|part| self.condition(part)).collect()
    }

    fn side<'t>(self, expr: &ast::Expr<'t>) -> Result<Side<'t>, Problem> {
        match expr {
            ast::Expr::Literal(literal) => Ok(Side::Literal(literal.clone())),
            ast::Expr::Path(path) => {
                let (operand, edm) = self.property(path)?;
                Ok(Side::Property(operand, edm))
            }
            ast::Expr::Call(name, arguments) => match fold_named(name) {
                Some(fold) => self.fold(name, fold, arguments),
                None => Ok(Side::Condition(self.call(name, arguments)?)),
            },
            condition => Ok(Side::Condition(self.condition(condition)?)),
        }
    }

    fn property(self, path: &ast::Path<'_>) -> Result<(Operand, Edm), Problem> {
        match self.follow(path)? {
            Target::Property(path, property) if property.filterable => {
                let folds = Vec::new();
                Ok((Operand { path, folds }, property.edm))
            }
            _ => Err(Problem::NotFilterable {
                name: path.to_string(),
            }),
        }
    }

    fn fold<'t>(self, name: &str, fold: Fold, arguments: &[ast::Expr<'t>]) -> Result<Side<'t>, Problem> {
        let [argument] = arguments else {
            return Err(Problem::Arguments(name.to_owned()));
        };
        match self.side(argument)? {
            Side::Property(mut operand, edm @ Edm::String(collation)) => {
                // Where case does not count, folding it changes nothing but the query's plan.
                if collation == Collation::Exact || fold == Fold::Trim {
                    operand.folds.push(fold);
                }
                Ok(Side::Property(operand, edm))
            }
            // Identifiers and members of enums are compared in any case anyway.
            side @ Side::Property(_, Edm::Identifier | Edm::Enum(_)) => Ok(side),
            Side::Literal(ast::Literal::Text(text)) => {
                Ok(Side::Literal(ast::Literal::Text(fold.apply(&text).into())))
            }
            _ => Err(Problem::Arguments(name.to_owned())),
        }
    }

    fn compare(
        self,
        left: &ast::Expr<'_>,
        comparison: Comparison,
        right: &ast::Expr<'_>,
    ) -> Result<Expr, Problem> {
        let (left, right) = (self.side(left)?, self.side(right)?);
        let incompatible = Problem::IncompatibleTypes {
            left: left.type_name(),
            right: right.type_name(),
            operator: comparison,
        };
        let (subject, comparison, literal) = match (left, right) {
            (subject, Side::Literal(literal)) => (subject, comparison, literal),
            (Side::Literal(literal), subject) => (subject, comparison.flipped(), literal),
            _ => return Err(Problem::Unsupported("a comparison without a literal")),
        };
        match (subject, literal) {
            (Side::Property(operand, edm), literal) => match coerce(edm, comparison, &literal) {
                Some(Coerced::Value(value)) => Ok(Expr::Compare(operand, comparison, value)),
                Some(Coerced::Nothing) => Ok(Expr::Constant(comparison == Comparison::Ne)),
                None => Err(incompatible),
            },
            (Side::Condition(condition), ast::Literal::Bool(value)) => match comparison {
                Comparison::Eq if value => Ok(condition),
                Comparison::Ne if !value => Ok(condition),
                Comparison::Eq | Comparison::Ne => Ok(negated(condition)),
                _ => Err(incompatible),
            },
            (Side::Condition(_), _) => Err(incompatible),
            (Side::Literal(_), _) => Err(Problem::Unsupported("a comparison without a property")),
        }
    }

    fn one_of(self, value: &ast::Expr<'_>, items: &[ast::Literal<'_>]) -> Result<Expr, Problem> {
        let Side::Property(operand, edm) = self.side(value)? else {
            return Err(Problem::Unsupported("'in' without a property"));
        };
        let mut values = Vec::with_capacity(items.len());
        for item in items {
            match coerce(edm, Comparison::Eq, item) {
                Some(Coerced::Value(value)) if value != Literal::Null => values.push(value),
                Some(Coerced::Nothing) => {}
                _ => {
                    return Err(Problem::IncompatibleTypes {
                        left: reference::type_name(edm),
                        right: literal::type_name(item),
                        operator: Comparison::Eq,
                    });
                }
            }
        }
        if values.is_empty() {
            return Ok(Expr::Constant(false));
        }
        Ok(Expr::In(operand, values))
    }

    fn call(self, name: &str, arguments: &[ast::Expr<'_>]) -> Result<Expr, Problem> {
        let mismatch = || Problem::Arguments(name.to_owned());
        if name.eq_ignore_ascii_case("isof") {
            return match arguments {
                [ast::Expr::Literal(ast::Literal::Text(type_name))] => Ok(Expr::IsOf(bare_type(type_name))),
                [ast::Expr::Path(ast::Path(names))] => match names.as_slice() {
                    [type_name] => Ok(Expr::IsOf(bare_type(type_name))),
                    _ => Err(mismatch()),
                },
                _ => Err(mismatch()),
            };
        }
        let Some(kind) = match_named(name) else {
            return Err(match fold_named(name) {
                Some(_) => Problem::NotBoolean,
                None => Problem::UnknownFunction(name.to_owned()),
            });
        };
        let [haystack, needle] = arguments else {
            return Err(mismatch());
        };
        match (self.side(haystack)?, self.side(needle)?) {
            (
                Side::Property(operand, Edm::String(_) | Edm::Enum(_)),
                Side::Literal(ast::Literal::Text(text)),
            ) => Ok(Expr::Match(kind, operand, text.into_owned())),
            _ => Err(mismatch()),
        }
    }

    fn lambda(
        self,
        quantifier: Quantifier,
        path: &ast::Path<'_>,
        predicate: Option<&ast::Predicate<'_>>,
    ) -> Result<Expr, Problem> {
        let Target::Collection(field, element) = self.follow(path)? else {
            return Err(Problem::NotFilterable {
                name: path.to_string(),
            });
        };
        let Some(ast::Predicate { variable, body }) = predicate else {
            return Ok(Expr::Any(field, None));
        };
        let inside = Scope {
            schema: element,
            variable: Some(variable),
        };
        let condition = inside.condition(body)?;
        Ok(match quantifier {
            Quantifier::Any => Expr::Any(field, Some(Box::new(condition))),
            // All do if none does not; exact, since a condition is never anything but true or false.
            Quantifier::All => negated(Expr::Any(field, Some(Box::new(negated(condition))))),
        })
    }
}

fn negated(expr: Expr) -> Expr {
    match expr {
        Expr::Constant(value) => Expr::Constant(!value),
        Expr::Not(inner) => *inner,
        other => Expr::Not(Box::new(other)),
    }
}

fn fold_named(name: &str) -> Option<Fold> {
    let folds = [
        ("tolower", Fold::Lower),
        ("toupper", Fold::Upper),
        ("trim", Fold::Trim),
    ];
    folds
        .into_iter()
        .find_map(|(word, fold)| word.eq_ignore_ascii_case(name).then_some(fold))
}

fn match_named(name: &str) -> Option<Match> {
    let matches = [
        ("startswith", Match::StartsWith),
        ("endswith", Match::EndsWith),
        ("contains", Match::Contains),
    ];
    matches
        .into_iter()
        .find_map(|(word, kind)| word.eq_ignore_ascii_case(name).then_some(kind))
}

/// `#microsoft.graph.x` → `x`.
fn bare_type(name: &str) -> String {
    let name = name.trim_start_matches('#');
    name.rsplit_once('.').map_or(name, |(_, last)| last).to_owned()
}
