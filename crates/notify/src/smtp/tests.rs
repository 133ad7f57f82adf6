//! The mailer against a small mail server on loopback.

mod server;

use std::net::TcpListener;

use model::Instant;

use self::server::{Conduct, Script, Server};
use super::*;
use crate::letter::Letter;
use crate::mail::Sender;

fn mail() -> Mail {
    Mail {
        message_id: "3f0c8a52-6f1d-4b7a-9a53-0b1f6de1c9a4".parse().unwrap(),
        position: 0,
        thread: None,
        from: Sender {
            address: "pim@corp.example".parse().unwrap(),
            display_name: "Tenure".to_owned(),
        },
        to: "carol@corp.example".parse().unwrap(),
        date: Instant::from_seconds(1_772_438_400),
        letter: Letter {
            subject: "PIM: hello".to_owned(),
            text: "text".to_owned(),
            html: "<p>html</p>".to_owned(),
        },
    }
}

fn options(port: u16) -> SmtpOptions {
    SmtpOptions {
        credentials: Some(("pim".to_owned(), "secret".to_owned())),
        ..SmtpOptions::from_url(&format!("smtp+insecure://127.0.0.1:{port}")).unwrap()
    }
}

/// Options for a server that follows `script`.
fn options_for(server: &Server, script: Script) -> SmtpOptions {
    SmtpOptions {
        security: script.security,
        certificate_authorities: server.certificate.clone(),
        ..options(server.port)
    }
}

/// What sending a mail to such a server comes to, and what the server was sent.
fn sent(script: Script, mail: &Mail) -> (Result<(), SendError>, Vec<String>) {
    let server = Server::start(script);
    let mailer = SmtpMailer::new(&options_for(&server, script)).unwrap();
    let outcome = mailer.send(mail);
    drop(mailer);
    (outcome, server.said())
}

/// The lines that are commands, and not the text of a mail.
fn commands(said: &[String]) -> Vec<&str> {
    let mut is_data = false;
    let is_command = |line: &&str| {
        let was_data = is_data;
        is_data = (is_data || *line == "DATA") && *line != ".";
        !was_data
    };
    said.iter().map(String::as_str).filter(is_command).collect()
}

const ENVELOPE: [&str; 3] = [
    "MAIL FROM:<pim@corp.example>",
    "RCPT TO:<carol@corp.example>",
    "DATA",
];

#[test]
fn mail_is_handed_over_byte_for_byte() {
    let mut mail = mail();
    mail.letter.text = "one\n.\n.two\n..\nQUIT\n".to_owned();
    let (outcome, said) = sent(Script::of(Conduct::Takes), &mail);
    assert_eq!(outcome, Ok(()));
    let hello = ["EHLO localhost", "AUTH PLAIN AHBpbQBzZWNyZXQ="];
    assert_eq!(commands(&said), [&hello[..], &ENVELOPE, &["QUIT"]].concat());
    let data: Vec<&str> = said
        .iter()
        .skip_while(|line| *line != "DATA")
        .skip(1)
        .take_while(|line| *line != ".")
        .map(|line| line.strip_prefix('.').unwrap_or(line))
        .collect();
    let written = String::from_utf8(mail.mime().unwrap().formatted()).unwrap();
    assert_eq!(data.join("\r\n"), written);
    assert!(written.contains("\r\n.\r\n.two\r\n..\r\nQUIT\r\n"), "{written}");
}

#[test]
fn a_connection_is_used_again_and_closed_at_the_end() {
    let server = Server::start(Script::of(Conduct::Takes));
    let mailer = SmtpMailer::new(&options(server.port)).unwrap();
    for _ in 0..2 {
        assert_eq!(mailer.send(&mail()), Ok(()));
    }
    drop(mailer);
    let hello = ["EHLO localhost", "AUTH PLAIN AHBpbQBzZWNyZXQ="];
    assert_eq!(
        commands(&server.said()),
        [&hello[..], &ENVELOPE, &["NOOP"], &ENVELOPE, &["QUIT"]].concat()
    );
}

#[test]
fn a_server_that_hung_up_is_called_again() {
    let script = Script {
        connections: 2,
        ..Script::of(Conduct::HangsUpAfterEach)
    };
    let server = Server::start(script);
    let mailer = SmtpMailer::new(&options(server.port)).unwrap();
    for _ in 0..2 {
        assert_eq!(mailer.send(&mail()), Ok(()));
    }
    drop(mailer);
    let said = server.said();
    assert_eq!(said.iter().filter(|line| *line == "DATA").count(), 2);
}

