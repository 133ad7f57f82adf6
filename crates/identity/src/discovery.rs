//! The OpenID discovery document (OpenID Connect Discovery 1.0; directory dossier, C5).

use model::TenantId;
use serde::Serialize;

use crate::oauth::OAuthError;

/// The path of the authorization endpoint below the tenant's.
const AUTHORIZE: &str = "oauth2/v2.0/authorize";

/// The tenant as a path names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TenantSegment {
    /// This tenant, by its id or one of its verified domains.
    Concrete(TenantId),
    /// `common` or `organizations`: whichever tenant the user belongs to.
    Any(&'static str),
}

impl TenantSegment {
    /// Reads the first path segment below the authority, in any case.
    ///
    /// # Errors
    /// [`OAuthError::UnknownTenant`] when it names no tenant here.
    pub fn parse<S: AsRef<str>>(text: &str, tenant: TenantId, domains: &[S]) -> Result<Self, OAuthError> {
        if let Some(any) = ["common", "organizations"]
            .into_iter()
            .find(|any| any.eq_ignore_ascii_case(text))
        {
            return Ok(Self::Any(any));
        }
        let is_domain = domains
            .iter()
            .any(|domain| domain.as_ref().eq_ignore_ascii_case(text));
        if is_domain || text.parse() == Ok(tenant) {
            Ok(Self::Concrete(tenant))
        } else {
            Err(OAuthError::UnknownTenant(text.to_owned()))
        }
    }
}

/// Where everything is. Clients fetch it once and then go by it alone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DiscoveryDocument {
    /// `{authority}/{tid}/v2.0`, with a template for the tenant when none was named.
    pub issuer: String,
    /// Where users will sign in. Clients insist on finding it, so it is named before anything answers there.
    pub authorization_endpoint: String,
    /// Where tokens come from.
    pub token_endpoint: String,
    /// Where the device flow starts, where there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub device_authorization_endpoint: Option<String>,
    /// Where the public keys are.
    pub jwks_uri: String,
    /// Ways to present a client secret.
    pub token_endpoint_auth_methods_supported: [&'static str; 2],
    /// Authorization answers.
    pub response_types_supported: [&'static str; 1],
    /// `sub` differs from application to application.
    pub subject_types_supported: [&'static str; 1],
    /// What signs.
    pub id_token_signing_alg_values_supported: [&'static str; 1],
    /// OpenID scopes.
    pub scopes_supported: [&'static str; 4],
    /// Null: there are no regions.
    pub tenant_region_scope: Option<&'static str>,
    /// The host of the authority.
    pub cloud_instance_name: String,
    /// The host of the Graph API.
    pub msgraph_host: String,
}

/// Where users of a tenant get tokens, at a base URL; the `authorization_endpoint` of its document (directory
/// dossier, C3).
pub fn authorization_uri(base: &str, tenant: TenantId) -> String {
    format!("{}/{tenant}/{AUTHORIZE}", base.trim_end_matches('/'))
}

impl DiscoveryDocument {
    /// The document of a tenant whose tokens name `authority` as their issuer, for a client that
    /// reaches the server, endpoints and Graph API alike, at `base`; both are base URLs. `has_device_flow` says whether device
    /// codes are given out.
    pub fn new(authority: &str, base: &str, tenant: &TenantSegment, has_device_flow: bool) -> Self {
        let (authority, base) = (authority.trim_end_matches('/'), base.trim_end_matches('/'));
        let (path, issuer) = match tenant {
            TenantSegment::Concrete(id) => (id.to_string(), id.to_string()),
            TenantSegment::Any(any) => ((*any).to_owned(), "{tenantid}".to_owned()),
        };
        let endpoint = |name: &str| format!("{base}/{path}/{name}");
        Self {
            issuer: format!("{authority}/{issuer}/v2.0"),
            authorization_endpoint: endpoint(AUTHORIZE),
            token_endpoint: endpoint("oauth2/v2.0/token"),
            device_authorization_endpoint: has_device_flow.then(|| endpoint("oauth2/v2.0/devicecode")),
            jwks_uri: endpoint("discovery/v2.0/keys"),
            token_endpoint_auth_methods_supported: ["client_secret_post", "client_secret_basic"],
            response_types_supported: ["code"],
            subject_types_supported: ["pairwise"],
            id_token_signing_alg_values_supported: ["ES256"],
            scopes_supported: ["openid", "profile", "email", "offline_access"],
            tenant_region_scope: None,
            cloud_instance_name: host(base).to_owned(),
            msgraph_host: host(base).to_owned(),
        }
    }
}

/// `host:port` of a base URL.
fn host(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    rest.split_once('/').map_or(rest, |(host, _)| host)
}

#[cfg(test)]
mod tests {
    use model::SeededEntropy;

    use super::*;

    #[test]
    fn a_tenant_is_named_by_id_domain_or_not_at_all() {
        let tenant = TenantId::random(&SeededEntropy::from_number(1));
        let read = |text: &str| TenantSegment::parse(text, tenant, &["demo.example"]);
        assert_eq!(
            read(&tenant.to_string().to_uppercase()),
            Ok(TenantSegment::Concrete(tenant))
        );
        assert_eq!(read("Demo.Example"), Ok(TenantSegment::Concrete(tenant)));
        assert_eq!(read("Common"), Ok(TenantSegment::Any("common")));
        let stranger = TenantId::random(&SeededEntropy::from_number(2)).to_string();
        for text in [stranger.as_str(), "other.example", ""] {
            assert_eq!(read(text), Err(OAuthError::UnknownTenant(text.to_owned())));
        }
    }

    #[test]
    fn endpoints_keep_the_segment_and_the_issuer_is_concrete_or_a_template() {
        let tenant = TenantId::random(&SeededEntropy::from_number(1));
        let of = |segment, has_device_flow| {
            DiscoveryDocument::new(
                "https://login.pim.example/",
                "https://graph.pim.example:8443",
                &segment,
                has_device_flow,
            )
        };
        let document = of(TenantSegment::Concrete(tenant), false);
        assert_eq!(document.device_authorization_endpoint, None);
        assert_eq!(
            document.issuer,
            format!("https://login.pim.example/{tenant}/v2.0")
        );
        assert_eq!(
            document.token_endpoint,
            format!("https://graph.pim.example:8443/{tenant}/oauth2/v2.0/token")
        );
        assert_eq!(document.msgraph_host, "graph.pim.example:8443");
        let document = of(TenantSegment::Any("common"), true);
        assert_eq!(
            document.device_authorization_endpoint.as_deref(),
            Some("https://graph.pim.example:8443/common/oauth2/v2.0/devicecode")
        );
        assert_eq!(document.issuer, "https://login.pim.example/{tenantid}/v2.0");
        assert_eq!(
            document.jwks_uri,
            "https://graph.pim.example:8443/common/discovery/v2.0/keys"
        );
    }
}
