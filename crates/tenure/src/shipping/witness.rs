//! Checkpoints on their way to a witness (c2sp.org/tlog-witness), each with the proof that it goes on from the last one
//! that the witness saw. What it signs is kept beneath the checkpoint.

use engine::{Engine, Error, Missing};
use notify::siem::RetryAfter;
use tlog::witness::{WitnessKey, add_checkpoint, cosignatures, its_size};
use ureq::Agent;
use ureq::http::StatusCode;

use super::{Failed, Job, Round};
use crate::config::WitnessTarget;
use crate::http_client;

/// Bytes of an answer at the most.
const ANSWER_BYTES_MAX: u64 = 64 * 1024;
/// Characters of an answer that are kept of one that is no use.
const ANSWER_CHARS_MAX: usize = 200;

/// Has checkpoints witnessed.
pub struct Witness {
    destination: String,
    agent: Agent,
    url: String,
    keys: Vec<WitnessKey>,
    /// How far it says that it is, if that is another place than we know of.
    its_size: Option<u64>,
}

impl Witness {
    /// By this one.
    pub fn new(target: &WitnessTarget) -> anyhow::Result<Self> {
        Ok(Self {
            destination: target.name.clone(),
            agent: http_client::agent(target.ca_file.as_deref())?,
            url: format!("{}/add-checkpoint", target.url),
            keys: target.keys.clone(),
            its_size: None,
        })
    }
}

impl Job for Witness {
    fn round(&mut self, engine: &Engine) -> Result<Round, Failed> {
        let said = self.its_size.take();
        let next = engine
            .next_for_witness(&self.destination, said)
            .map_err(unprovable)?;
        let Some(next) = next else {
            // It has what there is. Where it said so itself, that is noted.
            if let Some(size) = said {
                engine.note_shipped(&self.destination, size, Vec::new())?;
            }
            return Ok(Round::Rest);
        };
        let note = &next.checkpoint.note;
        let mut answer = self
            .agent
            .post(&self.url)
            .content_type("text/plain; charset=utf-8")
            .send(add_checkpoint(next.old_size, &next.proof, note))
            .map_err(|error| Failed::because(format!("{}: {error}", self.url)))?;
        let status = answer.status();
        let asked = answer.headers().get("retry-after");
        let retry_after = asked.and_then(|asked| RetryAfter::parse(asked.to_str().ok()?));
        let text = answer
            .body_mut()
            .with_config()
            .limit(ANSWER_BYTES_MAX)
            .read_to_string()
            .map_err(|error| Failed::because(format!("{}: {error}", self.url)))?;
        match status {
            StatusCode::OK => {
                let lines = cosignatures(&text, note, &self.keys)
                    .map_err(|error| Failed::because(format!("{}: {error}", self.url)))?;
                engine.note_shipped(&self.destination, next.checkpoint.size, lines)?;
                Ok(Round::MoreToDo)
            }
            // It saw another checkpoint than we think: from there, but not again and again.
            StatusCode::CONFLICT if said.is_none() && its_size(&text).is_some() => {
                self.its_size = its_size(&text);
                Ok(Round::MoreToDo)
            }
            _ => {
                let words: String = text.trim().chars().take(ANSWER_CHARS_MAX).collect();
                Err(Failed {
                    reason: format!("{} answers {status}: {words}", self.url),
                    retry_after,
                })
            }
        }
    }
}

/// A proof that cannot be had is the one thing that a witness is there to find.
fn unprovable(error: Error) -> Failed {
    match error {
        Error::Missing(Missing::AuditEvidence) => Failed::because(
            "there is no proof that the log goes on from what the witness saw: it lost its end, or records that the proof \
             leads through",
        ),
        error => error.into(),
    }
}
