//! The `[mail]` part of the configuration: where mail goes, from whom, and what is told by it.

use std::path::PathBuf;

use anyhow::{Context as _, bail};
use engine::notices::{Mail, NoticeOptions};
use model::{IsoDuration, MailAddress};
use notify::{Sender, SmtpOptions};
use serde::Deserialize;

/// What every subject begins with unless told otherwise.
pub const SUBJECT_PREFIX_DEFAULT: &str = "PIM:";
/// How the sender is called unless told otherwise.
const FROM_NAME_DEFAULT: &str = "Privileged Identity Management";

/// One layer of it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub struct MailLayer {
    smtp_url: Option<String>,
    smtp_username: Option<String>,
    smtp_password: Option<String>,
    smtp_certificate_authorities: Option<PathBuf>,
    from: Option<MailAddress>,
    from_name: Option<String>,
    subject_prefix: Option<String>,
    retry_after: Option<IsoDuration>,
    before_activation_ends: Option<IsoDuration>,
    weekly_digest: Option<bool>,
    digest_recipients: Option<Vec<MailAddress>>,
}

/// A mail server, and from whom it gets mail.
#[derive(Clone, PartialEq, Eq)]
pub struct MailServer {
    /// Where it is.
    pub smtp: SmtpOptions,
    /// From whom.
    pub sender: Sender,
}

/// What `serve` does about mail.
#[derive(Clone)]
pub struct MailConfig {
    /// Where it goes; none means that nobody is told anything.
    pub server: Option<MailServer>,
    /// What every subject begins with.
    pub subject_prefix: String,
    /// What people are told.
    pub notices: NoticeOptions,
}

impl MailLayer {
    /// This layer with `upper` on top.
    pub fn under(self, upper: Self) -> Self {
        Self {
            smtp_url: upper.smtp_url.or(self.smtp_url),
            smtp_username: upper.smtp_username.or(self.smtp_username),
            smtp_password: upper.smtp_password.or(self.smtp_password),
            smtp_certificate_authorities: upper
                .smtp_certificate_authorities
                .or(self.smtp_certificate_authorities),
            from: upper.from.or(self.from),
            from_name: upper.from_name.or(self.from_name),
            subject_prefix: upper.subject_prefix.or(self.subject_prefix),
            retry_after: upper.retry_after.or(self.retry_after),
            before_activation_ends: upper.before_activation_ends.or(self.before_activation_ends),
            weekly_digest: upper.weekly_digest.or(self.weekly_digest),
            digest_recipients: upper.digest_recipients.or(self.digest_recipients),
        }
    }

    /// Takes `TENURE_MAIL_{key}`. Says whether there is such a key.
    ///
    /// # Errors
    /// If the value is none for it. It is not repeated: it may be a password.
    pub fn set(&mut self, key: &str, value: String) -> anyhow::Result<bool> {
        match key {
            "SMTP_URL" => self.smtp_url = Some(value),
            "SMTP_USERNAME" => self.smtp_username = Some(value),
            "SMTP_PASSWORD" => self.smtp_password = Some(value),
            "SMTP_CERTIFICATE_AUTHORITIES" => self.smtp_certificate_authorities = Some(value.into()),
            "FROM" => self.from = Some(value.parse()?),
            "FROM_NAME" => self.from_name = Some(value),
            "SUBJECT_PREFIX" => self.subject_prefix = Some(value),
            "RETRY_AFTER" => self.retry_after = Some(value.parse()?),
            "BEFORE_ACTIVATION_ENDS" => self.before_activation_ends = Some(value.parse()?),
            "WEEKLY_DIGEST" => self.weekly_digest = Some(value.parse()?),
            "DIGEST_RECIPIENTS" => {
                let addresses = value.split(',').map(|address| address.trim().parse());
                self.digest_recipients = Some(addresses.collect::<Result<_, _>>()?);
            }
            _ => return Ok(false),
        }
        Ok(true)
    }

    /// Puts it together.
    ///
    /// # Errors
    /// If what belongs together is not there together, or cannot be read.
    pub fn check(self) -> anyhow::Result<MailConfig> {
        let server = match self.smtp_url {
            None => None,
            Some(url) => {
                let from = self
                    .from
                    .context("`mail.from` is not set: mail needs a sender's address")?;
                let mut smtp = SmtpOptions::from_url(&url).context("`mail.smtp_url`")?;
                smtp.credentials = match (self.smtp_username, self.smtp_password) {
                    (Some(name), Some(password)) => Some((name, password)),
                    (None, None) => None,
                    _ => bail!("`mail.smtp_username` and `mail.smtp_password` go together"),
                };
                if let Some(path) = self.smtp_certificate_authorities {
                    smtp.certificate_authorities = std::fs::read(&path).with_context(|| {
                        format!("`mail.smtp_certificate_authorities`: {}", path.display())
                    })?;
                }
                let display_name = self.from_name.unwrap_or_else(|| FROM_NAME_DEFAULT.to_owned());
                Some(MailServer {
                    smtp,
                    sender: Sender {
                        address: from,
                        display_name,
                    },
                })
            }
        };
        Ok(MailConfig {
            notices: NoticeOptions {
                mail: if server.is_some() { Mail::Sent } else { Mail::Off },
                before_activation_ends: self.before_activation_ends,
                weekly_digest: self.weekly_digest.unwrap_or(true),
                digest_recipients: self.digest_recipients.unwrap_or_default(),
                retry_after: self.retry_after,
            },
            server,
            subject_prefix: self
                .subject_prefix
                .unwrap_or_else(|| SUBJECT_PREFIX_DEFAULT.to_owned()),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn layer(settings: &[(&str, &str)]) -> anyhow::Result<MailConfig> {
        let mut layer = MailLayer::default();
        for (key, value) in settings {
            assert!(layer.set(key, (*value).to_owned())?, "{key}");
        }
        layer.check()
    }

    #[test]
    fn without_a_mail_server_nobody_is_told_anything() {
        let config = layer(&[("FROM", "pim@corp.example")]).unwrap();
        assert_eq!(config.notices.mail, Mail::Off);
        let config = layer(&[
            ("SMTP_URL", "smtps://mail.corp.example"),
            ("FROM", "pim@corp.example"),
        ])
        .unwrap();
        assert_eq!(config.notices.mail, Mail::Sent);
        assert!(config.notices.weekly_digest);
    }

    #[test]
    fn what_belongs_together_has_to_be_there() {
        let url = ("SMTP_URL", "smtps://mail.corp.example");
        let from = ("FROM", "pim@corp.example");
        assert!(layer(&[url]).is_err());
        assert!(layer(&[url, from, ("SMTP_PASSWORD", "x")]).is_err());
        assert!(layer(&[url, ("FROM", "pim")]).is_err());
        assert!(layer(&[("DIGEST_RECIPIENTS", "a@corp.example, nobody")]).is_err());
        assert!(layer(&[("SMTP_URL", "smtp://x:secret@mail.corp.example"), from]).is_err());
    }
}
