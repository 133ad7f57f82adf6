//! The audit log from outside: the key that signs it, taking it along, and verifying it.

mod evidence;
mod export;
pub mod key;
mod verify;

pub use self::evidence::KeptCheckpoint;
use crate::arguments::AuditCommand;

/// Runs a subcommand of `tenure audit`.
pub fn run(command: AuditCommand) -> anyhow::Result<()> {
    match command {
        AuditCommand::Verify(arguments) => verify::run(&arguments),
        AuditCommand::Export(arguments) => export::run(&arguments),
        AuditCommand::Key { data_dir } => {
            print_line(&key::verifier_in(&key::file_in(&data_dir))?.to_string());
            Ok(())
        }
    }
}

/// One line on standard output: what the subcommand was run for.
#[expect(clippy::print_stdout, reason = "the result of a subcommand")]
fn print_line(line: &str) {
    println!("{line}");
}
