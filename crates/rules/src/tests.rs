//! Decisions as tables, one per action, and as random histories.

mod activate;
mod approvals;
mod assign;
mod cancel;
mod check;
mod end;
mod given;
mod histories;
mod invariants;
mod notices;
mod renew;
mod settings;
mod world;
