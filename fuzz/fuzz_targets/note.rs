//! Gives [`fuzz::note`] what libFuzzer makes up.

#![cfg_attr(fuzzing, no_main)]

fuzz::target!(fuzz::note);
