//! What holds of every alert, whatever there is.

use std::collections::BTreeSet;

use model::alert::{AlertName, AlertSettings, AlertSeverity, Incident};
use model::{EndCause, Ended, GrantOrigin, IsoDuration};
use proptest::prelude::*;

use super::*;
use crate::alerts::definition::{definition, display_name, is_remediatable};
use crate::alerts::graph::redundant::UseFact;
use crate::alerts::graph::stale::PresenceFact;
use crate::alerts::graph::{outside_pim, redundant, sequential, stale};

/// Grants of a few people and roles, of any age, some of them over.
fn grants() -> impl Strategy<Value = Vec<NamedGrant>> {
    let one = (
        0_u128..4,
        0_u128..3,
        0_i64..120,
        0_u8..4,
        any::<bool>(),
        0_i64..120,
    );
    proptest::collection::vec(one, 0..24).prop_map(|rows| {
        rows.into_iter()
            .enumerate()
            .map(|(index, (person, role_number, age, sort, has_ended, ended))| {
                let mut named = match sort {
                    0 => eligibility(days(age)),
                    1 => assignment(days(age)),
                    2 => activation(age * 60, 10),
                    _ => {
                        let mut named = assignment(days(age));
                        named.grant.origin = GrantOrigin::OutsidePim;
                        named
                    }
                };
                named.assignee = assignee(person);
                named.role = role(role_number);
                named.grant.id = id(u128::try_from(index).unwrap() + 1_000);
                named.grant.principal_id = named.assignee.id;
                named.grant.role_definition_id = named.role.id;
                if has_ended && sort != 2 {
                    named.grant.ended = Some(Ended {
                        at: before(days(ended.min(age))),
                        cause: EndCause::Removed,
                    });
                }
                named
            })
            .collect()
    })
}

fn uses(all: &[NamedGrant]) -> Vec<UseFact> {
    all.iter()
        .map(|eligibility| UseFact {
            eligibility: eligibility.clone(),
            last_activation: None,
        })
        .collect()
}

fn presences(all: &[NamedGrant]) -> Vec<PresenceFact> {
    all.iter()
        .map(|held| PresenceFact {
            held: held.clone(),
            last_sign_in: None,
        })
        .collect()
}

fn found(all: &[NamedGrant], duration: IsoDuration) -> [Vec<Incident>; 3] {
    [
        redundant::incidents(uses(all), duration, NOW),
        stale::incidents(presences(all), duration, NOW),
        sequential::incidents(all.to_vec(), duration, 2, NOW),
    ]
}

fn ids(incidents: &[Incident]) -> BTreeSet<String> {
    incidents.iter().map(|incident| incident.id.clone()).collect()
}

proptest! {
    /// Consumers tell incidents apart by their ids.
    #[test]
    fn ids_are_unique_and_do_not_depend_on_the_order(all in grants()) {
        let mut reversed = all.clone();
        reversed.reverse();
        for (one, other) in found(&all, days(30)).iter().zip(&found(&reversed, days(30))) {
            prop_assert_eq!(ids(one).len(), one.len());
            prop_assert_eq!(ids(one), ids(other));
        }
    }

    /// An incident stands as long as what it is about: later, and with nothing changed, it has the same id.
    #[test]
    fn what_is_idle_stays_so(all in grants(), later in 0_i64..50) {
        let then = NOW.saturating_add(days(later));
        let before = ids(&redundant::incidents(uses(&all), days(30), NOW));
        let after = ids(&redundant::incidents(uses(&all), days(30), then));
        prop_assert!(before.is_subset(&after));
        let before = ids(&stale::incidents(presences(&all), days(30), NOW));
        let after = ids(&stale::incidents(presences(&all), days(30), then));
        prop_assert_eq!(before.difference(&after).count(), 0);
    }

    /// Whoever allows more finds less.
    #[test]
    fn a_longer_duration_finds_no_more(all in grants(), short in 1_i64..60, more in 0_i64..60) {
        let [idle, absent, _] = found(&all, days(short));
        let [idle_later, absent_later, _] = found(&all, days(short + more));
        prop_assert!(ids(&idle_later).is_subset(&ids(&idle)));
        prop_assert!(absent_later.len() <= absent.len());
    }

    /// What has ended is no incident.
    #[test]
    fn only_what_is_in_force_is_found(all in grants()) {
        let in_force: BTreeSet<String> = all
            .iter()
            .filter(|named| named.grant.is_in_force(NOW))
            .map(|named| named.grant.derived_id())
            .collect();
        let outside = outside_pim::incidents(all.clone(), None, NOW);
        prop_assert!(ids(&outside).is_subset(&in_force));
        let current: BTreeSet<String> = all
            .iter()
            .filter(|named| named.grant.is_in_force(NOW))
            .map(|named| named.grant.schedule_id())
            .collect();
        let [idle, absent, _] = found(&all, days(30));
        prop_assert!(ids(&idle).is_subset(&current));
        prop_assert!(ids(&absent).is_subset(&current));
    }
}

#[test]
fn definitions_have_the_wire_values_of_the_dossier() {
    use AlertName as N;
    use AlertSeverity::{High, Low, Medium};
    let rows = [
        (
            N::InvalidLicense,
            "The organization doesn't have Azure AD Premium P2",
            High,
            false,
            false,
        ),
        (
            N::NoMfaOnRoleActivation,
            "Roles don't require multi-factor authentication for activation",
            Medium,
            true,
            false,
        ),
        (
            N::RedundantAssignment,
            "Eligible administrators aren't activating their privileged role",
            Low,
            true,
            true,
        ),
        (
            N::RolesAssignedOutsidePim,
            "Roles are being assigned outside of Privileged Identity Management",
            High,
            true,
            false,
        ),
        (
            N::SequentialActivationRenewals,
            "Roles are being activated too frequently",
            Medium,
            false,
            true,
        ),
        (
            N::StaleSignIn,
            "Potential stale accounts in a privileged role",
            Medium,
            true,
            true,
        ),
        (
            N::TooManyGlobalAdmins,
            "There are too many global administrators",
            Low,
            true,
            true,
        ),
    ];
    for (name, title, severity, remediatable, configurable) in rows {
        let shown = definition(name, 0, &AlertSettings::default_for(name));
        assert_eq!(
            (
                shown.display_name,
                shown.severity,
                shown.is_remediatable,
                shown.is_configurable
            ),
            (title, severity, remediatable, configurable)
        );
    }
}

#[test]
fn descriptions_are_filled_with_accounts_and_days() {
    let told = |name, accounts| definition(name, accounts, &AlertSettings::default_for(name)).description;
    for (name, number, days) in [
        (AlertName::RedundantAssignment, "4 user(s)", "30 days"),
        (
            AlertName::RolesAssignedOutsidePim,
            "4 privileged assignment(s)",
            "",
        ),
        (AlertName::SequentialActivationRenewals, "4 user(s)", ""),
        (AlertName::StaleSignIn, "4 account(s)", "30 days"),
    ] {
        let text = told(name, 4);
        assert!(text.contains(number) && text.contains(days), "{text}");
    }
    for name in [
        AlertName::InvalidLicense,
        AlertName::NoMfaOnRoleActivation,
        AlertName::TooManyGlobalAdmins,
    ] {
        assert_eq!(told(name, 4), told(name, 5));
    }
    for name in AlertName::ALL {
        assert!(!told(*name, 1).contains('{'), "{name}");
        assert!(!display_name(*name).is_empty());
        assert!(!(name.is_own() && is_remediatable(*name)), "{name}");
    }
}
