//! Hands the audit log on: a thread for each destination, away from everything that answers requests and from each
//! other, so that one that is away holds nothing up. What each one has is kept in the store; a thread begins where the
//! last one ended.

mod checkpoint_file;
mod records;
mod witness;

use std::sync::Arc;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::thread;
use std::time::Duration;

use anyhow::Context as _;
use engine::Engine;
use model::Entropy;
use notify::siem::{HttpCollector, PATIENCE, RetryAfter, SyslogCollector, SyslogTls, Undelivered, pause};
use rustls::pki_types::ServerName;

use self::checkpoint_file::CheckpointFile;
use self::records::Records;
use self::witness::Witness;
use crate::config::{AuditConfig, SyslogTarget};
use crate::http_client;

pub use crate::config::CHECKPOINTS_FILE;

/// How long a thread rests when there is nothing to hand on.
const REST: Duration = Duration::from_secs(1);
/// How long all of them may take to finish with what is at hand when they are to stop.
const STOP_GRACE: Duration = Duration::from_secs(5);

/// What one look at a destination came to.
enum Round {
    /// It took something, and there may be more.
    MoreToDo,
    /// There was nothing.
    Rest,
}

/// Why a round failed.
#[derive(Debug)]
struct Failed {
    reason: String,
    retry_after: Option<RetryAfter>,
}

impl From<Undelivered> for Failed {
    fn from(why: Undelivered) -> Self {
        Self {
            reason: why.reason,
            retry_after: why.retry_after,
        }
    }
}

impl From<engine::Error> for Failed {
    fn from(error: engine::Error) -> Self {
        Self::because(error.to_string())
    }
}

impl Failed {
    fn because(reason: impl Into<String>) -> Self {
        Self {
            reason: reason.into(),
            retry_after: None,
        }
    }
}

/// Hands something to one destination.
trait Job: Send {
    /// Hands over what is next.
    fn round(&mut self, engine: &Engine) -> Result<Round, Failed>;

    /// Whether it takes so little time that it is done once more when everything ends.
    fn is_quick(&self) -> bool {
        false
    }
}

/// The running threads.
pub struct Shipping {
    threads: Vec<(Sender<()>, Receiver<()>)>,
}

impl Shipping {
    /// Starts them. `host` is how this machine calls itself in syslog.
    pub fn start(
        engine: &Engine,
        config: &AuditConfig,
        host: &str,
        entropy: &Arc<dyn Entropy>,
    ) -> anyhow::Result<Self> {
        let mut jobs: Vec<(String, Box<dyn Job>)> = Vec::new();
        for target in &config.syslog {
            let collector =
                syslog(target, host).with_context(|| format!("`audit.syslog` {}", target.name))?;
            jobs.push((
                target.name.clone(),
                Box::new(Records::new(&target.name, Box::new(collector))),
            ));
        }
        for target in &config.http {
            let collector = HttpCollector {
                agent: http_client::agent(target.ca_file.as_deref())?,
                url: target.url.clone(),
                secret: target.secret.clone(),
            };
            jobs.push((
                target.name.clone(),
                Box::new(Records::new(&target.name, Box::new(collector))),
            ));
        }
        if let Some(path) = &config.checkpoints_file {
            jobs.push((
                CHECKPOINTS_FILE.to_owned(),
                Box::new(CheckpointFile(path.clone())),
            ));
        }
        for target in &config.witnesses {
            jobs.push((target.name.clone(), Box::new(Witness::new(target)?)));
        }
        let threads = jobs
            .into_iter()
            .map(|(name, job)| spawn(engine.clone(), name, job, entropy.clone()))
            .collect::<anyhow::Result<_>>()?;
        Ok(Self { threads })
    }

    /// Lets them finish with what is at hand. What is left goes out after the next start.
    pub fn stop(self) {
        let (stops, stopped): (Vec<_>, Vec<_>) = self.threads.into_iter().unzip();
        drop(stops);
        let mut grace = STOP_GRACE;
        for stopped in stopped {
            if stopped.recv_timeout(grace) == Err(RecvTimeoutError::Timeout) {
                // The others had as long.
                grace = Duration::ZERO;
                tracing::warn!(
                    "a destination of the audit log is slow; what it was handed last may be sent again"
                );
            }
        }
    }
}

fn syslog(target: &SyslogTarget, host: &str) -> anyhow::Result<SyslogCollector> {
    let tls = if target.tls {
        let name = target.address.rsplit_once(':').map_or("", |(host, _)| host);
        let name = ServerName::try_from(name.trim_matches(['[', ']']).to_owned())
            .with_context(|| format!("`{name}` is no name of a server"))?;
        Some(SyslogTls {
            config: http_client::tls_config(target.ca_file.as_deref())?,
            name,
        })
    } else {
        None
    };
    Ok(SyslogCollector {
        address: target.address.clone(),
        tls,
        host: host.to_owned(),
        patience: PATIENCE,
    })
}

/// A thread that goes on until it is told to stop.
fn spawn(
    engine: Engine,
    name: String,
    mut job: Box<dyn Job>,
    entropy: Arc<dyn Entropy>,
) -> anyhow::Result<(Sender<()>, Receiver<()>)> {
    let (stop, stopping) = mpsc::channel::<()>();
    let (done, stopped) = mpsc::channel::<()>();
    thread::Builder::new()
        .name("audit-shipping".to_owned())
        .spawn(move || {
            let mut is_failing = false;
            loop {
                let rest = match job.round(&engine) {
                    Ok(round) => {
                        if is_failing {
                            tracing::info!(destination = name, "the audit log is being handed on again");
                            is_failing = false;
                        }
                        match round {
                            Round::MoreToDo => Duration::ZERO,
                            Round::Rest => REST,
                        }
                    }
                    Err(failed) => {
                        // Once in the log; how often and why is shown with its progress.
                        if !is_failing {
                            tracing::warn!(
                                destination = name,
                                reason = failed.reason,
                                "the audit log could not be handed on; it will be tried again"
                            );
                            is_failing = true;
                        }
                        after_failure(&engine, &name, &failed, entropy.as_ref())
                    }
                };
                if stopping.recv_timeout(rest) != Err(RecvTimeoutError::Timeout) {
                    break;
                }
            }
            if job.is_quick()
                && let Err(failed) = job.round(&engine)
            {
                tracing::warn!(
                    destination = name,
                    reason = failed.reason,
                    "the end of the audit log could not be handed on; it will be after the next start"
                );
            }
            // By this whoever waits hears that it has stopped.
            drop(done);
        })?;
    Ok((stop, stopped))
}

/// Notes a failure, and answers how long to wait after it.
fn after_failure(engine: &Engine, name: &str, failed: &Failed, entropy: &dyn Entropy) -> Duration {
    let failures = engine
        .note_unshipped(name, &failed.reason)
        .unwrap_or_else(|error| {
            tracing::error!(%error, "a failure to hand on the audit log could not be noted");
            1
        });
    pause(failures, failed.retry_after, engine.now(), entropy)
}

#[cfg(test)]
mod tests;
