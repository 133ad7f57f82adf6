//! What is measured, in which order: several rounds, each figure between two looks at the bare route.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use clap::Args;
use model::SeededEntropy;
use testkit::{Installation, Populated, Population, populate};

use crate::child::{self, Idle, Server};
use crate::evaluation;
use crate::load::{Driven, Until, drive};
use crate::machine::{self, SystemClock, moment};
use crate::query;
use crate::report::{
    AMID_CHANGES, Figure, Figures, GROUPED, ONE_BY_ONE, Report, Size, WITH_MAIL, WITHOUT_AUDIT,
    WITHOUT_HASHES,
};
use crate::requests::{self, Activations, Read, Request};
use crate::verification;

/// Roles that each person holds, and can activate.
const HELD: usize = 2;
const ELIGIBLE: usize = 8;
/// Activations in one measurement at the most: all that there are at 10 000 grants, and enough for the write-ahead log to
/// be moved into the database a few times.
const ACTIVATIONS_MAX: usize = 8_000;
/// How often the demo is started.
const STARTS: usize = 5;

/// The ways in which roles are activated, with the flags of the server.
const ACTIVATING: [(&str, &[&str]); 6] = [
    (GROUPED, &[]),
    (ONE_BY_ONE, &["--one-by-one"]),
    (WITHOUT_HASHES, &["--audit", "without-hashes"]),
    (WITHOUT_AUDIT, &["--audit", "nothing"]),
    (WITH_MAIL, &["--mail"]),
    (AMID_CHANGES, &[]),
];

/// What to measure.
#[derive(Debug, Args)]
pub struct Options {
    /// How many grants there are.
    #[arg(long, value_delimiter = ',', default_value = "10000,1000000")]
    grants: Vec<usize>,
    /// How many audit records are verified; 0 for none.
    #[arg(long, default_value_t = 1_000_000)]
    records: usize,
    /// How long each read is measured, in seconds.
    #[arg(long, default_value_t = 2.0)]
    seconds: f64,
    /// How often everything is measured; medians are reported.
    #[arg(long, default_value_t = 5)]
    rounds: usize,
    /// Measure only what has this in its name.
    #[arg(long, default_value = "")]
    only: String,
    /// Start the measured server with this command, such as a profiler.
    #[arg(long, default_value = "")]
    under: String,
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
        evaluation_micros: evaluation::micros(),
        query_micros: query::micros(),
        verification: match options.records {
            0 => None,
            records => Some((records, verification::time(records)?)),
        },
        flush_micros: machine::flush_micros(tempfile::tempdir()?.path())?,
        processors: machine::processors(),
    })
}

struct Bare {
    server: Server,
    requests: Arc<[Request]>,
}

impl Bare {
    /// Measures `work` between two looks at the bare route.
    fn around(
        &self,
        look: Duration,
        work: impl FnOnce() -> anyhow::Result<Driven>,
    ) -> anyhow::Result<Figure> {
        let before = self.look(look)?;
        let found = work()?;
        let after = self.look(look)?;
        let middle = |of: fn(&Driven) -> f64| f64::midpoint(of(&before), of(&after));
        Ok(Figure {
            found,
            bare: Driven {
                rate: middle(|driven| driven.rate),
                processor_micros: middle(|driven| driven.processor_micros),
            },
        })
    }

    fn look(&self, look: Duration) -> anyhow::Result<Driven> {
        drive(&self.server, &self.requests, Until::Elapsed(look))
    }
}

/// What one tenant is asked, prepared.
struct Prepared {
    reads: Vec<Read>,
    activations: Activations,
    scan: Duration,
}

fn size(options: &Options, grants: usize, bare: &Bare) -> anyhow::Result<Size> {
    let folder = tempfile::tempdir()?;
    let begun = moment();
    let prepared = prepare(folder.path(), grants)?;
    tell(&format!(
        "{grants} grants made in {:.1} s",
        begun.elapsed().as_secs_f64()
    ));
    let span = Duration::from_secs_f64(options.seconds);
    let wanted = |name: &str| name.contains(&options.only);
    let mut figures: Figures = Vec::new();
    for round in 1..=options.rounds {
        let server = Server::tenure(folder.path(), &[], &options.under)?;
        for read in prepared.reads.iter().filter(|read| wanted(read.name)) {
            drive(&server, &read.requests, Until::AllSent)?;
            let figure = bare.around(span / 2, || drive(&server, &read.requests, Until::Elapsed(span)))?;
            note(&mut figures, read.name, figure);
        }
        drop(server);
        for (name, flags) in ACTIVATING.into_iter().filter(|(name, _)| wanted(name)) {
            // All activate the same, so each needs the data as they were.
            let copy = tempfile::tempdir()?;
            machine::copy_files(folder.path(), copy.path())?;
            let server = Server::tenure(copy.path(), flags, &options.under)?;
            let activations = &prepared.activations;
            drive(&server, &activations.greetings, Until::AllSent)?;
            drive(&server, &activations.first, Until::AllSent)?;
            let requests = match name {
                AMID_CHANGES => &activations.amid_changes,
                _ => &activations.requests,
            };
            let figure = bare.around(span / 2, || drive(&server, requests, Until::AllSent))?;
            note(&mut figures, name, figure);
        }
        tell(&format!(
            "{grants} grants: round {round} of {} done",
            options.rounds
        ));
    }
    Ok(Size {
        grants,
        figures,
        scan: prepared.scan,
    })
}

fn note(figures: &mut Figures, name: &'static str, figure: Figure) {
    match figures.iter_mut().find(|(known, _)| *known == name) {
        Some((_, rounds)) => rounds.push(figure),
        None => figures.push((name, vec![figure])),
    }
}

/// Fills a data folder and renders everything that will be asked of it.
fn prepare(folder: &Path, grants: usize) -> anyhow::Result<Prepared> {
    let entropy = Arc::new(SeededEntropy::from_number(7));
    let installation = Installation::open(
        folder,
        Arc::new(SystemClock),
        entropy.clone(),
        |_| (),
        engine::Options::default(),
        server::Allowance::default(),
    );
    let population = Population {
        people: grants.div_ceil(HELD + ELIGIBLE),
        held: HELD,
        eligible: ELIGIBLE,
    };
    let populated: Populated = populate(&installation, population, entropy.as_ref());
    let begun = moment();
    installation.app.engine().scan_alerts()?;
    let scan = begun.elapsed();
    let prepared = Prepared {
        reads: requests::reads(&installation.tokens, &populated),
        activations: requests::activations(
            &installation.tokens,
            &populated,
            ELIGIBLE,
            ACTIVATIONS_MAX,
            &requests::changes(&installation),
        ),
        scan,
    };
    installation.close();
    Ok(prepared)
}

#[expect(clippy::print_stderr, reason = "tells whoever waits how far it is")]
fn tell(line: &str) {
    eprintln!("{line}");
}
