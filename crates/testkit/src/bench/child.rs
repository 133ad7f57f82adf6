//! Servers as processes of their own.

use std::ffi::OsStr;
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::time::Duration;

use anyhow::Context as _;

use crate::machine;

/// A server that ends with this value.
pub struct Server {
    /// Its port on loopback.
    pub port: u16,
    process: Child,
    input: Option<ChildStdin>,
}

impl Server {
    /// The bare route.
    pub fn bare() -> anyhow::Result<Self> {
        Self::start(Command::new(std::env::current_exe()?).arg("bare"))
    }

    /// Tenure over a data folder with these flags, started by the words of `under` if there are any.
    pub fn tenure(folder: &Path, flags: &[&str], under: &str) -> anyhow::Result<Self> {
        let own = std::env::current_exe()?;
        let mut words = under.split_whitespace().map(OsStr::new).chain([own.as_os_str()]);
        let mut command = Command::new(words.next().context("no command")?);
        command.args(words).arg("serve").arg(folder).args(flags);
        Self::start(&mut command)
    }

    /// Processor time that it has used, in seconds.
    pub fn processor_seconds(&self) -> anyhow::Result<f64> {
        machine::processor_seconds(self.process.id())
    }

    fn start(command: &mut Command) -> anyhow::Result<Self> {
        let mut process = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
        let mut line = String::new();
        BufReader::new(process.stdout.take().context("no output")?).read_line(&mut line)?;
        let port = line.trim().parse().context("the server did not start")?;
        Ok(Self {
            port,
            input: process.stdin.take(),
            process,
        })
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.input.take());
        // A server that is gone already is what is wanted.
        drop(self.process.wait());
    }
}

/// How `tenure demo` starts and what it takes when nobody calls.
#[derive(Clone, Copy, Debug)]
pub struct Idle {
    /// From the start of the process to its line of JSON.
    pub start: Duration,
    /// Memory a second later, in KiB.
    pub resident_kib: u64,
}

/// Starts the demo once.
pub fn idle(binary: &Path) -> anyhow::Result<Idle> {
    let begun = machine::moment();
    let mut process = Command::new(binary)
        .args(["demo", "--json", "--no-open", "--listen", "127.0.0.1:0"])
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .with_context(|| format!("cannot start {}", binary.display()))?;
    let mut line = String::new();
    BufReader::new(process.stdout.take().context("no output")?).read_line(&mut line)?;
    let start = begun.elapsed();
    std::thread::sleep(Duration::from_secs(1));
    let resident_kib = machine::resident_kib(process.id());
    process.kill()?;
    process.wait()?;
    Ok(Idle {
        start,
        resident_kib: resident_kib?,
    })
}
