//! What goes over the wire, taken apart again.

use lettre::message::Mailboxes;
use model::{Instant, IsoDuration};

use super::*;

fn mail(name: &str, subject: &str) -> Mail {
    Mail {
        message_id: "3f0c8a52-6f1d-4b7a-9a53-0b1f6de1c9a4".parse().unwrap(),
        position: 2,
        thread: Some("9b2f7c10-0d3e-4c5a-8e61-7f4d2a9c1b38".parse().unwrap()),
        from: Sender {
            address: "pim@corp.example".parse().unwrap(),
            display_name: name.to_owned(),
        },
        to: "carol@corp.example".parse().unwrap(),
        date: Instant::from_seconds(1_772_438_400).saturating_add(IsoDuration::from_minutes(1)),
        letter: Letter {
            subject: subject.to_owned(),
            text: "text — körper".to_owned(),
            html: "<p>html</p>".to_owned(),
        },
    }
}

/// The header lines, unfolded, and the body.
fn apart(mail: &Mail) -> (Vec<(String, String)>, String) {
    let wire = String::from_utf8(mail.mime().unwrap().formatted()).unwrap();
    let (head, body) = wire.split_once("\r\n\r\n").unwrap();
    let unfolded = head.replace("\r\n ", " ").replace("\r\n\t", " ");
    let headers = unfolded.split("\r\n").map(|line| {
        let (name, value) = line.split_once(": ").unwrap();
        (name.to_owned(), value.to_owned())
    });
    (headers.collect(), body.to_owned())
}

#[test]
fn a_mail_says_where_it_belongs_and_that_a_machine_wrote_it() {
    let (headers, body) = apart(&mail("Tenure", "PIM: Carol activated Reports Reader"));
    let expected = [
        (
            "Message-ID",
            "<3f0c8a52-6f1d-4b7a-9a53-0b1f6de1c9a4.2@corp.example>",
        ),
        ("Date", "Mon, 02 Mar 2026 08:01:00 +0000"),
        ("From", "Tenure <pim@corp.example>"),
        ("To", "carol@corp.example"),
        ("Subject", "PIM: Carol activated Reports Reader"),
        ("Auto-Submitted", "auto-generated"),
        ("List-Id", "<notifications.corp.example>"),
        (
            "In-Reply-To",
            "<9b2f7c10-0d3e-4c5a-8e61-7f4d2a9c1b38@corp.example>",
        ),
        (
            "References",
            "<9b2f7c10-0d3e-4c5a-8e61-7f4d2a9c1b38@corp.example>",
        ),
        ("MIME-Version", "1.0"),
    ];
    for (name, value) in expected {
        let found: Vec<_> = headers.iter().filter(|(header, _)| header == name).collect();
        assert_eq!(found, [&(name.to_owned(), value.to_owned())], "{headers:?}");
    }
    assert_eq!(headers.len(), expected.len() + 1, "{headers:?}");
    assert!(
        headers
            .iter()
            .any(|(name, value)| name == "Content-Type" && value.starts_with("multipart/alternative"))
    );
    assert!(
        body.contains("text/plain; charset=utf-8") && body.contains("text/html; charset=utf-8"),
        "{body}"
    );
}

#[test]
fn it_is_the_same_however_often_it_is_sent() {
    let mail = mail("Tenure", "PIM");
    assert_eq!(mail.mime().unwrap().formatted(), mail.mime().unwrap().formatted());
}

#[test]
fn nothing_that_people_wrote_becomes_a_header() {
    let (plain, _) = apart(&mail("Tenure", "PIM"));
    let names =
        |headers: &[(String, String)]| headers.iter().map(|(name, _)| name.clone()).collect::<Vec<_>>();
    for hostile in [
        "x\r\nBcc: everybody@corp.example\r\n\r\nbody",
        "x\nBcc: everybody@corp.example",
        "x\rBcc: everybody@corp.example",
        "x\u{85}Bcc: y\u{2028}Bcc: z\0\u{b}\u{c}",
        "\"><script>\" <evil@x.example>, \"y",
        "=?utf-8?q?x=0D=0ABcc:_y@x.example?=",
        "Jürgen\r\nBcc: x@y.example",
        "",
        &"x".repeat(100_000),
        &"ü ".repeat(100_000),
        &"\r\n".repeat(10_000),
    ] {
        let mail = mail(hostile, hostile);
        let (headers, _) = apart(&mail);
        assert_eq!(names(&headers), names(&plain), "{hostile:.40}");
        let value = |name| headers.iter().find(|(it, _)| it == name).unwrap().1.as_str();
        let from: Vec<Mailbox> = value("From").parse::<Mailboxes>().unwrap().into_iter().collect();
        let from: Vec<String> = from.iter().map(|it| it.email.to_string()).collect();
        assert_eq!(from, ["pim@corp.example"], "{hostile:.40}");
        assert_eq!(value("To"), "carol@corp.example");
        let wire = mail.mime().unwrap().formatted();
        let (head, _) = std::str::from_utf8(&wire)
            .unwrap()
            .split_once("\r\n\r\n")
            .unwrap();
        let is_printable = |c: char| c == '\t' || c == ' ' || c.is_ascii_graphic();
        for line in head.split("\r\n") {
            assert!(line.chars().all(is_printable), "{line:?}");
        }
    }
}

#[test]
fn any_date_can_be_written() {
    for micros in [i64::MIN, -1, 0, i64::MAX] {
        let mut mail = mail("Tenure", "PIM");
        mail.date = Instant::from_micros(micros);
        assert!(mail.mime().is_ok());
    }
}
