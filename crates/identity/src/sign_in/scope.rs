//! The `scope` of a user's token: permissions of this resource, and OpenID's own words (RFC 6749, 3.3;
//! directory dossier, C2 and C5).

use model::Permission;
use model::access::PermissionSet;

use crate::audience::Audiences;
use crate::oauth::OAuthError;

/// The scope that asks for an `id_token`.
const OPENID: &str = "openid";
/// The scope that asks for a `refresh_token`.
const OFFLINE_ACCESS: &str = "offline_access";
/// Scopes about the user's profile, which every `id_token` shows.
const PROFILE: [&str; 2] = ["profile", "email"];
/// All permissions that were consented to beforehand.
const DEFAULT: &str = ".default";

/// What a client asks for in a user's name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestedScopes {
    /// Permissions of this resource; none if only OpenID's scopes were named.
    pub permissions: PermissionSet,
    /// Whether an `id_token` is wanted.
    pub openid: bool,
    /// Whether a `refresh_token` is wanted.
    pub offline_access: bool,
    /// The scopes in the client's own words, without `offline_access`.
    words: Vec<String>,
    is_default: bool,
}

impl RequestedScopes {
    /// Reads scopes set apart by blanks: `User.Read`, `{resource}/User.Read`, `{resource}/.default` with a name
    /// of this resource, and OpenID's. `.default` stands for all that users can give.
    ///
    /// # Errors
    /// [`OAuthError::InvalidScope`] for a word that is none of these, or a permission that users cannot give.
    pub fn parse(text: &str, audiences: &Audiences) -> Result<Self, OAuthError> {
        let given = PermissionSet::delegated();
        let mut scopes = Self {
            permissions: PermissionSet::default(),
            openid: false,
            offline_access: false,
            words: Vec::new(),
            is_default: false,
        };
        for word in text.split_ascii_whitespace() {
            if word == OFFLINE_ACCESS {
                scopes.offline_access = true;
                continue;
            }
            if word == OPENID {
                scopes.openid = true;
            } else if !PROFILE.contains(&word) {
                let invalid = || OAuthError::InvalidScope(word.to_owned());
                match name_here(word, audiences).ok_or_else(invalid)? {
                    DEFAULT => {
                        scopes.is_default = true;
                        scopes.permissions = given;
                    }
                    name => {
                        let permission = Permission::parse(name)
                            .filter(|permission| given.has(*permission))
                            .ok_or_else(invalid)?;
                        scopes.permissions = scopes.permissions.iter().chain([permission]).collect();
                    }
                }
            }
            scopes.words.push(word.to_owned());
        }
        Ok(scopes)
    }

    /// Whether everything that `other` asks of this resource is in here.
    pub fn cover(&self, other: &Self) -> bool {
        other
            .permissions
            .iter()
            .all(|permission| self.permissions.has(permission))
    }

    /// The `scope` of the answer: the client's own words, by which it finds the token again, and what
    /// `.default` stands for.
    pub fn granted(&self) -> String {
        let spelled_out = if self.is_default {
            self.permissions
        } else {
            PermissionSet::default()
        };
        let own = self.words.iter().map(String::as_str);
        let words: Vec<&str> = own
            .chain(spelled_out.iter().map(|permission| permission.as_str()))
            .collect();
        words.join(" ")
    }
}

/// The scope without the resource, if it is this one. A resource id that ends in a slash doubles it.
fn name_here<'a>(word: &'a str, audiences: &Audiences) -> Option<&'a str> {
    match word.rsplit_once('/') {
        Some((resource, name)) => audiences.accepts(resource).then_some(name),
        None => (word != DEFAULT).then_some(word),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<RequestedScopes, OAuthError> {
        RequestedScopes::parse(text, &Audiences::new(["https://localhost:8443"]))
    }

    #[test]
    fn words_of_this_resource_are_permissions() {
        for text in [
            "User.Read",
            "user.read",
            "https://graph.microsoft.com/User.Read",
            "https://localhost:8443//User.Read",
        ] {
            let scopes = read(text).unwrap();
            assert_eq!(
                scopes.permissions.iter().collect::<Vec<_>>(),
                [Permission::UserRead]
            );
            assert_eq!((scopes.openid, scopes.offline_access), (false, false));
            assert_eq!(scopes.granted(), text);
        }
        let two = read("User.Read User.Read.All").unwrap();
        assert!(two.permissions.has(Permission::UserRead) && two.permissions.has(Permission::UserReadAll));
    }

    #[test]
    fn default_is_all_that_users_can_give_and_is_spelled_out() {
        let scopes = read("https://localhost:8443/.default offline_access openid profile").unwrap();
        assert_eq!(scopes.permissions, PermissionSet::delegated());
        assert!(scopes.openid && scopes.offline_access);
        let granted = scopes.granted();
        assert!(granted.starts_with("https://localhost:8443/.default openid profile "));
        assert!(granted.contains(" User.Read ") && !granted.contains("offline_access"));
    }

    #[test]
    fn what_is_not_here_is_refused() {
        for word in [
            "Mail.Read",
            "https://elsewhere.example/.default",
            ".default",
            Permission::AccessEvaluateAll.as_str(),
        ] {
            assert_eq!(
                read(&format!("openid {word}")),
                Err(OAuthError::InvalidScope(word.to_owned()))
            );
        }
    }

    #[test]
    fn less_is_covered_and_more_is_not() {
        let (less, more) = (
            read("User.Read").unwrap(),
            read("User.Read User.Read.All").unwrap(),
        );
        assert!(more.cover(&less) && more.cover(&more));
        assert!(!less.cover(&more));
    }
}
