//! What happened to somebody, or with a role, the latest first.

use model::history::{Event, EventBody, EventKind, Span};
use model::{Instant, IsoDuration, ObjectId, RoleDefinitionId};
use store::{Cursor, EventPage};

use super::Paging;
use super::readers::{Names, Wanted, require_principal, require_reader, require_role, rows};
use crate::context::Context;
use crate::error::Error;
use crate::read::PageTokenKey;
use crate::settings;

/// Whose or which timeline.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum About {
    /// Somebody's.
    Principal(ObjectId),
    /// A role's.
    Role(RoleDefinitionId),
}

/// What is asked.
#[derive(Clone, Debug)]
pub struct TimelineQuery {
    /// Whose or which.
    pub about: About,
    /// The first instant, if it does not go back to the beginning.
    pub from: Option<Instant>,
    /// The first instant that no longer belongs to it; now unless it is said.
    pub until: Option<Instant>,
    /// Which kind of event alone.
    pub kind: Option<EventKind>,
}

/// A page of a timeline.
#[derive(Clone, Debug)]
pub struct Timeline {
    /// What happened, the latest first, each with what was changed of settings, in words.
    pub events: Vec<(Event, Vec<String>)>,
    /// What those are called whom it speaks of.
    pub names: Names,
    /// The token of the next page.
    pub next: Option<String>,
}

/// What happened.
///
/// # Errors
/// [`Error::Time`] for a stretch of time without any, [`Error::PageToken`] for a token of another question.
pub fn timeline(
    cx: &Context<'_>,
    key: &PageTokenKey,
    query: &TimelineQuery,
    paging: &Paging,
) -> Result<Timeline, Error> {
    match query.about {
        About::Principal(who) => {
            require_reader(cx, Some(who))?;
            require_principal(cx, who)?;
        }
        About::Role(role) => {
            require_reader(cx, None)?;
            require_role(cx, role)?;
        }
    }
    let span = span(cx, query.from, query.until)?;
    let top = rows(paging)?;
    let after = match &paging.token {
        Some(token) => {
            let text = key.open(query, token)?;
            Some(Cursor::from_text(&text).map_err(|_| Error::PageToken)?)
        }
        None => None,
    };
    let page = EventPage {
        span,
        kind: query.kind,
        after,
        limit: top.saturating_add(1),
    };
    let mut events = match query.about {
        About::Principal(who) => cx.session.events_of_principal(who, &page)?,
        About::Role(role) => cx.session.events_of_role(role, &page)?,
    };
    let has_more = events.len() > top;
    events.truncate(top);
    let last = events.last().filter(|_| has_more);
    let next = last.map(|event| key.seal(query, &Cursor::from(event).to_text()));
    let mut wanted = Wanted::default();
    for event in &events {
        want(&mut wanted, event);
    }
    Ok(Timeline {
        names: wanted.find(cx)?,
        events: events.into_iter().map(in_words).collect(),
        next,
    })
}

/// What has happened so far, between two instants.
pub(super) fn span(cx: &Context<'_>, from: Option<Instant>, until: Option<Instant>) -> Result<Span, Error> {
    let earliest = Instant::from_micros(i64::MIN);
    let after_now = cx.now.saturating_add(IsoDuration::from_micros(1));
    let span = Span {
        from: from.unwrap_or(earliest),
        until: until.map_or(after_now, |until| until.min(after_now)),
    };
    if until.is_some_and(|until| until <= span.from) {
        return Err(Error::Time("`until` must lie after `from`."));
    }
    if span.from > cx.now {
        return Err(Error::Time("`from` lies ahead."));
    }
    Ok(span)
}

fn want(wanted: &mut Wanted, event: &Event) {
    match &event.body {
        EventBody::GrantStarted(grant) | EventBody::GrantEnded(grant) => {
            wanted.objects.insert(grant.principal_id);
            wanted.roles.insert(grant.role_definition_id);
        }
        EventBody::Request(request) => {
            wanted.objects.extend([request.principal_id, request.created_by]);
            wanted.roles.insert(request.role_definition_id);
        }
        EventBody::Decision(review, request) => {
            wanted
                .objects
                .extend([review.by, request.principal_id, request.created_by]);
            wanted.roles.insert(request.role_definition_id);
        }
        EventBody::MemberAdded(membership) | EventBody::MemberRemoved(membership) => {
            wanted.objects.extend([membership.container, membership.member]);
        }
        EventBody::SettingsChanged(version) => {
            wanted.roles.insert(version.role);
        }
    }
}

fn in_words(event: Event) -> (Event, Vec<String>) {
    let words = match &event.body {
        EventBody::SettingsChanged(version) => settings::differences(&version.before, &version.after)
            .into_iter()
            .map(|change| change.sentence)
            .collect(),
        _ => Vec::new(),
    };
    (event, words)
}
