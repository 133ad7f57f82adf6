//! Names → what they lead to: properties over single-valued navigations and complex properties, and
//! collections for lambdas.

use model::query::Field;

use super::Problem;
use crate::ast;
use crate::bound::{Collation, Path};
use crate::schema::{Edm, Member, Property, Schema};

/// What the elements of a collection of texts call themselves (see [`Member::Collection`]).
const ELEMENT_ITSELF: &str = "$it";

/// Where a path starts.
#[derive(Clone, Copy)]
pub(super) struct Scope<'a> {
    /// The type it starts at.
    pub(super) schema: &'a dyn Schema,
    /// Inside a lambda: what the element is called. Every path begins with it.
    pub(super) variable: Option<&'a str>,
}

/// What a path leads to.
pub(super) enum Target<'a> {
    /// A property.
    Property(Path, Property),
    /// A collection.
    Collection(Field, &'a dyn Schema),
    /// Something that can be neither filtered nor sorted.
    Unusable,
}

impl<'a> Scope<'a> {
    pub(super) const fn root(schema: &'a dyn Schema) -> Self {
        Self {
            schema,
            variable: None,
        }
    }

    /// Follows `path`. Navigations are followed whether or not they are expanded (directory dossier,
    /// B3), unless they lead to several things.
    pub(super) fn follow(self, path: &ast::Path<'_>) -> Result<Target<'a>, Problem> {
        let mut names = path.0.iter().copied().peekable();
        if let Some(variable) = self.variable {
            if names.next() != Some(variable) {
                return Err(Problem::Unsupported("a lambda that looks outside its element"));
            }
            if names.peek().is_none() {
                return self.follow_names([ELEMENT_ITSELF].into_iter());
            }
        }
        self.follow_names(names)
    }

    fn follow_names<'n>(self, names: impl Iterator<Item = &'n str>) -> Result<Target<'a>, Problem> {
        let mut schema = self.schema;
        let mut navs = Vec::new();
        let mut names = names.peekable();
        while let Some(name) = names.next() {
            let unknown = |name: &str, type_name| {
                let name = name.to_owned();
                Problem::UnknownProperty { name, type_name }
            };
            match schema
                .member(name)
                .ok_or_else(|| unknown(name, schema.type_name()))?
            {
                Member::Property(property) => {
                    return match names.next() {
                        Some(beyond) => Err(unknown(beyond, type_name(property.edm))),
                        None => Ok(Target::Property(
                            Path {
                                navs,
                                field: property.field,
                                collation: collation(property.edm),
                            },
                            property,
                        )),
                    };
                }
                Member::Complex(complex) => schema = complex,
                Member::Navigation(navigation) if navigation.filterable && !navigation.is_collection => {
                    navs.push(navigation.nav);
                    schema = navigation.target;
                }
                Member::Collection { field, element } if navs.is_empty() && names.peek().is_none() => {
                    return Ok(Target::Collection(field, element));
                }
                Member::Collection { .. } | Member::Navigation(_) | Member::Opaque(_) => {
                    return Ok(Target::Unusable);
                }
            }
        }
        Ok(Target::Unusable)
    }
}

/// The name of a type in messages.
pub(super) const fn type_name(edm: Edm) -> &'static str {
    match edm {
        Edm::String(_) | Edm::Identifier | Edm::Enum(_) => "Edm.String",
        Edm::Boolean => "Edm.Boolean",
        Edm::Int => "Edm.Int32",
        Edm::DateTimeOffset => "Edm.DateTimeOffset",
        Edm::Duration => "Edm.Duration",
    }
}

const fn collation(edm: Edm) -> Collation {
    match edm {
        Edm::String(collation) => collation,
        Edm::Identifier => Collation::IgnoreCase,
        Edm::Boolean | Edm::Int | Edm::DateTimeOffset | Edm::Duration | Edm::Enum(_) => Collation::Exact,
    }
}
