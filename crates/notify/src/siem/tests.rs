//! Formats against what the standards say, and both ways over against receivers that behave and receivers that do not.

use std::io::{Read as _, Write as _};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, channel};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use model::{CorrelationId, Instant, SeededEntropy};
use rcgen::generate_simple_self_signed;
use rustls::pki_types::{PrivateKeyDer, ServerName};
use rustls::{ClientConfig, RootCertStore, ServerConfig, ServerConnection, StreamOwned};
use ureq::Agent;
use uuid::Uuid;

use super::*;

const SHORT: Duration = Duration::from_millis(200);

fn parcel(sequence: u64, body: &str) -> Parcel {
    Parcel {
        sequence,
        at: Instant::parse("2026-03-04T09:15:42.381650Z").unwrap(),
        correlation_id: CorrelationId::new(Uuid::from_u128(5)),
        is_success: true,
        body: body.to_owned(),
    }
}

/// What a receiver makes of a stream with octet counting.
fn deframed(mut bytes: &[u8]) -> Vec<String> {
    let mut messages = Vec::new();
    while !bytes.is_empty() {
        let blank = bytes.iter().position(|byte| *byte == b' ').unwrap();
        let length: usize = std::str::from_utf8(&bytes[..blank]).unwrap().parse().unwrap();
        let (message, rest) = bytes[blank + 1..].split_at(length);
        messages.push(String::from_utf8(message.to_vec()).unwrap());
        bytes = rest;
    }
    messages
}

/// A receiver of one connection: what it does with it, and what it had read in the end.
fn receiver(serve: impl FnOnce(TcpStream) -> Vec<u8> + Send + 'static) -> (String, JoinHandle<Vec<u8>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    (
        address,
        thread::spawn(move || serve(listener.accept().unwrap().0)),
    )
}

fn collector(address: &str) -> SyslogCollector {
    SyslogCollector {
        address: address.to_owned(),
        tls: None,
        host: "pim.example".to_owned(),
        patience: PATIENCE,
    }
}

fn whole(mut stream: TcpStream) -> Vec<u8> {
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).unwrap();
    bytes
}

#[test]
fn a_message_has_the_form_of_rfc_5424() {
    assert_eq!(
        message("pim.example", &parcel(42, "{\"a\":\"é\"}")),
        "<109>1 2026-03-04T09:15:42.38165Z pim.example tenure - AuditLogs [tenure@32473 sequence=\"42\" \
         correlationId=\"00000000-0000-0000-0000-000000000005\"] {\"a\":\"é\"}"
    );
    let failed = Parcel {
        is_success: false,
        ..parcel(1, "{}")
    };
    assert!(
        message("two words\n", &failed).starts_with("<108>1 2026-03-04T09:15:42.38165Z twowords tenure ")
    );
    assert!(message("", &failed).contains("Z - tenure "));
}

#[test]
fn lengths_count_bytes() {
    assert_eq!(framed("é"), b"2 \xc3\xa9");
    let stream = [framed("first\nline"), framed(""), framed("third é")].concat();
    assert_eq!(deframed(&stream), ["first\nline", "", "third é"]);
}

#[test]
fn a_batch_is_delivered_when_the_receiver_ends_the_connection() {
    let (address, receiver) = receiver(whole);
    let batch = [parcel(1, "{\"n\":1}"), parcel(2, "{\"n\":2}")];
    assert_eq!(collector(&address).deliver(&batch), Ok(()));
    let messages = deframed(&receiver.join().unwrap());
    assert_eq!(
        messages,
        batch.each_ref().map(|parcel| message("pim.example", parcel))
    );
    let nobody = collector(&address).deliver(&batch).unwrap_err();
    assert!(nobody.reason.contains(&address), "{nobody:?}");
}

#[test]
fn a_receiver_that_does_not_end_the_connection_has_confirmed_nothing() {
    let (give_up, given_up) = channel::<()>();
    let (address, receiver) = receiver(move |stream| {
        given_up.recv().unwrap_err();
        drop(stream);
        Vec::new()
    });
    let impatient = SyslogCollector {
        patience: SHORT,
        ..collector(&address)
    };
    let error = impatient.deliver(&[parcel(1, "{}")]).unwrap_err();
    assert!(error.reason.contains("did not end the connection"), "{error:?}");
    drop(give_up);
    receiver.join().unwrap();
}

