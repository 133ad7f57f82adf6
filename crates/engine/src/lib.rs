//! Use cases: authorise, load facts, decide, commit, announce.
