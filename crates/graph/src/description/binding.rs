//! The descriptions as the OData binder asks for them.

use odata::schema::{Edm, Member as Bound, Navigation as BoundNavigation, Property as BoundProperty, Schema};

use super::{ComplexType, EntityType, Navigation, Property, Type};
use crate::Version;

/// An entity type as one version shows it.
pub struct View {
    entity: &'static EntityType,
    version: Version,
}

impl View {
    /// Meant for the declaration of the type.
    pub const fn new(entity: &'static EntityType, version: Version) -> Self {
        Self { entity, version }
    }

    /// The type.
    pub const fn entity(&self) -> &'static EntityType {
        self.entity
    }

    fn properties(&self) -> impl Iterator<Item = &'static Property> {
        let version = self.version;
        self.entity
            .properties
            .iter()
            .filter(move |property| property.versions.has(version))
    }

    fn navigations(&self) -> impl Iterator<Item = &'static Navigation> {
        let version = self.version;
        self.entity
            .navigations
            .iter()
            .filter(move |navigation| navigation.versions.has(version))
    }

    fn property(&self, name: &str) -> Option<&'static Property> {
        self.properties()
            .find(|property| property.name.eq_ignore_ascii_case(name))
    }

    fn bind(&self, navigation: &'static Navigation) -> BoundNavigation<'static> {
        BoundNavigation {
            name: navigation.name,
            nav: navigation.nav,
            target: navigation.target.schema(self.version),
            is_collection: navigation.is_collection,
            filterable: navigation.filterable,
        }
    }
}

impl Schema for View {
    fn type_name(&self) -> &'static str {
        self.entity.name
    }

    fn member(&self, name: &str) -> Option<Bound<'_>> {
        if let Some(property) = self.property(name) {
            return Some(match (property.of, property.field) {
                (Type::Complex(complex), _) => Bound::Complex(complex),
                (Type::Primitives(element) | Type::Complexes(element), Some(field)) => {
                    Bound::Collection { field, element }
                }
                (of, Some(field)) => match edm(of) {
                    Some(edm) => Bound::Property(BoundProperty {
                        name: property.name,
                        field,
                        edm,
                        filterable: property.filterable,
                        sortable: property.sortable,
                    }),
                    None => Bound::Opaque(property.name),
                },
                (_, None) => Bound::Opaque(property.name),
            });
        }
        let navigation = self.navigations().find(|n| n.name.eq_ignore_ascii_case(name))?;
        Some(Bound::Navigation(self.bind(navigation)))
    }

    fn selectable(&self, name: &str) -> Option<&'static str> {
        self.property(name).map(|property| property.name)
    }

    fn navigations(&self) -> Vec<BoundNavigation<'_>> {
        self.navigations().map(|n| self.bind(n)).collect()
    }
}

impl Schema for ComplexType {
    fn type_name(&self) -> &'static str {
        self.name
    }

    fn member(&self, name: &str) -> Option<Bound<'_>> {
        let member = self
            .members
            .iter()
            .find(|member| member.name.eq_ignore_ascii_case(name))?;
        Some(match (member.of, member.field) {
            (Type::Complex(complex), _) => Bound::Complex(complex),
            (of, Some(field)) => match edm(of) {
                Some(edm) => Bound::Property(BoundProperty {
                    name: member.name,
                    field,
                    edm,
                    filterable: true,
                    sortable: false,
                }),
                None => Bound::Opaque(member.name),
            },
            (_, None) => Bound::Opaque(member.name),
        })
    }

    fn selectable(&self, name: &str) -> Option<&'static str> {
        self.members
            .iter()
            .map(|member| member.name)
            .find(|member| member.eq_ignore_ascii_case(name))
    }

    fn navigations(&self) -> Vec<BoundNavigation<'_>> {
        Vec::new()
    }
}

/// How single values of a type compare.
const fn edm(of: Type) -> Option<Edm> {
    match of {
        Type::Primitive(edm) => Some(edm),
        Type::Enumeration(enumeration) => Some(Edm::Enum(enumeration.spellings)),
        Type::Primitives(_) | Type::Complex(_) | Type::Complexes(_) => None,
    }
}
