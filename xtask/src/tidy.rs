//! What the compiler cannot hold for us: which crate may know which, what stays pure, where the one
//! clock and the only SQL live, how large a file may grow, and that documents point at files.

mod arrows;
mod code;
mod links;
mod shape;
mod words;

use std::fmt;
use std::path::Path;

use anyhow::Result;

use crate::tree::Tree;

/// Runs every check and prints what it found. True when nothing is wrong; warnings are not wrong.
pub fn run(root: &Path) -> Result<bool> {
    let findings = check(&Tree::read(root)?)?;
    for finding in &findings {
        println!("{finding}");
    }
    let errors = findings
        .iter()
        .filter(|finding| finding.level == Level::Error)
        .count();
    println!("tidy: {errors} errors, {} warnings", findings.len() - errors);
    Ok(errors == 0)
}

fn check(tree: &Tree) -> Result<Vec<Finding>> {
    let mut findings = arrows::check(tree)?;
    findings.extend(words::check(tree));
    findings.extend(shape::check(tree));
    findings.extend(links::check(tree));
    Ok(findings)
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Level {
    Warning,
    Error,
}

/// Something that is not as it should be.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Finding {
    level: Level,
    path: String,
    /// Counted from one; zero when it is about the whole file.
    line: usize,
    message: String,
}

impl Finding {
    fn error(path: &str, line: usize, message: impl Into<String>) -> Self {
        Self {
            level: Level::Error,
            path: path.to_owned(),
            line,
            message: message.into(),
        }
    }

    fn warning(path: &str, line: usize, message: impl Into<String>) -> Self {
        Self {
            level: Level::Warning,
            ..Self::error(path, line, message)
        }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let level = match self.level {
            Level::Warning => "warning",
            Level::Error => "error",
        };
        match self.line {
            0 => write!(f, "{level}: {}: {}", self.path, self.message),
            line => write!(f, "{level}: {}:{line}: {}", self.path, self.message),
        }
    }
}
