//! Installing what the checks need and a clean machine lacks.

use std::env::consts::EXE_EXTENSION;
use std::fs;
use std::path::PathBuf;

use anyhow::{Context as _, Result, ensure};

use crate::shell::Shell;

/// Where the acceptance suite's Python packages live.
const VENV: &str = "acceptance/.venv";
const REQUIREMENTS: &str = "acceptance/requirements.txt";
/// The requirements that the environment was made from.
const INSTALLED: &str = "acceptance/.venv/requirements.txt";

/// Where the acceptance suite's Node clients live.
const NODE: &str = "acceptance/node";
/// What is to be installed there, and what was.
const LOCK: &str = "acceptance/node/package-lock.json";
const INSTALLED_LOCK: &str = "acceptance/node/node_modules/.installed-lock.json";

/// The version of cargo-deny that `deny.toml` is written for.
const CARGO_DENY: &str = "0.20.2";
/// Where it is installed if it is not on the path, below the project's folder.
const TOOLS: &str = "target/tools";

/// A component of the toolchain, such as rustfmt, which provides `cargo <subcommand>`.
pub fn rust_component(shell: &Shell<'_>, subcommand: &str, component: &str) -> Result<()> {
    if !shell.cargo(&format!("{subcommand} --version")).succeeds_quietly() {
        let added = shell
            .command("rustup", &format!("component add {component}"))
            .passes()?;
        ensure!(added, "cannot add {component} to the toolchain");
    }
    Ok(())
}

/// A C++ compiler, which libFuzzer is built with.
pub fn cpp_compiler(shell: &Shell<'_>) -> Result<()> {
    let compiler = std::env::var("CXX").unwrap_or_else(|_| "c++".to_owned());
    if !shell.command(compiler, "--version").succeeds_quietly() {
        apt_install(shell, "g++")?;
    }
    Ok(())
}

/// cargo-deny: the one on the path, or our own.
pub fn cargo_deny(shell: &Shell<'_>) -> Result<PathBuf> {
    if shell.command("cargo-deny", "--version").succeeds_quietly() {
        return Ok(PathBuf::from("cargo-deny"));
    }
    let own = shell
        .root()
        .join(TOOLS)
        .join("bin/cargo-deny")
        .with_extension(EXE_EXTENSION);
    if !own.exists() {
        let install = shell.cargo(&format!(
            "install --locked --version {CARGO_DENY} --root {TOOLS} cargo-deny"
        ));
        // Unoptimised it builds in a third of the time, and it runs for a second.
        let installed = install.env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "0").passes()?;
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
    let make = format!("-m venv --clear {VENV}");
    if !shell.command("python3", &make).succeeds_quietly() {
        apt_install(shell, "python3 python3-venv")?;
        ensure!(
            shell.command("python3", &make).passes()?,
            "cannot make a Python environment at {VENV}"
        );
    }
    let install = format!("-m pip install --quiet --disable-pip-version-check --requirement {REQUIREMENTS}");
    ensure!(
        shell.command(&python, &install).passes()?,
        "cannot install {REQUIREMENTS}"
    );
    fs::write(shell.root().join(INSTALLED), wanted)?;
    Ok(python)
}

/// The packages of `acceptance/node/package-lock.json`, and Node to run them.
pub fn node(shell: &Shell<'_>) -> Result<()> {
    if !shell.command("npm", "--version").succeeds_quietly() {
        apt_install(shell, "nodejs npm")?;
    }
    let wanted = fs::read_to_string(shell.root().join(LOCK)).context(LOCK)?;
    let installed = fs::read_to_string(shell.root().join(INSTALLED_LOCK)).unwrap_or_default();
    if installed == wanted {
        return Ok(());
    }
    let install = format!("ci --prefix {NODE} --ignore-scripts --no-audit --no-fund --loglevel error");
    ensure!(shell.command("npm", &install).passes()?, "cannot install {LOCK}");
    Ok(fs::write(shell.root().join(INSTALLED_LOCK), wanted)?)
}

/// Debian's packages, with `sudo` where we may not write the package database.
fn apt_install(shell: &Shell<'_>, packages: &str) -> Result<()> {
    let is_root = shell.command("test", "-w /var/lib/dpkg").succeeds_quietly();
    let apt = |arguments: &str| {
        let line = format!("DEBIAN_FRONTEND=noninteractive apt-get {arguments}");
        shell
            .command(if is_root { "env" } else { "sudo" }, &line)
            .passes()
    };
    let installed = apt("update")? && apt(&format!("install --yes --no-install-recommends {packages}"))?;
    ensure!(installed, "cannot install {packages} through apt-get");
    Ok(())
}
