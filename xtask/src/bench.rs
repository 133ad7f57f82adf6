//! `cargo xtask bench`: builds the binary and the benchmark in release, and starts the latter. It is a
//! program of `testkit`, so that the chores need nothing but a toolchain.

use std::path::Path;
use std::process::Command;

use anyhow::{Context as _, Result};

/// Passes `arguments` on to the benchmark. True when it ran to its end.
pub fn run(root: &Path, arguments: &[String]) -> Result<bool> {
    let packages = ["--package", "tenure", "--package", "tenure-testkit"];
    let build = ["build", "--release", "--locked", "--bins"];
    if !cargo(root)
        .args(build)
        .args(packages)
        .status()
        .context("cargo does not start")?
        .success()
    {
        return Ok(false);
    }
    let run = [
        "run",
        "--release",
        "--locked",
        "--quiet",
        "--package",
        "tenure-testkit",
        "--bin",
        "bench",
        "--",
        "run",
    ];
    Ok(cargo(root).args(run).args(arguments).status()?.success())
}

fn cargo(root: &Path) -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(root);
    command
}
