//! The mailer against a small mail server on loopback, one that follows a script.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{TcpListener, TcpStream};
use std::thread::{self, JoinHandle};

use model::Instant;

use super::*;
use crate::letter::Letter;
use crate::mail::Sender;

/// What the server does with one connection.
#[derive(Clone, Copy)]
enum Conduct {
    Takes,
    RefusesRecipient,
    IsBusy,
    BreaksOffInTheMiddle,
    WantsOtherPassword,
}

/// A mail server for one connection; joined, it says what lines it was sent.
fn server(conduct: Conduct) -> (u16, JoinHandle<Vec<String>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let serving = thread::spawn(move || {
        let (stream, _) = listener.accept().unwrap();
        serve(stream, conduct)
    });
    (port, serving)
}

fn serve(mut stream: TcpStream, conduct: Conduct) -> Vec<String> {
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    let mut said = Vec::new();
    let mut is_data = false;
    stream.write_all(b"220 mail.corp.example\r\n").unwrap();
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line).unwrap_or(0) == 0 {
            return said;
        }
        let line = line.trim_end().to_owned();
        said.push(line.clone());
        let answer: &str = if is_data {
            if matches!(conduct, Conduct::BreaksOffInTheMiddle) {
                return said;
            }
            if line != "." {
                continue;
            }
            is_data = false;
            "250 taken\r\n"
        } else {
            match line.split([' ', ':']).next().unwrap_or_default() {
                "EHLO" => "250-mail.corp.example\r\n250 AUTH PLAIN\r\n",
                "AUTH" => match conduct {
                    Conduct::WantsOtherPassword => "535 no such user\r\n",
                    _ => "235 welcome\r\n",
                },
                "MAIL" => match conduct {
                    Conduct::IsBusy => "451 later\r\n",
                    _ => "250 ok\r\n",
                },
                "RCPT" => match conduct {
                    Conduct::RefusesRecipient => "550 nobody of that name\r\n",
                    _ => "250 ok\r\n",
                },
                "DATA" => {
                    is_data = true;
                    "354 go on\r\n"
                }
                "QUIT" => "221 bye\r\n",
                _ => "250 ok\r\n",
            }
        };
        if stream.write_all(answer.as_bytes()).is_err() {
            return said;
        }
    }
}

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

/// What sending one mail to a server of that conduct comes to, and what the server was sent.
fn sent(conduct: Conduct) -> (Result<(), SendError>, Vec<String>) {
    let (port, serving) = server(conduct);
    let mailer = SmtpMailer::new(&options(port)).unwrap();
    let outcome = mailer.send(&mail());
    drop(mailer);
    (outcome, serving.join().unwrap())
}

#[test]
fn mail_is_handed_over_once_with_its_envelope() {
    let (outcome, said) = sent(Conduct::Takes);
    assert_eq!(outcome, Ok(()));
    let commands = [
        "EHLO localhost",
        "AUTH PLAIN AHBpbQBzZWNyZXQ=",
        "MAIL FROM:<pim@corp.example>",
        "RCPT TO:<carol@corp.example>",
        "DATA",
    ];
    for command in commands {
        assert_eq!(
            said.iter().filter(|line| line.starts_with(command)).count(),
            1,
            "{command} in {said:?}"
        );
    }
    assert!(said.contains(&"Subject: PIM: hello".to_owned()), "{said:?}");
}

#[test]
fn what_can_be_tried_again_is_told_from_what_cannot() {
    for (conduct, is_permanent, word) in [
        (Conduct::RefusesRecipient, true, "550"),
        (Conduct::IsBusy, false, "451"),
        (Conduct::BreaksOffInTheMiddle, false, ""),
        (Conduct::WantsOtherPassword, false, "535"),
    ] {
        let error = sent(conduct).0.unwrap_err();
        assert_eq!(error.is_permanent, is_permanent, "{error}");
        assert!(error.reason.contains(word), "{error}");
        assert!(!error.reason.contains("secret"), "{error}");
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
    let (port, serving) = server(Conduct::Takes);
    let options = SmtpOptions {
        security: Security::StartTls,
        ..options(port)
    };
    let mailer = SmtpMailer::new(&options).unwrap();
    assert!(!mailer.send(&mail()).unwrap_err().is_permanent);
    drop(mailer);
    let said = serving.join().unwrap();
    assert!(
        !said
            .iter()
            .any(|line| line.starts_with("AUTH") || line.starts_with("MAIL")),
        "{said:?}"
    );
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
