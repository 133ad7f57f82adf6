//! Gives [`fuzz::query_options`] what libFuzzer makes up.

#![cfg_attr(fuzzing, no_main)]

fuzz::target!(fuzz::query_options);
