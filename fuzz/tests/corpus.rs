//! Every target holds for everything in its kept corpus, in an ordinary build; and nothing is forgotten
//! when a target is added.

#![expect(
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test stops at the first thing that goes wrong"
)]

use std::fs;
use std::path::Path;

use fuzz::TARGETS;

/// Files of one target at the most, and bytes of one file.
const FILES_MAX: usize = 60;
const FILE_BYTES_MAX: usize = 2_048;

fn names(folder: &str) -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let entries = fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut names: Vec<String> = entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

/// What libFuzzer found, which git ignores, is named after its hash.
fn is_kept(name: &str) -> bool {
    name.len() != 40 || name.contains(|c: char| !c.is_ascii_hexdigit())
}

#[test]
fn the_kept_corpus_holds() {
    for (target, property) in TARGETS {
        let folder = format!("corpus/{target}");
        let kept: Vec<_> = names(&folder).into_iter().filter(|name| is_kept(name)).collect();
        assert!((1..=FILES_MAX).contains(&kept.len()), "{folder}");
        for name in kept {
            let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(&folder).join(&name);
            let input = fs::read(path).unwrap();
            assert!(input.len() <= FILE_BYTES_MAX, "{folder}/{name}");
            let outcome = std::panic::catch_unwind(|| property(&input));
            assert!(outcome.is_ok(), "{folder}/{name}");
        }
    }
}

#[test]
fn every_target_has_its_corpus_and_its_binary() {
    let targets = TARGETS.map(|(target, _)| target.to_owned());
    assert_eq!(names("corpus"), targets);
    let binaries = TARGETS.map(|(target, _)| format!("{target}.rs"));
    assert_eq!(names("fuzz_targets"), binaries);
}
