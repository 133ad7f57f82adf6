//! Gives [`fuzz::mail_address`] what libFuzzer makes up.

#![cfg_attr(fuzzing, no_main)]

fuzz::target!(fuzz::mail_address);
