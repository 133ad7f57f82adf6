//! Collectors and witnesses that fail in every way: nothing is lost, and everything comes in order.

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair as _};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use engine::shipping::{AuditOptions, Destination, DestinationKind};
use model::audit::{AuditEvent, AuditResult, AuditService, Initiator};
use model::{CorrelationId, IsoDuration};
use notify::siem::{Collector, Parcel};
use store::{AuditVerification, verify_audit};
use testkit::{Peculiarities, Tenant, audit_signer};
use tlog::{Checkpoint, Hash, verify_consistency};
use uuid::Uuid;

use super::*;
use crate::config::WitnessTarget;

const DESTINATION: &str = "it";

fn tenant(kind: DestinationKind) -> Tenant {
    let destination = Destination {
        name: DESTINATION.to_owned(),
        kind,
    };
    let audit = AuditOptions {
        retention_days: None,
        destinations: vec![destination],
    };
    Tenant::found_with(
        51,
        Peculiarities {
            audit,
            ..Peculiarities::default()
        },
    )
}

/// Writes until the log has so many records: a tenant begins with some.
fn fill(tenant: &Tenant, total: u64, size: usize) {
    let first = tenant.read(|session| session.audit_size());
    let at = tenant.now();
    let event = |number: u64| AuditEvent {
        id: format!("PIM_{number:04}"),
        at,
        correlation_id: CorrelationId::new(Uuid::from_u128(1)),
        activity: "Add member to role".to_owned(),
        category: "RoleManagement".to_owned(),
        service: AuditService::Pim,
        operation_type: "Assign".to_owned(),
        result: AuditResult::Success,
        result_reason: "x".repeat(size),
        initiated_by: Initiator::service(),
        targets: Vec::new(),
        details: Vec::new(),
        user_agent: None,
    };
    let events: Vec<AuditEvent> = (first..total).map(event).collect();
    tenant
        .engine()
        .store()
        .write_wait(move |session| session.append_audit(events))
        .unwrap()
        .unwrap();
}

fn position(tenant: &Tenant) -> u64 {
    let cursor = tenant.read(|session| session.audit_cursor(DESTINATION));
    cursor.unwrap().position
}

/// Takes a part of most batches before it fails, and everything of few.
#[derive(Default)]
struct Moody {
    taken: Mutex<Vec<u64>>,
    attempts: Mutex<usize>,
    records_max: usize,
}

/// What the test and the thread's side both look at.
struct Shared<T>(Arc<T>);

impl Collector for Shared<Moody> {
    fn deliver(&self, batch: &[Parcel]) -> Result<(), Undelivered> {
        let Self(it) = self;
        if batch.len() > it.records_max {
            return Err(Undelivered {
                is_too_large: true,
                ..Undelivered::because("too much")
            });
        }
        let mut attempts = it.attempts.lock().unwrap();
        *attempts += 1;
        let mood = *attempts % 4;
        let kept = if mood == 0 {
            batch.len()
        } else {
            batch.len() * mood / 5
        };
        it.taken
            .lock()
            .unwrap()
            .extend(batch.iter().take(kept).map(|parcel| parcel.sequence));
        if mood == 0 {
            Ok(())
        } else {
            Err(Undelivered::because("not in the mood"))
        }
    }
}

/// Whether the numbers, but for those that came again, are all from the first to this one in their order.
fn is_whole_and_in_order(taken: &[u64], last: u64) -> bool {
    let mut next = 1;
    for number in taken {
        match number.cmp(&next) {
            std::cmp::Ordering::Equal => next += 1,
            std::cmp::Ordering::Less => {}
            std::cmp::Ordering::Greater => return false,
        }
    }
    next == last + 1
}

