//! The shape of the house: a file begins by saying what it is for and fits a sitting, a folder fits in
//! the head.

use std::collections::BTreeMap;

use super::Finding;
use crate::tree::Tree;

const LINES_WARN: usize = 400;
const LINES_MAX: usize = 600;
/// Tables of cases are longer than code, and read faster.
const TEST_LINES_MAX: usize = 900;
const FOLDER_WARN: usize = 14;
const FOLDER_MAX: usize = 16;

/// Checks every Rust file and the folders they stand in.
pub fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut folders: BTreeMap<&str, usize> = BTreeMap::new();
    for (path, text) in tree.files("", ".rs") {
        findings.extend(file(path, text));
        *folders
            .entry(path.rsplit_once('/').map_or("", |(folder, _)| folder))
            .or_default() += 1;
    }
    for (folder, files) in folders {
        let message = format!("{files} files in one folder; aim at {FOLDER_WARN} or fewer");
        if files > FOLDER_MAX {
            findings.push(Finding::error(folder, 0, message));
        } else if files > FOLDER_WARN {
            findings.push(Finding::warning(folder, 0, message));
        }
    }
    findings
}

fn file(path: &str, text: &str) -> Vec<Finding> {
    let mut findings = Vec::new();
    if !text.starts_with("//!") {
        findings.push(Finding::error(
            path,
            1,
            "begins without a `//!` comment that says what it is for",
        ));
    }
    let lines = text.lines().count();
    let is_test = path.ends_with("/tests.rs") || path.contains("/tests/");
    let (warn, max) = if is_test {
        (LINES_MAX, TEST_LINES_MAX)
    } else {
        (LINES_WARN, LINES_MAX)
    };
    if lines > max {
        findings.push(Finding::error(
            path,
            0,
            format!("{lines} lines; split it by noun below {max}"),
        ));
    } else if lines > warn {
        findings.push(Finding::warning(
            path,
            0,
            format!("{lines} lines; aim at {warn} or fewer"),
        ));
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::super::Level;
    use super::*;

    fn levels(path: &str, lines: usize) -> Vec<Level> {
        let text = format!("//! A file.\n{}", "\n".repeat(lines - 1));
        check(&Tree::of(&[(path, text.as_str())]))
            .into_iter()
            .map(|finding| finding.level)
            .collect()
    }

    #[test]
    fn long_files_are_found() {
        assert_eq!(levels("crates/a/src/b.rs", 400), []);
        assert_eq!(levels("crates/a/src/b.rs", 401), [Level::Warning]);
        assert_eq!(levels("crates/a/src/b.rs", 600), [Level::Warning]);
        assert_eq!(levels("crates/a/src/b.rs", 601), [Level::Error]);
        assert_eq!(levels("crates/a/src/b/tests.rs", 600), []);
        assert_eq!(levels("crates/a/tests/b.rs", 901), [Level::Error]);
    }

    #[test]
    fn a_file_without_purpose_is_found() {
        let findings = check(&Tree::of(&[("crates/a/src/b.rs", "fn f() {}\n")]));
        assert_eq!(findings.len(), 1);
        assert_eq!(findings[0].level, Level::Error);
    }

    #[test]
    fn full_folders_are_found() {
        for (files, expected) in [
            (14, None),
            (15, Some(Level::Warning)),
            (16, Some(Level::Warning)),
            (17, Some(Level::Error)),
        ] {
            let paths: Vec<String> = (0..files)
                .map(|number| format!("crates/a/src/f{number}.rs"))
                .collect();
            let sources: Vec<(&str, &str)> = paths
                .iter()
                .map(|path| (path.as_str(), "//! A file.\n"))
                .collect();
            assert_eq!(
                check(&Tree::of(&sources)).first().map(|finding| finding.level),
                expected,
                "{files}"
            );
        }
    }
}
