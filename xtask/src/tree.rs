//! The project's files as the checks see them: a map from path to text, so that a test can hold a
//! whole sample project in a few lines.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result};

/// Folders that hold nothing of ours.
const SKIPPED: [&str; 6] = [".git", ".tmp", ".venv", "__pycache__", "node_modules", "target"];
/// Files whose text the checks read.
const READ: [&str; 3] = ["md", "rs", "toml"];

/// A snapshot of the project. Paths are relative to its root and use `/`.
#[derive(Debug, Default)]
pub struct Tree {
    texts: BTreeMap<String, String>,
    paths: BTreeSet<String>,
}

impl Tree {
    /// Reads the project below `root`.
    pub fn read(root: &Path) -> Result<Self> {
        let mut tree = Self::default();
        let mut folders = vec![String::new()];
        while let Some(folder) = folders.pop() {
            let place = root.join(&folder);
            for entry in fs::read_dir(&place).with_context(|| format!("cannot list {}", place.display()))? {
                let entry = entry?;
                let name = entry.file_name().to_string_lossy().into_owned();
                let path = if folder.is_empty() {
                    name.clone()
                } else {
                    format!("{folder}/{name}")
                };
                if entry.file_type()?.is_dir() {
                    if !SKIPPED.contains(&name.as_str()) {
                        tree.paths.insert(path.clone());
                        folders.push(path);
                    }
                    continue;
                }
                if Path::new(&name)
                    .extension()
                    .is_some_and(|it| READ.iter().any(|read| it == *read))
                {
                    let text =
                        fs::read_to_string(entry.path()).with_context(|| format!("cannot read {path}"))?;
                    tree.texts.insert(path.clone(), text);
                }
                tree.paths.insert(path);
            }
        }
        Ok(tree)
    }

    /// Whether there is such a file or folder.
    pub fn has(&self, path: &str) -> bool {
        self.paths.contains(path)
    }

    /// Every readable file with this ending below `folder`, path and text.
    pub fn files<'t>(&'t self, folder: &'t str, ending: &'t str) -> impl Iterator<Item = (&'t str, &'t str)> {
        self.texts
            .iter()
            .filter(move |(path, _)| path.starts_with(folder) && path.ends_with(ending))
            .map(|(path, text)| (path.as_str(), text.as_str()))
    }

    /// A project of these files, for tests.
    #[cfg(test)]
    pub fn of(files: &[(&str, &str)]) -> Self {
        Self {
            texts: files
                .iter()
                .map(|(path, text)| (path.to_string(), text.to_string()))
                .collect(),
            paths: files.iter().map(|(path, _)| path.to_string()).collect(),
        }
    }
}
