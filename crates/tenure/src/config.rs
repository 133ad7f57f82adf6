//! The configuration of `tenure serve`: defaults ← file ← `TENURE_*` environment ← flags. Unknown
//! keys are errors, and every refusal names the key and where it was set.

mod alerts;
mod audit;
mod licence;
mod mail;
mod throttling;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use engine::alerts::AlertOptions;
use model::{IsoDuration, Licence};
use rules::Limits;
use serde::Deserialize;
use server::Allowance;

use self::alerts::AlertsLayer;
use self::audit::AuditLayer;
pub use self::audit::{AuditConfig, CHECKPOINTS_FILE, SyslogTarget, WitnessTarget};
use self::licence::LicenceLayer;
use self::mail::MailLayer;
pub use self::mail::{MailConfig, SUBJECT_PREFIX_DEFAULT};
use self::throttling::ThrottlingLayer;
use crate::arguments::ServeArguments;

/// Where a server listens unless told otherwise.
const LISTEN_DEFAULT: &str = "127.0.0.1:8480";
/// The prefix of environment variables.
const PREFIX: &str = "TENURE_";
/// Variables with the prefix that are not part of the configuration: logging reads them.
const NOT_CONFIGURATION: [&str; 2] = ["TENURE_LOG", "TENURE_LOG_FORMAT"];

/// One layer: what a file, the environment or the flags say.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
struct Layer {
    data_dir: Option<PathBuf>,
    listen: Option<SocketAddr>,
    base_url: Option<String>,
    behind_proxy: Option<bool>,
    tls_certificate: Option<PathBuf>,
    tls_key: Option<PathBuf>,
    tenant_name: Option<String>,
    domain: Option<String>,
    minimum_active_duration: Option<IsoDuration>,
    extended_approvals: Option<bool>,
    #[serde(default)]
    audit: AuditLayer,
    #[serde(default)]
    licence: LicenceLayer,
    #[serde(default)]
    alerts: AlertsLayer,
    #[serde(default)]
    mail: MailLayer,
    #[serde(default)]
    throttling: ThrottlingLayer,
}

impl Layer {
    /// This layer with `upper` on top.
    fn under(self, upper: Self) -> Self {
        Self {
            data_dir: upper.data_dir.or(self.data_dir),
            listen: upper.listen.or(self.listen),
            base_url: upper.base_url.or(self.base_url),
            behind_proxy: upper.behind_proxy.or(self.behind_proxy),
            tls_certificate: upper.tls_certificate.or(self.tls_certificate),
            tls_key: upper.tls_key.or(self.tls_key),
            tenant_name: upper.tenant_name.or(self.tenant_name),
            domain: upper.domain.or(self.domain),
            minimum_active_duration: upper.minimum_active_duration.or(self.minimum_active_duration),
            extended_approvals: upper.extended_approvals.or(self.extended_approvals),
            audit: self.audit.under(upper.audit),
            licence: self.licence.under(upper.licence),
            alerts: self.alerts.under(upper.alerts),
            mail: self.mail.under(upper.mail),
            throttling: self.throttling.under(upper.throttling),
        }
    }
}

/// A certificate and its key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TlsFiles {
    /// The chain, PEM.
    pub certificate: PathBuf,
    /// The key, PEM.
    pub key: PathBuf,
}

/// What `serve` runs with.
#[derive(Clone)]
pub struct ServeConfig {
    /// The data folder.
    pub data_dir: PathBuf,
    /// Where to listen.
    pub listen: SocketAddr,
    /// The URL under which clients reach the server; none means the listener's own.
    pub base_url: Option<String>,
    /// Whether a proxy terminates TLS in front of it.
    pub behind_proxy: bool,
    /// The certificate, if the server terminates TLS itself.
    pub tls: Option<TlsFiles>,
    /// The tenant's name at first start.
    pub tenant_name: String,
    /// The tenant's domain at first start.
    pub domain: String,
    /// The numbers that the rules turn on.
    pub limits: Limits,
    /// Whether approvals may go beyond what Graph knows.
    pub extended_approvals: bool,
    /// What is done about the audit log, besides writing it.
    pub audit: AuditConfig,
    /// What the tenant is licensed for.
    pub licence: Licence,
    /// What the alerts of ours turn on.
    pub alerts: AlertOptions,
    /// What people are told by mail.
    pub mail: MailConfig,
    /// How much one identity may ask.
    pub allowance: Allowance,
}

