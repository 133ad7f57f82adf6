//! The project's own chores, in Rust so that a toolchain is all they need: `cargo xtask <chore>`.

#![expect(clippy::print_stdout, reason = "chores talk to the person who runs them")]

mod bench;
mod docs;
mod fuzz;
mod shell;
mod test;
mod tidy;
mod tree;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context as _, Result};

const USAGE: &str = "\
usage: cargo xtask <chore>

  test [STEP…]   install what is missing, then run every check (or only the named steps)
  tidy           check what the compiler cannot: arrows between crates, purity, sizes, links
  docs [--check] write the generated part of docs/compatibility.md (or only say whether it is stale)
  fuzz [TARGET…] [--seconds N] [--seed N]
                 fuzz every parser at the border (or only the named targets), five minutes each
  bench [--…]    measure the built server against a bare route (--help tells how)";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let done = match arguments.split_first() {
        Some((chore, steps)) if chore == "test" => root().and_then(|root| test::run(&root, steps)),
        Some((chore, options)) if chore == "bench" => root().and_then(|root| bench::run(&root, options)),
        Some((chore, options)) if chore == "fuzz" => root().and_then(|root| fuzz::run(&root, options)),
        Some((chore, options)) if chore == "docs" => root().and_then(|root| docs::run(&root, options)),
        Some((chore, [])) if chore == "tidy" => root().and_then(|root| tidy::run(&root)),
        _ => {
            println!("{USAGE}");
            return ExitCode::FAILURE;
        }
    };
    match done {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            println!("xtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// The folder of the workspace.
fn root() -> Result<PathBuf> {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .map(Path::to_path_buf)
        .context("xtask has no parent folder")
}
