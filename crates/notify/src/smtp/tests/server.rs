//! A small mail server on loopback that follows a script, and says afterwards what it was told.

use std::io::{BufRead as _, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::thread::{self, JoinHandle};

use rustls::pki_types::PrivatePkcs8KeyDer;
use rustls::{ServerConfig, ServerConnection, StreamOwned};

use super::super::Security;

/// `pim` and `secret`, as LOGIN sends them.
const LOGIN_NAME: &str = "cGlt";
const LOGIN_PASSWORD: &str = "c2VjcmV0";

/// What goes otherwise than the client would like.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Conduct {
    Takes,
    HangsUpAfterEach,
    RefusesRecipient,
    IsBusy,
    BreaksOffInTheMiddle,
    WantsOtherPassword,
    RepeatsWhatItHears,
}

/// What the server does.
#[derive(Clone, Copy)]
pub struct Script {
    pub conduct: Conduct,
    pub security: Security,
    /// The mechanism of AUTH that it knows.
    pub mechanism: &'static str,
    /// How many connections it takes, one after the other.
    pub connections: usize,
}

impl Script {
    pub fn of(conduct: Conduct) -> Self {
        Self {
            conduct,
            security: Security::None,
            mechanism: "PLAIN",
            connections: 1,
        }
    }
}

/// The running server.
pub struct Server {
    pub port: u16,
    /// The certificate to trust, PEM.
    pub certificate: Vec<u8>,
    serving: JoinHandle<Vec<String>>,
}

impl Server {
    pub fn start(script: Script) -> Self {
        let (tls, certificate) = tls();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let serving = thread::spawn(move || {
            let mut said = Vec::new();
            for _ in 0..script.connections {
                let (stream, _) = listener.accept().unwrap();
                serve(stream, script, &tls, &mut said);
            }
            said
        });
        Self {
            port,
            certificate,
            serving,
        }
    }

    /// The lines that it was sent, once the last connection is closed.
    pub fn said(self) -> Vec<String> {
        self.serving.join().unwrap()
    }
}

/// A certificate for 127.0.0.1 that nobody but who is given it trusts.
fn tls() -> (Arc<ServerConfig>, Vec<u8>) {
    let own = rcgen::generate_simple_self_signed(["127.0.0.1".to_owned()]).unwrap();
    let key = PrivatePkcs8KeyDer::from(own.signing_key.serialize_der());
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![own.cert.der().clone()], key.into())
        .unwrap();
    (Arc::new(config), own.cert.pem().into_bytes())
}

fn serve(stream: TcpStream, script: Script, tls: &Arc<ServerConfig>, said: &mut Vec<String>) {
    let secured = |stream| StreamOwned::new(ServerConnection::new(Arc::clone(tls)).unwrap(), stream);
    const GREETING: &str = "220 mail.corp.example\r\n";
    if script.security == Security::Tls {
        converse(secured(stream), GREETING, script, said);
    } else if let Some(stream) = converse(stream, GREETING, script, said) {
        let script = Script {
            security: Security::None,
            ..script
        };
        converse(secured(stream), "", script, said);
    }
}

/// Answers each line until the client or the script hangs up; gives the stream back for TLS.
fn converse<S: Read + Write>(stream: S, greeting: &str, script: Script, said: &mut Vec<String>) -> Option<S> {
    let mut reader = BufReader::new(stream);
    let mut answer = greeting.to_owned();
    let mut is_data = false;
    loop {
        reader.get_mut().write_all(answer.as_bytes()).ok()?;
        reader.get_mut().flush().ok()?;
        let mut line = String::new();
        if reader.read_line(&mut line).ok()? == 0 {
            return None;
        }
        let line = line.strip_suffix("\r\n").expect("a whole line").to_owned();
        said.push(line.clone());
        answer = if is_data {
            match (script.conduct, line.as_str()) {
                (Conduct::BreaksOffInTheMiddle, _) => return None,
                (Conduct::HangsUpAfterEach, ".") => {
                    reader.get_mut().write_all(b"250 taken\r\n").ok()?;
                    return None;
                }
                (_, ".") => {
                    is_data = false;
                    "250 taken\r\n".to_owned()
                }
                // Within the text of a mail there is no answer.
                _ => String::new(),
            }
        } else {
            match (script.conduct, line.split([' ', ':']).next().unwrap_or_default()) {
                (_, "EHLO") => offers(script),
                (_, "STARTTLS") => {
                    reader.get_mut().write_all(b"220 go on\r\n").ok()?;
                    return Some(reader.into_inner());
                }
                (Conduct::WantsOtherPassword, "AUTH") => "535 no such user\r\n".to_owned(),
                // What LOGIN asks for, in base64.
                (_, "AUTH") if script.mechanism == "LOGIN" => "334 VXNlcm5hbWU6\r\n".to_owned(),
                (Conduct::RepeatsWhatItHears, "AUTH") => format!("500 what is {line}?\r\n"),
                (_, LOGIN_NAME) => "334 UGFzc3dvcmQ6\r\n".to_owned(),
                (Conduct::RepeatsWhatItHears, LOGIN_PASSWORD) => format!("500 what is {line}?\r\n"),
                (_, "AUTH" | LOGIN_PASSWORD) => "235 welcome\r\n".to_owned(),
                (Conduct::IsBusy, "MAIL") => "451 later\r\n".to_owned(),
                (Conduct::RefusesRecipient, "RCPT") => "550 nobody of that name\r\n".to_owned(),
                (_, "DATA") => {
                    is_data = true;
                    "354 go on\r\n".to_owned()
                }
                (_, "QUIT") => "221 bye\r\n".to_owned(),
                _ => "250 ok\r\n".to_owned(),
            }
        };
    }
}

fn offers(script: Script) -> String {
    let starttls = match script.security {
        Security::StartTls => "250-STARTTLS\r\n",
        Security::None | Security::Tls => "",
    };
    format!(
        "250-mail.corp.example\r\n{starttls}250 AUTH {}\r\n",
        script.mechanism
    )
}
