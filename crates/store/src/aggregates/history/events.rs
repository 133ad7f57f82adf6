//! What happened to somebody or with a role, the latest first, one page at a time. Events are put together of what
//! each table says of its own time; of each source as many are read as the page has room for, and merged.

use model::directory::Relation;
use model::history::{Event, EventBody, EventKind, Membership, SettingsVersion, Span};
use model::policy::Editor;
use model::{Grant, Instant, ObjectId, RoleDefinitionId};

use super::sources::{self, Source};
use crate::aggregates::approvals::read_review;
use crate::aggregates::grants::read_grant;
use crate::aggregates::requests::read_request;
use crate::list::{Cursor, Key};
use crate::row::Row;
use crate::value::Json;
use crate::{Session, StoreError};

/// How a member belongs, as it is stored.
const OWNER: &str = "owner";

/// Which page of a timeline.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EventPage {
    /// From when until when.
    pub span: Span,
    /// Which kind alone, if one is wanted.
    pub kind: Option<EventKind>,
    /// Where the page before ended.
    pub after: Option<Cursor>,
    /// How many events at most.
    pub limit: usize,
}

impl EventPage {
    /// The time, the rank and the keys with which the page before ended.
    pub(super) fn position(&self) -> Option<(Instant, i64, &[Key])> {
        match self.after.as_ref()?.keys.as_slice() {
            [Key::Int(at), Key::Int(rank), tail @ ..] => Some((Instant::from_micros(*at), *rank, tail)),
            _ => None,
        }
    }

    pub(super) fn limit_rows(&self) -> u64 {
        u64::try_from(self.limit).unwrap_or(u64::MAX)
    }
}

/// The place of a kind among those of the same instant: the later in the vocabulary, the later it was.
pub(super) fn rank(kind: EventKind) -> u8 {
    let place = EventKind::ALL.iter().position(|each| *each == kind);
    place
        .and_then(|place| u8::try_from(place).ok())
        .unwrap_or(u8::MAX)
}

impl Session {
    /// What happened to a principal.
    ///
    /// # Errors
    /// The driver's, a row that cannot be read, and [`StoreError::Unsupported`] for a cursor of another list.
    pub fn events_of_principal(&self, who: ObjectId, page: &EventPage) -> Result<Vec<Event>, StoreError> {
        check(page)?;
        self.events(sources::of_principal(who, page), page.limit)
    }

    /// What happened with a role.
    ///
    /// # Errors
    /// As [`Session::events_of_principal`].
    pub fn events_of_role(&self, role: RoleDefinitionId, page: &EventPage) -> Result<Vec<Event>, StoreError> {
        check(page)?;
        self.events(sources::of_role(role, page), page.limit)
    }

    fn events(&self, sources: Vec<Source>, limit: usize) -> Result<Vec<Event>, StoreError> {
        let mut events = Vec::new();
        for source in sources {
            let table = sources::table(source.kind);
            events.extend(self.rows(table, &source.select, |row| read(row, source.kind))?);
        }
        events.sort_by_cached_key(|event| std::cmp::Reverse(sort_key(event)));
        // Whoever is a member of itself, in a way, is found from both sides.
        events.dedup();
        events.truncate(limit);
        Ok(events)
    }
}

/// A cursor that is none of a timeline would be taken for the beginning.
fn check(page: &EventPage) -> Result<(), StoreError> {
    let Some(cursor) = &page.after else {
        return Ok(());
    };
    let keys = match page.position() {
        Some((_, rank, tail)) => EventKind::ALL
            .iter()
            .find(|kind| i64::from(self::rank(**kind)) == rank)
            .filter(|kind| tail.len() == keys_of(**kind))
            .map(|_| cursor.keys.len()),
        None => None,
    };
    keys.map(drop)
        .ok_or_else(|| StoreError::Unsupported("the cursor is of another list".to_owned()))
}

/// How many keys tell events of a kind apart that happened at the same instant.
const fn keys_of(kind: EventKind) -> usize {
    match kind {
        EventKind::Request | EventKind::GrantStarted | EventKind::GrantEnded => 1,
        EventKind::Decision | EventKind::SettingsChanged => 2,
        EventKind::MemberAdded | EventKind::MemberRemoved => 3,
    }
}

