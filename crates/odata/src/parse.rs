//! The parser: tokens → syntax tree (directory dossier, B2 and B3). A Pratt parser for expressions
//! here, plain descent for the lists in `list`; every recursion is counted against a limit of
//! [`crate::syntax`], and time is linear in the text.

mod list;
mod search;

pub use search::search;

use crate::ast::{Comparison, Expansion, Expr, Literal, OrderKey, Path, Predicate, Quantifier};
use crate::lex::{Lexer, Token};
use crate::syntax::{DEPTH_MAX, Fault, IN_ITEMS_MAX, Limit, NODES_MAX, SyntaxError, TEXT_BYTES_MAX};

/// Parses a `$filter`.
pub fn filter(text: &str) -> Result<Expr<'_>, SyntaxError> {
    whole(text, |parser| parser.expression(LOOSEST))
}

/// Parses an `$orderby`. Blank text is no key.
pub fn order_by(text: &str) -> Result<Vec<OrderKey<'_>>, SyntaxError> {
    whole(text, Parser::order_keys)
}

/// Parses a `$select`. Blank text and empty items are nothing.
pub fn select(text: &str) -> Result<Vec<Path<'_>>, SyntaxError> {
    whole(text, Parser::selection)
}

/// Parses an `$expand`, with the options nested in it. Blank text and empty items are nothing.
pub fn expand(text: &str) -> Result<Vec<Expansion<'_>>, SyntaxError> {
    whole(text, |parser| parser.expansions())
}

fn whole<'a, T>(
    text: &'a str,
    parse: impl FnOnce(&mut Parser<'a>) -> Result<T, SyntaxError>,
) -> Result<T, SyntaxError> {
    if text.len() > TEXT_BYTES_MAX {
        return Err(SyntaxError {
            position: TEXT_BYTES_MAX,
            fault: Fault::Limit(Limit::Text),
        });
    }
    let mut lexer = Lexer::new(text);
    let (position, token) = lexer.next()?;
    let mut parser = Parser {
        lexer,
        token,
        position,
        depth: 0,
        expand_depth: 0,
        nodes: 0,
    };
    let parsed = parse(&mut parser)?;
    match parser.token {
        Token::End => Ok(parsed),
        _ => parser.expected("an operator or the end"),
    }
}

/// How tightly an operator binds; `not` binds tighter than `and`, looser than a comparison.
type Power = u8;
const LOOSEST: Power = 0;
const OR: Power = 1;
const AND: Power = 2;
const NOT: Power = 3;
const COMPARISON: Power = 4;
const TIGHTEST: Power = 5;

#[derive(Clone, Copy)]
enum Operator {
    Or,
    And,
    Compare(Comparison),
    Has,
    In,
}

impl Operator {
    const ALL: [(&'static str, Self); 10] = [
        ("and", Self::And),
        ("or", Self::Or),
        ("eq", Self::Compare(Comparison::Eq)),
        ("ne", Self::Compare(Comparison::Ne)),
        ("gt", Self::Compare(Comparison::Gt)),
        ("ge", Self::Compare(Comparison::Ge)),
        ("lt", Self::Compare(Comparison::Lt)),
        ("le", Self::Compare(Comparison::Le)),
        ("has", Self::Has),
        ("in", Self::In),
    ];

    fn named(name: &str) -> Option<Self> {
        let (_, operator) = Self::ALL
            .iter()
            .find(|(word, _)| word.eq_ignore_ascii_case(name))?;
        Some(*operator)
    }

    const fn power(self) -> Power {
        match self {
            Self::Or => OR,
            Self::And => AND,
            Self::Compare(_) | Self::Has | Self::In => COMPARISON,
        }
    }
}

struct Parser<'a> {
    lexer: Lexer<'a>,
    /// The token to be read next, and where it begins.
    token: Token<'a>,
    position: usize,
    depth: usize,
    expand_depth: usize,
    nodes: usize,
}

