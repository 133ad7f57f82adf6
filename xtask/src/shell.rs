//! Running other programs: their output goes to ours as it comes, and may be watched line by line.

use std::ffi::{OsStr, OsString};
use std::io::{BufRead as _, BufReader, Read as _};
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context as _, Result};

/// Runs programs in the project's folder.
pub struct Shell<'a> {
    root: &'a Path,
    cargo: OsString,
}

/// A program about to be run.
pub struct Run {
    command: Command,
}

impl<'a> Shell<'a> {
    /// A shell in this folder.
    pub fn new(root: &'a Path) -> Self {
        Self {
            root,
            cargo: std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()),
        }
    }

    /// The project's folder.
    pub fn root(&self) -> &'a Path {
        self.root
    }

    /// The same cargo that runs us, with arguments as one would type them.
    pub fn cargo(&self, arguments: &str) -> Run {
        self.command(&self.cargo, arguments)
    }

    /// Any program. No argument has a blank in it.
    pub fn command(&self, program: impl AsRef<OsStr>, arguments: &str) -> Run {
        let mut command = Command::new(program);
        command.args(arguments.split_whitespace()).current_dir(self.root);
        Run { command }
    }
}

impl Run {
    /// With one more environment variable.
    pub fn env(mut self, name: &str, value: &str) -> Self {
        self.command.env(name, value);
        self
    }

    /// Runs it and says whether it succeeded.
    pub fn passes(mut self) -> Result<bool> {
        let status = self.command.status().with_context(|| self.description())?;
        Ok(status.success())
    }

    /// Runs it unseen and says whether it is there and succeeded.
    pub fn succeeds_quietly(mut self) -> bool {
        let status = self
            .command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status();
        status.is_ok_and(|status| status.success())
    }

    /// Runs it unseen; says whether it succeeded, and what it wrote to both of its outputs.
    pub fn kept(mut self) -> Result<(bool, String)> {
        let (mut reader, writer) = std::io::pipe()?;
        self.command.stdout(writer.try_clone()?).stderr(writer);
        let mut child = self.command.spawn().with_context(|| self.description())?;
        drop(self);
        let mut written = Vec::new();
        reader.read_to_end(&mut written)?;
        let written = String::from_utf8_lossy(&written).into_owned();
        Ok((child.wait()?.success(), written))
    }

    /// Runs it, passes both of its outputs on and shows each line to `watch`.
    pub fn watched(mut self, mut watch: impl FnMut(&str)) -> Result<bool> {
        let (reader, writer) = std::io::pipe()?;
        self.command.stdout(writer.try_clone()?).stderr(writer);
        let mut child = self.command.spawn().with_context(|| self.description())?;
        // Our own ends of the pipe must go, or reading would never end.
        drop(self);
        for line in BufReader::new(reader).lines() {
            let line = line?;
            println!("{line}");
            watch(&line);
        }
        Ok(child.wait()?.success())
    }

    fn description(&self) -> String {
        format!("cannot run {}", self.command.get_program().to_string_lossy())
    }
}
