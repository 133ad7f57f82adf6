//! Figures over a stretch of time: how often roles were asked for, given and refused, and for how long they were in
//! force. By day, a request counts on the day on which it was made, a decision on that of the decision, an activation
//! on that of its start; the time in force is split among the days.

use std::collections::BTreeMap;

use model::history::{Activation, Grouping, Span};
use model::{Instant, IsoDuration, ObjectId, RoleDefinitionId, Verdict};

const DAY_MICROS: i64 = IsoDuration::from_days(1).as_micros();

/// What figures are about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Group {
    /// The day that begins then, in UTC.
    Day(Instant),
    /// A role.
    Role(RoleDefinitionId),
    /// Whoever it was for.
    Principal(ObjectId),
}

/// The figures of one group.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Figures {
    /// Requests to activate.
    pub requests: u64,
    /// Decisions that approved one.
    pub approvals: u64,
    /// Decisions that denied one.
    pub denials: u64,
    /// Requests that nobody decided in time.
    pub unanswered: u64,
    /// Activations that came into force.
    pub activations: u64,
    /// How many of them are over.
    pub ended: u64,
    /// How long those lasted, together.
    pub ended_time: IsoDuration,
    /// How long the longest of those lasted.
    pub longest: IsoDuration,
    /// For how long activations were in force within the stretch of time, whenever they began.
    pub time_in_force: IsoDuration,
}

impl Figures {
    /// How long an activation lasted on average, if one has ended.
    pub fn mean(&self) -> Option<IsoDuration> {
        let count = i64::try_from(self.ended).ok().filter(|count| *count > 0)?;
        self.ended_time
            .as_micros()
            .checked_div(count)
            .map(IsoDuration::from_micros)
    }
}

/// Counts what it is shown.
#[derive(Clone, Debug)]
pub struct Tally {
    grouping: Grouping,
    span: Span,
    now: Instant,
    groups: BTreeMap<Group, Figures>,
}

impl Tally {
    /// Nothing was shown yet.
    pub const fn new(grouping: Grouping, span: Span, now: Instant) -> Self {
        Self {
            grouping,
            span,
            now,
            groups: BTreeMap::new(),
        }
    }

    /// A request to activate was made, and perhaps nobody decided it in time.
    pub fn request(&mut self, at: Instant, principal: ObjectId, role: RoleDefinitionId, has_lapsed: bool) {
        let figures = self.of(at, principal, role);
        figures.requests += 1;
        figures.unanswered += u64::from(has_lapsed);
    }

    /// A request was decided on.
    pub fn decision(&mut self, at: Instant, principal: ObjectId, role: RoleDefinitionId, verdict: Verdict) {
        let figures = self.of(at, principal, role);
        match verdict {
            Verdict::Approve => figures.approvals += 1,
            Verdict::Deny => figures.denials += 1,
        }
    }

    /// An activation was in force for some time of the span.
    pub fn activation(&mut self, activation: &Activation) {
        let Activation {
            principal,
            role,
            start,
            end,
        } = *activation;
        let over = end.filter(|end| *end <= self.now);
        if self.span.from <= start && start < self.span.until {
            let figures = self.of(start, principal, role);
            figures.activations += 1;
            if let Some(end) = over {
                let length = end.since(start);
                figures.ended += 1;
                figures.ended_time = sum(figures.ended_time, length);
                figures.longest = figures.longest.max(length);
            }
        }
        let end = over.unwrap_or(self.now).min(self.span.until);
        let mut from = start.max(self.span.from);
        while from < end {
            let until = match self.grouping {
                Grouping::Day => end.min(day(from).saturating_add(IsoDuration::from_days(1))),
                Grouping::Role | Grouping::Principal => end,
            };
            let figures = self.of(from, principal, role);
            figures.time_in_force = sum(figures.time_in_force, until.since(from));
            from = until;
        }
    }

    fn of(&mut self, at: Instant, principal: ObjectId, role: RoleDefinitionId) -> &mut Figures {
        let group = match self.grouping {
            Grouping::Day => Group::Day(day(at)),
            Grouping::Role => Group::Role(role),
            Grouping::Principal => Group::Principal(principal),
        };
        self.groups.entry(group).or_default()
    }

