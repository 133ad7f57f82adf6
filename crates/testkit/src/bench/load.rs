//! The load generator: keep-alive connections that write requests which were rendered before and read
//! answers with as little effort as HTTP/1.1 allows, since it shares the processors with the server.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant as Moment};

use anyhow::{Context as _, bail, ensure};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::task::JoinSet;

use crate::child::Server;
use crate::machine::moment;
use crate::requests::Request;

/// Connections that are kept busy.
pub const CONNECTIONS: usize = 64;
/// Room for an answer at first.
const ANSWER_BYTES: usize = 64 * 1024;

/// When to stop.
#[derive(Clone, Copy, Debug)]
pub enum Until {
    /// After a while, however often each request was sent.
    Elapsed(Duration),
    /// When each request was sent once.
    AllSent,
}

/// What came of sending requests.
#[derive(Clone, Copy, Debug)]
pub struct Driven {
    /// Requests answered in a second.
    pub rate: f64,
    /// Processor time that the server used for one, in microseconds.
    pub processor_micros: f64,
}

/// Sends requests. Fails at the first answer that is no success.
pub fn drive(server: &Server, requests: &Arc<[Request]>, until: Until) -> anyhow::Result<Driven> {
    ensure!(!requests.is_empty(), "there is nothing to send");
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?
        .block_on(async {
            let mut streams = Vec::new();
            for _ in 0..CONNECTIONS {
                let stream = TcpStream::connect(("127.0.0.1", server.port)).await?;
                stream.set_nodelay(true)?;
                streams.push(stream);
            }
            let (begun, used) = (moment(), server.processor_seconds()?);
            let turns = Turns {
                requests: requests.clone(),
                next: Arc::new(AtomicUsize::new(0)),
                deadline: match until {
                    Until::Elapsed(span) => Some(begun + span),
                    Until::AllSent => None,
                },
            };
            let mut connections = JoinSet::new();
            for stream in streams {
                connections.spawn(keep_busy(stream, turns.clone()));
            }
            let mut answered = 0_u32;
            while let Some(done) = connections.join_next().await {
                answered += done??;
            }
            let (elapsed, answered) = (begun.elapsed().as_secs_f64(), f64::from(answered));
            Ok(Driven {
                rate: answered / elapsed,
                processor_micros: (server.processor_seconds()? - used) * 1e6 / answered,
            })
        })
}

/// Which request comes next, for all connections together.
#[derive(Clone)]
struct Turns {
    requests: Arc<[Request]>,
    next: Arc<AtomicUsize>,
    deadline: Option<Moment>,
}

impl Turns {
    fn take(&self) -> Option<&Request> {
        let turn = self.next.fetch_add(1, Ordering::Relaxed);
        match self.deadline {
            Some(deadline) if moment() >= deadline => None,
            Some(_) => self.requests.get(turn % self.requests.len()),
            None => self.requests.get(turn),
        }
    }
}

async fn keep_busy(mut stream: TcpStream, turns: Turns) -> anyhow::Result<u32> {
    let mut sent = Vec::new();
    let mut answer = vec![0; ANSWER_BYTES];
    let mut answered = 0;
    while let Some(request) = turns.take() {
        sent.clear();
        request.write(&mut sent);
        stream.write_all(&sent).await?;
        read_answer(&mut stream, &mut answer).await?;
        answered += 1;
    }
    Ok(answered)
}

/// Reads one whole answer, which must be a success with a `Content-Length`.
async fn read_answer(stream: &mut TcpStream, answer: &mut Vec<u8>) -> anyhow::Result<()> {
    let mut filled = 0;
    let mut end = None;
    loop {
        if filled == answer.len() {
            answer.resize(answer.len() * 2, 0);
        }
        let read = stream.read(answer.get_mut(filled..).unwrap_or_default()).await?;
        ensure!(read > 0, "the server closed the connection");
        filled += read;
        let text = answer.get(..filled).unwrap_or_default();
        if end.is_none() {
            end = text
                .windows(4)
                .position(|four| four == b"\r\n\r\n")
                .map(|at| at + 4);
            if let Some(head) = end {
                end = Some(head + content_length(text.get(..head).unwrap_or_default())?);
            }
        }
        if end.is_some_and(|end| filled >= end) {
            if !text.starts_with(b"HTTP/1.1 2") {
                bail!("{}", String::from_utf8_lossy(text));
            }
            return Ok(());
        }
    }
}

fn content_length(head: &[u8]) -> anyhow::Result<usize> {
    if head.starts_with(b"HTTP/1.1 204") {
        return Ok(0);
    }
    const NAME: &[u8] = b"content-length: ";
    let at = head.windows(NAME.len()).position(|part| part == NAME);
    let at = at.with_context(|| format!("no content-length: {}", String::from_utf8_lossy(head)))?;
    let digits = head
        .get(at + NAME.len()..)
        .unwrap_or_default()
        .iter()
        .take_while(|byte| byte.is_ascii_digit());
    Ok(digits.fold(0, |number, digit| number * 10 + usize::from(digit - b'0')))
}