#[test]
fn a_receiver_that_leaves_before_it_has_everything_has_confirmed_nothing() {
    // It says that it is done before it reads; we cannot be done before it reads, as nothing holds that much.
    let (address, receiver) = receiver(|stream| {
        stream.shutdown(Shutdown::Write).unwrap();
        whole(stream)
    });
    let large = parcel(1, &"x".repeat(32 * 1024 * 1024));
    let error = collector(&address).deliver(&[large]).unwrap_err();
    assert!(error.reason.contains("before it had everything"), "{error:?}");
    receiver.join().unwrap();

    let (address, receiver) = self::receiver(|stream| {
        drop(stream);
        Vec::new()
    });
    assert!(collector(&address).deliver(&[parcel(1, "{}")]).is_err());
    receiver.join().unwrap();
}

/// A certificate for localhost: what a server shows, and who believes it.
fn tls() -> (Arc<ServerConfig>, SyslogTls) {
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let made = generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
    let certificate = made.cert.der().clone();
    let key = PrivateKeyDer::try_from(made.signing_key.serialize_der()).unwrap();
    let server = ServerConfig::builder_with_provider(provider.clone())
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate.clone()], key)
        .unwrap();
    let mut roots = RootCertStore::empty();
    roots.add(certificate).unwrap();
    let client = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let tls = SyslogTls {
        config: Arc::new(client),
        name: ServerName::try_from("localhost").unwrap(),
    };
    (Arc::new(server), tls)
}

#[test]
fn over_tls_only_the_receiver_itself_can_confirm() {
    let (server, tls) = tls();
    let serve = |answers: bool| {
        let server = server.clone();
        receiver(move |stream| {
            let mut stream = StreamOwned::new(ServerConnection::new(server).unwrap(), stream);
            let mut bytes = Vec::new();
            stream.read_to_end(&mut bytes).unwrap();
            if answers {
                stream.conn.send_close_notify();
                stream.flush().unwrap();
            }
            bytes
        })
    };
    let over_tls = |address: &str| SyslogCollector {
        tls: Some(tls.clone()),
        ..collector(address)
    };
    let batch = [parcel(1, "{}"), parcel(2, "{}")];
    let (address, honest) = serve(true);
    assert_eq!(over_tls(&address).deliver(&batch), Ok(()));
    assert_eq!(deframed(&honest.join().unwrap()).len(), 2);

    // The connection just ends, as anybody in between could end it.
    let (address, silent) = serve(false);
    let error = over_tls(&address).deliver(&batch).unwrap_err();
    assert!(error.reason.contains("close_notify"), "{error:?}");
    silent.join().unwrap();

    // It says that it is done before it reads.
    let hasty = server.clone();
    let (address, hasty) = receiver(move |stream| {
        let mut stream = StreamOwned::new(ServerConnection::new(hasty).unwrap(), stream);
        stream.conn.complete_io(&mut stream.sock).unwrap();
        stream.conn.send_close_notify();
        stream.flush().unwrap();
        let mut bytes = Vec::new();
        drop(stream.read_to_end(&mut bytes));
        bytes
    });
    let large = parcel(1, &"x".repeat(32 * 1024 * 1024));
    let error = over_tls(&address).deliver(&[large]).unwrap_err();
    assert!(error.reason.contains("before it had everything"), "{error:?}");
    hasty.join().unwrap();

    // Somebody else.
    let (stranger, _) = self::tls();
    let (address, stranger) = receiver(move |stream| {
        let mut stream = StreamOwned::new(ServerConnection::new(stranger).unwrap(), stream);
        drop(stream.read_to_end(&mut Vec::new()));
        Vec::new()
    });
    assert!(over_tls(&address).deliver(&batch).is_err());
    stranger.join().unwrap();
}

/// An HTTP server that gives one answer, and hands on what it was asked.
fn http_server(answer: &'static str) -> (String, Receiver<String>) {
    let (asked, asking) = channel();
    let (address, _) = receiver(move |mut stream| {
        let mut request = String::new();
        let mut buffer = [0; 4096];
        while !request.ends_with("]}") {
            let count = stream.read(&mut buffer).unwrap();
            request.push_str(std::str::from_utf8(&buffer[..count]).unwrap());
        }
        stream.write_all(answer.as_bytes()).unwrap();
        asked.send(request).unwrap();
        Vec::new()
    });
    (format!("http://{address}/logs"), asking)
}

fn post(url: &str, secret: Secret) -> Result<(), Undelivered> {
    let agent = Agent::config_builder()
        .http_status_as_error(false)
        .max_redirects(0)
        .build();
    let collector = HttpCollector {
        agent: Agent::new_with_config(agent),
        url: url.to_owned(),
        secret,
    };
    collector.deliver(&[parcel(1, "{\"n\":1}"), parcel(2, "{\"n\":2}")])
}

