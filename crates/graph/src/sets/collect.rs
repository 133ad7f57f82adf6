//! Every type that the entity sets lead to, once each, for the documents that describe them.

use std::collections::BTreeMap;

use crate::description::{ComplexType, EntityType, EnumType, Type};
use crate::{Version, sets};

/// The types by name.
#[derive(Default)]
pub(crate) struct Schema {
    pub(crate) entities: BTreeMap<&'static str, &'static EntityType>,
    pub(crate) complex: BTreeMap<&'static str, &'static ComplexType>,
    pub(crate) enums: BTreeMap<&'static str, &'static EnumType>,
}

impl Schema {
    /// Follows everything in one version from the sets and the shapes of rules.
    pub(crate) fn collect(version: Version) -> Self {
        let mut schema = Self::default();
        for set in sets::ALL.into_iter().filter(|set| set.exists_in(version)) {
            schema.entity(set.entity, version);
        }
        // What derives from a type is there where the type is.
        let derived = sets::RULE_TYPES
            .into_iter()
            .chain(sets::CONFIGURATION_TYPES)
            .chain(sets::INCIDENT_TYPES);
        for kind in derived {
            if kind
                .base
                .is_some_and(|base| schema.entities.contains_key(base.name))
            {
                schema.entity(kind, version);
            }
        }
        // A relation that is printed inline is described as a structure with its target's name.
        let entities = &schema.entities;
        schema.complex.retain(|name, _| !entities.contains_key(name));
        schema
    }

    /// Each type is entered before what it leads to, so that circles end.
    fn entity(&mut self, entity: &'static EntityType, version: Version) {
        if self.entities.insert(entity.name, entity).is_some() {
            return;
        }
        for property in entity.properties {
            self.of(property.of);
        }
        let led_to = entity.navigations.iter().filter(|n| n.versions.has(version));
        for target in led_to.map(|n| n.target).chain(entity.base) {
            self.entity(target, version);
        }
    }

    fn of(&mut self, of: Type) {
        match of {
            Type::Primitive(_) => {}
            Type::Enumeration(enumeration) => {
                self.enums.insert(enumeration.name, enumeration);
            }
            Type::Primitives(element) => {
                for member in element.members {
                    self.of(member.of);
                }
            }
            Type::Complex(complex) | Type::Complexes(complex) => {
                if self.complex.insert(complex.name, complex).is_none() {
                    for member in complex.members {
                        self.of(member.of);
                    }
                }
            }
        }
    }
}
