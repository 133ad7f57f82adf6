//! The past. Nothing is ever deleted, so that what was at an instant, and what happened since, is a question like
//! any other: which rows there are now does not matter, only what they say of their time.

mod events;
mod figures;
mod holdings_then;
mod members_then;
mod names;
#[cfg(test)]
mod plans;
mod sources;
mod use_of_roles;

use sea_query::{Expr, ExprTrait};

use crate::aggregates::grants::column;
use crate::schema::Grants;

pub use self::events::EventPage;
pub use self::holdings_then::{ThenPage, ThenPart};

/// That the end of a grant is recorded.
fn is_ended() -> Expr {
    column(Grants::EndedAt).is_not_null()
}