fn guid(id: uuid::Uuid) -> Key {
    Key::Guid(id.as_u128())
}

fn keys(body: &EventBody) -> Vec<Key> {
    match body {
        EventBody::GrantStarted(grant) | EventBody::GrantEnded(grant) => vec![guid(grant.id.uuid())],
        EventBody::Request(request) => vec![guid(request.id.uuid())],
        EventBody::Decision(review, _) => vec![guid(review.request.uuid()), guid(review.by.uuid())],
        EventBody::MemberAdded(membership) | EventBody::MemberRemoved(membership) => vec![
            guid(membership.container.uuid()),
            guid(membership.member.uuid()),
            Key::Text(word(membership.relation).to_owned()),
        ],
        EventBody::SettingsChanged(version) => vec![
            guid(version.policy.uuid()),
            Key::Int(i64::try_from(version.version).unwrap_or(i64::MAX)),
        ],
    }
}

const fn word(relation: Relation) -> &'static str {
    match relation {
        Relation::Member => "member",
        Relation::Owner => OWNER,
    }
}

fn sort_key(event: &Event) -> (Instant, u8, Vec<Key>) {
    (event.at, rank(event.body.kind()), keys(&event.body))
}

/// Where a page ends that ends with this event.
impl From<&Event> for Cursor {
    fn from(event: &Event) -> Self {
        let (at, rank, tail) = sort_key(event);
        let mut keys = vec![Key::Int(at.as_micros()), Key::Int(i64::from(rank))];
        keys.extend(tail);
        Self { keys }
    }
}

fn read(row: &mut Row<'_>, kind: EventKind) -> Result<Event, StoreError> {
    Ok(match kind {
        EventKind::GrantStarted => {
            let grant = read_grant(row)?;
            Event {
                at: grant.window.start,
                body: EventBody::GrantStarted(Box::new(grant)),
            }
        }
        EventKind::GrantEnded => {
            let grant = read_grant(row)?;
            Event {
                at: recorded_end(&grant),
                body: EventBody::GrantEnded(Box::new(grant)),
            }
        }
        EventKind::Request => {
            let request = read_request(row)?;
            Event {
                at: request.created_at,
                body: EventBody::Request(Box::new(request)),
            }
        }
        EventKind::Decision => {
            let (review, request) = (read_review(row)?, read_request(row)?);
            Event {
                at: review.at,
                body: EventBody::Decision(Box::new(review), Box::new(request)),
            }
        }
        EventKind::MemberAdded => {
            let (membership, at) = read_membership(row)?;
            Event {
                at,
                body: EventBody::MemberAdded(membership),
            }
        }
        EventKind::MemberRemoved => {
            let (membership, at) = read_membership(row)?;
            Event {
                at,
                body: EventBody::MemberRemoved(membership),
            }
        }
        EventKind::SettingsChanged => read_settings(row)?,
    })
}

/// The end by which the statement found it: what is recorded, or else what the clock says.
fn recorded_end(grant: &Grant) -> Instant {
    let recorded = grant.ended.map(|ended| ended.at);
    recorded.or(grant.window.end).unwrap_or(grant.window.start)
}

fn read_membership(row: &mut Row<'_>) -> Result<(Membership, Instant), StoreError> {
    let membership = Membership {
        container: row.take()?,
        member: row.take()?,
        relation: match row.take::<String>()?.as_str() {
            OWNER => Relation::Owner,
            _ => Relation::Member,
        },
    };
    Ok((membership, row.take()?))
}

fn read_settings(row: &mut Row<'_>) -> Result<Event, StoreError> {
    let (policy, role) = (row.take()?, row.take()?);
    let version: i64 = row.take()?;
    let (editor, display_name): (Option<ObjectId>, _) = (row.take()?, row.take()?);
    let Json(after) = row.take()?;
    let at = row.take()?;
    let Json(before) = row.take()?;
    let version = SettingsVersion {
        policy,
        role,
        version: u64::try_from(version).unwrap_or_default(),
        by: editor.map(|id| Editor { id, display_name }),
        before,
        after,
    };
    Ok(Event {
        at,
        body: EventBody::SettingsChanged(Box::new(version)),
    })
}
