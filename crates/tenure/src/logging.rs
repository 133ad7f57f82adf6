//! Logs on standard error: lines for people, JSON with `TENURE_LOG_FORMAT=json`, levels by
//! `TENURE_LOG` as `tracing` filters have them.

use std::io::IsTerminal as _;

use tracing_subscriber::EnvFilter;

/// Starts logging. Without `TENURE_LOG`, informational lines of our own and warnings of others.
pub fn start() {
    let filter = EnvFilter::try_from_env("TENURE_LOG")
        .unwrap_or_else(|_| EnvFilter::new("warn,tenure=info,server=info"));
    let builder = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal());
    let is_json = std::env::var("TENURE_LOG_FORMAT").is_ok_and(|format| format == "json");
    // A second start would be a programming error without consequence: the first one stays.
    let started = if is_json {
        builder.json().try_init()
    } else {
        builder.try_init()
    };
    drop(started);
}
