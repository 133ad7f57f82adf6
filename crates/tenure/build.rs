//! Says so when an optimised build is made with a compiler that is known to get some of them wrong.

/// The first without the miscompilations that are known.
const TRUSTED: &str = "1.97.1";

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let is_optimised = std::env::var("OPT_LEVEL").is_ok_and(|level| level != "0");
    if is_optimised && version_check::is_min_version(TRUSTED) == Some(false) {
        println!(
            "cargo::warning=compilers before Rust {TRUSTED} can miscompile optimised builds: use a later \
             one for what you deploy (docs/decisions/0010-compilers.md)"
        );
    }
}
