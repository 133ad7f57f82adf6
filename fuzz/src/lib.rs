//! What holds of every parser at the border, whatever it is given: one function a target of cargo-fuzz,
//! each of which panics when the parser does not keep its word. `fuzz/README.md` says how they are run.
//!
//! "It does not crash" is the least of it: what is printed reads back, limits hold, what is equivalent
//! gives the same, and what a library of others can say about a text is compared with what we say.

#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a property that does not hold ends the run"
)]

mod batch;
mod filter;
mod identifier;
mod json_body;
mod mail_address;
mod note;
mod path;
mod query_options;
mod refusal;
mod row;
mod time;
mod token;

pub use batch::batch;
pub use filter::filter;
pub use identifier::identifier;
pub use json_body::json_body;
pub use mail_address::mail_address;
pub use note::note;
pub use path::path;
pub use query_options::query_options;
pub use time::{duration, instant};
pub use token::token;

/// A function that panics when an input shows that something does not hold.
pub type Property = fn(&[u8]);

/// Every target, by the name of its binary and of its folder in `fuzz/corpus`.
pub const TARGETS: [(&str, Property); 11] = [
    ("batch", batch),
    ("duration", duration),
    ("filter", filter),
    ("identifier", identifier),
    ("instant", instant),
    ("json_body", json_body),
    ("mail_address", mail_address),
    ("note", note),
    ("path", path),
    ("query_options", query_options),
    ("token", token),
];

/// The `main` of a target: libFuzzer's when it is built for fuzzing; else it tries the files that it is
/// given, for looking at an input in a debugger.
#[macro_export]
macro_rules! target {
    ($property:path) => {
        #[cfg(fuzzing)]
        libfuzzer_sys::fuzz_target!(|input: &[u8]| $property(input));

        #[cfg(not(fuzzing))]
        fn main() -> std::io::Result<()> {
            for path in std::env::args().skip(1) {
                $property(&std::fs::read(path)?);
            }
            Ok(())
        }
    };
}

/// The input as text, if it is one.
fn text(input: &[u8]) -> Option<&str> {
    std::str::from_utf8(input).ok()
}
