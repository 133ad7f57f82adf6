//! Gives [`fuzz::json_body`] what libFuzzer makes up.

#![cfg_attr(fuzzing, no_main)]

fuzz::target!(fuzz::json_body);
