//! What happened, in order.

use model::directory::Relation;
use model::history::{EventKind, Span};
use model::{GrantId, ObjectId, Verdict};
use store::{Cursor, EventPage, StoreError};

use super::various;
use crate::world::*;

fn page(kind: Option<EventKind>, after: Option<Cursor>, limit: usize) -> EventPage {
    EventPage {
        span: Span {
            from: at(0),
            until: at(100),
        },
        kind,
        after,
        limit,
    }
}

#[test]
fn what_happened_is_told_in_order_and_on_pages_of_any_size() {
    let world = World::new();
    world.populate(1..6, 1..4);
    world.write(various);
    world.write(|s| {
        s.insert_object(&group(20, true))?;
        for n in [1, 2, 5] {
            s.insert_request(&request(n, 1 + n % 4, 1 + n % 2))?;
            s.insert_review(&review(n, 4, Verdict::Approve))?;
        }
        s.add_membership(object_id(20), object_id(3), Relation::Member, at(10))?;
        s.add_membership(object_id(20), object_id(3), Relation::Owner, at(10))?;
        s.remove_membership(object_id(20), object_id(3), Relation::Member, at(10))?;
        Ok(())
    });
    let told = |page: EventPage, who: Option<ObjectId>| {
        world.read(move |s| match who {
            Some(who) => s.events_of_principal(who, &page),
            None => s.events_of_role(role_id(2), &page),
        })
    };
    for who in [
        Some(object_id(1)),
        Some(object_id(3)),
        Some(object_id(4)),
        Some(object_id(20)),
        None,
    ] {
        let whole = told(page(None, None, 1000), who);
        assert!(whole.len() > 2, "{who:?}");
        assert!(whole.is_sorted_by(|one, two| one.at >= two.at));
        for limit in [1, 2, 3] {
            let mut paged = Vec::new();
            loop {
                let after = paged.last().map(Cursor::from);
                let found = told(page(None, after, limit), who);
                let is_last = found.len() < limit;
                paged.extend(found);
                if is_last {
                    break;
                }
            }
            assert_eq!(paged, whole, "{who:?} by {limit}");
        }
        for kind in EventKind::ALL {
            let of_kind = told(page(Some(*kind), None, 1000), who);
            let expected: Vec<_> = whole
                .iter()
                .filter(|event| event.body.kind() == *kind)
                .cloned()
                .collect();
            assert_eq!(of_kind, expected, "{who:?} {kind}");
        }
    }
    // What was withdrawn before its start ended, and never began.
    let of_first = told(page(None, None, 1000), Some(object_id(1)));
    let kinds = |id: GrantId| {
        let about = of_first.iter().filter(move |event| match &event.body {
            model::history::EventBody::GrantStarted(grant) | model::history::EventBody::GrantEnded(grant) => {
                grant.id == id
            }
            _ => false,
        });
        about.map(|event| event.body.kind()).collect::<Vec<_>>()
    };
    assert_eq!(kinds(grant_id(13)), [EventKind::GrantEnded]);
    // An end that only the clock knows is told too.
    assert_eq!(
        kinds(grant_id(4)),
        [EventKind::GrantEnded, EventKind::GrantStarted]
    );
    let foreign = world.store.read_wait(|s| {
        let cursor = Cursor::from_text(r#"[{"n":1}]"#).unwrap();
        s.events_of_role(role_id(2), &page(None, Some(cursor), 5))
            .map(drop)
    });
    assert!(matches!(foreign.unwrap(), Err(StoreError::Unsupported(_))));
}
