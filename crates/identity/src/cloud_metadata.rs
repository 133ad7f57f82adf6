//! The document in which a cloud describes itself to Azure's tools (`/metadata/endpoints`, version 2022-09-01;
//! clients dossier, sections 4 and 7). One server is everything: resource manager, Graph and authority.

use serde::Serialize;

/// The name that Azure's tools give to a cloud of one's own.
const NAME: &str = "Tenure";
/// What signs users in; the other value that tools know is `ADFS`.
const IDENTITY_PROVIDER: &str = "AAD";
/// The tenant of whoever names none.
const TENANT: &str = "common";

/// What az and the Terraform provider read of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CloudMetadata {
    /// The cloud's name.
    pub name: &'static str,
    /// Where Azure's resources would be managed.
    pub resource_manager: String,
    /// The base URL of Graph, and the resource that tokens for it name.
    pub microsoft_graph_resource_id: String,
    /// The authority.
    pub authentication: Authentication,
    /// Domains of services that are not here.
    pub suffixes: Suffixes,
}

/// How one signs in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Authentication {
    /// The base URL of the authority.
    pub login_endpoint: String,
    /// By what the resource manager is called in tokens.
    pub audiences: [String; 1],
    /// The tenant of whoever names none.
    pub tenant: &'static str,
    /// What signs users in.
    pub identity_provider: &'static str,
}

/// Empty, and there: az looks into it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Suffixes {}

impl CloudMetadata {
    /// The document for a client that reaches the server at `base`, a base URL.
    pub fn new(base: &str) -> Self {
        let base = base.trim_end_matches('/');
        Self {
            name: NAME,
            resource_manager: format!("{base}/"),
            microsoft_graph_resource_id: base.to_owned(),
            authentication: Authentication {
                login_endpoint: base.to_owned(),
                audiences: [base.to_owned()],
                tenant: TENANT,
                identity_provider: IDENTITY_PROVIDER,
            },
            suffixes: Suffixes {},
        }
    }
}
