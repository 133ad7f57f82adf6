//! The `[audit]` part of the configuration: who signs the log, how long it is kept, and who else gets it. Secrets are in
//! files of their own; what is repeated, such as `[[audit.syslog]]`, is said in the file only.

use std::collections::BTreeSet;
use std::path::PathBuf;

use anyhow::{Context as _, bail, ensure};
use engine::shipping::{AuditOptions, Destination, DestinationKind};
use notify::siem::{Secret, is_loopback_url};
use serde::Deserialize;
use tlog::witness::WitnessKey;

/// What the file of checkpoints is called among the destinations.
pub const CHECKPOINTS_FILE: &str = "checkpoints_file";
/// Characters of a destination's name at the most.
const NAME_CHARS_MAX: usize = 64;
/// Destinations at the most, each of which has a thread.
const DESTINATIONS_MAX: usize = 16;

/// One layer of it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub struct AuditLayer {
    key_file: Option<PathBuf>,
    retention_days: Option<u32>,
    checkpoints_file: Option<PathBuf>,
    #[serde(default)]
    syslog: Vec<SyslogTarget>,
    #[serde(default)]
    http: Vec<HttpLayer>,
    #[serde(default)]
    witness: Vec<WitnessLayer>,
}

/// A receiver of syslog.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub struct SyslogTarget {
    /// What it is called here.
    pub name: String,
    /// `host:port`
    pub address: String,
    /// Whether it is reached over TLS.
    #[serde(default = "yes")]
    pub tls: bool,
    /// Further certificate authorities to be trusted, PEM.
    pub ca_file: Option<PathBuf>,
}

const fn yes() -> bool {
    true
}

#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
struct HttpLayer {
    name: String,
    url: String,
    token_file: Option<PathBuf>,
    header_file: Option<PathBuf>,
    ca_file: Option<PathBuf>,
}

#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
struct WitnessLayer {
    name: String,
    url: String,
    #[serde(default)]
    keys: Vec<String>,
    ca_file: Option<PathBuf>,
}

/// A collector that batches are posted to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HttpTarget {
    /// What it is called here.
    pub name: String,
    /// Where it is.
    pub url: String,
    /// How it knows us.
    pub secret: Secret,
    /// Further certificate authorities to be trusted, PEM.
    pub ca_file: Option<PathBuf>,
}

/// A witness of checkpoints.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WitnessTarget {
    /// What it is called here.
    pub name: String,
    /// What `/add-checkpoint` is appended to.
    pub url: String,
    /// Whose signatures are believed; whatever it answers is kept if there are none.
    pub keys: Vec<WitnessKey>,
    /// Further certificate authorities to be trusted, PEM.
    pub ca_file: Option<PathBuf>,
}

/// What `serve` does about the audit log, besides writing it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AuditConfig {
    /// Where the key is that signs it, if not in the data folder.
    pub key_file: Option<PathBuf>,
    /// For how many days records are kept; none means for ever.
    pub retention_days: Option<u32>,
    /// Where each checkpoint is appended to.
    pub checkpoints_file: Option<PathBuf>,
    /// Who gets records by syslog.
    pub syslog: Vec<SyslogTarget>,
    /// Who is posted records.
    pub http: Vec<HttpTarget>,
    /// Who witnesses checkpoints.
    pub witnesses: Vec<WitnessTarget>,
}

impl AuditConfig {
    /// What the engine has to know of it.
    pub fn options(&self) -> AuditOptions {
        let destination = |name: &str, kind| Destination {
            name: name.to_owned(),
            kind,
        };
        let file = self.checkpoints_file.iter();
        let file = file.map(|_| destination(CHECKPOINTS_FILE, DestinationKind::CheckpointFile));
        let syslog = self.syslog.iter();
        let syslog = syslog.map(|target| destination(&target.name, DestinationKind::Syslog));
        let http = self.http.iter();
        let http = http.map(|target| destination(&target.name, DestinationKind::Http));
        let witnesses = self.witnesses.iter();
        let witnesses = witnesses.map(|target| destination(&target.name, DestinationKind::Witness));
        AuditOptions {
            retention_days: self.retention_days,
            destinations: syslog.chain(http).chain(file).chain(witnesses).collect(),
        }
    }
}

