//! Two rows that queries are asked of: one that has a value for everything, one for nothing.

use model::Instant;
use model::ids::parse_guid;
use model::query::Field;
use odata::bound::{Literal, Path};
use odata::eval::Row;

/// The texts of the full row, in turn.
const TEXTS: [&str; 6] = [
    "Provisioned",
    " O'Neil ",
    "62e90394-69f5-4237-9190-012177145e10",
    "ÄÖÜ%_\\",
    "",
    "Unified",
];
/// The elements of each of its collections.
const ELEMENTS: usize = 3;

/// A row without a single value.
pub struct Empty;

/// A row whose values depend on the property alone; with an offset, a different one.
pub struct Full(pub usize);

impl Row for Empty {
    fn value(&self, _: &Path) -> Literal {
        Literal::Null
    }

    fn any(&self, _: Field, _: &mut dyn FnMut(&dyn Row) -> bool) -> bool {
        false
    }

    fn is_of(&self, _: &str) -> bool {
        false
    }
}

impl Row for Full {
    fn value(&self, path: &Path) -> Literal {
        let number = path.field as usize + path.navs.len() + self.0;
        let text = TEXTS.get(number % TEXTS.len()).copied().unwrap_or_default();
        match path.field {
            Field::CreatedDateTime
            | Field::CompletedDateTime
            | Field::StartDateTime
            | Field::EndDateTime
            | Field::LastModifiedDateTime
            | Field::ModifiedDateTime
            | Field::ActivityDateTime => Literal::Instant(Instant::from_seconds(
                1_772_600_000 + i64::try_from(number).unwrap_or_default(),
            )),
            Field::IsBuiltIn
            | Field::IsEnabled
            | Field::IsPrivileged
            | Field::IsValidationOnly
            | Field::IsOrganizationDefault
            | Field::IsAssignableToRole
            | Field::AccountEnabled
            | Field::SecurityEnabled
            | Field::MailEnabled => Literal::Bool(number.is_multiple_of(2)),
            Field::PrincipalId | Field::RoleDefinitionId => {
                parse_guid(TEXTS[2]).map_or(Literal::Null, Literal::Guid)
            }
            _ => Literal::Text(text.to_owned()),
        }
    }

    fn any(&self, _: Field, holds: &mut dyn FnMut(&dyn Row) -> bool) -> bool {
        (0..ELEMENTS).any(|element| holds(&Self(self.0 + element + 1)))
    }

    fn is_of(&self, type_name: &str) -> bool {
        type_name.eq_ignore_ascii_case("user")
    }
}
