//! Percent-encoding, read strictly: what is malformed is refused, not passed on.

use std::borrow::Cow;

/// A `%` without two hexadecimal digits behind it, or bytes that are not UTF-8.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("malformed percent-encoding")]
pub struct InvalidEncoding;

/// What a `+` stands for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Plus {
    /// Itself, in a path.
    Literal,
    /// A blank, in a query string (clients dossier, 2).
    Blank,
}

/// Decodes `text`; borrows where there is nothing to decode.
pub(crate) fn decode(text: &str, plus: Plus) -> Result<Cow<'_, str>, InvalidEncoding> {
    let is_encoded = |byte| byte == b'%' || byte == b'+' && plus == Plus::Blank;
    if !text.bytes().any(is_encoded) {
        return Ok(Cow::Borrowed(text));
    }
    let mut decoded = Vec::with_capacity(text.len());
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        decoded.push(match byte {
            b'%' => hex_digit(bytes.next())? << 4 | hex_digit(bytes.next())?,
            b'+' if plus == Plus::Blank => b' ',
            other => other,
        });
    }
    String::from_utf8(decoded)
        .map(Cow::Owned)
        .map_err(|_| InvalidEncoding)
}

fn hex_digit(byte: Option<u8>) -> Result<u8, InvalidEncoding> {
    match byte {
        Some(digit @ b'0'..=b'9') => Ok(digit - b'0'),
        Some(letter @ b'a'..=b'f') => Ok(letter - b'a' + 10),
        Some(letter @ b'A'..=b'F') => Ok(letter - b'A' + 10),
        _ => Err(InvalidEncoding),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_are_decoded_and_malformed_ones_refused() {
        let cases = [
            ("a+b", Plus::Blank, Ok("a b")),
            ("a+b", Plus::Literal, Ok("a+b")),
            ("%24filter", Plus::Blank, Ok("$filter")),
            ("%2b%2B", Plus::Blank, Ok("++")),
            ("%C3%A9", Plus::Literal, Ok("é")),
            ("é", Plus::Literal, Ok("é")),
            ("%", Plus::Literal, Err(InvalidEncoding)),
            ("%4", Plus::Literal, Err(InvalidEncoding)),
            ("%zz", Plus::Literal, Err(InvalidEncoding)),
            ("%+1", Plus::Literal, Err(InvalidEncoding)),
            ("%C3", Plus::Literal, Err(InvalidEncoding)),
            ("%é", Plus::Literal, Err(InvalidEncoding)),
        ];
        for (text, plus, expected) in cases {
            assert_eq!(decode(text, plus).as_deref().map_err(|e| *e), expected, "{text}");
        }
    }
}
