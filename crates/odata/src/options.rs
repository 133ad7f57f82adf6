//! The query string: raw text → the options in it, each still a text of its own (directory dossier,
//! B2; clients dossier, 2).

use std::borrow::Cow;

use crate::percent::{InvalidEncoding, Plus, decode};

/// The longest query string, still encoded, in bytes.
pub const QUERY_BYTES_MAX: usize = 32 * 1024;
/// The most parameters in it.
pub const PARAMETERS_MAX: usize = 64;

/// The options of one query.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RawOptions {
    /// `$filter`
    pub filter: Option<String>,
    /// `$select`; several are joined by commas.
    pub select: Option<String>,
    /// `$expand`; several are joined by commas.
    pub expand: Option<String>,
    /// `$orderby`
    pub order_by: Option<String>,
    /// `$top`, at least 1.
    pub top: Option<u32>,
    /// `$skip`
    pub skip: Option<u32>,
    /// `$count`
    pub count: bool,
    /// `$search`
    pub search: Option<String>,
    /// `$format`
    pub format: Option<String>,
    /// `$skiptoken`
    pub skip_token: Option<String>,
    /// Parameter aliases, `@` included, with the literals as written: `("@o", "'principal'")`.
    pub aliases: Vec<(String, String)>,
    /// Parameters that are none of OData's, such as `consistencyLevel`.
    pub others: Vec<(String, String)>,
}

/// A query string that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OptionError {
    /// It is longer than [`QUERY_BYTES_MAX`].
    #[error("The query string is limited to {QUERY_BYTES_MAX} bytes.")]
    TooLong,
    /// It has more than [`PARAMETERS_MAX`] parameters.
    #[error("The query string is limited to {PARAMETERS_MAX} parameters.")]
    TooMany,
    /// It is badly encoded.
    #[error("The query string has malformed percent-encoding.")]
    Encoding,
    /// An option with `$` that does not exist here.
    #[error("The query parameter '{0}' is not supported.")]
    Unknown(String),
    /// An option that may be there once only.
    #[error("Query option '{0}' was specified more than once, but it must be specified at most once.")]
    Repeated(&'static str),
    /// `$top` or `$skip` is no whole number, or too large a one.
    #[error(
        "Invalid value '{value}' for {option} query option found. \
             The {option} query option requires a non-negative integer value."
    )]
    InvalidNumber {
        /// Which of the two.
        option: &'static str,
        /// What it says.
        value: String,
    },
    /// `$top=0`; the directory has a text of its own for it (directory dossier, B2).
    #[error("Invalid page size specified: '0'. Must be at least 1.")]
    ZeroTop,
    /// `$count` is neither `true` nor `false`.
    #[error("Invalid value '{0}' for $count query option found. Valid values are 'true' or 'false'.")]
    InvalidCount(String),
}

impl From<InvalidEncoding> for OptionError {
    fn from(_: InvalidEncoding) -> Self {
        Self::Encoding
    }
}

impl RawOptions {
    /// Takes a query string apart, without its `?` and still percent-encoded.
    pub fn parse(query: &str) -> Result<Self, OptionError> {
        if query.len() > QUERY_BYTES_MAX {
            return Err(OptionError::TooLong);
        }
        let mut options = Self::default();
        let parameters = query.split('&').filter(|parameter| !parameter.is_empty());
        for (index, parameter) in parameters.enumerate() {
            if index == PARAMETERS_MAX {
                return Err(OptionError::TooMany);
            }
            let (name, value) = parameter.split_once('=').unwrap_or((parameter, ""));
            options.add(decode(name, Plus::Blank)?.trim(), decode(value, Plus::Blank)?)?;
        }
        Ok(options)
    }

    /// The literal that an alias stands for; `alias` begins with `@`.
    pub fn alias(&self, alias: &str) -> Option<&str> {
        let (_, literal) = self.aliases.iter().find(|(name, _)| name == alias)?;
        Some(literal)
    }

    fn add(&mut self, name: &str, value: Cow<'_, str>) -> Result<(), OptionError> {
        if name.starts_with('@') {
            self.aliases.push((name.to_owned(), value.into_owned()));
            return Ok(());
        }
        let bare = name.strip_prefix('$');
        match bare.unwrap_or(name).to_ascii_lowercase().as_str() {
            "filter" => once(&mut self.filter, "$filter", value.into_owned()),
            "orderby" => once(&mut self.order_by, "$orderby", value.into_owned()),
            "search" => once(&mut self.search, "$search", value.into_owned()),
            "format" => once(&mut self.format, "$format", value.into_owned()),
            "skiptoken" => once(&mut self.skip_token, "$skiptoken", value.into_owned()),
            "top" => match number("$top", &value)? {
                0 => Err(OptionError::ZeroTop),
                top => once(&mut self.top, "$top", top),
            },
            "skip" => once(&mut self.skip, "$skip", number("$skip", &value)?),
            "count" => {
                self.count = match value.trim() {
                    yes if yes.eq_ignore_ascii_case("true") => true,
                    no if no.eq_ignore_ascii_case("false") => false,
                    other => return Err(OptionError::InvalidCount(other.to_owned())),
                };
                Ok(())
            }
            "select" => {
                merge(&mut self.select, value);
                Ok(())
            }
            "expand" => {
                merge(&mut self.expand, value);
                Ok(())
            }
            _ if bare.is_some() => Err(OptionError::Unknown(name.to_owned())),
            _ => {
                self.others.push((name.to_owned(), value.into_owned()));
                Ok(())
            }
        }
    }
}

