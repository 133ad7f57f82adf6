//! Certificates: the demo's own CA, and what `serve` is given.

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use axum_server::tls_rustls::RustlsConfig;
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair, KeyUsagePurpose};

/// Names that the demo's certificate is for; the last two are for clients whose host is fixed and
/// led here by a proxy (clients dossier, section 4).
const DEMO_NAMES: [&str; 4] = [
    "localhost",
    "127.0.0.1",
    "graph.microsoft.com",
    "login.microsoftonline.com",
];

/// A certificate of a CA made just now, whose certificate is written to `folder`.
pub async fn demo(folder: &Path) -> anyhow::Result<(RustlsConfig, PathBuf)> {
    install_provider();
    let mut authority = CertificateParams::new(Vec::new())?;
    authority
        .distinguished_name
        .push(DnType::CommonName, "Tenure demo CA");
    authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    authority.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    let issuer = CertifiedIssuer::self_signed(authority, KeyPair::generate()?)?;
    let mut leaf = CertificateParams::new(DEMO_NAMES.map(str::to_owned).to_vec())?;
    leaf.distinguished_name.push(DnType::CommonName, "Tenure demo");
    leaf.use_authority_key_identifier_extension = true;
    let key = KeyPair::generate()?;
    let certificate = leaf.signed_by(&key, &issuer)?;
    let ca_file = folder.join("ca.pem");
    std::fs::write(&ca_file, issuer.pem()).with_context(|| format!("cannot write {}", ca_file.display()))?;
    let chain = certificate.pem().into_bytes();
    let config = RustlsConfig::from_pem(chain, key.serialize_pem().into_bytes()).await?;
    Ok((config, ca_file))
}

/// The certificate chain and key that `serve` is given.
pub async fn from_files(certificate: &Path, key: &Path) -> anyhow::Result<RustlsConfig> {
    install_provider();
    RustlsConfig::from_pem_file(certificate, key)
        .await
        .with_context(|| format!("cannot use the certificate {}", certificate.display()))
}

/// One cryptographic library for the whole process; installing it again changes nothing.
fn install_provider() {
    drop(rustls::crypto::aws_lc_rs::default_provider().install_default());
}
