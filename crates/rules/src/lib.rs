//! Pure decisions: requests and policy rules.
