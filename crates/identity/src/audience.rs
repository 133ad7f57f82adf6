//! The names by which tokens and scopes may call this resource (directory dossier, C1 and C5).

/// Graph's application id, which is the audience of every token that is minted here.
pub const GRAPH_APP_ID: &str = "00000003-0000-0000-c000-000000000000";

/// Graph's URI, which unmodified clients ask for.
const GRAPH_URI: &str = "https://graph.microsoft.com";

/// The suffix of a scope that asks for all permissions given beforehand.
const DEFAULT_SCOPE: &str = "/.default";

/// The accepted names of this resource.
#[derive(Clone, Debug)]
pub struct Audiences(Vec<String>);

impl Audiences {
    /// Graph's own names and the base URLs of this server. A base URL counts without its port too,
    /// since Kiota leaves it out of the scope that it derives (directory dossier, B12).
    pub fn new<S: AsRef<str>>(base_urls: impl IntoIterator<Item = S>) -> Self {
        let mut names = vec![GRAPH_APP_ID.to_owned(), GRAPH_URI.to_owned()];
        for url in base_urls {
            let url = url.as_ref().trim_end_matches('/');
            names.push(url.to_owned());
            names.extend(without_port(url).map(str::to_owned));
        }
        Self(names)
    }

    /// Whether a token or scope that names `audience` means this resource; a closing slash is free.
    pub fn accepts(&self, audience: &str) -> bool {
        let asked = audience.strip_suffix('/').unwrap_or(audience);
        self.0.iter().any(|name| name.eq_ignore_ascii_case(asked))
    }

    /// Whether `scope` is `{resource}/.default` with this resource, the only form that client
    /// credentials may ask for.
    pub fn accepts_default_scope(&self, scope: &str) -> bool {
        scope
            .strip_suffix(DEFAULT_SCOPE)
            .is_some_and(|resource| self.accepts(resource))
    }
}

/// `https://host` for `https://host:8443`.
fn without_port(url: &str) -> Option<&str> {
    let (before, port) = url.rsplit_once(':')?;
    (!port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit())).then_some(before)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_this_resource() {
        let audiences = Audiences::new(["https://graph.pim.example:8443/", "http://[::1]:8080"]);
        for (name, expected) in [
            (GRAPH_APP_ID, true),
            ("https://graph.microsoft.com", true),
            ("https://graph.microsoft.com/", true),
            ("https://graph.microsoft.com//", false),
            ("https://GRAPH.pim.example:8443", true),
            ("https://graph.pim.example", true),
            ("http://[::1]", true),
            ("https://graph.pim.example:1", false),
            ("https://graph.microsoft.com.evil.example", false),
            ("", false),
            ("/", false),
        ] {
            assert_eq!(audiences.accepts(name), expected, "{name}");
            assert_eq!(
                audiences.accepts_default_scope(&format!("{name}/.default")),
                expected,
                "{name}"
            );
        }
        assert!(!audiences.accepts_default_scope("https://graph.microsoft.com/User.Read"));
        assert!(!audiences.accepts_default_scope(".default"));
    }
}
