//! Words that may stand only in some places: I/O outside the pure rooms, the clock in one file, SQL in
//! `store`, the web framework in `server`; and words that may stand nowhere.

use super::Finding;
use super::code::{has_word, without_comments};
use crate::tree::Tree;

/// Words that a place must not hold.
struct Ban {
    /// Folders or files it is about; empty for all.
    within: &'static [&'static str],
    /// Folders or files it is not about.
    except: &'static [&'static str],
    words: &'static [&'static str],
    why: &'static str,
}

const BANS: &[Ban] = &[
    Ban {
        within: &["crates/model/src/", "crates/odata/src/", "crates/rules/src/"],
        except: &[],
        words: &[
            "std::env",
            "std::fs",
            "std::net",
            "std::process",
            "std::thread",
            "std::time::SystemTime",
        ],
        why: "model, odata and rules do no I/O and read no clock",
    },
    Ban {
        within: &["crates/"],
        except: &["crates/store/"],
        words: &["DELETE FROM", "INSERT INTO", "SELECT ", "rusqlite", "sea_query"],
        why: "only store knows SQL",
    },
    Ban {
        within: &["crates/"],
        except: &["crates/server/", "crates/tenure/", "crates/testkit/"],
        words: &["axum", "axum_server"],
        why: "HTTP belongs to server",
    },
];

/// The one clock.
const CLOCK: &str = "crates/tenure/src/clock.rs";
const CLOCK_READS: [&str; 2] = ["Instant::now", "SystemTime::now"];
/// Where a measurement may read the machine's clock, if the file gives its reason to the linter.
const MEASURES: [&str; 3] = ["/benches/", "crates/testkit/", "xtask/"];
const REASON: &str = "clippy::disallowed_methods";

/// Unfinished work. Each is written in two parts so that this file does not hold it.
const UNFINISHED: [&str; 5] = [
    concat!("FIX", "ME"),
    concat!("XX", "X"),
    concat!("#[ign", "ore"),
    concat!("todo", "!"),
    concat!("unimple", "mented!"),
];

/// Checks every Rust file.
pub fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (path, text) in tree.files("", ".rs") {
        for (number, line) in numbered(text) {
            for word in UNFINISHED.into_iter().filter(|word| has_word(line, word)) {
                findings.push(Finding::error(
                    path,
                    number,
                    format!("`{word}`: finish it, or write it down as work to do"),
                ));
            }
        }
        // The checks name what they look for.
        if !path.starts_with("xtask/src/tidy/") {
            findings.extend(misplaced(path, text));
        }
    }
    findings
}

fn misplaced(path: &str, text: &str) -> Vec<Finding> {
    let mut findings = Vec::new();
    let code = without_comments(text);
    let measures = MEASURES.iter().any(|it| path.contains(it)) && code.contains(REASON);
    for (number, line) in numbered(&code) {
        for ban in BANS.iter().filter(|ban| ban.is_about(path)) {
            for word in ban.words.iter().filter(|word| has_word(line, word)) {
                findings.push(Finding::error(
                    path,
                    number,
                    format!("`{}`: {}", word.trim(), ban.why),
                ));
            }
        }
        for word in CLOCK_READS.into_iter().filter(|word| has_word(line, word)) {
            if path != CLOCK && !measures {
                findings.push(Finding::error(
                    path,
                    number,
                    format!("`{word}`: time comes from the injected clock ({CLOCK})"),
                ));
            }
        }
    }
    findings
}

impl Ban {
    fn is_about(&self, path: &str) -> bool {
        self.within.iter().any(|it| path.starts_with(it))
            && !self.except.iter().any(|it| path.starts_with(it))
    }
}

fn numbered(text: &str) -> impl Iterator<Item = (usize, &str)> {
    (1..).zip(text.lines())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(path: &str, text: &str) -> Vec<String> {
        let named = |finding: Finding| finding.message.split('`').nth(1).unwrap_or_default().to_owned();
        check(&Tree::of(&[(path, text)])).into_iter().map(named).collect()
    }

    #[test]
    fn misplaced_words_are_found() {
        for (path, text, expected) in [
            ("crates/rules/src/a.rs", "use std::fs;", "std::fs"),
            (
                "crates/model/src/a.rs",
                "std::time::SystemTime::UNIX_EPOCH",
                "std::time::SystemTime",
            ),
            ("crates/engine/src/a.rs", "let sql = \"SELECT 1\";", "SELECT"),
            ("crates/graph/src/a.rs", "use axum::Router;", "axum"),
            ("crates/server/src/a.rs", "use rusqlite::Connection;", "rusqlite"),
            (
                "crates/engine/src/a.rs",
                "let now = Instant::now();",
                "Instant::now",
            ),
            (
                "crates/tenure/src/main.rs",
                "let now = SystemTime::now();",
                "SystemTime::now",
            ),
            ("xtask/src/bench.rs", "let now = Instant::now();", "Instant::now"),
        ] {
            assert_eq!(words(path, text), [expected], "{path}");
        }
    }

    #[test]
    fn words_in_their_place_are_not() {
        for (path, text) in [
            ("crates/store/src/a.rs", "use rusqlite::Connection; // SELECT 1"),
            ("crates/server/src/a.rs", "use axum::Router;"),
            ("crates/tenure/src/clock.rs", "let now = SystemTime::now();"),
            (
                "crates/engine/src/a.rs",
                "// SELECT and SystemTime::now() in prose.",
            ),
            (
                "xtask/src/bench.rs",
                "#[expect(clippy::disallowed_methods, reason = \"measures\")]\nlet now = Instant::now();",
            ),
        ] {
            assert_eq!(words(path, text), Vec::<String>::new(), "{path}");
        }
    }

    #[test]
    fn unfinished_work_is_found_in_comments_and_code() {
        for word in UNFINISHED {
            assert_eq!(words("crates/store/src/a.rs", &format!("// {word}")), [word]);
        }
    }
}
