//! Authentication contexts: what a sign-in can be asked to satisfy beyond a password (policies dossier,
//! section 7). Those that exist are the tenant's own; a rule may name one that does not.

use std::fmt;
use std::str::FromStr;

use crate::vocabulary::serde_as_text;

/// The highest number of a context, `c99`.
const HIGHEST: u8 = 99;

/// `c1` to `c99`, as the `acrs` claim has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AuthenticationContextId(u8);

/// The text was not the id of an authentication context.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InvalidAuthenticationContextId;

impl fmt::Display for InvalidAuthenticationContextId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not one of c1 to c99")
    }
}

impl std::error::Error for InvalidAuthenticationContextId {}

impl fmt::Display for AuthenticationContextId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "c{}", self.0)
    }
}

impl FromStr for AuthenticationContextId {
    type Err = InvalidAuthenticationContextId;

    fn from_str(text: &str) -> Result<Self, InvalidAuthenticationContextId> {
        let number = text.strip_prefix('c').ok_or(InvalidAuthenticationContextId)?;
        if number.starts_with(['0', '+']) {
            return Err(InvalidAuthenticationContextId);
        }
        let number = number.parse().map_err(|_| InvalidAuthenticationContextId)?;
        if number > HIGHEST {
            return Err(InvalidAuthenticationContextId);
        }
        Ok(Self(number))
    }
}

serde_as_text!(AuthenticationContextId, str::parse::<AuthenticationContextId>);

/// An authentication context that the tenant has; Graph's `authenticationContextClassReference`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuthenticationContext {
    /// Its id.
    pub id: AuthenticationContextId,
    /// Its name.
    pub display_name: Option<String>,
    /// What it stands for.
    pub description: Option<String>,
    /// Whether it is offered to whoever configures something.
    pub is_available: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_c1_to_c99() {
        for good in ["c1", "c25", "c99"] {
            assert_eq!(good.parse::<AuthenticationContextId>().unwrap().to_string(), good);
        }
        for bad in ["", "c", "c0", "c01", "c100", "C1", "1", "c+1", "c1 "] {
            assert!(bad.parse::<AuthenticationContextId>().is_err(), "{bad}");
        }
    }
}
