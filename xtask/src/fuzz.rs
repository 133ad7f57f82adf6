//! `cargo xtask fuzz`: builds the targets in `fuzz/` as cargo-fuzz does, but with nothing more than the
//! stable toolchain, and lets libFuzzer go on from the kept corpus.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result, bail, ensure};

use crate::shell::{Run, Shell};

/// How long a target is fuzzed if nobody says how long.
const SECONDS: u64 = 300;
/// Where libFuzzer's randomness starts if nobody says where.
const SEED: u64 = 1;
/// The longest input, in bytes; above the limits of paths and of the options of a query.
const INPUT_BYTES_MAX: u64 = 9_000;
/// An input that takes this many seconds is as bad as one that crashes.
const INPUT_SECONDS_MAX: u64 = 10;

/// What cargo-fuzz passes to rustc for `--sanitizer none`: count edges, and show comparisons to libFuzzer.
const RUSTFLAGS: &str = "-Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
     -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table \
     -Cllvm-args=-sanitizer-coverage-trace-compares -Ccodegen-units=1 --cfg fuzzing";

/// What libFuzzer writes before the number of inputs that it has tried.
const TRIED: &str = "stat::number_of_executed_units:";

/// The targets, for this machine: naming it keeps the flags off build scripts, which are then shared with
/// every other build.
const SELECTION: &str = "--locked --package tenure-fuzz --target host-tuple";
/// What is asked for.
#[derive(Debug, PartialEq, Eq)]
struct Options {
    targets: Vec<String>,
    seconds: u64,
    seed: u64,
}

/// Fuzzes the targets that the arguments name, or all, one after the other. True when none of them found
/// anything.
pub fn run(root: &Path, arguments: &[String]) -> Result<bool> {
    let options = Options::read(arguments, &targets(root)?)?;
    fuzz(&Shell::new(root), &options, |_| {})
}

/// Every target: each has a file of its name.
pub fn targets(root: &Path) -> Result<Vec<String>> {
    let folder = root.join("fuzz/fuzz_targets");
    let mut names = Vec::new();
    for entry in fs::read_dir(&folder).with_context(|| format!("cannot list {}", folder.display()))? {
        if let Some(name) = entry?.file_name().to_string_lossy().strip_suffix(".rs") {
            names.push(name.to_owned());
        }
    }
    names.sort();
    Ok(names)
}

/// Fuzzes some targets for so many seconds each, up to the first that finds something, and says of each
/// whether it passed.
pub fn run_all(
    shell: &Shell<'_>,
    targets: &[String],
    seconds: u64,
    passed: impl FnMut(bool),
) -> Result<bool> {
    let options = Options {
        targets: targets.to_vec(),
        seconds,
        seed: SEED,
    };
    fuzz(shell, &options, passed)
}

impl Options {
    fn read(arguments: &[String], known: &[String]) -> Result<Self> {
        let mut options = Self {
            targets: Vec::new(),
            seconds: SECONDS,
            seed: SEED,
        };
        let mut rest = arguments.iter();
        while let Some(argument) = rest.next() {
            let mut number = || {
                let value = rest
                    .next()
                    .with_context(|| format!("{argument} needs a number"))?;
                value
                    .parse()
                    .with_context(|| format!("{argument} {value}: not a number"))
            };
            match argument.as_str() {
                "--seconds" => options.seconds = number()?,
                "--seed" => options.seed = number()?,
                name if known.iter().any(|it| it == name) => options.targets.push(name.to_owned()),
                other => bail!("no target `{other}`; there are {}", known.join(", ")),
            }
        }
        // libFuzzer takes 0 for "without end" and for "any".
        ensure!(
            options.seconds > 0 && options.seed > 0,
            "seconds and seed begin at 1"
        );
        if options.targets.is_empty() {
            options.targets = known.to_vec();
        }
        Ok(options)
    }
}

fn fuzz(shell: &Shell<'_>, options: &Options, mut passed: impl FnMut(bool)) -> Result<bool> {
    if !instrumented(shell, &format!("build {SELECTION} --bins")).passes()? {
        return Ok(false);
    }
    let Options {
        targets,
        seconds,
        seed,
    } = options;
    for target in targets {
        println!("fuzz {target}: {seconds} s, seed {seed}");
        // What is found goes where git does not look; what is worth keeping gets a name in fuzz/corpus.
        let found = format!("target/fuzz/corpus/{target}");
        let artifacts = format!("fuzz/artifacts/{target}");
        for folder in [&found, &artifacts] {
            fs::create_dir_all(shell.root().join(folder)).with_context(|| format!("cannot make {folder}"))?;
        }
        let (has_passed, written) = instrumented(
            shell,
            &format!(
                "run --quiet {SELECTION} --bin {target} -- {found} fuzz/corpus/{target} \
                 -artifact_prefix={artifacts}/ -max_total_time={seconds} -seed={seed} \
                 -max_len={INPUT_BYTES_MAX} -timeout={INPUT_SECONDS_MAX} -verbosity=0 -print_final_stats=1"
            ),
        )
        .kept()?;
        passed(has_passed);
        if !has_passed {
            println!("{written}");
            println!("cargo run --package tenure-fuzz --bin {target} -- FILE tries the input");
            return Ok(false);
        }
        let tried = written.lines().find_map(|line| line.strip_prefix(TRIED));
        println!("  {} inputs", tried.unwrap_or("unknown").trim());
    }
    Ok(true)
}

/// A cargo command for the targets. A little optimisation pays for itself within seconds.
fn instrumented(shell: &Shell<'_>, arguments: &str) -> Run {
    shell
        .cargo(arguments)
        .env("RUSTFLAGS", RUSTFLAGS)
        .env("CARGO_INCREMENTAL", "0")
        .env("CARGO_PROFILE_DEV_OPT_LEVEL", "1")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_are_read_in_any_order_and_nonsense_is_refused() {
        let known = ["filter".to_owned(), "path".to_owned()];
        let read = |line: &str| {
            let arguments: Vec<_> = line.split_whitespace().map(str::to_owned).collect();
            Options::read(&arguments, &known)
        };
        let options = |targets: &[&str], seconds, seed| Options {
            targets: targets.iter().map(|&name| name.to_owned()).collect(),
            seconds,
            seed,
        };
        for (line, expected) in [
            ("", options(&["filter", "path"], SECONDS, SEED)),
            ("path", options(&["path"], SECONDS, SEED)),
            ("--seconds 9 path --seed 7", options(&["path"], 9, 7)),
        ] {
            assert_eq!(read(line).unwrap(), expected, "{line}");
        }
        for line in [
            "other",
            "--seconds",
            "--seconds x",
            "--seconds 0",
            "--seed 0",
            "--runs 1",
        ] {
            assert!(read(line).is_err(), "{line}");
        }
    }
}