impl<'a> Parser<'a> {
    /// Goes one token on and returns the one left behind.
    fn bump(&mut self) -> Result<Token<'a>, SyntaxError> {
        let (position, token) = self.lexer.next()?;
        self.position = position;
        Ok(std::mem::replace(&mut self.token, token))
    }

    fn fail<T>(&self, fault: Fault) -> Result<T, SyntaxError> {
        Err(SyntaxError {
            position: self.position,
            fault,
        })
    }

    fn expected<T>(&self, what: &'static str) -> Result<T, SyntaxError> {
        self.fail(Fault::Expected(what))
    }

    /// Goes past `token` if it comes next.
    fn take(&mut self, token: &Token<'_>) -> Result<bool, SyntaxError> {
        let is_next = self.token == *token;
        if is_next {
            self.bump()?;
        }
        Ok(is_next)
    }

    fn expect(&mut self, token: &Token<'_>, what: &'static str) -> Result<(), SyntaxError> {
        if self.take(token)? {
            Ok(())
        } else {
            self.expected(what)
        }
    }

    fn name(&mut self, what: &'static str) -> Result<&'a str, SyntaxError> {
        let Token::Name(name) = self.token else {
            return self.expected(what);
        };
        self.bump()?;
        Ok(name)
    }

    /// Counts one more node of the tree.
    fn node(&mut self) -> Result<(), SyntaxError> {
        self.nodes += 1;
        if self.nodes > NODES_MAX {
            return self.fail(Fault::Limit(Limit::Nodes));
        }
        Ok(())
    }

    fn nested<T>(
        &mut self,
        parse: impl FnOnce(&mut Self) -> Result<T, SyntaxError>,
    ) -> Result<T, SyntaxError> {
        self.depth += 1;
        if self.depth > DEPTH_MAX {
            return self.fail(Fault::Limit(Limit::Depth));
        }
        let parsed = parse(self)?;
        self.depth -= 1;
        Ok(parsed)
    }

    fn expression(&mut self, loosest: Power) -> Result<Expr<'a>, SyntaxError> {
        let mut left = self.operand()?;
        // Comparisons do not chain: behind one only `and` and `or` may follow.
        let mut tightest = TIGHTEST;
        while let Some(operator) = self.operator() {
            let power = operator.power();
            if power < loosest || power > tightest {
                break;
            }
            self.node()?;
            self.bump()?;
            left = match operator {
                Operator::In => Expr::In(Box::new(left), self.in_items()?),
                Operator::Compare(comparison) => {
                    Expr::Compare(Box::new(left), comparison, Box::new(self.expression(TIGHTEST)?))
                }
                Operator::Has => Expr::Has(Box::new(left), Box::new(self.expression(TIGHTEST)?)),
                Operator::And => and(left, self.expression(AND + 1)?),
                Operator::Or => or(left, self.expression(OR + 1)?),
            };
            if power == COMPARISON {
                tightest = AND;
            }
        }
        Ok(left)
    }

    fn operator(&self) -> Option<Operator> {
        match self.token {
            Token::Name(name) => Operator::named(name),
            _ => None,
        }
    }

    fn operand(&mut self) -> Result<Expr<'a>, SyntaxError> {
        let position = self.position;
        match self.bump()? {
            Token::Open => {
                let inner = self.nested(|parser| parser.expression(LOOSEST))?;
                self.expect(&Token::Close, "')' or an operator")?;
                Ok(inner)
            }
            Token::Literal(literal) => {
                self.node()?;
                Ok(Expr::Literal(literal))
            }
            Token::Name(name) => {
                self.node()?;
                if let Some(literal) = word_literal(name) {
                    Ok(Expr::Literal(literal))
                } else if name.eq_ignore_ascii_case("not") {
                    let inner = self.nested(|parser| parser.expression(NOT))?;
                    Ok(Expr::Not(Box::new(inner)))
                } else if self.take(&Token::Open)? {
                    self.nested(|parser| parser.arguments(name))
                } else {
                    self.path_or_lambda(name)
                }
            }
            _ => Err(SyntaxError {
                position,
                fault: Fault::Expected("an expression"),
            }),
        }
    }

    fn arguments(&mut self, function: &'a str) -> Result<Expr<'a>, SyntaxError> {
        let mut arguments = Vec::new();
        if self.take(&Token::Close)? {
            return Ok(Expr::Call(function, arguments));
        }
        loop {
            arguments.push(self.expression(LOOSEST)?);
            if !self.take(&Token::Comma)? {
                break;
            }
        }
        self.expect(&Token::Close, "')' or ','")?;
        Ok(Expr::Call(function, arguments))
    }

    fn path_or_lambda(&mut self, first: &'a str) -> Result<Expr<'a>, SyntaxError> {
        let mut names = vec![first];
        while self.take(&Token::Slash)? {
            self.node()?;
            let name = self.name("a property name")?;
            if self.take(&Token::Open)? {
                let quantifier = if name.eq_ignore_ascii_case("any") {
                    Quantifier::Any
                } else if name.eq_ignore_ascii_case("all") {
                    Quantifier::All
                } else {
                    return self.expected("'any' or 'all' before '('");
                };
                let predicate = self.nested(Self::predicate)?;
                if predicate.is_none() && quantifier == Quantifier::All {
                    return self.expected("a predicate in 'all'");
                }
                return Ok(Expr::Lambda(quantifier, Path(names), predicate));
            }
            names.push(name);
        }
        Ok(Expr::Path(Path(names)))
    }

    /// The inside of a lambda, its closing parenthesis included.
    fn predicate(&mut self) -> Result<Option<Predicate<'a>>, SyntaxError> {
        if self.take(&Token::Close)? {
            return Ok(None);
        }
        let variable = self.name("a variable")?;
        self.expect(&Token::Colon, "':'")?;
        let body = Box::new(self.expression(LOOSEST)?);
        self.expect(&Token::Close, "')' or an operator")?;
        Ok(Some(Predicate { variable, body }))
    }

    fn in_items(&mut self) -> Result<Vec<Literal<'a>>, SyntaxError> {
        self.expect(&Token::Open, "'('")?;
        let mut items = Vec::new();
        loop {
            if items.len() == IN_ITEMS_MAX {
                return self.fail(Fault::Limit(Limit::InItems));
            }
            items.push(self.literal()?);
            if !self.take(&Token::Comma)? {
                break;
            }
        }
        self.expect(&Token::Close, "')' or ','")?;
        Ok(items)
    }

    fn literal(&mut self) -> Result<Literal<'a>, SyntaxError> {
        let position = self.position;
        let literal = match self.bump()? {
            Token::Literal(literal) => Some(literal),
            Token::Name(name) => word_literal(name),
            _ => None,
        };
        literal.ok_or(SyntaxError {
            position,
            fault: Fault::Expected("a literal"),
        })
    }
}

/// The literals that look like names, in any case.
fn word_literal(name: &str) -> Option<Literal<'static>> {
    let words = [
        ("null", Literal::Null),
        ("true", Literal::Bool(true)),
        ("false", Literal::Bool(false)),
    ];
    words
        .into_iter()
        .find_map(|(word, literal)| word.eq_ignore_ascii_case(name).then_some(literal))
}

/// A chain of `and` is flat.
fn and<'a>(left: Expr<'a>, right: Expr<'a>) -> Expr<'a> {
    match left {
        Expr::And(mut parts) => {
            parts.push(right);
            Expr::And(parts)
        }
        first => Expr::And(vec![first, right]),
    }
}

/// A chain of `or` is flat.
fn or<'a>(left: Expr<'a>, right: Expr<'a>) -> Expr<'a> {
    match left {
        Expr::Or(mut parts) => {
            parts.push(right);
            Expr::Or(parts)
        }
        first => Expr::Or(vec![first, right]),
    }
}

#[cfg(test)]
mod tests;
