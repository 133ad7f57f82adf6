//! The descriptions against the published v1.0 model: the same names, no more and no fewer.

use std::collections::{BTreeMap, BTreeSet};

use super::*;
use crate::description::{ComplexType, Type};

/// One type a line: name, then its properties.
const PUBLISHED: &str = include_str!("../published_properties.tsv");
/// Printed in no sample or capture (policies dossier, 2.4).
const NEVER_SERIALISED: [&str; 1] = ["targetObjects"];

fn published() -> BTreeMap<&'static str, BTreeSet<&'static str>> {
    PUBLISHED
        .lines()
        .filter_map(|line| line.split_once('\t'))
        .map(|(name, properties)| (name, properties.split(' ').collect()))
        .collect()
}

fn collect(of: Type, found: &mut BTreeMap<&'static str, &'static ComplexType>) {
    if let Type::Complex(complex) | Type::Complexes(complex) = of
        && found.insert(complex.name, complex).is_none()
    {
        for member in complex.members {
            collect(member.of, found);
        }
    }
}

#[test]
fn entity_types_have_the_published_properties() {
    let published = published();
    let mut checked = 0;
    let types = sets::ALL.iter().map(|set| set.entity).chain(sets::RULE_TYPES);
    for entity in types {
        let Some(expected) = published.get(entity.short_name()) else {
            continue;
        };
        let properties = entity
            .properties
            .iter()
            .filter(|property| property.versions.has(Version::V1) && !property.derived)
            .map(|property| property.name);
        let own: BTreeSet<&str> = properties
            .chain(
                entity
                    .navigations
                    .iter()
                    .filter(|navigation| navigation.versions.has(Version::V1))
                    .map(|navigation| navigation.name),
            )
            .collect();
        assert_eq!(&own, expected, "{}", entity.name);
        checked += 1;
    }
    assert_eq!(checked, 16);
}

#[test]
fn complex_types_have_the_published_members() {
    let published = published();
    let mut found = BTreeMap::new();
    for entity in sets::ALL.iter().map(|set| set.entity).chain(sets::RULE_TYPES) {
        for property in entity.properties {
            collect(property.of, &mut found);
        }
    }
    let mut checked = 0;
    for (name, complex) in found {
        let short = name.strip_prefix("microsoft.graph.").unwrap_or(name);
        let Some(expected) = published.get(short).filter(|_| short != "unifiedRoleDefinition") else {
            continue;
        };
        let own: BTreeSet<&str> = complex
            .members
            .iter()
            .map(|member| member.name)
            .chain(
                NEVER_SERIALISED
                    .into_iter()
                    .filter(|name| expected.contains(name)),
            )
            .collect();
        assert_eq!(&own, expected, "{name}");
        checked += 1;
    }
    assert_eq!(checked, 15);
}
