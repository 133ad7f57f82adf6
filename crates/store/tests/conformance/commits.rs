//! Transactions, queues and the life of the store.

use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};

use model::directory::ObjectKind;
use model::{Licence, LicencePlan};
use store::{Session, Store, StoreError, StoreOptions};
use tempfile::TempDir;

use crate::round_trips::event;
use crate::world::*;

/// Keeps the writer busy until told, so that what is sent meanwhile waits together.
pub(crate) fn hold_the_writer(store: &Store) -> (Receiver<()>, Sender<()>) {
    let (started, has_started) = channel();
    let (release, released) = channel::<()>();
    store.write(
        move |_| {
            started.send(()).unwrap();
            released.recv().unwrap();
            Ok::<_, ()>(())
        },
        |_| {},
    );
    (has_started, release)
}

#[test]
fn a_group_keeps_its_order_and_an_error_undoes_its_own_command_only() {
    let world = World::new();
    let (has_started, release) = hold_the_writer(&world.store);
    has_started.recv().unwrap();
    let order = Arc::new(Mutex::new(Vec::new()));
    let (done, all_done) = channel();
    for n in 0..150_u32 {
        let (order, done) = (order.clone(), done.clone());
        world.store.write(
            move |s| {
                let before: u32 = s.meta("last").unwrap().map_or(0, |text| text.parse().unwrap());
                s.set_meta("last", &n.to_string()).unwrap();
                s.set_meta(&format!("n{n}"), "x").unwrap();
                if n % 50 == 7 {
                    return Err(before);
                }
                assert!(n % 50 != 8 || before + 2 == n, "the failed one left nothing");
                Ok(before)
            },
            move |answer| {
                order.lock().unwrap().push((n, answer.unwrap()));
                done.send(()).unwrap();
            },
        );
    }
    release.send(()).unwrap();
    for _ in 0..150 {
        all_done.recv().unwrap();
    }
    let order = order.lock().unwrap();
    assert!(
        order.iter().enumerate().all(|(at, (n, _))| at == *n as usize),
        "replies keep the order"
    );
    for (n, answer) in order.iter() {
        let expected_before = match n {
            0 => 0,
            n if n % 50 == 8 => n - 2,
            n => n - 1,
        };
        if n % 50 == 7 {
            assert_eq!(*answer, Err(expected_before));
        } else {
            assert_eq!(*answer, Ok(expected_before));
        }
        let key = format!("n{n}");
        let is_there = world.read(move |s| s.meta(&key)).is_some();
        assert_eq!(is_there, n % 50 != 7, "{n}");
    }
}

#[test]
fn a_reader_sees_one_snapshot() {
    let world = World::new();
    let (ready, is_ready) = channel();
    let (go, may_go) = channel::<()>();
    let (done, is_done) = channel();
    world.store.read(
        move |s| {
            let before = s.meta("x").unwrap();
            ready.send(()).unwrap();
            may_go.recv().unwrap();
            (before, s.meta("x").unwrap())
        },
        move |seen| done.send(seen.unwrap()).unwrap(),
    );
    is_ready.recv().unwrap();
    world.write(|s| s.set_meta("x", "1"));
    assert_eq!(
        world.read(|s| s.meta("x")).as_deref(),
        Some("1"),
        "other readers see it"
    );
    go.send(()).unwrap();
    assert_eq!(is_done.recv().unwrap(), (None, None));
}

#[test]
fn a_reader_cannot_write() {
    let world = World::new();
    let answer = world.store.read_wait(|s| s.set_meta("x", "1")).unwrap();
    assert!(matches!(answer, Err(StoreError::Driver(_))));
    let answer = world.store.read_wait(|s| s.append_audit([event(1)])).unwrap();
    assert!(matches!(answer, Err(StoreError::Driver(_))));
}

