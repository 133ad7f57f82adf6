//! The licence of the tenant: which of Graph's plans it stands for, for how many people, until when
//! (directory dossier, A9). The server itself needs none; clients ask for one before they use PIM, and
//! testers want to see a tenant without.

use uuid::Uuid;

use crate::vocabulary::vocabulary;
use crate::{Instant, TenantId};

vocabulary!(
    /// What a licence is for.
    LicencePlan {
        /// Everything, for everybody.
        Unlimited => "unlimited",
        /// Entra ID P2.
        P2 => "p2",
        /// Entra ID Governance.
        Governance => "governance",
        /// Entra ID P1, which does not cover PIM.
        P1 => "p1",
        /// There is none.
        None => "none",
    }
);

/// A licence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Licence {
    /// What for.
    pub plan: LicencePlan,
    /// For how many people; none for as many as there are. It is shown and binds nobody.
    pub seats: Option<u32>,
    /// Until when; none for good.
    pub expires_at: Option<Instant>,
}

impl Default for Licence {
    fn default() -> Self {
        Self {
            plan: LicencePlan::Unlimited,
            seats: None,
            expires_at: None,
        }
    }
}

impl Licence {
    /// Whether its time is over.
    pub fn is_expired(&self, now: Instant) -> bool {
        self.expires_at.is_some_and(|end| end <= now)
    }

    /// Whether it covers Privileged Identity Management.
    pub fn covers_pim(&self, now: Instant) -> bool {
        let is_plan = match self.plan {
            LicencePlan::Unlimited | LicencePlan::P2 | LicencePlan::Governance => true,
            LicencePlan::P1 | LicencePlan::None => false,
        };
        is_plan && !self.is_expired(now)
    }
}

/// A part of what is sold.
#[derive(Debug, PartialEq, Eq)]
pub struct ServicePlan {
    /// Its published id.
    pub id: Uuid,
    /// Its published name.
    pub name: &'static str,
}

/// What is sold under one number.
#[derive(Debug, PartialEq, Eq)]
pub struct Sku {
    /// Its published id.
    pub id: Uuid,
    /// Its published name.
    pub part_number: &'static str,
    /// What is in it.
    pub plans: &'static [ServicePlan],
}

const P1: ServicePlan = ServicePlan {
    id: Uuid::from_u128(0x41781fb2_bc02_4b7c_bd55_b576c07bb09d),
    name: "AAD_PREMIUM",
};
const P2: ServicePlan = ServicePlan {
    id: Uuid::from_u128(0xeec0eb4f_6444_4f95_aba0_50c24d67f998),
    name: "AAD_PREMIUM_P2",
};
const GOVERNANCE: ServicePlan = ServicePlan {
    id: Uuid::from_u128(0xe866a266_3cff_43a3_acca_0c90a7e00c8b),
    name: "Entra_Identity_Governance",
};
const P2_SKU: Uuid = Uuid::from_u128(0x84a661c4_e949_4bd2_a560_ed7766fcaf2b);

static EVERYTHING: Sku = Sku {
    id: P2_SKU,
    part_number: "AAD_PREMIUM_P2",
    plans: &[P1, P2, GOVERNANCE],
};
static PREMIUM_P2: Sku = Sku {
    id: P2_SKU,
    part_number: "AAD_PREMIUM_P2",
    plans: &[P1, P2],
};
static ID_GOVERNANCE: Sku = Sku {
    id: GOVERNANCE.id,
    part_number: "Microsoft_Entra_ID_Governance",
    plans: &[GOVERNANCE],
};
static PREMIUM_P1: Sku = Sku {
    id: Uuid::from_u128(0x078d2b04_f1bd_4111_bbd4_b4b1b354cef4),
    part_number: "AAD_PREMIUM",
    plans: &[P1],
};

impl LicencePlan {
    /// What a tenant with it has bought.
    pub const fn sku(self) -> Option<&'static Sku> {
        match self {
            Self::Unlimited => Some(&EVERYTHING),
            Self::P2 => Some(&PREMIUM_P2),
            Self::Governance => Some(&ID_GOVERNANCE),
            Self::P1 => Some(&PREMIUM_P1),
            Self::None => None,
        }
    }
}

/// What the tenant has bought, as it stands at the time of reading; Graph's `subscribedSku`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subscription {
    /// Whose.
    pub tenant: TenantId,
    /// The tenant's name.
    pub tenant_name: String,
    /// What.
    pub sku: &'static Sku,
    /// For how many; none for as many as there are.
    pub seats: Option<u32>,
    /// How many use it.
    pub consumed: u32,
    /// Whether its time is over.
    pub is_expired: bool,
}

impl Subscription {
    /// Its id (directory dossier, A9).
    pub fn id(&self) -> String {
        format!("{}_{}", self.tenant, self.sku.id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pim_is_covered_by_some_plans_until_they_expire() {
        let (before, end) = (Instant::from_seconds(9), Instant::from_seconds(10));
        for (plan, covers) in [
            (LicencePlan::Unlimited, true),
            (LicencePlan::P2, true),
            (LicencePlan::Governance, true),
            (LicencePlan::P1, false),
            (LicencePlan::None, false),
        ] {
            let lasting = Licence {
                plan,
                ..Licence::default()
            };
            assert_eq!(lasting.covers_pim(end), covers, "{plan}");
            let ending = Licence {
                expires_at: Some(end),
                ..lasting
            };
            assert_eq!(ending.covers_pim(before), covers, "{plan}");
            assert!(!ending.covers_pim(end), "{plan}");
        }
        assert!(Licence::default().covers_pim(end));
    }
}