#[test]
fn a_password_goes_through_tls_by_either_mechanism() {
    let plain = ["AUTH PLAIN AHBpbQBzZWNyZXQ="];
    let login = ["AUTH LOGIN", "cGlt", "c2VjcmV0"];
    for (security, hello) in [
        (
            Security::StartTls,
            &["EHLO localhost", "STARTTLS", "EHLO localhost"][..],
        ),
        (Security::Tls, &["EHLO localhost"]),
    ] {
        for (mechanism, auth) in [("PLAIN", &plain[..]), ("LOGIN", &login)] {
            let script = Script {
                security,
                mechanism,
                ..Script::of(Conduct::Takes)
            };
            let (outcome, said) = sent(script, &mail());
            assert_eq!(outcome, Ok(()), "{security:?} {mechanism}");
            assert_eq!(commands(&said), [hello, auth, &ENVELOPE, &["QUIT"]].concat());
        }
    }
}

#[test]
fn a_server_whom_nobody_vouches_for_gets_nothing() {
    for security in [Security::StartTls, Security::Tls] {
        let script = Script {
            security,
            ..Script::of(Conduct::Takes)
        };
        let server = Server::start(script);
        let stranger = SmtpOptions {
            certificate_authorities: Vec::new(),
            ..options_for(&server, script)
        };
        let mailer = SmtpMailer::new(&stranger).unwrap();
        let error = mailer.send(&mail()).unwrap_err();
        assert!(!error.is_permanent, "{error}");
        drop(mailer);
        let said = server.said();
        let before_tls = ["EHLO localhost", "STARTTLS"];
        assert!(
            said.iter().all(|line| before_tls.contains(&line.as_str())),
            "{said:?}"
        );
    }
}

#[test]
fn what_can_be_tried_again_is_told_from_what_cannot() {
    for (conduct, is_permanent, word) in [
        (Conduct::RefusesRecipient, true, "550"),
        (Conduct::IsBusy, false, "451"),
        (Conduct::BreaksOffInTheMiddle, false, ""),
        (Conduct::WantsOtherPassword, false, "535"),
    ] {
        let error = sent(Script::of(conduct), &mail()).0.unwrap_err();
        assert_eq!(error.is_permanent, is_permanent, "{error}");
        assert!(error.reason.contains(word), "{error}");
    }
}

#[test]
fn a_password_that_a_server_repeats_is_not_passed_on() {
    for (mechanism, expected) in [
        ("PLAIN", "permanent error (500): what is AUTH PLAIN ***?"),
        ("LOGIN", "permanent error (500): what is ***?"),
    ] {
        let script = Script {
            mechanism,
            ..Script::of(Conduct::RepeatsWhatItHears)
        };
        let error = sent(script, &mail()).0.unwrap_err();
        assert_eq!(error.reason, expected);
    }
}

#[test]
fn nobody_there_is_no_reason_to_give_up() {
    let port = {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        listener.local_addr().unwrap().port()
    };
    let mailer = SmtpMailer::new(&options(port)).unwrap();
    assert!(!mailer.send(&mail()).unwrap_err().is_permanent);
}

#[test]
fn without_starttls_there_is_no_mail_and_no_password() {
    let server = Server::start(Script::of(Conduct::Takes));
    let options = SmtpOptions {
        security: Security::StartTls,
        ..options(server.port)
    };
    let mailer = SmtpMailer::new(&options).unwrap();
    assert!(!mailer.send(&mail()).unwrap_err().is_permanent);
    drop(mailer);
    let said = server.said();
    let is_telling = |line: &String| line.starts_with("AUTH") || line.starts_with("MAIL");
    assert!(!said.iter().any(is_telling), "{said:?}");
}

#[test]
fn urls_say_where_and_how() {
    let read = |url| SmtpOptions::from_url(url).map(|it| (it.host, it.port, it.security));
    assert_eq!(
        read("smtps://mail.corp.example"),
        Ok(("mail.corp.example".to_owned(), 465, Security::Tls))
    );
    assert_eq!(
        read("smtp://mail.corp.example/"),
        Ok(("mail.corp.example".to_owned(), 587, Security::StartTls))
    );
    assert_eq!(
        read("smtp+insecure://[::1]:2525"),
        Ok(("::1".to_owned(), 2525, Security::None))
    );
    assert_eq!(
        read("smtp://me:secret@mail.corp.example"),
        Err(SmtpUrlError::Credentials)
    );
    for bad in [
        "mail.corp.example",
        "http://x",
        "smtp://",
        "smtp://x:y",
        "smtp://a b",
        "smtp://x:70000",
    ] {
        assert_eq!(read(bad), Err(SmtpUrlError::Form), "{bad}");
    }
}

#[test]
fn a_password_does_not_leave_the_machine_in_clear_text() {
    let options = SmtpOptions {
        host: "mail.corp.example".to_owned(),
        ..options(25)
    };
    assert!(SmtpMailer::new(&options).is_err());
}