#[test]
fn a_panic_is_an_answer_and_undoes_its_command() {
    let world = World::new();
    let failed = world.store.write_wait(|s| -> Result<(), StoreError> {
        s.set_meta("x", "1")?;
        panic!("oh no");
    });
    assert!(matches!(failed, Err(StoreError::Failed(text)) if text == "oh no"));
    let failed = world.store.read_wait(|_| -> () { panic!("oh {}", "dear") });
    assert!(matches!(failed, Err(StoreError::Failed(text)) if text == "oh dear"));
    world.store.write(|_| Ok::<_, ()>(()), |_| panic!("in a reply"));
    world.store.read(|_| (), |_| panic!("in a reply"));
    world.store.read(|_| (), |_| panic!("in a reply"));
    world.write(|s| s.set_meta("y", "2"));
    assert_eq!(world.read(|s| s.meta("x")), None);
    assert_eq!(world.read(|s| s.meta("y")).as_deref(), Some("2"));
}

#[test]
fn a_full_queue_says_so_and_recovers() {
    let world = World::new();
    let (has_started, release) = hold_the_writer(&world.store);
    has_started.recv().unwrap();
    let (answer, answers) = channel();
    let sent = 5_000;
    for _ in 0..sent {
        let answer = answer.clone();
        world.store.write(
            |_| Ok::<_, ()>(()),
            move |answered| answer.send(answered.map(|_| ())).unwrap(),
        );
    }
    release.send(()).unwrap();
    let busy = (0..sent)
        .map(|_| answers.recv().unwrap())
        .filter(|answered| matches!(answered, Err(StoreError::Busy)))
        .count();
    assert_eq!(busy, sent - 4_096);
    world.write(|s| s.set_meta("x", "1"));
}

#[test]
fn what_waits_is_finished_at_closing_and_later_work_is_refused() {
    let world = World::new();
    let (has_started, release) = hold_the_writer(&world.store);
    has_started.recv().unwrap();
    let (done, is_done) = channel();
    world
        .store
        .write(|s| s.set_meta("x", "1"), move |answer| done.send(answer).unwrap());
    let other = world.store.clone();
    release.send(()).unwrap();
    world.store.clone().close();
    assert!(matches!(is_done.recv().unwrap(), Ok(Ok(()))));
    assert!(matches!(
        other.write_wait(|s| s.set_meta("y", "1")),
        Err(StoreError::Closed)
    ));
    assert!(matches!(
        other.read_wait(|s| s.meta("x")),
        Err(StoreError::Closed)
    ));
}

#[test]
fn a_folder_is_used_by_one_store_at_a_time_and_keeps_what_was_committed() {
    let world = World::new();
    world.write(|s| s.set_meta("x", "1"));
    let options = options(&world.folder);
    assert!(matches!(Store::open(options.clone()), Err(StoreError::InUse)));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = std::fs::metadata(&options.folder).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o700);
    }
    world.store.close();
    let again = Store::open(StoreOptions {
        group_commit: false,
        ..options
    })
    .unwrap();
    assert_eq!(
        again.read_wait(|s| s.meta("x")).unwrap().unwrap().as_deref(),
        Some("1")
    );
    again.write_wait(|s| s.set_meta("x", "2")).unwrap().unwrap();
    assert_eq!(
        again.read_wait(|s| s.meta("x")).unwrap().unwrap().as_deref(),
        Some("2")
    );
}

#[test]
fn the_last_clone_may_go_in_a_reply() {
    let world = World::new();
    let (done, is_done) = channel();
    let (go, may_go) = channel::<()>();
    let clone = world.store.clone();
    world.store.read(
        |_| (),
        move |_| {
            may_go.recv().unwrap();
            drop(clone);
            done.send(()).unwrap();
        },
    );
    drop(world.store);
    go.send(()).unwrap();
    is_done.recv().unwrap();
}

/// A store with two thousand users, opened again with other limits.
fn limited(limit: impl FnOnce(&mut StoreOptions)) -> (TempDir, Store) {
    let world = World::new();
    world.populate(1..2_000, 1..2);
    world.store.close();
    let mut options = options(&world.folder);
    limit(&mut options);
    (world.folder, Store::open(options).unwrap())
}

