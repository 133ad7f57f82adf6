//! Role management: definitions, assignments, schedules, requests, and the settings of roles.

pub(crate) mod approvals;
pub(crate) mod instances;
pub(crate) mod operations;
pub(crate) mod policies;
pub(crate) mod policy_rules;
pub(crate) mod role_assignments;
pub(crate) mod role_definitions;
pub(crate) mod schedule_requests;
pub(crate) mod schedules;
