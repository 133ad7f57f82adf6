//! The benchmark: a server and a load generator in processes of their own, over HTTP on loopback. Every
//! figure is told as a share of what a bare axum route reaches in the same minute, because the machine
//! that this runs on is rarely quiet. `cargo xtask bench` builds and starts it.

#![expect(clippy::print_stdout, reason = "the result of the command")]

mod child;
mod evaluation;
mod load;
mod machine;
mod query;
mod report;
mod requests;
mod rounds;
mod servers;
mod verification;

use std::path::PathBuf;

use clap::{Parser, Subcommand};
use store::AuditExtent;

/// The one that the product has.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Measures Tenure against a bare axum route.
#[derive(Debug, Parser)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Measure, and print a Markdown table.
    Run(rounds::Options),
    /// Be the bare route, until standard input closes.
    #[command(hide = true)]
    Bare,
    /// Be the server over a data folder, until standard input closes.
    #[command(hide = true)]
    Serve {
        /// The data folder.
        folder: PathBuf,
        /// Give each command a transaction of its own.
        #[arg(long)]
        one_by_one: bool,
        /// Tell people by mail, as far as the outbox.
        #[arg(long)]
        mail: bool,
        /// What of the audit log to write.
        #[arg(long, default_value = "everything", value_parser = extent)]
        audit: AuditExtent,
    },
}

fn extent(text: &str) -> Result<AuditExtent, String> {
    match text {
        "everything" => Ok(AuditExtent::Everything),
        "without-hashes" => Ok(AuditExtent::WithoutHashes),
        "nothing" => Ok(AuditExtent::Nothing),
        _ => Err("everything, without-hashes or nothing".to_owned()),
    }
}

fn main() -> anyhow::Result<()> {
    match Arguments::parse().command {
        Command::Run(options) => {
            let report = rounds::run(&options)?;
            println!("{report}");
            if options.write {
                report::write(&report)?;
            }
            Ok(())
        }
        Command::Bare => servers::bare(),
        Command::Serve {
            folder,
            one_by_one,
            mail,
            audit,
        } => servers::tenure(&folder, !one_by_one, mail, audit),
    }
}