#[test]
fn a_collector_gets_every_record_in_order_whatever_it_does() {
    let moody = Arc::new(Moody {
        records_max: 130,
        ..Moody::default()
    });
    let mut tenant = tenant(DestinationKind::Http);
    fill(&tenant, 700, 10);
    let mut failures = 0;
    for restart in 0..6 {
        let mut records = Records::new(DESTINATION, Box::new(Shared(moody.clone())));
        for _ in 0..9 {
            failures += u32::from(records.round(tenant.engine()).is_err());
        }
        // Killed between two rounds, and more is written in the meantime.
        tenant = tenant.restart();
        if restart < 3 {
            fill(&tenant, 800 + 100 * restart, 10);
        }
    }
    let mut records = Records::new(DESTINATION, Box::new(Shared(moody.clone())));
    while !matches!(records.round(tenant.engine()), Ok(Round::Rest)) {}
    assert!(failures > 20);
    assert_eq!(position(&tenant), 1_000);
    assert!(is_whole_and_in_order(&moody.taken.lock().unwrap(), 1_000));
}

#[test]
fn a_batch_has_no_more_bytes_than_it_may_but_always_a_record() {
    struct Counts(Mutex<Vec<(usize, usize)>>);
    impl Collector for Shared<Counts> {
        fn deliver(&self, batch: &[Parcel]) -> Result<(), Undelivered> {
            let bytes = batch.iter().map(|parcel| parcel.body.len()).sum();
            self.0.0.lock().unwrap().push((batch.len(), bytes));
            Ok(())
        }
    }
    let tenant = tenant(DestinationKind::Syslog);
    let begin = tenant.read(|session| session.audit_size());
    tenant
        .engine()
        .note_shipped(DESTINATION, begin, Vec::new())
        .unwrap();
    fill(&tenant, begin + 3, 400_000);
    fill(&tenant, begin + 4, 2_000_000);
    let counts = Arc::new(Counts(Mutex::default()));
    let mut records = Records::new(DESTINATION, Box::new(Shared(counts.clone())));
    while !matches!(records.round(tenant.engine()), Ok(Round::Rest)) {}
    let counts: Vec<usize> = counts
        .0
        .lock()
        .unwrap()
        .iter()
        .map(|(records, _)| *records)
        .collect();
    assert_eq!(counts, [2, 1, 1]);
}

#[test]
fn failures_are_counted_until_something_gets_over() {
    let tenant = tenant(DestinationKind::Http);
    let engine = tenant.engine();
    let cursor = || {
        let cursor = tenant.read(|session| session.audit_cursor(DESTINATION)).unwrap();
        (cursor.position, cursor.failures, cursor.last_error)
    };
    let entropy = model::SeededEntropy::from_number(1);
    let failed = Failed::because("away");
    assert!(after_failure(engine, DESTINATION, &failed, &entropy) <= Duration::from_secs(1));
    after_failure(engine, DESTINATION, &failed, &entropy);
    let third = after_failure(engine, DESTINATION, &failed, &entropy);
    assert!(third >= Duration::from_secs(2), "{third:?}");
    assert_eq!(cursor(), (0, 3, Some("away".to_owned())));
    engine.note_shipped(DESTINATION, 1, Vec::new()).unwrap();
    assert_eq!(cursor(), (1, 0, None));
}

/// A witness as c2sp.org/tlog-witness has it, on a port of its own.
struct Server {
    state: Arc<Mutex<State>>,
    url: String,
    key: String,
}

struct State {
    size: u64,
    root: Hash,
    seen: Vec<u64>,
    /// How often it said that it knows another checkpoint.
    conflicts: usize,
    /// What it says to everything, if that.
    says: Option<&'static str>,
    /// Whether its signatures are of nothing.
    forges: bool,
}

const NAME: &str = "witness.example";

fn witness_key(pair: &Ed25519KeyPair) -> ([u8; 4], String) {
    let typed = [&[4], pair.public_key().as_ref()].concat();
    let named = [NAME.as_bytes(), b"\n", &typed].concat();
    let mut id = [0; 4];
    id.copy_from_slice(&digest(&SHA256, &named).as_ref()[..4]);
    let key = format!(
        "{NAME}+{:08x}+{}",
        u32::from_be_bytes(id),
        STANDARD.encode(&typed)
    );
    (id, key)
}

impl Server {
    fn start() -> Self {
        let pair = Ed25519KeyPair::from_seed_unchecked(&[9; 32]).unwrap();
        let (id, key) = witness_key(&pair);
        let state = Arc::new(Mutex::new(State {
            size: 0,
            root: Hash([0; 32]),
            seen: Vec::new(),
            conflicts: 0,
            says: None,
            forges: false,
        }));
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let shared = state.clone();
        thread::spawn(move || {
            for stream in listener.incoming() {
                let stream = stream.unwrap();
                let body = request(&stream);
                let answer = shared.lock().unwrap().answer(&body, &pair, id);
                (&stream).write_all(answer.as_bytes()).unwrap();
            }
        });
        Self { state, url, key }
    }

