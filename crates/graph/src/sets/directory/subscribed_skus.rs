//! `subscribedSkus`: what the tenant has bought, by which clients tell whether there is PIM (directory dossier,
//! A9).

use model::licence::Subscription;
use model::query::Collection;
use serde_json::{Value, json};

use crate::description::{
    ComplexType, EntitySet, Member, Operation, OperationKind as Kind, Property, Service, Type, entity_type,
};
use crate::sets::permissions::READ_SUBSCRIBED_SKUS as READ;
use crate::sets::types::{ID, NUMBER, TEXT, TEXTS};
use crate::value::of;

/// What stands for no limit; Graph shows it so for what it does not count.
const UNITS_WITHOUT_LIMIT: u32 = 1_000_000;

static UNITS: ComplexType = ComplexType {
    name: "microsoft.graph.licenseUnitsDetail",
    is_open: false,
    members: &[
        Member::new("enabled", NUMBER),
        Member::new("lockedOut", NUMBER),
        Member::new("suspended", NUMBER),
        Member::new("warning", NUMBER),
    ],
};

static SERVICE_PLAN: ComplexType = ComplexType {
    name: "microsoft.graph.servicePlanInfo",
    is_open: false,
    members: &[
        Member::new("appliesTo", TEXT),
        Member::new("provisioningStatus", TEXT),
        Member::new("servicePlanId", ID),
        Member::new("servicePlanName", TEXT),
    ],
};

entity_type!(
    /// What the tenant has bought.
    SUBSCRIBED_SKU = "microsoft.graph.subscribedSku",
    in "subscribedSkus" {
        properties: &[
            Property::new("id", TEXT, of!(subscription, |s| s.id())),
            Property::new("accountId", ID, of!(subscription, |s| s.tenant)),
            Property::new("accountName", TEXT, of!(subscription, |s| &s.tenant_name)),
            Property::new("appliesTo", TEXT, |_, _| Value::from("User")),
            Property::new("capabilityStatus", TEXT, of!(subscription, |s| status(s))),
            Property::new("consumedUnits", NUMBER, of!(subscription, |s| Value::from(s.consumed))),
            Property::new("prepaidUnits", Type::Complex(&UNITS), of!(subscription, |s| units(s))),
            Property::new("servicePlans", Type::Complexes(&SERVICE_PLAN), of!(subscription, |s| plans(s))),
            Property::new("skuId", ID, of!(subscription, |s| s.sku.id.to_string())),
            Property::new("skuPartNumber", TEXT, of!(subscription, |s| s.sku.part_number)),
            Property::new("subscriptionIds", Type::Primitives(&TEXTS), |_, _| json!([])),
        ],
        navigations: &[],
    }
);

const fn status(subscription: &Subscription) -> &'static str {
    if subscription.is_expired {
        "Suspended"
    } else {
        "Enabled"
    }
}

fn units(subscription: &Subscription) -> Value {
    let all = subscription.seats.unwrap_or(UNITS_WITHOUT_LIMIT);
    let (enabled, suspended) = if subscription.is_expired {
        (0, all)
    } else {
        (all, 0)
    };
    json!({"enabled": enabled, "lockedOut": 0, "suspended": suspended, "warning": 0})
}

fn plans(subscription: &Subscription) -> Value {
    let status = if subscription.is_expired {
        "Disabled"
    } else {
        "Success"
    };
    let plan = |plan: &model::licence::ServicePlan| {
        json!({
            "appliesTo": "User",
            "provisioningStatus": status,
            "servicePlanId": plan.id.to_string(),
            "servicePlanName": plan.name,
        })
    };
    subscription.sku.plans.iter().map(plan).collect()
}

/// `subscribedSkus`, which takes no query option but `$select`.
pub static SUBSCRIBED_SKUS: EntitySet = EntitySet {
    collection: Collection::SubscribedSkus,
    path: &["subscribedSkus"],
    beta_path: None,
    entity: &SUBSCRIBED_SKU,
    service: Service::Directory,
    needs_licence: false,
    alternate_keys: &[],
    current_user: &[],
    operations: &[
        Operation::get("", Kind::List, READ),
        Operation::get("{key}", Kind::Get, READ),
    ],
};