    /// The figures of each group of which there are any, in order.
    pub fn groups(self) -> BTreeMap<Group, Figures> {
        self.groups
    }
}

fn sum(one: IsoDuration, two: IsoDuration) -> IsoDuration {
    IsoDuration::from_micros(one.as_micros().saturating_add(two.as_micros()))
}

/// When the day of an instant begins.
fn day(at: Instant) -> Instant {
    Instant::from_micros(at.as_micros().div_euclid(DAY_MICROS).saturating_mul(DAY_MICROS))
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: i64 = 86_400;

    fn id<T: std::str::FromStr<Err: std::fmt::Debug>>(number: u32) -> T {
        format!("00000000-0000-4000-8000-{number:012x}").parse().unwrap()
    }

    fn at(seconds: i64) -> Instant {
        Instant::from_seconds(seconds)
    }

    fn seconds(count: i64) -> IsoDuration {
        IsoDuration::from_seconds(count)
    }

    fn tally(grouping: Grouping) -> BTreeMap<Group, Figures> {
        let (ada, bea) = (id(1), id(2));
        let role = id(3);
        let span = Span {
            from: at(DAY),
            until: at(3 * DAY),
        };
        let mut tally = Tally::new(grouping, span, at(10 * DAY));
        let activation = |principal, start, end: Option<i64>| Activation {
            principal,
            role,
            start: at(start),
            end: end.map(at),
        };
        // Began before, over midnight, goes on beyond the end, is not over.
        tally.activation(&activation(ada, DAY - 50, Some(DAY + 10)));
        tally.activation(&activation(ada, 2 * DAY - 30, Some(2 * DAY + 70)));
        tally.activation(&activation(bea, 3 * DAY - 5, Some(3 * DAY + 395)));
        tally.activation(&activation(bea, 3 * DAY - 2, None));
        // Ended before, began after.
        tally.activation(&activation(bea, 10, Some(20)));
        tally.activation(&activation(bea, 3 * DAY, Some(3 * DAY + 1)));
        tally.request(at(DAY), ada, role, true);
        tally.request(at(DAY), ada, role, false);
        tally.decision(at(DAY + 1), ada, role, Verdict::Deny);
        tally.decision(at(2 * DAY), ada, role, Verdict::Approve);
        tally.groups()
    }

    #[test]
    fn by_day_the_time_is_split_at_midnight() {
        let groups = tally(Grouping::Day);
        assert_eq!(groups.len(), 2);
        let first = groups[&Group::Day(at(DAY))];
        assert_eq!(
            (first.requests, first.unanswered, first.denials, first.approvals),
            (2, 1, 1, 0)
        );
        assert_eq!((first.activations, first.ended), (1, 1));
        assert_eq!(first.time_in_force, seconds(10 + 30));
        assert_eq!(first.longest, seconds(100));
        let second = groups[&Group::Day(at(2 * DAY))];
        assert_eq!((second.activations, second.ended, second.approvals), (2, 1, 1));
        assert_eq!(second.time_in_force, seconds(70 + 5 + 2));
        assert_eq!(second.mean(), Some(seconds(400)));
    }

    #[test]
    fn by_role_and_by_principal_it_is_counted_once() {
        let by_role = tally(Grouping::Role);
        let all: Vec<_> = by_role.values().collect();
        assert_eq!(all.len(), 1);
        assert_eq!((all[0].activations, all[0].ended), (3, 2));
        assert_eq!(all[0].time_in_force, seconds(10 + 100 + 5 + 2));
        assert_eq!(all[0].mean(), Some(seconds(250)));
        let by_principal: Vec<_> = tally(Grouping::Principal).into_values().collect();
        assert_eq!(by_principal.len(), 2);
        assert_eq!(by_principal[0].activations, 1);
        assert_eq!(by_principal[1].time_in_force, seconds(7));
        assert_eq!(by_principal[1].requests, 0);
    }

    #[test]
    fn nothing_ended_has_no_mean() {
        assert_eq!(Figures::default().mean(), None);
    }
}