impl AuditLayer {
    /// This layer with `upper` on top.
    pub fn under(self, upper: Self) -> Self {
        fn top<T>(lower: Vec<T>, upper: Vec<T>) -> Vec<T> {
            if upper.is_empty() { lower } else { upper }
        }
        Self {
            key_file: upper.key_file.or(self.key_file),
            retention_days: upper.retention_days.or(self.retention_days),
            checkpoints_file: upper.checkpoints_file.or(self.checkpoints_file),
            syslog: top(self.syslog, upper.syslog),
            http: top(self.http, upper.http),
            witness: top(self.witness, upper.witness),
        }
    }

    /// Takes `TENURE_AUDIT_{key}`. Says whether there is such a key.
    ///
    /// # Errors
    /// If the value is none for it.
    pub fn set(&mut self, key: &str, value: &str) -> anyhow::Result<bool> {
        match key {
            "KEY_FILE" => self.key_file = Some(value.into()),
            "RETENTION_DAYS" => self.retention_days = Some(value.parse()?),
            "CHECKPOINTS_FILE" => self.checkpoints_file = Some(value.into()),
            _ => return Ok(false),
        }
        Ok(true)
    }

    /// Puts it together.
    ///
    /// # Errors
    /// If a name or URL is none, a key cannot be read, or a secret would go over the network in clear text.
    pub fn check(self) -> anyhow::Result<AuditConfig> {
        if self.retention_days == Some(0) {
            bail!("`audit.retention_days` is at least 1");
        }
        let mut names = BTreeSet::from([CHECKPOINTS_FILE.to_owned()]);
        let mut check_name = |name: &String| -> anyhow::Result<()> {
            let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
            ensure!(
                !name.is_empty() && name.len() <= NAME_CHARS_MAX && name.chars().all(is_name),
                "`{name}` is no name of a destination: it is made of letters, digits, `.`, `-` and `_`"
            );
            ensure!(names.insert(name.clone()), "two destinations are called `{name}`");
            Ok(())
        };
        for target in &self.syslog {
            check_name(&target.name)?;
            let port = target
                .address
                .rsplit_once(':')
                .map(|(_, port)| port.parse::<u16>());
            ensure!(
                matches!(port, Some(Ok(_))),
                "`audit.syslog.address` of `{}` is not `host:port`",
                target.name
            );
        }
        let http: Vec<HttpTarget> = self
            .http
            .into_iter()
            .map(|target| {
                check_name(&target.name)?;
                target.check()
            })
            .collect::<anyhow::Result<_>>()?;
        let witnesses: Vec<WitnessTarget> = self
            .witness
            .into_iter()
            .map(|target| {
                check_name(&target.name)?;
                target.check()
            })
            .collect::<anyhow::Result<_>>()?;
        ensure!(
            names.len() <= DESTINATIONS_MAX,
            "the audit log is handed on to at most {} destinations",
            DESTINATIONS_MAX - 1
        );
        Ok(AuditConfig {
            key_file: self.key_file,
            retention_days: self.retention_days,
            checkpoints_file: self.checkpoints_file,
            syslog: self.syslog,
            http,
            witnesses,
        })
    }
}

impl HttpLayer {
    fn check(self) -> anyhow::Result<HttpTarget> {
        let is_here = check_url(&self.name, &self.url)?;
        let secret = match (self.token_file, self.header_file) {
            (None, None) => Secret::None,
            (Some(file), None) => Secret::Token(file),
            (None, Some(file)) => Secret::Header(file),
            _ => bail!("`{}` has `token_file` or `header_file`, not both", self.name),
        };
        ensure!(
            secret == Secret::None || is_here || self.url.starts_with("https:"),
            "the secret of `{}` would go over the network in clear text: its `url` has to be https",
            self.name
        );
        Ok(HttpTarget {
            name: self.name,
            url: self.url,
            secret,
            ca_file: self.ca_file,
        })
    }
}

