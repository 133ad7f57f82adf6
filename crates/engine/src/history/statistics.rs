//! Figures over a stretch of time, by day, role or principal.

use model::history::{Grouping, Span};
use model::{Instant, IsoDuration};
use rules::insights::figures::{Figures, Group, Tally};

use super::Paging;
use super::readers::{Names, Wanted, require_reader, rows};
use crate::context::Context;
use crate::error::Error;
use crate::read::PageTokenKey;

/// How far back figures go unless it is said.
const DEFAULT_LENGTH: IsoDuration = IsoDuration::from_days(30);
/// The longest stretch of time that is counted at once.
const LENGTH_MAX: IsoDuration = IsoDuration::from_days(366);

/// What is asked.
#[derive(Clone, Debug)]
pub struct StatisticsQuery {
    /// By what.
    pub grouping: Grouping,
    /// From when on; 30 days before the end unless it is said.
    pub from: Option<Instant>,
    /// Until when; now unless it is said.
    pub until: Option<Instant>,
}

/// A page of figures.
#[derive(Clone, Debug)]
pub struct Statistics {
    /// The stretch of time that was counted.
    pub span: Span,
    /// The figures of each group of which there are any.
    pub groups: Vec<(Group, Figures)>,
    /// What those are called whom it speaks of.
    pub names: Names,
    /// The token of the next page.
    pub next: Option<String>,
}

/// Counts.
///
/// # Errors
/// [`Error::Time`] for a stretch of time that is empty or too long, [`Error::PageToken`] for a token of another
/// question.
pub fn statistics(
    cx: &Context<'_>,
    key: &PageTokenKey,
    query: &StatisticsQuery,
    paging: &Paging,
) -> Result<Statistics, Error> {
    require_reader(cx, None)?;
    let top = rows(paging)?;
    let (span, after) = match &paging.token {
        // Later pages count what the first did, though time went on.
        Some(token) => parse(&key.open(query, token)?).ok_or(Error::PageToken)?,
        None => (span(cx, query)?, None),
    };
    let mut tally = Tally::new(query.grouping, span, cx.now);
    cx.session
        .activations_within(span, |activation| tally.activation(&activation))?;
    cx.session
        .activation_requests_within(span, cx.now, |at, principal, role, has_lapsed| {
            tally.request(at, principal, role, has_lapsed);
        })?;
    cx.session
        .decisions_within(span, |at, principal, role, verdict| {
            tally.decision(at, principal, role, verdict);
        })?;
    let mut groups: Vec<(Group, Figures)> = tally
        .groups()
        .into_iter()
        .filter(|(group, _)| after.is_none_or(|after| *group > after))
        .take(top.saturating_add(1))
        .collect();
    let has_more = groups.len() > top;
    groups.truncate(top);
    let last = groups.last().filter(|_| has_more);
    let next = last.map(|(group, _)| key.seal(query, &to_text(span, *group)));
    let mut wanted = Wanted::default();
    for (group, _) in &groups {
        match group {
            Group::Day(_) => {}
            Group::Role(role) => drop(wanted.roles.insert(*role)),
            Group::Principal(who) => drop(wanted.objects.insert(*who)),
        }
    }
    Ok(Statistics {
        span,
        groups,
        names: wanted.find(cx)?,
        next,
    })
}

fn span(cx: &Context<'_>, query: &StatisticsQuery) -> Result<Span, Error> {
    let until = query.until.unwrap_or(cx.now);
    let from = query.from.unwrap_or_else(|| until.saturating_sub(DEFAULT_LENGTH));
    if until <= from {
        return Err(Error::Time("`until` must lie after `from`."));
    }
    if until.since(from) > LENGTH_MAX {
        return Err(Error::Time("At most 366 days are counted at once."));
    }
    if from > cx.now {
        return Err(Error::Time("`from` lies ahead."));
    }
    Ok(Span { from, until })
}

fn to_text(span: Span, group: Group) -> String {
    let group = match group {
        Group::Day(day) => format!("d {}", day.as_micros()),
        Group::Role(role) => format!("r {role}"),
        Group::Principal(who) => format!("p {who}"),
    };
    format!("{} {} {group}", span.from.as_micros(), span.until.as_micros())
}

fn parse(text: &str) -> Option<(Span, Option<Group>)> {
    let mut words = text.split(' ');
    let mut instant = || Some(Instant::from_micros(words.next()?.parse().ok()?));
    let span = Span {
        from: instant()?,
        until: instant()?,
    };
    let group = match (words.next()?, words.next()?) {
        ("d", micros) => Group::Day(Instant::from_micros(micros.parse().ok()?)),
        ("r", id) => Group::Role(id.parse().ok()?),
        ("p", id) => Group::Principal(id.parse().ok()?),
        _ => return None,
    };
    Some((span, Some(group)))
}
