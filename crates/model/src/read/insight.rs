//! What can be seen from how roles are used: what kinds of findings there are, and what each suggests.

use crate::vocabulary::vocabulary;

vocabulary!(
    /// What a finding says.
    InsightKind {
        /// Somebody has a privileged role for good.
        StandingAccess => "standingAccess",
        /// An eligibility was not used for a long time.
        UnusedEligibility => "unusedEligibility",
        /// Somebody activates a role that allows more than another that they are eligible for and never activate.
        BroaderRoleActivated => "broaderRoleActivated",
        /// Activations of a role are over long before they would have to be.
        ShorterDuration => "shorterDuration",
    }
);

vocabulary!(
    /// What may be done about it.
    SuggestedAction {
        /// Make the assignment an eligibility.
        MakeEligible => "makeEligible",
        /// Remove the eligibility.
        RemoveEligibility => "removeEligibility",
        /// Activate the narrower role instead.
        ActivateNarrowerRole => "activateNarrowerRole",
        /// Let the role be activated for less time.
        ShortenMaximumDuration => "shortenMaximumDuration",
    }
);

impl InsightKind {
    /// What it suggests.
    pub const fn suggests(self) -> SuggestedAction {
        match self {
            Self::StandingAccess => SuggestedAction::MakeEligible,
            Self::UnusedEligibility => SuggestedAction::RemoveEligibility,
            Self::BroaderRoleActivated => SuggestedAction::ActivateNarrowerRole,
            Self::ShorterDuration => SuggestedAction::ShortenMaximumDuration,
        }
    }
}
