//! Least privilege, judged by use: what somebody has for good, what nobody uses, what is more than is needed, and
//! what lasts longer than it is used; and how much use there was. Each judgement says the numbers that it rests on; none
//! changes anything.

mod durations;
pub mod figures;
mod roles;
#[cfg(test)]
mod tests;
mod use_of_grants;

use model::IsoDuration;

pub use self::durations::{Lengths, ShorterDuration, longest_activation, shorter_duration};
pub use self::roles::{BroaderRole, RoleUse, broader_roles, is_strictly_broader};
pub use self::use_of_grants::{StandingAccess, UnusedEligibility, standing_access, unused_eligibility};

/// For how long use is looked back on.
pub const LOOKED_BACK: IsoDuration = IsoDuration::from_days(90);
/// After how long an eligibility counts as unused, the shortest first.
pub const UNUSED_AFTER: [IsoDuration; 2] = [IsoDuration::from_days(30), LOOKED_BACK];
