//! Mail addresses, as narrow as mail that is sent by a machine needs them: no display names, comments,
//! quotes or domain literals, and nothing that could end a header line.

use std::fmt;
use std::str::FromStr;

use email_address::{EmailAddress, Options};

use crate::vocabulary::serde_as_text;

/// Bytes of an address at the most (RFC 5321, 4.5.3.1.3, less the angle brackets).
const BYTES_MAX: usize = 254;

/// An address that mail can be sent to. Equal are those that differ in ASCII case only: what mail servers
/// could tell apart there, they do not.
#[derive(Clone, Debug)]
pub struct MailAddress(String);

/// The text was not a mail address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InvalidMailAddress;

impl MailAddress {
    /// As it was written.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl PartialEq for MailAddress {
    fn eq(&self, other: &Self) -> bool {
        self.0.eq_ignore_ascii_case(&other.0)
    }
}

impl Eq for MailAddress {}

impl fmt::Display for MailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for InvalidMailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not a mail address")
    }
}

impl std::error::Error for InvalidMailAddress {}

impl FromStr for MailAddress {
    type Err = InvalidMailAddress;

    fn from_str(text: &str) -> Result<Self, InvalidMailAddress> {
        let options = Options::default()
            .with_required_tld()
            .without_display_text()
            .without_domain_literal();
        // With blanks around angle brackets, the library lets an empty display name pass.
        let is_plain = text.bytes().all(|byte| byte.is_ascii_graphic()) && !text.contains('"');
        let is_narrow = text.len() <= BYTES_MAX && is_plain;
        if !is_narrow || EmailAddress::parse_with_options(text, options).is_err() {
            return Err(InvalidMailAddress);
        }
        Ok(Self(text.to_owned()))
    }
}

serde_as_text!(MailAddress, str::parse::<MailAddress>);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_addresses_are_read_and_nothing_else() {
        for good in [
            "soc@corp.example",
            "first.last+tag@sub.corp.example",
            "o'neil@corp.example",
        ] {
            assert_eq!(good.parse::<MailAddress>().unwrap().as_str(), good);
        }
        let long = format!("{}@corp.example", "a".repeat(250));
        for bad in [
            "",
            "soc",
            "soc@",
            "@corp.example",
            "a@b@corp.example",
            "a b@corp.example",
            "soc@corp.example\r\nBcc: x@y.example",
            "soc@corp.example\n",
            " soc@corp.example",
            "Security <soc@corp.example>",
            "<soc@corp.example>",
            " <soc@corp.example> ",
            "\"s oc\"@corp.example",
            "soc@[127.0.0.1]",
            "soc@corp..example",
            "söc@corp.example",
            "a,b@corp.example",
            "soc@localhost",
            long.as_str(),
        ] {
            assert!(bad.parse::<MailAddress>().is_err(), "{bad:?}");
        }
    }

    #[test]
    fn case_makes_no_difference() {
        let address = |text: &str| text.parse::<MailAddress>().unwrap();
        assert_eq!(address("SOC@corp.example"), address("soc@Corp.Example"));
    }
}
