//! The table of allowed arrows between the crates, and the check of every manifest against it.

use anyhow::{Context as _, Result};
use toml::{Table, Value};

use super::Finding;
use crate::tree::Tree;

/// A crate below `crates/`.
struct Room {
    name: &'static str,
    /// The rooms it may depend on. Tests may also use `testkit`.
    may_know: &'static [&'static str],
    /// Libraries that it must not depend on, in tests either.
    never: &'static [&'static str],
}

/// Libraries that do I/O, or that speak SQL or HTTP: a room that decides or parses has no use for them.
const IMPURE: &[&str] = &[
    "axum",
    "axum-server",
    "http",
    "hyper",
    "rusqlite",
    "sea-query",
    "tokio",
    "tower",
    "tower-http",
];
/// The same, and JSON: nothing that decides knows how an answer is spelt.
const IMPURE_OR_JSON: &[&str] = &[
    "axum",
    "axum-server",
    "http",
    "hyper",
    "rusqlite",
    "sea-query",
    "serde_json",
    "tokio",
    "tower",
    "tower-http",
];
/// The database and the web server: each belongs to one floor only.
const SQL_OR_WEB: &[&str] = &[
    "axum",
    "axum-server",
    "rusqlite",
    "sea-query",
    "sea-query-rusqlite",
];
const SQL: &[&str] = &["rusqlite", "sea-query", "sea-query-rusqlite"];
const WEB: &[&str] = &["axum", "axum-server"];

/// The house: the one place that says who may know whom. A new arrow is a decision of its own and
/// changes `docs/architecture.md` in the same commit.
const HOUSE: &[Room] = &[
    Room {
        name: "model",
        may_know: &[],
        never: IMPURE,
    },
    Room {
        name: "odata",
        may_know: &["model"],
        never: IMPURE,
    },
    Room {
        name: "rules",
        may_know: &["model"],
        never: IMPURE_OR_JSON,
    },
    Room {
        name: "graph",
        may_know: &["model", "odata"],
        never: SQL_OR_WEB,
    },
    Room {
        name: "tlog",
        may_know: &[],
        never: IMPURE_OR_JSON,
    },
    Room {
        name: "store",
        may_know: &["model", "odata", "tlog"],
        never: WEB,
    },
    Room {
        name: "notify",
        may_know: &["model"],
        never: SQL_OR_WEB,
    },
    Room {
        name: "identity",
        may_know: &["model"],
        never: SQL_OR_WEB,
    },
    Room {
        name: "engine",
        may_know: &["identity", "model", "odata", "rules", "store", "tlog"],
        never: SQL_OR_WEB,
    },
    Room {
        name: "server",
        may_know: &[
            "engine", "graph", "identity", "model", "notify", "odata", "rules", "store", "tlog",
        ],
        never: SQL,
    },
    Room {
        name: "testkit",
        may_know: &[
            "engine", "graph", "identity", "model", "odata", "rules", "server", "store", "tlog",
        ],
        never: SQL,
    },
    Room {
        name: "tenure",
        may_know: &[
            "engine", "graph", "identity", "model", "notify", "odata", "rules", "server", "store", "tlog",
        ],
        never: SQL,
    },
];

/// The rooms that the chores may know: what they print is said there.
const CHORES_MAY_KNOW: &[&str] = &["graph"];
/// The rooms that read what comes from outside, whose readers are fuzzed.
const FUZZ_MAY_KNOW: &[&str] = &["graph", "identity", "model", "odata", "tlog"];
/// Rooms that any room's tests may use.
const FOR_TESTS: &str = "testkit";
const PREFIX: &str = "tenure-";

/// Checks each crate's manifest.
pub fn check(tree: &Tree) -> Result<Vec<Finding>> {
    let mut findings = Vec::new();
    for (path, text) in tree.files("", "Cargo.toml") {
        let manifest: Table = text.parse().with_context(|| format!("{path} is not TOML"))?;
        if path == "xtask/Cargo.toml" {
            findings.extend(room(path, "xtask", &manifest, CHORES_MAY_KNOW, SQL_OR_WEB));
        } else if path == "fuzz/Cargo.toml" {
            findings.extend(room(path, "fuzz", &manifest, FUZZ_MAY_KNOW, SQL_OR_WEB));
        } else if let Some(name) = path
            .strip_prefix("crates/")
            .and_then(|it| it.strip_suffix("/Cargo.toml"))
        {
            match HOUSE.iter().find(|room| room.name == name) {
                Some(it) => findings.extend(room(path, name, &manifest, it.may_know, it.never)),
                None => findings.push(Finding::error(
                    path,
                    0,
                    "not in the table of arrows (xtask/src/tidy/arrows.rs)",
                )),
            }
        }
    }
    Ok(findings)
}

