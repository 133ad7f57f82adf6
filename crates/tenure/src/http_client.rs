//! The one client of other servers: where the audit log is sent to, and servers that are verified.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, bail};
use rustls::pki_types::CertificateDer;
use rustls::{ClientConfig, RootCertStore};
use rustls_native_certs::load_native_certs;
use ureq::Agent;
use ureq::tls::{Certificate, PemItem, RootCerts, TlsConfig, TlsProvider, parse_pem};

/// How long a whole call may take.
const CALL_MAX: Duration = Duration::from_secs(30);

/// A client that believes the system's certificates, and those in `ca_file`. Answers that are no success are no
/// errors: what they say is for the caller.
pub fn agent(ca_file: Option<&Path>) -> anyhow::Result<Agent> {
    let tls = TlsConfig::builder()
        .provider(TlsProvider::Rustls)
        .unversioned_rustls_crypto_provider(Arc::new(rustls::crypto::aws_lc_rs::default_provider()))
        .root_certs(RootCerts::new_with_certs(&roots(ca_file)?))
        .build();
    let config = Agent::config_builder()
        .tls_config(tls)
        .timeout_global(Some(CALL_MAX))
        .max_redirects(0)
        .http_status_as_error(false)
        .build();
    Ok(Agent::new_with_config(config))
}

/// The same trust for what is not HTTP.
pub fn tls_config(ca_file: Option<&Path>) -> anyhow::Result<Arc<ClientConfig>> {
    let mut trusted = RootCertStore::empty();
    let roots = roots(ca_file)?;
    let certificates = roots.iter().map(|root| CertificateDer::from(root.der().to_vec()));
    // Systems have certificates that nobody can use any more.
    trusted.add_parsable_certificates(certificates);
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_root_certificates(trusted)
        .with_no_client_auth();
    Ok(Arc::new(config))
}

fn roots(ca_file: Option<&Path>) -> anyhow::Result<Vec<Certificate<'static>>> {
    // A system without certificates is one that only `ca_file` speaks for.
    let mut roots: Vec<Certificate<'static>> = load_native_certs()
        .certs
        .iter()
        .map(|certificate| Certificate::from_der(certificate).to_owned())
        .collect();
    if let Some(file) = ca_file {
        let pem = std::fs::read(file).with_context(|| format!("cannot read {}", file.display()))?;
        let before = roots.len();
        for item in parse_pem(&pem) {
            if let PemItem::Certificate(certificate) = item? {
                roots.push(certificate);
            }
        }
        if roots.len() == before {
            bail!("there is no certificate in {}", file.display());
        }
    }
    Ok(roots)
}
