//! The lexer: text → tokens, one at a time, each byte looked at a bounded number of times.

use std::borrow::Cow;

use model::ids::parse_guid;
use model::{Instant, IsoDuration};

use crate::ast::Literal;
use crate::syntax::{Fault, SyntaxError};

/// The length of a GUID in its hyphenated form.
const GUID_BYTES: usize = 36;
/// The length of `2026-01-01`.
const DATE_BYTES: usize = 10;

/// A token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Token<'a> {
    /// A name, an operator or an option: letters, digits, `_`, `.`, a leading `$`.
    Name(&'a str),
    /// A literal other than `true`, `false` and `null`, which are names here.
    Literal(Literal<'a>),
    /// `(`
    Open,
    /// `)`
    Close,
    /// `,`
    Comma,
    /// `/`
    Slash,
    /// `:`
    Colon,
    /// `;`
    Semicolon,
    /// `=`
    Equals,
    /// `*`
    Star,
    /// Nothing is left.
    End,
}

/// A text and how far it has been read.
pub(crate) struct Lexer<'a> {
    text: &'a str,
    position: usize,
}

impl<'a> Lexer<'a> {
    pub(crate) const fn new(text: &'a str) -> Self {
        Self { text, position: 0 }
    }

    /// The next token and where it begins.
    pub(crate) fn next(&mut self) -> Result<(usize, Token<'a>), SyntaxError> {
        self.take_while(|byte| byte.is_ascii_whitespace());
        let start = self.position;
        let rest = self.rest();
        let Some(first) = rest.chars().next() else {
            return Ok((start, Token::End));
        };
        let token = match first {
            '(' => self.single(Token::Open),
            ')' => self.single(Token::Close),
            ',' => self.single(Token::Comma),
            '/' => self.single(Token::Slash),
            ':' => self.single(Token::Colon),
            ';' => self.single(Token::Semicolon),
            '=' => self.single(Token::Equals),
            '*' => self.single(Token::Star),
            '\'' => Token::Literal(Literal::Text(self.quoted()?)),
            _ => {
                if let Some(guid) = self.guid() {
                    guid
                } else if first.is_ascii_digit() || matches!(first, '+' | '-') {
                    self.number_or_date()?
                } else if first.is_ascii_alphabetic() || matches!(first, '_' | '$') {
                    self.name_or_typed()?
                } else {
                    return Err(self.fault(start, Fault::Character(first)));
                }
            }
        };
        Ok((start, token))
    }

    fn rest(&self) -> &'a str {
        self.text.get(self.position..).unwrap_or_default()
    }

    const fn fault(&self, position: usize, fault: Fault) -> SyntaxError {
        SyntaxError { position, fault }
    }

    const fn single(&mut self, token: Token<'a>) -> Token<'a> {
        self.position += 1;
        token
    }

    /// Takes the ASCII bytes that fulfil `wanted`.
    fn take_while(&mut self, wanted: impl Fn(u8) -> bool) -> &'a str {
        let rest = self.rest();
        let length = rest.bytes().position(|byte| !wanted(byte)).unwrap_or(rest.len());
        self.position += length;
        rest.get(..length).unwrap_or_default()
    }

    /// A bare GUID; it may begin with a letter.
    fn guid(&mut self) -> Option<Token<'a>> {
        let rest = self.rest();
        let id = parse_guid(rest.get(..GUID_BYTES)?).ok()?;
        let next = rest.as_bytes().get(GUID_BYTES);
        if next.is_some_and(|byte| is_in_name(*byte) || *byte == b'-') {
            return None;
        }
        self.position += GUID_BYTES;
        Some(Token::Literal(Literal::Guid(id)))
    }

    fn number_or_date(&mut self) -> Result<Token<'a>, SyntaxError> {
        let start = self.position;
        let word = self.take_while(|byte| is_in_name(byte) || matches!(byte, b'+' | b'-' | b':'));
        let literal = if let Ok(number) = word.parse() {
            Some(Literal::Int(number))
        } else if word.len() == DATE_BYTES {
            midnight(word).map(Literal::Date)
        } else {
            Instant::parse(word).ok().map(Literal::Instant)
        };
        literal
            .map(Token::Literal)
            .ok_or_else(|| self.fault(start, Fault::Literal))
    }

    /// A name; or, where a quote follows at once, a literal with its type before it.
    fn name_or_typed(&mut self) -> Result<Token<'a>, SyntaxError> {
        let start = self.position;
        let name = self.take_while(is_in_name);
        if !self.rest().starts_with('\'') {
            return Ok(Token::Name(name));
        }
        let text = self.quoted()?;
        if !name.eq_ignore_ascii_case("duration") {
            return Ok(Token::Literal(Literal::Enum(name, text)));
        }
        text.parse::<IsoDuration>()
            .map(|span| Token::Literal(Literal::Duration(span)))
            .map_err(|_| self.fault(start, Fault::Literal))
    }

    /// A text in single quotes, a quote inside it doubled; borrowed unless there is one.
    fn quoted(&mut self) -> Result<Cow<'a, str>, SyntaxError> {
        let start = self.position;
        let body = self.rest().get(1..).unwrap_or_default();
        let mut quotes = body.match_indices('\'').map(|(at, _)| at).peekable();
        let mut doubled = false;
        while let Some(at) = quotes.next() {
            if quotes.next_if_eq(&(at + 1)).is_some() {
                doubled = true;
                continue;
            }
            self.position += at + 2;
            let inside = body.get(..at).unwrap_or_default();
            return Ok(if doubled {
                Cow::Owned(inside.replace("''", "'"))
            } else {
                Cow::Borrowed(inside)
            });
        }
        Err(self.fault(start, Fault::Unterminated))
    }
}