impl ServeConfig {
    /// Reads all layers.
    pub fn load(
        flags: &ServeArguments,
        environment: impl Iterator<Item = (String, String)>,
    ) -> anyhow::Result<Self> {
        let file = match &flags.config {
            Some(path) => from_file(path)?,
            None => Layer::default(),
        };
        let layers = file
            .under(from_environment(environment)?)
            .under(from_flags(flags));
        Self::check(layers)
    }

    fn check(layer: Layer) -> anyhow::Result<Self> {
        let listen = match layer.listen {
            Some(address) => address,
            None => LISTEN_DEFAULT.parse()?,
        };
        let tls = match (layer.tls_certificate, layer.tls_key) {
            (Some(certificate), Some(key)) => Some(TlsFiles { certificate, key }),
            (None, None) => None,
            _ => bail!("`tls_certificate` and `tls_key` go together"),
        };
        let behind_proxy = layer.behind_proxy.unwrap_or(false);
        if !listen.ip().is_loopback() && tls.is_none() && !behind_proxy {
            bail!(
                "plain http on {listen} is refused: give `tls_certificate` and `tls_key`, or say \
                 `behind_proxy = true` if a proxy terminates TLS"
            );
        }
        Ok(Self {
            data_dir: layer
                .data_dir
                .context("`data_dir` is not set: give --data-dir, TENURE_DATA_DIR or the key in the file")?,
            listen,
            base_url: layer.base_url.map(|url| url.trim_end_matches('/').to_owned()),
            behind_proxy,
            tls,
            tenant_name: layer.tenant_name.unwrap_or_else(|| "Tenure".to_owned()),
            domain: layer.domain.unwrap_or_else(|| "tenure.example".to_owned()),
            limits: layer
                .minimum_active_duration
                .map_or_else(Limits::default, |active_minimum| Limits {
                    active_minimum,
                    ..Limits::default()
                }),
            extended_approvals: layer.extended_approvals.unwrap_or(false),
            audit: layer.audit.check()?,
            licence: layer.licence.check()?,
            alerts: layer.alerts.options(),
            mail: layer.mail.check()?,
            allowance: layer.throttling.allowance(),
        })
    }
}

fn from_file(path: &Path) -> anyhow::Result<Layer> {
    let text = std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    toml::from_str(&text).with_context(|| format!("in {}", path.display()))
}

fn from_environment(variables: impl Iterator<Item = (String, String)>) -> anyhow::Result<Layer> {
    let mut layer = Layer::default();
    for (name, value) in variables {
        let Some(key) = name.strip_prefix(PREFIX) else {
            continue;
        };
        if NOT_CONFIGURATION.contains(&name.as_str()) {
            continue;
        }
        let shown = value.clone();
        let invalid = || format!("{name}={shown} is not valid");
        match key {
            "DATA_DIR" => layer.data_dir = Some(value.into()),
            "LISTEN" => layer.listen = Some(value.parse().with_context(invalid)?),
            "BASE_URL" => layer.base_url = Some(value),
            "BEHIND_PROXY" => layer.behind_proxy = Some(value.parse().with_context(invalid)?),
            "TLS_CERTIFICATE" => layer.tls_certificate = Some(value.into()),
            "TLS_KEY" => layer.tls_key = Some(value.into()),
            "TENANT_NAME" => layer.tenant_name = Some(value),
            "DOMAIN" => layer.domain = Some(value),
            "MINIMUM_ACTIVE_DURATION" => {
                layer.minimum_active_duration = Some(value.parse().with_context(invalid)?);
            }
            "EXTENDED_APPROVALS" => {
                layer.extended_approvals = Some(value.parse().with_context(invalid)?);
            }
            _ => {
                let known = if let Some(key) = key.strip_prefix("LICENCE_") {
                    layer.licence.set(key, &value)
                } else if let Some(key) = key.strip_prefix("MAIL_") {
                    layer.mail.set(key, value)
                } else if let Some(key) = key.strip_prefix("AUDIT_") {
                    layer.audit.set(key, &value)
                } else if let Some(key) = key.strip_prefix("ALERTS_") {
                    layer.alerts.set(key, &value)
                } else if let Some(key) = key.strip_prefix("THROTTLING_") {
                    layer.throttling.set(key, &value)
                } else {
                    Ok(false)
                };
                if !known.with_context(|| format!("{name} is not valid"))? {
                    bail!("the environment variable {name} is not a known setting");
                }
            }
        }
    }
    Ok(layer)
}

