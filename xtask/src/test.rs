//! `cargo xtask test`: every check of the project in one command, from a clean clone. It installs what
//! is missing, stops at the first step that fails and ends with one line, `N passed, N failed`.

mod counts;
mod setup;
mod shell;

use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::{Context as _, Result, bail};

use crate::tidy;
use counts::Counts;
use shell::Shell;

/// What a step is given.
struct Bench<'a> {
    root: &'a Path,
    shell: Shell<'a>,
    counts: Counts,
}

struct Step {
    name: &'static str,
    run: fn(&mut Bench<'_>) -> Result<bool>,
}

/// In order: the cheap ones first, so that a slip is known in seconds.
const STEPS: [Step; 8] = [
    Step {
        name: "format",
        run: format,
    },
    Step {
        name: "tidy",
        run: |bench| tidy::run(bench.root),
    },
    Step {
        name: "lint",
        run: lint,
    },
    Step {
        name: "build",
        run: build,
    },
    Step {
        name: "unit",
        run: unit,
    },
    Step {
        name: "docs",
        run: docs,
    },
    Step {
        name: "dependencies",
        run: dependencies,
    },
    Step {
        name: "acceptance",
        run: acceptance,
    },
];

/// Runs the steps of these names, or all. True when all of them passed.
pub fn run(root: &Path, names: &[String]) -> Result<bool> {
    if let Some(unknown) = names
        .iter()
        .find(|name| !STEPS.iter().any(|step| step.name == **name))
    {
        bail!(
            "no step `{unknown}`; there are {}",
            STEPS.map(|step| step.name).join(", ")
        );
    }
    let mut bench = Bench {
        root,
        shell: Shell::new(root),
        counts: Counts::default(),
    };
    let whole = Stopwatch::start();
    let mut passed = true;
    for step in STEPS
        .iter()
        .filter(|step| names.is_empty() || names.iter().any(|name| name == step.name))
    {
        println!("── {}", step.name);
        let stopwatch = Stopwatch::start();
        passed = (step.run)(&mut bench).unwrap_or_else(|error| {
            println!("{error:#}");
            false
        });
        println!(
            "── {} {} in {:.1} s",
            step.name,
            if passed { "passed" } else { "FAILED" },
            stopwatch.seconds()
        );
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
    bench.shell.cargo(&["fmt", "--all", "--check"]).passes()
}

fn lint(bench: &mut Bench<'_>) -> Result<bool> {
    setup::rust_component(&bench.shell, "clippy", "clippy")?;
    bench
        .shell
        .cargo(&[
            "clippy",
            "--workspace",
            "--all-targets",
            "--locked",
            "--",
            "-D",
            "warnings",
        ])
        .passes()
}

fn build(bench: &mut Bench<'_>) -> Result<bool> {
    bench
        .shell
        .cargo(&["build", "--locked", "--package", "tenure"])
        .passes()
}

/// Every test of every crate, and the examples in the documentation. cargo-nextest runs them if it is
/// there; without it nothing is missing but speed.
fn unit(bench: &mut Bench<'_>) -> Result<bool> {
    let counts = &mut bench.counts;
    let has_nextest = bench.shell.cargo(&["nextest", "--version"]).succeeds_quietly();
    let passed = if has_nextest {
        let arguments = [
            "nextest",
            "run",
            "--workspace",
            "--locked",
            "--no-fail-fast",
            "--status-level",
            "slow",
        ];
        bench
            .shell
            .cargo(&arguments)
            .watched(|line| counts.nextest(line))?
    } else {
        let arguments = [
            "test",
            "--workspace",
            "--locked",
            "--no-fail-fast",
            "--lib",
            "--bins",
            "--tests",
        ];
        bench
            .shell
            .cargo(&arguments)
            .watched(|line| counts.libtest(line))?
    };
    let examples = ["test", "--workspace", "--locked", "--doc", "--no-fail-fast"];
    Ok(bench
        .shell
        .cargo(&examples)
        .watched(|line| counts.libtest(line))?
        && passed)
}

fn docs(bench: &mut Bench<'_>) -> Result<bool> {
    let arguments = [
        "doc",
        "--workspace",
        "--no-deps",
        "--locked",
        "--document-private-items",
    ];
    bench
        .shell
        .cargo(&arguments)
        .env("RUSTDOCFLAGS", "-D warnings")
        .passes()
}

/// The offline parts of the dependency policy; advisories need a database from the network.
fn dependencies(bench: &mut Bench<'_>) -> Result<bool> {
    let deny = setup::cargo_deny(&bench.shell)?;
    // Fetches what no build on this platform needs, so that the check itself can stay offline.
    Ok(bench.shell.cargo(&["fetch", "--locked"]).passes()?
        && bench
            .shell
            .command(
                &deny,
                &[
                    "--offline",
                    "--locked",
                    "check",
                    "--hide-inclusion-graph",
                    "bans",
                    "licenses",
                    "sources",
                ],
            )
            .passes()?)
}

/// The Python suite, against the binary that `build` made.
fn acceptance(bench: &mut Bench<'_>) -> Result<bool> {
    let python = setup::python(&bench.shell)?;
    let counts = &mut bench.counts;
    bench
        .shell
        .command(&python, &["-m", "pytest", "acceptance"])
        .env("TENURE_BIN", &sibling_binary("tenure")?)
        .watched(|line| counts.pytest(line))
}

/// A binary of the workspace, which stands beside this one whatever the target folder.
fn sibling_binary(name: &str) -> Result<String> {
    let own = std::env::current_exe().context("cannot tell where xtask itself is")?;
    let binary: PathBuf = own
        .with_file_name(name)
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