impl WitnessLayer {
    fn check(self) -> anyhow::Result<WitnessTarget> {
        check_url(&self.name, &self.url)?;
        let key = |text: &String| {
            text.parse()
                .with_context(|| format!("`{text}` is no key of a witness (c2sp.org/tlog-cosignature)"))
        };
        Ok(WitnessTarget {
            keys: self.keys.iter().map(key).collect::<anyhow::Result<_>>()?,
            url: self.url.trim_end_matches('/').to_owned(),
            name: self.name,
            ca_file: self.ca_file,
        })
    }
}

/// Whether the URL of a destination leads to this machine.
fn check_url(name: &str, url: &str) -> anyhow::Result<bool> {
    is_loopback_url(url)
        .with_context(|| format!("the `url` of `{name}` is not `https://host/…` without name and password"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str) -> anyhow::Result<AuditConfig> {
        toml::from_str::<AuditLayer>(text)?.check()
    }

    #[test]
    fn everything_is_off_unless_it_is_asked_for() {
        assert_eq!(check("").unwrap(), AuditConfig::default());
        assert_eq!(AuditConfig::default().options(), AuditOptions::default());
        assert!(check("retention_days = 0").is_err());
        assert!(check("retention = 5").is_err());
        let mut layer = AuditLayer::default();
        assert!(layer.set("RETENTION_DAYS", "400").unwrap());
        assert!(!layer.set("SYSLOG", "x").unwrap());
        assert_eq!(layer.check().unwrap().retention_days, Some(400));
    }

    #[test]
    fn destinations_are_read_and_told_apart_by_name() {
        let config = check(
            "checkpoints_file = 'c.jsonl'\n\
             [[syslog]]\nname = 'siem'\naddress = 'siem.example:6514'\n\
             [[http]]\nname = 'lake'\nurl = 'https://lake.example/in'\ntoken_file = 't'\n\
             [[witness]]\nname = 'w'\nurl = 'https://w.example/'\n",
        )
        .unwrap();
        assert!(config.syslog[0].tls, "in clear text only if that is said");
        let names: Vec<String> = config
            .options()
            .destinations
            .iter()
            .map(|destination| format!("{} {}", destination.kind.as_str(), destination.name))
            .collect();
        assert_eq!(
            names,
            [
                "syslog siem",
                "http lake",
                "checkpointFile checkpoints_file",
                "witness w"
            ]
        );
        let twice = "[[syslog]]\nname = 'a'\naddress = 'h:1'\n[[http]]\nname = 'a'\nurl = 'https://h'\n";
        assert!(check(twice).unwrap_err().to_string().contains("two destinations"));
        for wrong in [
            "[[syslog]]\nname = 'a b'\naddress = 'h:1'\n",
            "[[syslog]]\nname = 'a'\naddress = 'h'\n",
            "[[http]]\nname = 'checkpoints_file'\nurl = 'https://h'\n",
            "[[http]]\nname = 'a'\nurl = 'h'\n",
            "[[http]]\nname = 'a'\nurl = 'https://h'\ntoken_file = 't'\nheader_file = 'h'\n",
            "[[witness]]\nname = 'a'\nurl = 'https://h'\nkeys = ['x']\n",
        ] {
            assert!(check(wrong).is_err(), "{wrong}");
        }
        let many: String = (0..16)
            .map(|n| format!("[[syslog]]\nname = 'n{n}'\naddress = 'h:1'\n"))
            .collect();
        assert!(check(&many).unwrap_err().to_string().contains("at most 15"));
    }

    #[test]
    fn secrets_do_not_go_over_the_network_in_clear_text() {
        let http = |url: &str| {
            check(&format!(
                "[[http]]\nname = 'a'\nurl = '{url}'\ntoken_file = 't'\n"
            ))
        };
        assert!(http("http://siem.example/in").is_err());
        assert!(http("http://127.0.0.1:8088/in").is_ok());
        assert!(http("https://siem.example/in").is_ok());
        assert!(check("[[http]]\nname = 'a'\nurl = 'http://siem.example/in'\n").is_ok());
    }
}