fn room(path: &str, name: &str, manifest: &Table, may_know: &[&str], never: &[&str]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (kind, dependency) in dependencies(manifest) {
        let for_tests = kind == "dev-dependencies" && dependency == FOR_TESTS;
        if is_room(&dependency) && !may_know.contains(&dependency.as_str()) && !for_tests {
            findings.push(Finding::error(
                path,
                0,
                format!("{name} must not know {dependency} ({kind})"),
            ));
        }
        if never.contains(&dependency.as_str()) {
            findings.push(Finding::error(
                path,
                0,
                format!("{name} must not depend on {dependency} ({kind})"),
            ));
        }
    }
    findings
}

fn is_room(name: &str) -> bool {
    HOUSE.iter().any(|room| room.name == name)
}

/// Every dependency of a manifest with the kind of table it stands in; rooms by their short names.
fn dependencies(manifest: &Table) -> Vec<(&str, String)> {
    const KINDS: [&str; 3] = ["dependencies", "dev-dependencies", "build-dependencies"];
    let targets = manifest
        .get("target")
        .and_then(Value::as_table)
        .into_iter()
        .flat_map(Table::values);
    std::iter::once(manifest)
        .chain(targets.filter_map(Value::as_table))
        .flat_map(|table| {
            KINDS
                .into_iter()
                .filter_map(|kind| Some((kind, table.get(kind)?.as_table()?)))
                .collect::<Vec<_>>()
        })
        .flat_map(|(kind, table)| {
            table
                .iter()
                .map(move |(key, value)| (kind, short_name(key, value)))
        })
        .collect()
}

fn short_name(key: &str, value: &Value) -> String {
    let package = value.get("package").and_then(Value::as_str).unwrap_or(key);
    package.strip_prefix(PREFIX).unwrap_or(package).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn messages(path: &str, manifest: &str) -> Vec<String> {
        check(&Tree::of(&[(path, manifest)]))
            .unwrap()
            .into_iter()
            .map(|finding| finding.message)
            .collect()
    }

    #[test]
    fn an_upward_arrow_is_found() {
        let found = messages(
            "crates/model/Cargo.toml",
            "[dependencies]\nstore.workspace = true\n",
        );
        assert_eq!(found, ["model must not know store (dependencies)"]);
    }

    #[test]
    fn an_arrow_is_found_under_another_name_and_for_one_target() {
        let found = messages(
            "crates/rules/Cargo.toml",
            "[target.'cfg(unix)'.dependencies]\ndb = { path = \"../store\", package = \"tenure-store\" }\n",
        );
        assert_eq!(found, ["rules must not know store (dependencies)"]);
    }

    #[test]
    fn tests_may_use_the_testkit_and_code_may_not() {
        assert!(
            messages(
                "crates/engine/Cargo.toml",
                "[dev-dependencies]\ntestkit.workspace = true\n"
            )
            .is_empty()
        );
        let found = messages(
            "crates/engine/Cargo.toml",
            "[dependencies]\ntestkit.workspace = true\n",
        );
        assert_eq!(found, ["engine must not know testkit (dependencies)"]);
    }

    #[test]
    fn pure_rooms_have_no_impure_libraries() {
        let found = messages(
            "crates/rules/Cargo.toml",
            "[dependencies]\nserde_json.workspace = true\n",
        );
        assert_eq!(found, ["rules must not depend on serde_json (dependencies)"]);
        assert!(
            messages(
                "crates/model/Cargo.toml",
                "[dependencies]\nserde_json.workspace = true\n"
            )
            .is_empty()
        );
    }

    #[test]
    fn the_chores_know_the_descriptions_and_nothing_else() {
        for (room, expected) in [
            ("graph", vec![]),
            ("engine", vec!["xtask must not know engine (dependencies)"]),
        ] {
            let manifest = format!("[dependencies]\n{room}.workspace = true\n");
            assert_eq!(messages("xtask/Cargo.toml", &manifest), expected);
        }
    }

    #[test]
    fn a_crate_outside_the_table_is_found() {
        let found = messages("crates/shed/Cargo.toml", "[dependencies]\n");
        assert_eq!(found, ["not in the table of arrows (xtask/src/tidy/arrows.rs)"]);
    }

    #[test]
    fn the_table_has_no_upward_arrow() {
        for (floor, room) in HOUSE.iter().enumerate() {
            for known in room.may_know {
                let below = HOUSE.iter().position(|it| it.name == *known).unwrap();
                assert!(below < floor, "{} stands below {known}", room.name);
            }
        }
    }
}
