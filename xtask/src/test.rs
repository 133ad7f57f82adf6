//! `cargo xtask test`: every check of the project in one command, from a clean clone. It installs what
//! is missing, stops at the first step that fails and ends with one line, `N passed, N failed`.

mod counts;
mod setup;

use std::path::Path;
use std::time::Instant;

use anyhow::{Context as _, Result, bail};

use crate::shell::Shell;
use crate::{docs as documents, fuzz as fuzzing, tidy};
use counts::Counts;

/// What a step is given.
struct Bench<'a> {
    root: &'a Path,
    shell: Shell<'a>,
    counts: Counts,
}

/// A check; true when it passed.
type Step = fn(&mut Bench<'_>) -> Result<bool>;

/// In order: the cheap ones first, so that a slip is known in seconds.
const STEPS: [(&str, Step); 9] = [
    ("format", format),
    ("tidy", |bench| tidy::run(bench.root)),
    ("lint", lint),
    ("unit", unit),
    ("fuzz", fuzz),
    ("docs", docs),
    ("dependencies", dependencies),
    ("release", release),
    ("acceptance", acceptance),
];

/// How long each parser is fuzzed: thousands of inputs even of the slowest.
const SECONDS_PER_TARGET: u64 = 3;

/// Runs the steps of these names, or all. True when all of them passed.
pub fn run(root: &Path, wanted: &[String]) -> Result<bool> {
    let names = STEPS.map(|(name, _)| name);
    if let Some(unknown) = wanted.iter().find(|name| !names.contains(&name.as_str())) {
        bail!("no step `{unknown}`; there are {}", names.join(", "));
    }
    let mut bench = Bench {
        root,
        shell: Shell::new(root),
        counts: Counts::default(),
    };
    let whole = Stopwatch::start();
    let mut passed = true;
    for (name, step) in STEPS {
        if !wanted.is_empty() && !wanted.iter().any(|it| it == name) {
            continue;
        }
        println!("── {name}");
        let stopwatch = Stopwatch::start();
        passed = step(&mut bench).unwrap_or_else(|error| {
            println!("{error:#}");
            false
        });
        let outcome = if passed { "passed" } else { "FAILED" };
        println!("── {name} {outcome} in {:.1} s", stopwatch.seconds());
        if !passed {
            break;
        }
    }
    println!("── all in {:.1} s", whole.seconds());
    // A step without tests of its own that fails counts as one failure, so that the line never lies.
    let failed = bench.counts.failed.max(u64::from(!passed));
    println!("{} passed, {failed} failed", bench.counts.passed);
    Ok(passed)
}

fn format(bench: &mut Bench<'_>) -> Result<bool> {
    setup::rust_component(&bench.shell, "fmt", "rustfmt")?;
    bench.shell.cargo("fmt --all --check").passes()
}

fn lint(bench: &mut Bench<'_>) -> Result<bool> {
    setup::rust_component(&bench.shell, "clippy", "clippy")?;
    bench
        .shell
        .cargo("clippy --workspace --all-targets --locked -- -D warnings")
        .passes()
}

/// What people get, so that what a compiler makes of it is tested as well.
fn release(bench: &mut Bench<'_>) -> Result<bool> {
    bench
        .shell
        .cargo("build --release --locked --package tenure")
        .passes()
}

/// Every test of every crate, and the examples in the documentation. cargo-nextest runs them if it is
/// there; without it nothing is missing but speed.
fn unit(bench: &mut Bench<'_>) -> Result<bool> {
    let counts = &mut bench.counts;
    let passed = if bench.shell.cargo("nextest --version").succeeds_quietly() {
        let run = bench
            .shell
            .cargo("nextest run --workspace --locked --no-fail-fast --status-level slow");
        run.watched(|line| counts.nextest(line))?
    } else {
        let run = bench
            .shell
            .cargo("test --workspace --locked --no-fail-fast --lib --bins --tests");
        run.watched(|line| counts.libtest(line))?
    };
    let examples = bench
        .shell
        .cargo("test --workspace --locked --no-fail-fast --doc");
    Ok(examples.watched(|line| counts.libtest(line))? && passed)
}

/// Every parser at the border for a few seconds, from the kept corpus on; `cargo xtask fuzz` goes on for
/// minutes.
fn fuzz(bench: &mut Bench<'_>) -> Result<bool> {
    setup::cpp_compiler(&bench.shell)?;
    let targets = fuzzing::targets(bench.root)?;
    let counts = &mut bench.counts;
    fuzzing::run_all(&bench.shell, &targets, SECONDS_PER_TARGET, |passed| {
        let count = if passed {
            &mut counts.passed
        } else {
            &mut counts.failed
        };
        *count += 1;
    })
}

/// The API documentation builds without a warning, and the generated documents are not stale.
fn docs(bench: &mut Bench<'_>) -> Result<bool> {
    if !documents::check(bench.root)? {
        return Ok(false);
    }
    let build = bench
        .shell
        .cargo("doc --workspace --no-deps --locked --document-private-items");
    build.env("RUSTDOCFLAGS", "-D warnings").passes()
}

/// The offline parts of the dependency policy; advisories need a database from the network.
fn dependencies(bench: &mut Bench<'_>) -> Result<bool> {
    let deny = setup::cargo_deny(&bench.shell)?;
    // Fetches what no build on this platform needs, so that the check itself can stay offline.
    let fetched = bench.shell.cargo("fetch --locked").passes()?;
    let check = "--offline --locked check --hide-inclusion-graph bans licenses sources";
    Ok(fetched && bench.shell.command(&deny, check).passes()?)
}

/// The Python suite and the Node clients that it drives, against the binary that `release` made.
fn acceptance(bench: &mut Bench<'_>) -> Result<bool> {
    let python = setup::python(&bench.shell)?;
    setup::node(&bench.shell)?;
    let counts = &mut bench.counts;
    let run = bench.shell.command(&python, "-m pytest acceptance");
    run.env("TENURE_BIN", &released_binary("tenure")?)
        .watched(|line| counts.pytest(line))
}

/// A binary of the workspace as releases have it, which stands in the folder beside that of this one.
fn released_binary(name: &str) -> Result<String> {
    let own = std::env::current_exe().context("cannot tell where xtask itself is")?;
    let profiles = own.ancestors().nth(2).context("xtask is in no target folder")?;
    let binary = profiles
        .join("release")
        .join(name)
        .with_extension(std::env::consts::EXE_EXTENSION);
    Ok(binary.to_string_lossy().into_owned())
}

struct Stopwatch(Instant);

impl Stopwatch {
    #[expect(
        clippy::disallowed_methods,
        reason = "a chore's duration is wall time; nothing depends on it"
    )]
    fn start() -> Self {
        Self(Instant::now())
    }

    fn seconds(&self) -> f64 {
        self.0.elapsed().as_secs_f64()
    }
}
