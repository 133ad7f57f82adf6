//! Handing mail to a mail server over SMTP.

use std::net::IpAddr;
use std::time::Duration;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Certificate, Tls, TlsParameters};
use lettre::transport::smtp::extension::ClientId;
use lettre::transport::smtp::response::{Category, Severity};
use lettre::transport::smtp::{Error, PoolConfig};
use lettre::{SmtpTransport, Transport as _};

use crate::mail::{Mail, SendError};
use crate::values::one_line;

/// How long the mail server may take to answer.
const TIMEOUT: Duration = Duration::from_secs(30);
/// Connections to the mail server at the most.
const CONNECTIONS_MAX: u32 = 2;
/// How long a connection is kept for the next mail.
const IDLE: Duration = Duration::from_secs(20);
/// Characters of a server's reason that are kept.
const REASON_CHARS_MAX: usize = 300;
/// What a reason shows in place of a password.
const SECRET_SHOWN: &str = "***";

/// Takes mail to where it is delivered.
pub trait Mailer: Send + Sync {
    /// Sends one mail, and waits until a server has taken it.
    ///
    /// # Errors
    /// [`SendError`], which says whether trying again can help.
    fn send(&self, mail: &Mail) -> Result<(), SendError>;
}

/// How the connection is protected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Security {
    /// Not at all.
    None,
    /// By `STARTTLS`, or there is no connection (RFC 3207).
    StartTls,
    /// By TLS from the first byte (RFC 8314).
    Tls,
}

/// Where the mail server is.
#[derive(Clone, PartialEq, Eq)]
pub struct SmtpOptions {
    /// Its name.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// How the connection is protected.
    pub security: Security,
    /// Name and password, if it wants to know who sends.
    pub credentials: Option<(String, String)>,
    /// Further certificate authorities to be trusted, PEM.
    pub certificate_authorities: Vec<u8>,
    /// How we call ourselves.
    pub hello_name: String,
}

/// A URL that does not say where a mail server is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SmtpUrlError {
    /// It has another form.
    #[error(
        "a mail server is `smtps://host[:465]`, `smtp://host[:587]` (STARTTLS) or, in clear text, `smtp+insecure://host[:25]`"
    )]
    Form,
    /// It has a name or password in it, which would end up in logs.
    #[error("name and password have settings of their own; the URL has none")]
    Credentials,
}

impl SmtpOptions {
    /// Reads `smtps://host`, `smtp://host` and `smtp+insecure://host`, each with or without a port.
    ///
    /// # Errors
    /// [`SmtpUrlError`]
    pub fn from_url(url: &str) -> Result<Self, SmtpUrlError> {
        let (scheme, rest) = url.split_once("://").ok_or(SmtpUrlError::Form)?;
        let authority = rest.trim_end_matches('/');
        if authority.contains('@') {
            return Err(SmtpUrlError::Credentials);
        }
        let (host, port) = host_and_port(authority)?;
        let (security, default_port) = match scheme.to_ascii_lowercase().as_str() {
            "smtps" => (Security::Tls, 465),
            "smtp" => (Security::StartTls, 587),
            "smtp+insecure" => (Security::None, 25),
            _ => return Err(SmtpUrlError::Form),
        };
        Ok(Self {
            host,
            port: port.unwrap_or(default_port),
            security,
            credentials: None,
            certificate_authorities: Vec::new(),
            hello_name: "localhost".to_owned(),
        })
    }

    /// Whether the server is on this machine.
    fn is_loopback(&self) -> bool {
        self.host.eq_ignore_ascii_case("localhost")
            || self
                .host
                .parse::<IpAddr>()
                .is_ok_and(|address| address.is_loopback())
    }
}

fn host_and_port(authority: &str) -> Result<(String, Option<u16>), SmtpUrlError> {
    let (host, port) = match authority.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((host, rest)) => (host, rest.strip_prefix(':')),
        None => match authority.split_once(':') {
            Some((host, port)) => (host, Some(port)),
            None => (authority, None),
        },
    };
    let is_host = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | ':');
    if host.is_empty() || !host.chars().all(is_host) {
        return Err(SmtpUrlError::Form);
    }
    let port = port.map(|port| port.parse().map_err(|_| SmtpUrlError::Form));
    Ok((host.to_owned(), port.transpose()?))
}

/// A mail server that is spoken to over SMTP. Connections are kept for a while and used again.
pub struct SmtpMailer {
    transport: SmtpTransport,
    /// The password as it may come back in what a server answers.
    secrets: Vec<String>,
}

impl SmtpMailer {
    /// Prepares to speak to a server; none is opened before there is mail.
    ///
    /// # Errors
    /// If a certificate authority cannot be read, or clear text would take a password along.
    pub fn new(options: &SmtpOptions) -> Result<Self, SendError> {
        let refused = |reason: String| SendError {
            is_permanent: true,
            reason,
        };
        if options.security == Security::None && options.credentials.is_some() && !options.is_loopback() {
            return Err(refused("a password is not sent in clear text".to_owned()));
        }
        let tls = || {
            let mut parameters = TlsParameters::builder(options.host.clone());
            if !options.certificate_authorities.is_empty() {
                let certificate = Certificate::from_pem(&options.certificate_authorities)
                    .map_err(|error| refused(format!("the certificate authorities: {error}")))?;
                parameters = parameters.add_root_certificate(certificate);
            }
            parameters
                .build_rustls()
                .map_err(|error| refused(error.to_string()))
        };
        let tls = match options.security {
            Security::None => Tls::None,
            Security::StartTls => Tls::Required(tls()?),
            Security::Tls => Tls::Wrapper(tls()?),
        };
        let mut builder = SmtpTransport::builder_dangerous(&options.host)
            .port(options.port)
            .tls(tls)
            .timeout(Some(TIMEOUT))
            .hello_name(ClientId::Domain(options.hello_name.clone()))
            .pool_config(PoolConfig::new().max_size(CONNECTIONS_MAX).idle_timeout(IDLE));
        let mut secrets = Vec::new();
        if let Some((name, password)) = &options.credentials {
            builder = builder.credentials(Credentials::new(name.clone(), password.clone()));
            secrets = as_sent(name, password);
        }
        Ok(Self {
            transport: builder.build(),
            secrets,
        })
    }

    /// Why the server or the way to it failed. Some servers repeat a command that they do not
    /// understand, and the password is in one.
    fn reason(&self, error: &Error) -> String {
        let told = self.secrets.iter().fold(error.to_string(), |told, secret| {
            told.replace(secret.as_str(), SECRET_SHOWN)
        });
        one_line(&told, REASON_CHARS_MAX)
    }
}

/// A password, and the forms in which AUTH PLAIN and AUTH LOGIN send it.
fn as_sent(name: &str, password: &str) -> Vec<String> {
    if password.is_empty() {
        return Vec::new();
    }
    let plain = format!("\0{name}\0{password}");
    vec![
        BASE64_STANDARD.encode(plain),
        BASE64_STANDARD.encode(password),
        password.to_owned(),
    ]
}

impl Mailer for SmtpMailer {
    fn send(&self, mail: &Mail) -> Result<(), SendError> {
        let sent = self.transport.send(&mail.mime()?);
        sent.map(|_| ()).map_err(|error| SendError {
            // 55x is about the mail or its address. What else a server refuses, such as our password,
            // can be mended without changing the mail.
            is_permanent: error.status().is_some_and(|code| {
                code.severity == Severity::PermanentNegativeCompletion
                    && code.category == Category::MailSystem
            }),
            reason: self.reason(&error),
        })
    }
}

#[cfg(test)]
mod tests;