fn from_flags(flags: &ServeArguments) -> Layer {
    Layer {
        data_dir: flags.data_dir.clone(),
        listen: flags.listen,
        base_url: flags.base_url.clone(),
        behind_proxy: flags.behind_proxy.then_some(true),
        tls_certificate: flags.tls_certificate.clone(),
        tls_key: flags.tls_key.clone(),
        tenant_name: None,
        domain: None,
        minimum_active_duration: None,
        extended_approvals: None,
        audit: AuditLayer::default(),
        licence: LicenceLayer::default(),
        alerts: AlertsLayer::default(),
        mail: MailLayer::default(),
        throttling: ThrottlingLayer::default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn flags(arguments: &[&str]) -> ServeArguments {
        use clap::Parser as _;
        let all = ["tenure", "serve"].iter().chain(arguments);
        match crate::arguments::Arguments::parse_from(all).command {
            crate::arguments::Command::Serve(flags) => flags,
            other => panic!("{other:?}"),
        }
    }

    fn load(arguments: &[&str], environment: &[(&str, &str)]) -> anyhow::Result<ServeConfig> {
        let environment = environment
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        ServeConfig::load(&flags(arguments), environment)
    }

    #[test]
    fn flags_win_over_the_environment_and_that_over_the_file() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("tenure.toml");
        std::fs::write(
            &file,
            "data_dir = \"from-file\"\nlisten = \"127.0.0.1:1\"\ndomain = \"file.example\"\n",
        )
        .unwrap();
        let file = file.to_str().unwrap();
        let config = load(
            &["--config", file, "--listen", "127.0.0.1:3"],
            &[
                ("TENURE_LISTEN", "127.0.0.1:2"),
                ("TENURE_DATA_DIR", "from-environment"),
                ("PATH", "x"),
            ],
        )
        .unwrap();
        assert_eq!(config.listen.port(), 3);
        assert_eq!(config.data_dir, PathBuf::from("from-environment"));
        assert_eq!(config.domain, "file.example");
    }

    #[test]
    fn the_five_minute_rule_can_be_set() {
        let minimum = |environment: &[(&str, &str)]| {
            load(&["--data-dir", "x"], environment).map(|config| config.limits.active_minimum)
        };
        assert_eq!(minimum(&[]).unwrap(), IsoDuration::from_minutes(5));
        assert_eq!(
            minimum(&[("TENURE_MINIMUM_ACTIVE_DURATION", "PT0S")]).unwrap(),
            IsoDuration::ZERO
        );
        assert!(minimum(&[("TENURE_MINIMUM_ACTIVE_DURATION", "5m")]).is_err());
    }

    #[test]
    fn approvals_go_beyond_graph_only_where_that_is_asked_for() {
        let extended = |environment: &[(&str, &str)]| {
            load(&["--data-dir", "x"], environment).map(|config| config.extended_approvals)
        };
        assert!(!extended(&[]).unwrap());
        assert!(extended(&[("TENURE_EXTENDED_APPROVALS", "true")]).unwrap());
        assert!(extended(&[("TENURE_EXTENDED_APPROVALS", "yes")]).is_err());
    }

    #[test]
    fn unknown_keys_are_errors() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("tenure.toml");
        std::fs::write(&file, "data_dir = \"x\"\nlistn = \"127.0.0.1:1\"\n").unwrap();
        let error = load(&["--config", file.to_str().unwrap()], &[]).err().unwrap();
        assert!(format!("{error:#}").contains("listn"), "{error:#}");
        let error = load(&["--data-dir", "x"], &[("TENURE_LISTN", "127.0.0.1:1")])
            .err()
            .unwrap();
        assert!(format!("{error:#}").contains("TENURE_LISTN"), "{error:#}");
    }

    #[test]
    fn plain_http_beyond_loopback_is_refused_unless_a_proxy_is_in_front() {
        assert!(load(&["--data-dir", "x", "--listen", "0.0.0.0:1"], &[]).is_err());
        assert!(
            load(
                &["--data-dir", "x", "--listen", "0.0.0.0:1", "--behind-proxy"],
                &[]
            )
            .is_ok()
        );
        let tls = [
            "--data-dir",
            "x",
            "--listen",
            "0.0.0.0:1",
            "--tls-certificate",
            "c",
            "--tls-key",
            "k",
        ];
        assert!(load(&tls, &[]).is_ok());
        assert!(load(&["--data-dir", "x"], &[("TENURE_TLS_KEY", "k")]).is_err());
        assert!(load(&[], &[]).is_err(), "a data folder is needed");
    }
}
