//! A tenant to which everything happens, one event after the other, with the rows that each left.

use model::ObjectId;
use model::audit::LoggedEvent;
use testkit::Tenant;

use super::events;

/// The tenant, and what it wrote so far.
pub struct Scene {
    /// The tenant.
    pub tenant: Tenant,
    /// Who most of it happens to.
    pub erin: ObjectId,
    /// What happened, and the rows that it left.
    pub seen: Vec<(String, Vec<LoggedEvent>)>,
    last: u64,
}

impl Scene {
    /// After everything happened.
    pub fn of_everything() -> Self {
        let tenant = Tenant::found(23);
        let mut scene = Self {
            erin: tenant.user("Erin"),
            tenant,
            seen: Vec::new(),
            last: 0,
        };
        let founding = scene.rows();
        scene
            .seen
            .push(("a tenant is founded, with an application".to_owned(), founding));
        events::assignments(&mut scene);
        events::own_requests(&mut scene);
        events::extensions(&mut scene);
        events::approvals(&mut scene);
        events::directory(&mut scene);
        events::alerts(&mut scene);
        events::operation(&mut scene);
        events::silence(&mut scene);
        scene
    }

    /// Does something, and notes what that left.
    pub fn when<T>(&mut self, what: &str, work: impl FnOnce(&Tenant) -> T) -> T {
        // What led up to it is not what it left.
        self.rows();
        let done = work(&self.tenant);
        let rows = self.rows();
        self.seen.push((what.to_owned(), rows));
        done
    }

    fn rows(&mut self) -> Vec<LoggedEvent> {
        let last = self.last;
        let rows = self
            .tenant
            .read(move |session| session.audit_records_after(last, 1_000));
        self.last = rows.last().map_or(last, |(sequence, _)| *sequence);
        rows.into_iter().map(|(_, row)| row).collect()
    }
}