    fn job(&self) -> Witness {
        Witness::new(&WitnessTarget {
            name: DESTINATION.to_owned(),
            url: self.url.clone(),
            keys: vec![self.key.parse().unwrap()],
            ca_file: None,
        })
        .unwrap()
    }
}

fn request(stream: &TcpStream) -> String {
    let mut reader = BufReader::new(stream);
    let mut length = 0;
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).unwrap();
        if let Some(value) = line.to_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().unwrap();
        }
        if line == "\r\n" {
            break;
        }
        assert!(
            !line.starts_with("POST") || line.starts_with("POST /add-checkpoint "),
            "{line}"
        );
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).unwrap();
    String::from_utf8(body).unwrap()
}

fn response(status: &str, body: &str) -> String {
    format!(
        "HTTP/1.1 {status}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}",
        body.len()
    )
}

impl State {
    fn answer(&mut self, body: &str, pair: &Ed25519KeyPair, id: [u8; 4]) -> String {
        if let Some(says) = self.says {
            return response(says, "");
        }
        let (head, note) = body.split_once("\n\n").unwrap();
        let mut lines = head.lines();
        let old: u64 = lines
            .next()
            .unwrap()
            .strip_prefix("old ")
            .unwrap()
            .parse()
            .unwrap();
        let proof: Vec<Hash> = lines.map(|line| line.parse().unwrap()).collect();
        let checkpoint = Checkpoint::open(note, &[audit_signer().verifier().clone()]).unwrap();
        if old != self.size {
            self.conflicts += 1;
            return response("409 Conflict", &format!("{}\n", self.size));
        }
        let goes_on = match old {
            0 => proof.is_empty(),
            _ => verify_consistency((old, &self.root), (checkpoint.size, &checkpoint.root), &proof),
        };
        if !goes_on {
            return response("422 Unprocessable Entity", "");
        }
        (self.size, self.root) = (checkpoint.size, checkpoint.root);
        self.seen.push(checkpoint.size);
        let text = note.split("\n\n").next().unwrap();
        let time = if self.forges { 2 } else { 1_u64 };
        let signature = pair.sign(format!("cosignature/v1\ntime 1\n{text}\n").as_bytes());
        let bytes = [&id[..], &time.to_be_bytes(), signature.as_ref()].concat();
        response("200 OK", &format!("\u{2014} {NAME} {}\n", STANDARD.encode(bytes)))
    }
}

fn until_rest(job: &mut dyn Job, tenant: &Tenant) {
    for _ in 0..100 {
        if matches!(job.round(tenant.engine()).unwrap(), Round::Rest) {
            return;
        }
    }
    panic!("it never rests");
}

#[test]
fn a_witness_sees_every_checkpoint_in_order_and_its_signature_is_kept() {
    let (tenant, server) = (tenant(DestinationKind::Witness), Server::start());
    fill(&tenant, 150, 1);
    tenant.engine().sign_audit().unwrap();
    until_rest(&mut server.job(), &tenant);
    assert_eq!(server.state.lock().unwrap().seen, [64, 128, 150]);
    assert_eq!(position(&tenant), 150);

    fill(&tenant, 170, 1);
    let tenant = tenant.restart();
    tenant.engine().sign_audit().unwrap();
    until_rest(&mut server.job(), &tenant);
    assert_eq!(server.state.lock().unwrap().seen, [64, 128, 150, 170]);
    assert_eq!(server.state.lock().unwrap().conflicts, 0);
    let stored = tenant.read(|session| session.audit_checkpoints_after(0, 10));
    let cosigned = stored.iter().filter(|stored| stored.note.contains(NAME)).count();
    assert_eq!(cosigned, 4);
    let against = AuditVerification {
        keys: vec![audit_signer().verifier().clone()],
        witnessed: Vec::new(),
    };
    let report = tenant.stopped(|database| verify_audit(database, &against).unwrap());
    assert_eq!(report.lines(), [] as [String; 0]);
    assert_eq!(report.log.confirmed, 170);
}