#[test]
fn slow_questions_make_room_for_quick_ones() {
    let (_folder, store) = limited(|options| {
        options.readers = 1;
        options.slow_readers = 1;
        options.read_steps_quick = 10_000;
    });
    let everybody = |s: &Session| s.objects_of_kind(ObjectKind::User).map(|users| users.len());
    let (release, released) = channel::<()>();
    let (answer, answered) = channel();
    // One that takes long, and then longer.
    store.read(
        move |s| {
            let found = everybody(s);
            released.recv().unwrap();
            found
        },
        move |found| answer.send(found).unwrap(),
    );
    // It keeps nobody waiting; another like it finds no room, and takes none from others.
    for _ in 0..3 {
        let one = store.read_wait(|s| s.object(object_id(1))).unwrap();
        assert!(one.unwrap().is_some());
        let refused = store.read_wait(everybody).unwrap();
        assert!(matches!(refused, Err(StoreError::Busy)), "{refused:?}");
    }
    release.send(()).unwrap();
    assert_eq!(answered.recv().unwrap().unwrap().unwrap(), 1_999);
    // The answer is there a moment before there is room again.
    assert!((0..10_000).any(|_| store.read_wait(everybody).unwrap().is_ok()));
    store.close();
}

#[test]
fn a_question_that_looks_at_too_much_ends_and_harms_nobody() {
    let (_folder, store) = limited(|options| options.read_steps_max = 15_000);
    let ids: Vec<_> = (1..2_000).map(object_id).collect();
    let all = ids.clone();
    assert!(matches!(
        store.read_wait(move |s| s.objects(&all)).unwrap(),
        Err(StoreError::TooExpensive)
    ));
    // The next one has all of its steps again, and changes are not limited.
    for id in ids.iter().take(100).copied() {
        assert!(store.read_wait(move |s| s.object(id)).unwrap().unwrap().is_some());
    }
    let found = store.write_wait(move |s| s.objects(&ids)).unwrap().unwrap();
    assert_eq!(found.len(), 1_999);
}

const NO_LICENCE: Licence = Licence {
    plan: LicencePlan::None,
    seats: None,
    expires_at: None,
};

fn licence_for(seats: u32) -> Licence {
    Licence {
        plan: LicencePlan::P2,
        seats: Some(seats),
        expires_at: Some(at(7)),
    }
}

#[test]
fn the_licence_is_unlimited_until_another_is_stored_and_then_stays() {
    let world = World::new();
    assert_eq!(world.store.licence(), Licence::default());
    world.write(|s| {
        s.set_licence(licence_for(3))?;
        assert_eq!(s.licence()?, licence_for(3), "a transaction sees its own");
        Ok(())
    });
    assert_eq!(world.store.licence(), licence_for(3));
    assert_eq!(world.read(|s| s.licence()), licence_for(3));
    let World { store, folder } = world;
    store.close();
    let again = Store::open(options(&folder)).unwrap();
    assert_eq!(again.licence(), licence_for(3));
}

#[test]
fn a_licence_that_was_undone_never_counts() {
    let world = World::new();
    let (has_started, release) = hold_the_writer(&world.store);
    has_started.recv().unwrap();
    let (done, all_done) = channel();
    for (licence, is_kept) in [(licence_for(1), true), (NO_LICENCE, false)] {
        let done = done.clone();
        world.store.write(
            move |s| {
                s.set_licence(licence).unwrap();
                if is_kept { Ok(()) } else { Err(()) }
            },
            move |_| done.send(()).unwrap(),
        );
    }
    release.send(()).unwrap();
    all_done.recv().unwrap();
    all_done.recv().unwrap();
    assert_eq!(world.store.licence(), licence_for(1));
    assert_eq!(world.read(|s| s.licence()), licence_for(1));
}