const fn is_in_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'$')
}

/// The midnight, in UTC, with which a date begins.
pub(crate) fn midnight(date: &str) -> Option<Instant> {
    Instant::parse(&format!("{date}T00:00Z")).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn only(text: &str) -> Result<Token<'_>, SyntaxError> {
        let mut lexer = Lexer::new(text);
        let (_, token) = lexer.next()?;
        assert_eq!(lexer.next()?.1, Token::End, "{text}");
        Ok(token)
    }

    #[test]
    fn literals_are_told_apart() {
        let instant = |text| Literal::Instant(Instant::parse(text).unwrap());
        let guid = "fe930be7-5e62-47db-91af-98c3a49a38b1";
        let cases = [
            ("'a'", Literal::Text("a".into())),
            ("''", Literal::Text("".into())),
            ("'O''Neil'", Literal::Text("O'Neil".into())),
            ("''''", Literal::Text("'".into())),
            ("'é/()'", Literal::Text("é/()".into())),
            ("0", Literal::Int(0)),
            ("-17", Literal::Int(-17)),
            (guid, Literal::Guid(parse_guid(guid).unwrap())),
            ("2026-01-01T12:00:00Z", instant("2026-01-01T12:00:00Z")),
            ("2026-01-01T14:00:00.5+02:00", instant("2026-01-01T12:00:00.5Z")),
            ("2026-01-01T12:00:00-05:30", instant("2026-01-01T17:30:00Z")),
            (
                "2026-01-01",
                Literal::Date(Instant::parse("2026-01-01T00:00:00Z").unwrap()),
            ),
            ("duration'PT8H'", Literal::Duration(IsoDuration::from_hours(8))),
            (
                "microsoft.graph.x'Provisioned'",
                Literal::Enum("microsoft.graph.x", "Provisioned".into()),
            ),
        ];
        for (text, expected) in cases {
            assert_eq!(only(text), Ok(Token::Literal(expected)), "{text}");
        }
    }

    #[test]
    fn faults_have_a_position() {
        let cases = [
            ("  #", 2, Fault::Character('#')),
            (" é", 1, Fault::Character('é')),
            ("\"a\"", 0, Fault::Character('"')),
            (" 'abc", 1, Fault::Unterminated),
            ("'a''", 0, Fault::Unterminated),
            ("2026-13-01", 0, Fault::Literal),
            ("2026-01-01T12:00:00", 0, Fault::Literal),
            ("1.5", 0, Fault::Literal),
            ("99999999999999999999", 0, Fault::Literal),
            ("-", 0, Fault::Literal),
            ("duration'P1W'", 0, Fault::Literal),
            ("fe930be7-5e62-47db-91af-98c3a49a38b1f", 8, Fault::Literal),
        ];
        for (text, position, fault) in cases {
            let mut lexer = Lexer::new(text);
            let error = loop {
                match lexer.next() {
                    Ok((_, Token::End)) => panic!("{text}: no fault"),
                    Ok(_) => {}
                    Err(error) => break error,
                }
            };
            assert_eq!(error, SyntaxError { position, fault }, "{text}");
        }
    }
}
