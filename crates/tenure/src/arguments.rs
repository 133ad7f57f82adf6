//! The command line.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

/// Privileged Identity Management that you run yourself, wire compatible with Microsoft Graph.
#[derive(Debug, Parser)]
#[command(version, propagate_version = true)]
pub struct Arguments {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// The subcommands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Start the whole product with an example tenant, on loopback, in a throw-away folder.
    Demo(DemoArguments),
    /// Serve a data folder for real.
    Serve(ServeArguments),
    /// Found the tenant in a data folder, with its first administrator and application.
    Setup(SetupArguments),
    /// Verify the audit log, or take it along to be verified elsewhere.
    #[command(subcommand)]
    Audit(AuditCommand),
    /// Work on the keys that sign tokens.
    #[command(subcommand)]
    Keys(KeysCommand),
}

/// Where the demo's time comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ClockKind {
    /// The system's clock; it can still be moved ahead.
    System,
    /// A clock that stands at 2026-03-02T08:00:00Z until it is moved.
    Manual,
}

/// `tenure demo`
#[derive(Debug, Args)]
pub struct DemoArguments {
    /// Print one line of JSON on standard output once connections are accepted.
    #[arg(long)]
    pub json: bool,
    /// Where to listen; loopback only. Port 0 picks a free one.
    #[arg(long, default_value = "127.0.0.1:8480")]
    pub listen: SocketAddr,
    /// Serve the same routes over https as well, with a certificate of a CA made at start.
    #[arg(long)]
    pub tls_listen: Option<SocketAddr>,
    /// Keep the data here instead of in a folder that goes at exit.
    #[arg(long)]
    pub data_dir: Option<PathBuf>,
    /// A PostgreSQL URL; not supported yet.
    #[arg(long)]
    pub database_url: Option<String>,
    /// Where the time comes from.
    #[arg(long, value_enum, default_value_t = ClockKind::System)]
    pub clock: ClockKind,
    /// Make the same ids at each start.
    #[arg(long)]
    pub seed: Option<u64>,
    /// Add so many users and three times as many eligibilities; `small` adds none.
    #[arg(long, default_value = "small", value_parser = scale)]
    pub scale: u32,
    /// Do not open a browser. The demo has no pages yet, so none is opened anyway.
    #[arg(long)]
    pub no_open: bool,
}

/// The most users that `--scale` adds.
const SCALE_MAX: u32 = 1_000_000;

fn scale(text: &str) -> Result<u32, String> {
    if text.eq_ignore_ascii_case("small") {
        return Ok(0);
    }
    text.parse()
        .ok()
        .filter(|users| *users <= SCALE_MAX)
        .ok_or_else(|| format!("`small` or a number up to {SCALE_MAX}"))
}

/// `tenure serve`
#[derive(Debug, Args)]
pub struct ServeArguments {
    /// The configuration file, TOML.
    #[arg(long)]
    pub config: Option<PathBuf>,
    /// The data folder.
    #[arg(long)]
    pub data_dir: Option<PathBuf>,
    /// Where to listen.
    #[arg(long)]
    pub listen: Option<SocketAddr>,
    /// The URL under which clients reach the server.
    #[arg(long)]
    pub base_url: Option<String>,
    /// A proxy terminates TLS in front of the server and sets the forwarded headers.
    #[arg(long)]
    pub behind_proxy: bool,
    /// The certificate chain, PEM.
    #[arg(long, requires = "tls_key")]
    pub tls_certificate: Option<PathBuf>,
    /// The certificate's private key, PEM.
    #[arg(long, requires = "tls_certificate")]
    pub tls_key: Option<PathBuf>,
    /// Print one line of JSON on standard output once connections are accepted.
    #[arg(long)]
    pub json: bool,
}

/// `tenure setup`
#[derive(Debug, Args)]
pub struct SetupArguments {
    /// The data folder; created if it is not there.
    #[arg(long)]
    pub data_dir: PathBuf,
    /// The tenant's name.
    #[arg(long, default_value = "Tenure")]
    pub tenant_name: String,
    /// The tenant's domain, the part of principal names after the `@`.
    #[arg(long, default_value = "tenure.example")]
    pub domain: String,
    /// Print the result as one line of JSON.
    #[arg(long)]
    pub json: bool,
}

/// `tenure audit`
#[derive(Debug, Subcommand)]
pub enum AuditCommand {
    /// Say whether any record was altered, inserted or removed, and which. Ends with failure if so.
    Verify(VerifyArguments),
    /// Fetch all records, with what it takes to verify them, from a server into a folder.
    Export(ExportArguments),
    /// Print the key that verifies checkpoints, for whoever is to keep it.
    Key {
        /// The data folder.
        #[arg(long)]
        data_dir: PathBuf,
    },
}

/// `tenure audit verify`
#[derive(Debug, Args)]
pub struct VerifyArguments {
    /// What is verified.
    #[command(flatten)]
    pub source: VerifiedSource,
    /// The file with the token for --server, which may read the audit log.
    #[arg(long, requires = "server")]
    pub token_file: Option<PathBuf>,
    /// Further certificates that --server is believed by, PEM.
    #[arg(long, requires = "server")]
    pub ca_file: Option<PathBuf>,
    /// The key whose checkpoints are believed, as `tenure audit key` printed it once. May be given several times.
    /// Without it, that of the data folder is, which proves little against whoever had the folder.
    #[arg(long)]
    pub key: Vec<String>,
    /// Checkpoints kept elsewhere: a witness file, or one signed note. May be given several times.
    #[arg(long)]
    pub checkpoints: Vec<PathBuf>,
    /// Print the result as one line of JSON.
    #[arg(long)]
    pub json: bool,
}

/// What `tenure audit verify` looks at: one of these.
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub struct VerifiedSource {
    /// A data folder, also of a running server.
    #[arg(long)]
    pub data_dir: Option<PathBuf>,
    /// A copy of the database in a data folder.
    #[arg(long)]
    pub database: Option<PathBuf>,
    /// A folder that `tenure audit export` made.
    #[arg(long)]
    pub export: Option<PathBuf>,
    /// A running server, by its base URL.
    #[arg(long)]
    pub server: Option<String>,
}

/// `tenure audit export`
#[derive(Debug, Args)]
pub struct ExportArguments {
    /// The server's base URL.
    #[arg(long)]
    pub server: String,
    /// The file with a token that may read the audit log.
    #[arg(long)]
    pub token_file: PathBuf,
    /// Further certificates that the server is believed by, PEM.
    #[arg(long)]
    pub ca_file: Option<PathBuf>,
    /// The folder to write to; it must not be there yet.
    #[arg(long)]
    pub to: PathBuf,
}

/// `tenure keys`
#[derive(Debug, Subcommand)]
pub enum KeysCommand {
    /// Sign with a new key from now on; the old ones verify until their last token has ended.
    Rotate {
        /// The data folder of a server that is not running.
        #[arg(long)]
        data_dir: PathBuf,
    },
}
