//! A whole server in a test.
