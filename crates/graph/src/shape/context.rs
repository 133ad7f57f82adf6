//! `@odata.context`: which set, which properties and navigations, one or many (schedules dossier,
//! 2.5; policies dossier, 4.4; directory dossier, B5).

use std::fmt::{self, Write as _};

use odata::bound::{Expand, Select};

use crate::description::EntityType;

/// What stands behind `$metadata#`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Context(String);

impl Context {
    /// Several entities of a type, in their set.
    pub fn collection(entity: &EntityType, select: &Select, expand: &[Expand]) -> Self {
        Self::at(entity.context, select, expand)
    }

    /// One entity of a type, in its set.
    pub fn entity(entity: &EntityType, select: &Select, expand: &[Expand]) -> Self {
        Self::at(entity.context, select, expand).single()
    }

    /// The rules inside one policy.
    pub fn contained(set: &str, key: &str, navigation: &str, select: &Select, expand: &[Expand]) -> Self {
        let key = key.replace('\'', "''");
        Self::at(&format!("{set}('{key}')/{navigation}"), select, expand)
    }

    /// What a function gives back: the type's name without its namespace.
    pub fn function(entity: &EntityType) -> Self {
        Self(format!("Collection({})", entity.short_name()))
    }

    /// Several primitive values.
    pub fn primitives(type_name: &str) -> Self {
        Self(format!("Collection({type_name})"))
    }

    /// Several references.
    pub fn references() -> Self {
        Self("Collection($ref)".to_owned())
    }

    /// One of them.
    #[must_use]
    pub fn single(mut self) -> Self {
        self.0.push_str("/$entity");
        self
    }

    fn at(path: &str, select: &Select, expand: &[Expand]) -> Self {
        let mut text = path.to_owned();
        let list = projection(select, expand);
        if !list.is_empty() {
            text.push('(');
            text.push_str(&list);
            text.push(')');
        }
        Self(text)
    }
}

impl fmt::Display for Context {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Selected properties, then expanded navigations with what is selected of them.
fn projection(select: &Select, expand: &[Expand]) -> String {
    let mut text = match select {
        Select::Default => String::new(),
        Select::Only(names) => names.join(","),
    };
    for item in expand {
        if !text.is_empty() {
            text.push(',');
        }
        let inner = projection(&item.query.select, &item.query.expand);
        // Writing to a text cannot fail.
        let _ = write!(text, "{}({inner})", item.name);
    }
    text
}
