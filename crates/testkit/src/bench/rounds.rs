//! What is measured, in which order: several rounds, each figure between two looks at the bare route.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use clap::Args;
use model::SeededEntropy;
use testkit::{Installation, Populated, Population, populate};

use crate::child::{self, Idle, Server};
use crate::load::{Until, drive};
use crate::machine::{self, SystemClock, moment};
use crate::report::{Figure, Report, Size};
use crate::requests::{self, Activations, Read, Request};

/// Roles that each person holds, and can activate.
const HELD: usize = 2;
const ELIGIBLE: usize = 8;
/// Activations in one measurement at the most.
const ACTIVATIONS_MAX: usize = 3_000;
/// How often the demo is started.
const STARTS: usize = 5;

/// What to measure.
#[derive(Debug, Args)]
pub struct Options {
    /// How many grants there are.
    #[arg(long, value_delimiter = ',', default_value = "10000,1000000")]
    grants: Vec<usize>,
    /// How long each read is measured, in seconds.
    #[arg(long, default_value_t = 2.0)]
    seconds: f64,
    /// How often everything is measured; medians are reported.
    #[arg(long, default_value_t = 5)]
    rounds: usize,
    /// Write docs/benchmarks.md as well.
    #[arg(long)]
    pub write: bool,
}

/// Measures everything.
pub fn run(options: &Options) -> anyhow::Result<Report> {
    let binary = std::env::current_exe()?.with_file_name("tenure");
    let bytes = std::fs::metadata(&binary)
        .with_context(|| format!("{} is not built", binary.display()))?
        .len();
    let idle: Vec<Idle> = (0..STARTS)
        .map(|_| child::idle(&binary))
        .collect::<anyhow::Result<_>>()?;
    let bare = Bare {
        server: Server::bare()?,
        requests: requests::bare(),
    };
    let sizes = options
        .grants
        .iter()
        .map(|grants| size(options, *grants, &bare))
        .collect::<anyhow::Result<_>>()?;
    Ok(Report {
        sizes,
        idle,
        binary_bytes: bytes,
        processors: machine::processors(),
    })
}

struct Bare {
    server: Server,
    requests: Arc<[Request]>,
}

impl Bare {
    /// Measures `work` between two looks at the bare route.
    fn around(&self, look: Duration, work: impl FnOnce() -> anyhow::Result<f64>) -> anyhow::Result<Figure> {
        let before = self.look(look)?;
        let rate = work()?;
        let after = self.look(look)?;
        Ok(Figure {
            rate,
            bare: f64::midpoint(before, after),
        })
    }

    fn look(&self, look: Duration) -> anyhow::Result<f64> {
        drive(self.server.port, &self.requests, Until::Elapsed(look))
    }
}

/// What one tenant is asked, prepared.
struct Prepared {
    reads: Vec<Read>,
    activations: Vec<Activations>,
}

fn size(options: &Options, grants: usize, bare: &Bare) -> anyhow::Result<Size> {
    let folder = tempfile::tempdir()?;
    let begun = moment();
    let prepared = prepare(folder.path(), grants, options.rounds);
    eprintln(&format!(
        "{grants} grants made in {:.1} s",
        begun.elapsed().as_secs_f64()
    ));
    let span = Duration::from_secs_f64(options.seconds);
    let mut reads: Vec<(&'static str, Vec<Figure>)> = Vec::new();
    let [mut grouped, mut single] = [Vec::new(), Vec::new()];
    let mut shares = prepared.activations.iter();
    let mut server = Some(Server::tenure(folder.path(), true)?);
    for read in &prepared.reads {
        reads.push((read.name, Vec::new()));
    }
    for round in 0..options.rounds {
        let running = match server.take() {
            Some(running) => running,
            None => Server::tenure(folder.path(), true)?,
        };
        for (read, (_, figures)) in prepared.reads.iter().zip(&mut reads) {
            drive(running.port, &read.requests, Until::AllSent)?;
            figures.push(bare.around(span / 2, || {
                drive(running.port, &read.requests, Until::Elapsed(span))
            })?);
        }
        drop(running);
        for (group_commit, figures) in [(true, &mut grouped), (false, &mut single)] {
            let share = shares.next().context("too few activations were prepared")?;
            let server = Server::tenure(folder.path(), group_commit)?;
            drive(server.port, &share.greetings, Until::AllSent)?;
            figures.push(bare.around(span / 2, || drive(server.port, &share.requests, Until::AllSent))?);
        }
        eprintln(&format!(
            "{grants} grants: round {} of {} done",
            round + 1,
            options.rounds
        ));
    }
    reads.push(("activation, group commit", grouped));
    reads.push(("activation, one by one", single));
    Ok(Size {
        grants,
        figures: reads,
    })
}

/// Fills a data folder and renders everything that will be asked of it.
fn prepare(folder: &Path, grants: usize, rounds: usize) -> Prepared {
    let entropy = Arc::new(SeededEntropy::from_number(7));
    let installation = Installation::open(folder, Arc::new(SystemClock), entropy.clone(), true);
    let population = Population {
        people: grants.div_ceil(HELD + ELIGIBLE),
        held: HELD,
        eligible: ELIGIBLE,
    };
    let populated: Populated = populate(&installation, population, entropy.as_ref());
    let shares = rounds * 2;
    let size = (population.people * ELIGIBLE / shares.max(1)).min(ACTIVATIONS_MAX);
    let prepared = Prepared {
        reads: requests::reads(&installation.tokens, &populated),
        activations: requests::activations(&installation.tokens, &populated, ELIGIBLE, shares, size),
    };
    installation.close();
    prepared
}

#[expect(clippy::print_stderr, reason = "tells whoever waits how far it is")]
fn eprintln(line: &str) {
    eprintln!("{line}");
}
