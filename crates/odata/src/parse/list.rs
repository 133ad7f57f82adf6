//! The lists: `$select`, `$orderby`, and `$expand` with the options nested in it (directory dossier,
//! B2).

use super::{LOOSEST, Parser, word_literal};
use crate::ast::{Expansion, Literal, OrderKey, Path, Query};
use crate::lex::Token;
use crate::syntax::{EXPAND_DEPTH_MAX, Fault, Limit, SyntaxError};

impl<'a> Parser<'a> {
    /// Items separated by commas, up to something else; empty ones are left out.
    fn list<T>(
        &mut self,
        mut item: impl FnMut(&mut Self) -> Result<T, SyntaxError>,
    ) -> Result<Vec<T>, SyntaxError> {
        let mut items = Vec::new();
        loop {
            while self.take(&Token::Comma)? {}
            if matches!(self.token, Token::End | Token::Close | Token::Semicolon) {
                return Ok(items);
            }
            self.node()?;
            items.push(item(self)?);
            if self.token != Token::Comma {
                return Ok(items);
            }
        }
    }

    pub(super) fn selection(&mut self) -> Result<Vec<Path<'a>>, SyntaxError> {
        self.list(|parser| {
            if parser.take(&Token::Star)? {
                Ok(Path(vec!["*"]))
            } else {
                parser.path()
            }
        })
    }

    pub(super) fn order_keys(&mut self) -> Result<Vec<OrderKey<'a>>, SyntaxError> {
        self.list(|parser| {
            let path = parser.path()?;
            let descending = match parser.token {
                Token::Name(word) if word.eq_ignore_ascii_case("desc") => true,
                Token::Name(word) if word.eq_ignore_ascii_case("asc") => false,
                _ => {
                    return Ok(OrderKey {
                        path,
                        descending: false,
                    });
                }
            };
            parser.bump()?;
            Ok(OrderKey { path, descending })
        })
    }

    fn path(&mut self) -> Result<Path<'a>, SyntaxError> {
        let mut names = vec![self.name("a property name")?];
        while self.take(&Token::Slash)? {
            self.node()?;
            names.push(self.name("a property name")?);
        }
        Ok(Path(names))
    }

    pub(super) fn expansions(&mut self) -> Result<Vec<Expansion<'a>>, SyntaxError> {
        self.expand_depth += 1;
        if self.expand_depth > EXPAND_DEPTH_MAX {
            return self.fail(Fault::Limit(Limit::ExpandDepth));
        }
        let items = self.list(Self::expansion)?;
        self.expand_depth -= 1;
        Ok(items)
    }

    /// `*` takes no options: with them, a short text could ask for everything about everything.
    fn expansion(&mut self) -> Result<Expansion<'a>, SyntaxError> {
        if self.take(&Token::Star)? {
            return Ok(Expansion {
                name: "*",
                query: None,
            });
        }
        let name = self.name("a navigation property")?;
        let mut query = None;
        if self.take(&Token::Open)? {
            query = Some(self.nested_options()?);
            self.expect(&Token::Close, "')' or ';'")?;
        }
        Ok(Expansion { name, query })
    }

    /// Options separated by semicolons; the `$` of their names is optional (directory dossier, B2).
    fn nested_options(&mut self) -> Result<Query<'a>, SyntaxError> {
        let mut query = Query::default();
        loop {
            while self.take(&Token::Semicolon)? {}
            if self.token == Token::Close {
                return Ok(query);
            }
            let position = self.position;
            let name = self.name("a query option")?;
            self.expect(&Token::Equals, "'='")?;
            match name
                .strip_prefix('$')
                .unwrap_or(name)
                .to_ascii_lowercase()
                .as_str()
            {
                "filter" => query.filter = Some(self.expression(LOOSEST)?),
                "orderby" => query.order_by = self.order_keys()?,
                "select" => query.select.append(&mut self.selection()?),
                "expand" => query.expand.append(&mut self.expansions()?),
                "top" => query.top = Some(self.count_literal(1)?),
                "skip" => query.skip = Some(self.count_literal(0)?),
                "count" => query.count = self.bool_literal()?,
                _ => {
                    let fault = Fault::Expected("a query option");
                    return Err(SyntaxError { position, fault });
                }
            }
            if !matches!(self.token, Token::Semicolon | Token::Close) {
                return self.expected("')' or ';'");
            }
        }
    }

    fn count_literal(&mut self, least: u32) -> Result<u32, SyntaxError> {
        if let Token::Literal(Literal::Int(number)) = self.token
            && let Ok(number) = u32::try_from(number)
            && number >= least
        {
            self.bump()?;
            return Ok(number);
        }
        self.expected("a whole number")
    }

    fn bool_literal(&mut self) -> Result<bool, SyntaxError> {
        if let Token::Name(name) = self.token
            && let Some(Literal::Bool(value)) = word_literal(name)
        {
            self.bump()?;
            return Ok(value);
        }
        self.expected("'true' or 'false'")
    }
}
