//! Installing what the checks need and a clean machine lacks.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context as _, Result, ensure};

use super::shell::Shell;

/// Where the acceptance suite's Python packages live.
const VENV: &str = "acceptance/.venv";
const REQUIREMENTS: &str = "acceptance/requirements.txt";
/// The requirements that the environment was made from.
const INSTALLED: &str = "acceptance/.venv/requirements.txt";

/// A component of the toolchain, such as rustfmt, which provides `cargo <subcommand>`.
pub fn rust_component(shell: &Shell<'_>, subcommand: &str, component: &str) -> Result<()> {
    if !shell.cargo(&[subcommand, "--version"]).succeeds_quietly() {
        let added = shell
            .command("rustup", &["component", "add", component])
            .passes()?;
        ensure!(added, "cannot add {component} to the toolchain");
    }
    Ok(())
}

/// cargo-deny: the one on the path, or our own below `target`.
pub fn cargo_deny(shell: &Shell<'_>) -> Result<PathBuf> {
    if shell.command("cargo-deny", &["--version"]).succeeds_quietly() {
        return Ok(PathBuf::from("cargo-deny"));
    }
    let tools = shell.root().join("target/tools");
    let own = tools
        .join("bin")
        .join("cargo-deny")
        .with_extension(std::env::consts::EXE_EXTENSION);
    if !own.exists() {
        let place = tools.to_string_lossy();
        let arguments = [
            "install",
            "--locked",
            "--version",
            CARGO_DENY,
            "--root",
            &place,
            "cargo-deny",
        ];
        // Unoptimised it builds in half the time, and it runs for a second.
        let installed = shell
            .cargo(&arguments)
            .env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "0")
            .passes()?;
        ensure!(installed, "cannot install cargo-deny");
    }
    Ok(own)
}

/// The Python of an environment with the packages of `acceptance/requirements.txt`.
pub fn python(shell: &Shell<'_>) -> Result<PathBuf> {
    let python = shell.root().join(VENV).join("bin/python");
    let wanted = fs::read_to_string(shell.root().join(REQUIREMENTS)).context(REQUIREMENTS)?;
    let installed = fs::read_to_string(shell.root().join(INSTALLED)).unwrap_or_default();
    if installed == wanted {
        return Ok(python);
    }
    if !shell
        .command("python3", &["-m", "venv", "--clear", VENV])
        .succeeds_quietly()
    {
        apt_install(shell, &["python3", "python3-venv"])?;
        let made = shell
            .command("python3", &["-m", "venv", "--clear", VENV])
            .passes()?;
        ensure!(made, "cannot make a Python environment at {VENV}");
    }
    let arguments = [
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
        "--requirement",
        REQUIREMENTS,
    ];
    ensure!(
        shell.command(&python, &arguments).passes()?,
        "cannot install {REQUIREMENTS}"
    );
    fs::write(shell.root().join(INSTALLED), wanted)?;
    Ok(python)
}

/// Debian's packages, with `sudo` where we are not root.
fn apt_install(shell: &Shell<'_>, packages: &[&str]) -> Result<()> {
    let is_root = shell.command("test", &["-w", "/var/lib/dpkg"]).succeeds_quietly();
    let apt = |arguments: &[&str]| {
        let whole: Vec<&str> = ["env", "DEBIAN_FRONTEND=noninteractive", "apt-get"]
            .iter()
            .chain(arguments)
            .copied()
            .collect();
        match (is_root, whole.split_first()) {
            (true, Some((program, rest))) => shell.command(program, rest).passes(),
            _ => shell.command("sudo", &whole).passes(),
        }
    };
    let installed =
        apt(&["update"])? && apt(&[&["install", "--yes", "--no-install-recommends"], packages].concat())?;
    ensure!(
        installed,
        "cannot install {} through apt-get",
        packages.join(", ")
    );
    Ok(())
}

/// The version of cargo-deny that `deny.toml` is written for.
const CARGO_DENY: &str = "0.20.2";