fn once<T>(slot: &mut Option<T>, option: &'static str, value: T) -> Result<(), OptionError> {
    match slot.replace(value) {
        None => Ok(()),
        Some(_) => Err(OptionError::Repeated(option)),
    }
}

/// Some template engines repeat the option for each item (directory dossier, B2).
fn merge(slot: &mut Option<String>, value: Cow<'_, str>) {
    match slot {
        Some(list) => {
            list.push(',');
            list.push_str(&value);
        }
        None => *slot = Some(value.into_owned()),
    }
}

fn number(option: &'static str, value: &str) -> Result<u32, OptionError> {
    let digits = value.trim();
    let is_number = digits.bytes().all(|byte| byte.is_ascii_digit());
    digits
        .parse()
        .ok()
        .filter(|_| is_number)
        .ok_or_else(|| OptionError::InvalidNumber {
            option,
            value: value.to_owned(),
        })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn options_are_read_in_every_form_that_clients_send() {
        let filter = |text: &str| RawOptions {
            filter: Some(text.to_owned()),
            ..RawOptions::default()
        };
        let cases = [
            ("", RawOptions::default()),
            ("&&", RawOptions::default()),
            ("%24filter=scopeId+eq+%27%2F%27", filter("scopeId eq '/'")),
            ("$filter=scopeId+eq+'/'", filter("scopeId eq '/'")),
            ("filter=a%20eq%201", filter("a eq 1")),
            ("%20$FILTER+=a=b", filter("a=b")),
            (
                "$expand=policy($expand%3Drules)&%24expand=%2A&$select=Id&select=a,b",
                RawOptions {
                    expand: Some("policy($expand=rules),*".to_owned()),
                    select: Some("Id,a,b".to_owned()),
                    ..RawOptions::default()
                },
            ),
            (
                "$top=50&$skip=0&$count=True&$orderBy=a&$search=%22a:b%22&$format=json&$skipToken=x",
                RawOptions {
                    top: Some(50),
                    skip: Some(0),
                    count: true,
                    order_by: Some("a".to_owned()),
                    search: Some("\"a:b\"".to_owned()),
                    format: Some("json".to_owned()),
                    skip_token: Some("x".to_owned()),
                    ..RawOptions::default()
                },
            ),
            (
                "@o='principal'&consistencyLevel=eventual&x",
                RawOptions {
                    aliases: vec![("@o".to_owned(), "'principal'".to_owned())],
                    others: vec![
                        ("consistencyLevel".to_owned(), "eventual".to_owned()),
                        ("x".to_owned(), String::new()),
                    ],
                    ..RawOptions::default()
                },
            ),
        ];
        for (query, expected) in cases {
            assert_eq!(RawOptions::parse(query), Ok(expected), "{query}");
        }
        assert_eq!(RawOptions::parse("@o='x'").unwrap().alias("@o"), Some("'x'"));
    }

    #[test]
    fn bad_options_are_refused() {
        let number = |option, value: &str| OptionError::InvalidNumber {
            option,
            value: value.to_owned(),
        };
        let cases = [
            ("$xyz=1", OptionError::Unknown("$xyz".to_owned())),
            ("$filter=a&filter=b", OptionError::Repeated("$filter")),
            ("$top=0", OptionError::ZeroTop),
            ("$top=-1", number("$top", "-1")),
            ("$top=%2B1", number("$top", "+1")),
            ("$top=", number("$top", "")),
            ("$top=4294967296", number("$top", "4294967296")),
            ("$skip=a", number("$skip", "a")),
            ("$count=1", OptionError::InvalidCount("1".to_owned())),
            ("$filter=%zz", OptionError::Encoding),
            ("%FF=1", OptionError::Encoding),
        ];
        for (query, expected) in cases {
            assert_eq!(RawOptions::parse(query), Err(expected), "{query}");
        }
    }

    #[test]
    fn limits_hold_to_the_letter() {
        let long = |n: usize| format!("x={}", "y".repeat(n - 2));
        assert!(RawOptions::parse(&long(QUERY_BYTES_MAX)).is_ok());
        assert_eq!(
            RawOptions::parse(&long(QUERY_BYTES_MAX + 1)),
            Err(OptionError::TooLong)
        );
        assert!(RawOptions::parse(&"x&".repeat(PARAMETERS_MAX)).is_ok());
        assert_eq!(
            RawOptions::parse(&"x&".repeat(PARAMETERS_MAX + 1)),
            Err(OptionError::TooMany)
        );
    }

    proptest! {
        #[test]
        fn no_query_makes_the_parser_fall_over(query in "[$a-z=&%+@0-9é ]{0,100}") {
            let _ = RawOptions::parse(&query);
        }
    }
}
