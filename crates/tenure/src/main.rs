//! The `tenure` binary: configuration, wiring, life cycle, subcommands.

mod arguments;
mod audit;
mod clock;
mod config;
mod data_folder;
mod demo;
mod entropy;
mod http_client;
mod keys;
mod life_cycle;
mod logging;
mod postman;
mod serve;
mod setup;
mod shipping;
mod tls;

use std::process::ExitCode;

use clap::Parser as _;

use crate::arguments::{Arguments, Command, KeysCommand};

/// Pages are made of thousands of small texts; with the platform's allocator a fifth of the time goes there.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    logging::start();
    let done = match arguments.command {
        Command::Demo(options) => demo::run(options),
        Command::Serve(options) => serve::run(options),
        Command::Setup(options) => setup::run(&options),
        Command::Audit(command) => audit::run(command),
        Command::Keys(KeysCommand::Rotate { data_dir }) => keys::rotate_in(&data_dir),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tracing::error!("{error:#}");
            ExitCode::FAILURE
        }
    }
}
