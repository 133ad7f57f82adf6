//! Security alerts: where each stands, what is set for it, what is scanned for it, and when people signed in.

pub(crate) mod facts;
mod operations;
mod settings;
mod sign_ins;
mod statements;
mod states;