#[test]
fn a_batch_is_posted_in_one_piece_with_the_secret_of_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("secret");
    std::fs::write(&file, "s3cret\n").unwrap();
    let (url, asked) = http_server("HTTP/1.1 204 No Content\r\n\r\n");
    assert_eq!(post(&url, Secret::Token(file.clone())), Ok(()));
    let request = asked.recv().unwrap();
    assert!(request.starts_with("POST /logs HTTP/1.1\r\n"), "{request}");
    assert!(request.contains("authorization: Bearer s3cret\r\n"), "{request}");
    assert!(
        request.ends_with("\r\n\r\n{\"records\":[{\"n\":1},{\"n\":2}]}"),
        "{request}"
    );

    std::fs::write(&file, "X-Api-Key: k3y").unwrap();
    let (url, asked) = http_server("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n");
    assert_eq!(post(&url, Secret::Header(file.clone())), Ok(()));
    assert!(
        asked
            .recv()
            .unwrap()
            .to_lowercase()
            .contains("x-api-key: k3y\r\n")
    );
    std::fs::write(&file, "k3y").unwrap();
    let error = post(&url, Secret::Header(file)).unwrap_err();
    assert!(error.reason.contains("Name: value") && !error.reason.contains("k3y"));
}

#[test]
fn whatever_is_no_success_confirms_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("secret");
    std::fs::write(&file, "s3cret").unwrap();
    let (url, _asked) = http_server(
        "HTTP/1.1 503 Service Unavailable\r\nretry-after: 7\r\ncontent-length: 19\r\n\r\nnot now,\ns3cret too",
    );
    let error = post(&url, Secret::Token(file)).unwrap_err();
    assert!(
        error
            .reason
            .ends_with("answers 503 Service Unavailable: not now, *** too"),
        "{error:?}"
    );
    assert_eq!(error.retry_after, Some(RetryAfter::In(Duration::from_secs(7))));
    assert!(!error.is_too_large);
    let (url, _asked) = http_server("HTTP/1.1 413 Content Too Large\r\ncontent-length: 0\r\n\r\n");
    assert!(post(&url, Secret::None).unwrap_err().is_too_large);
    let (url, _asked) = http_server("HTTP/1.1 302 Found\r\nlocation: /login\r\ncontent-length: 0\r\n\r\n");
    assert!(post(&url, Secret::None).is_err());
}

#[test]
fn pauses_double_up_to_a_limit_and_differ() {
    let (entropy, now) = (SeededEntropy::from_number(1), Instant::from_seconds(1_000));
    let seconds = |failures| pause(failures, None, now, &entropy).as_secs_f64();
    for (failures, longest) in [
        (1, 1.0),
        (2, 2.0),
        (5, 16.0),
        (9, 256.0),
        (10, 300.0),
        (u32::MAX, 300.0),
    ] {
        for _ in 0..50 {
            let pause = seconds(failures);
            assert!(longest / 2.0 <= pause && pause <= longest, "{failures}: {pause}");
        }
    }
    assert_ne!(seconds(10), seconds(10));
}

#[test]
fn a_receiver_is_not_asked_before_it_would_like_to_be() {
    let (entropy, now) = (
        SeededEntropy::from_number(1),
        Instant::parse("1994-11-06T08:49:00Z").unwrap(),
    );
    let after = |text: &str| pause(1, Some(RetryAfter::parse(text).unwrap()), now, &entropy).as_secs();
    assert_eq!(after("120"), 120);
    assert_eq!(after("Sun, 06 Nov 1994 08:49:37 GMT"), 37);
    assert_eq!(after("99999999"), 3_600, "but it is asked again within the hour");
    assert!(after("Sun, 06 Nov 1994 08:00:00 GMT") <= 1);
    assert_eq!(RetryAfter::parse("soon"), None);
}

#[test]
fn urls_of_this_machine_are_told_from_others() {
    for (url, expected) in [
        ("http://127.0.0.1:8080/x", Some(true)),
        ("http://[::1]/", Some(true)),
        ("https://localhost", Some(true)),
        ("http://siem.example/x", Some(false)),
        ("http://127.0.0.1.evil.example/", Some(false)),
        ("ftp://127.0.0.1/", None),
        ("http://name:secret@127.0.0.1/", None),
        ("127.0.0.1", None),
    ] {
        assert_eq!(is_loopback_url(url), expected, "{url}");
    }
}
