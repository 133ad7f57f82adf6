//! Where evidence of a log comes from: a folder that an export made, or a running server. Both hold the same, and
//! neither is believed.

use std::fs::File;
use std::io::{BufRead as _, BufReader, Read as _};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use tlog::Hash;
use ureq::Agent;

/// The files of an export.
pub const RECORDS: &str = "records.jsonl";
pub const LEAVES: &str = "leaves.txt";
pub const BLOCKS: &str = "blocks.txt";
pub const CHECKPOINTS: &str = "checkpoints.jsonl";

/// Bytes of one line or answer at the most.
const ANSWER_BYTES_MAX: u64 = 64 * 1024 * 1024;

/// A checkpoint as it is kept outside: one line of JSON.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, Deserialize)]
pub struct KeptCheckpoint {
    /// Of how many records.
    pub size: u64,
    /// The signed note.
    pub note: String,
}

/// What is shown of a log.
pub trait Evidence {
    /// Every checkpoint.
    fn checkpoints(&self) -> anyhow::Result<Vec<KeptCheckpoint>>;
    /// The hashes over all blocks.
    fn blocks(&self) -> anyhow::Result<Vec<Hash>>;
    /// The hashes of all records that are kept, in order.
    fn leaves(&self) -> anyhow::Result<Vec<Hash>>;
    /// Hands over every record, in order.
    fn records(&self, each: &mut dyn FnMut(&[u8]) -> anyhow::Result<()>) -> anyhow::Result<()>;
}

/// A folder that an export made.
pub struct Folder(pub PathBuf);

impl Folder {
    fn lines(&self, name: &str, each: &mut dyn FnMut(&[u8]) -> anyhow::Result<()>) -> anyhow::Result<()> {
        let path = self.0.join(name);
        let file = File::open(&path).with_context(|| format!("cannot read {}", path.display()))?;
        let mut reader = BufReader::new(file);
        let mut line = Vec::new();
        loop {
            line.clear();
            if reader
                .by_ref()
                .take(ANSWER_BYTES_MAX)
                .read_until(b'\n', &mut line)?
                == 0
            {
                return Ok(());
            }
            each(line.strip_suffix(b"\n").unwrap_or(&line))
                .with_context(|| format!("in {}", path.display()))?;
        }
    }

    fn hashes(&self, name: &str) -> anyhow::Result<Vec<Hash>> {
        let mut hashes = Vec::new();
        self.lines(name, &mut |line| {
            hashes.push(std::str::from_utf8(line)?.parse()?);
            Ok(())
        })?;
        Ok(hashes)
    }
}

impl Evidence for Folder {
    fn checkpoints(&self) -> anyhow::Result<Vec<KeptCheckpoint>> {
        let mut checkpoints = Vec::new();
        self.lines(CHECKPOINTS, &mut |line| {
            checkpoints.push(serde_json::from_slice(line)?);
            Ok(())
        })?;
        Ok(checkpoints)
    }

    fn blocks(&self) -> anyhow::Result<Vec<Hash>> {
        self.hashes(BLOCKS)
    }

    fn leaves(&self) -> anyhow::Result<Vec<Hash>> {
        self.hashes(LEAVES)
    }

    fn records(&self, each: &mut dyn FnMut(&[u8]) -> anyhow::Result<()>) -> anyhow::Result<()> {
        self.lines(RECORDS, each)
    }
}

/// A running server.
pub struct Server {
    agent: Agent,
    base_url: String,
    token: String,
}

#[derive(Deserialize)]
struct Page<T> {
    value: Vec<T>,
}

impl Server {
    /// Whose routes are below `base_url`, with a token out of a file.
    pub fn new(agent: Agent, base_url: &str, token_file: &Path) -> anyhow::Result<Self> {
        let token = std::fs::read_to_string(token_file)
            .with_context(|| format!("cannot read {}", token_file.display()))?;
        Ok(Self {
            agent,
            base_url: base_url.trim_end_matches('/').to_owned(),
            token: token.trim().to_owned(),
        })
    }

    fn get(&self, what: &str, after: u64) -> anyhow::Result<Vec<u8>> {
        let url = format!("{}/ext/v1/audit/{what}?after={after}", self.base_url);
        let mut answer = self
            .agent
            .get(&url)
            .header("authorization", format!("Bearer {}", self.token))
            .call()
            .with_context(|| format!("{url} cannot be reached"))?;
        let status = answer.status();
        let body = answer
            .body_mut()
            .with_config()
            .limit(ANSWER_BYTES_MAX)
            .read_to_vec()?;
        if !status.is_success() {
            bail!("{url} answers {status}: {}", String::from_utf8_lossy(&body));
        }
        Ok(body)
    }

    /// All of a list; `end` says up to where a page goes.
    fn all<T: DeserializeOwned>(&self, what: &str, end: impl Fn(u64, &[T]) -> u64) -> anyhow::Result<Vec<T>> {
        let (mut all, mut after) = (Vec::new(), 0);
        loop {
            let page: Page<T> = serde_json::from_slice(&self.get(what, after)?)?;
            if page.value.is_empty() {
                return Ok(all);
            }
            after = end(after, &page.value);
            all.extend(page.value);
        }
    }

    fn hashes(&self, what: &str, first: u64) -> anyhow::Result<Vec<Hash>> {
        let (mut all, mut after) = (Vec::new(), first);
        loop {
            let page: Page<String> = serde_json::from_slice(&self.get(what, after)?)?;
            if page.value.is_empty() {
                return Ok(all);
            }
            after += page.value.len() as u64;
            for text in page.value {
                all.push(text.parse()?);
            }
        }
    }
}

impl Evidence for Server {
    fn checkpoints(&self) -> anyhow::Result<Vec<KeptCheckpoint>> {
        self.all("checkpoints", |after, page: &[KeptCheckpoint]| {
            page.last().map_or(after, |last| last.size)
        })
    }

    fn blocks(&self) -> anyhow::Result<Vec<Hash>> {
        self.hashes("blocks", 0)
    }

    fn leaves(&self) -> anyhow::Result<Vec<Hash>> {
        // Where old records were removed, the first ones are not there.
        let first = self.get("records", 0)?;
        let first = first.split(|byte| *byte == b'\n').next().unwrap_or_default();
        let skipped = sequence_of(first).map_or(0, |first| first.saturating_sub(1));
        self.hashes("leaves", skipped)
    }

    fn records(&self, each: &mut dyn FnMut(&[u8]) -> anyhow::Result<()>) -> anyhow::Result<()> {
        let mut after = 0;
        loop {
            let page = self.get("records", after)?;
            let mut lines = page
                .split(|byte| *byte == b'\n')
                .filter(|line| !line.is_empty())
                .peekable();
            if lines.peek().is_none() {
                return Ok(());
            }
            let before = after;
            for line in lines {
                after = sequence_of(line).unwrap_or(after);
                each(line)?;
            }
            if after <= before {
                bail!("the server gives the records after {before} again and again");
            }
        }
    }
}

/// The number that a record says it has.
pub fn sequence_of(record: &[u8]) -> Option<u64> {
    #[derive(Deserialize)]
    struct Numbered {
        sequence: u64,
    }
    let Numbered { sequence } = serde_json::from_slice(record).ok()?;
    Some(sequence)
}