#[test]
fn a_witness_that_is_elsewhere_is_met_where_it_is() {
    let (tenant, server) = (tenant(DestinationKind::Witness), Server::start());
    fill(&tenant, 150, 1);
    until_rest(&mut server.job(), &tenant);
    // What it had was not noted.
    tenant.engine().note_shipped(DESTINATION, 0, Vec::new()).unwrap();
    until_rest(&mut server.job(), &tenant);
    assert_eq!(
        (position(&tenant), server.state.lock().unwrap().conflicts),
        (128, 1)
    );
    // It is behind what was noted.
    tenant.engine().note_shipped(DESTINATION, 64, Vec::new()).unwrap();
    fill(&tenant, 250, 1);
    until_rest(&mut server.job(), &tenant);
    let state = server.state.lock().unwrap();
    assert_eq!(
        (state.seen.as_slice(), state.conflicts),
        ([64, 128, 192].as_slice(), 2)
    );
}

#[test]
fn a_log_that_lost_its_end_gets_no_witness() {
    let (tenant, server) = (tenant(DestinationKind::Witness), Server::start());
    fill(&tenant, 64, 1);
    server.state.lock().unwrap().size = 640;
    let mut job = server.job();
    assert!(matches!(job.round(tenant.engine()), Ok(Round::MoreToDo)));
    let failed = job.round(tenant.engine()).err().unwrap();
    assert!(failed.reason.contains("lost its end"), "{failed:?}");
    assert_eq!(position(&tenant), 0);
}

#[test]
fn a_witness_that_is_of_no_use_moves_nothing() {
    let (tenant, server) = (tenant(DestinationKind::Witness), Server::start());
    fill(&tenant, 64, 1);
    let mut job = server.job();
    let reason = |job: &mut Witness| job.round(tenant.engine()).err().unwrap().reason;
    server.state.lock().unwrap().says = Some("503 Service Unavailable");
    assert!(reason(&mut job).contains("503"));
    server.state.lock().unwrap().says = None;
    server.state.lock().unwrap().forges = true;
    assert!(reason(&mut job).contains("cosignature is not right"));
    assert_eq!(position(&tenant), 0);
    let stored = tenant.read(|session| session.last_audit_checkpoint()).unwrap();
    assert!(!stored.note.contains(NAME));

    let away = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let mut job = Witness::new(&WitnessTarget {
        name: DESTINATION.to_owned(),
        url: format!("http://{away}"),
        keys: Vec::new(),
        ca_file: None,
    })
    .unwrap();
    assert!(reason(&mut job).contains(&away.to_string()));
}

#[test]
fn progress_shows_who_is_behind_and_why() {
    let tenant = tenant(DestinationKind::Http);
    fill(&tenant, 100, 1);
    let engine = tenant.engine();
    engine.note_shipped(DESTINATION, 40, Vec::new()).unwrap();
    tenant.pass(IsoDuration::from_hours(1));
    engine
        .note_unshipped(DESTINATION, &"away ".repeat(1_000))
        .unwrap();
    let shown = tenant
        .get(&tenant.application_token(), "/ext/v1/audit/shipping")
        .expect(200);
    let shown: BTreeMap<String, serde_json::Value> =
        serde_json::from_value(shown["value"][0].clone()).unwrap();
    let text = |name: &str| shown[name].to_string();
    assert_eq!(
        (text("name"), text("type")),
        ("\"it\"".to_owned(), "\"http\"".to_owned())
    );
    assert_eq!(
        (text("shippedThrough"), text("behind"), text("failures")),
        ("40".to_owned(), "60".to_owned(), "1".to_owned())
    );
    assert_eq!(text("shippedDateTime"), "\"2026-03-02T08:00:00Z\"");
    assert_eq!(text("waitingSinceDateTime"), "\"2026-03-02T08:00:00Z\"");
    assert_eq!(
        text("lastError").len(),
        502,
        "what others say is kept at no greater length"
    );
    let nobody = tenant.user("Bo");
    assert_eq!(
        tenant
            .get(&tenant.user_token(nobody), "/ext/v1/audit/shipping")
            .status,
        403
    );
}
