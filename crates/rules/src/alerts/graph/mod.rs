//! The seven alerts that Graph has (alerts dossier, A7).

pub mod global_admins;
pub mod license;
pub mod no_mfa;
pub mod outside_pim;
pub mod redundant;
pub mod sequential;
pub mod stale;
