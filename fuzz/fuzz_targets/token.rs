//! Gives [`fuzz::token`] what libFuzzer makes up.

#![cfg_attr(fuzzing, no_main)]

fuzz::target!(fuzz::token);
