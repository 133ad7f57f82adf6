//! What the API says of the past, held against a model that goes through every grant.

use std::collections::BTreeSet;

use model::{Grant, GrantKind, Instant, IsoDuration, ObjectId};
use serde_json::Value;

use super::History;

/// Instants that are asked about in one history.
const INSTANTS: usize = 5;

/// Who, which role, active or eligible, through which group.
type Row = (String, String, String, Option<String>);

impl History {
    /// Who held what at instants of all of the history, on small pages and for one person at a time.
    pub(super) fn ask_who_held_what(&self) {
        let grants = self.grants();
        let asked: BTreeSet<Instant> = self.observed.iter().map(|(at, ..)| *at).collect();
        let step = asked.len().div_ceil(INSTANTS).max(1);
        for at in asked.into_iter().step_by(step) {
            let expected = self.held(&grants, at);
            let path = format!("/ext/v1/history/holdings?at={at}");
            assert_eq!(
                self.rows(&format!("{path}&$top=3")),
                expected,
                "seed {} at {at}",
                self.seed
            );
            assert_eq!(self.rows(&path), expected, "seed {} at {at}", self.seed);
            for who in self.users.iter().chain([&self.group]) {
                let own = |row: &&Row| row.0 == who.to_string();
                let expected: Vec<Row> = expected.iter().filter(own).cloned().collect();
                let path = format!("{path}&principalId={who}&$top=2");
                assert_eq!(self.rows(&path), expected, "seed {}: {who} at {at}", self.seed);
            }
            for kind in [GrantKind::Assignment, GrantKind::Eligibility] {
                let of_kind = |row: &&Row| row.2 == kind.as_str();
                let expected: Vec<Row> = expected.iter().filter(of_kind).cloned().collect();
                let path = format!("{path}&kind={kind}&$top=3");
                assert_eq!(self.rows(&path), expected, "seed {}: {kind} at {at}", self.seed);
            }
        }
    }

    fn held(&self, grants: &[Grant], at: Instant) -> Vec<Row> {
        let mut rows = Vec::new();
        for grant in grants.iter().filter(|grant| grant.is_in_force(at)) {
            let row = |who: ObjectId, group: Option<ObjectId>| {
                (
                    who.to_string(),
                    grant.role_definition_id.to_string(),
                    grant.kind.as_str().to_owned(),
                    group.map(|group| group.to_string()),
                )
            };
            rows.push(row(grant.principal_id, None));
            if grant.principal_id == self.group {
                let members = self.users.iter().filter(|user| self.is_member(**user, at));
                rows.extend(members.map(|user| row(*user, Some(self.group))));
            }
        }
        rows.sort();
        rows
    }

    fn rows(&self, path: &str) -> Vec<Row> {
        let text = |value: &Value| value.as_str().map(str::to_owned);
        let rows = self.tenant.list(&self.app, path);
        let mut rows: Vec<Row> = rows
            .iter()
            .map(|row| {
                (
                    text(&row["principal"]["id"]).unwrap(),
                    text(&row["roleDefinition"]["id"]).unwrap(),
                    text(&row["kind"]).unwrap(),
                    text(&row["group"]["id"]),
                )
            })
            .collect();
        rows.sort();
        rows
    }

    /// Timelines tell each thing once and the latest first, on pages of any size, and leave out nothing.
    pub(super) fn ask_what_happened(&self) {
        let mut told = BTreeSet::new();
        for (kind, ids) in [
            ("roles", super::ROLES.map(|role| role.to_string()).to_vec()),
            (
                "principals",
                self.users
                    .iter()
                    .chain([&self.group])
                    .map(ToString::to_string)
                    .collect(),
            ),
        ] {
            for id in ids {
                let path = format!("/ext/v1/history/{kind}/{id}/timeline");
                let all = self.tenant.list(&self.app, &format!("{path}?$top=1000"));
                let paged = self.tenant.list(&self.app, &format!("{path}?$top=3"));
                assert_eq!(all, paged, "seed {}: {path}", self.seed);
                let times: Vec<Instant> = all
                    .iter()
                    .map(|event| Instant::parse(event["dateTime"].as_str().unwrap()).unwrap())
                    .collect();
                assert!(
                    times.is_sorted_by(|one, two| one >= two),
                    "seed {}: {path}",
                    self.seed
                );
                let requests = all.iter().filter(|event| event["kind"] == "request");
                let requests: Vec<_> = requests
                    .map(|event| (kind, event["request"]["id"].as_str().unwrap().to_owned()))
                    .collect();
                let count = requests.len();
                told.extend(requests);
                assert!(count <= told.len());
                let mut unique = all.iter().map(Value::to_string).collect::<Vec<_>>();
                unique.sort();
                unique.dedup();
                assert_eq!(
                    unique.len(),
                    all.len(),
                    "seed {}: {path} repeats itself",
                    self.seed
                );
            }
        }
        for (_, id) in &self.requests {
            for kind in ["roles", "principals"] {
                assert!(
                    told.contains(&(kind, id.clone())),
                    "seed {}: {id} is not told of {kind}",
                    self.seed
                );
            }
        }
    }

    /// Figures by role are those of the grants.
    pub(super) fn ask_for_figures(&self) {
        let now = self.tenant.now();
        let from = now.saturating_sub(IsoDuration::from_days(300));
        let path = format!("/ext/v1/history/statistics?groupBy=role&from={from}&until={now}");
        let rows = self.tenant.list(&self.app, &path);
        let grants = self.grants();
        for role in super::ROLES {
            let of_role = |row: &&Value| row["roleDefinition"]["id"] == role.to_string();
            let row = rows.iter().find(of_role);
            let activations: Vec<_> = grants
                .iter()
                .filter(|grant| grant.role_definition_id == role && grant.activated_using.is_some())
                .filter(|grant| grant.window.start < now)
                .filter(|grant| grant.over_at().is_none_or(|end| end > grant.window.start))
                .collect();
            let in_force: i64 = activations
                .iter()
                .map(|grant| {
                    let end = grant.over_at().map_or(now, |end| end.min(now));
                    end.since(grant.window.start).as_micros()
                })
                .sum();
            let number = |name: &str| row.map_or(0, |row| row[name].as_u64().unwrap());
            assert_eq!(
                number("activations"),
                u64::try_from(activations.len()).unwrap(),
                "seed {}",
                self.seed
            );
            let shown = row.map_or("PT0S", |row| row["timeInForce"].as_str().unwrap());
            let shown: IsoDuration = shown.parse().unwrap();
            assert_eq!(shown, IsoDuration::from_micros(in_force), "seed {}", self.seed);
        }
    }
}
