//! Commands that share a transaction: the log has what those wrote that were kept, under numbers without gaps, whatever
//! became of the others, and each sees what was written before it.

use std::sync::mpsc::channel;

use model::audit::AuditEvent;
use proptest::collection::vec;
use proptest::prelude::*;
use store::{Session, StoreError};

use super::{kind_of_event, signer, verify};
use crate::commits::hold_the_writer;
use crate::world::World;

/// What a command does with the log.
#[derive(Clone, Copy, Debug)]
enum Step {
    Append(usize),
    Look,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    Kept,
    Undone,
    Panics,
}

type Command = (Vec<Step>, End);

fn command() -> impl Strategy<Value = Command> {
    let step = prop_oneof![
        12 => (1..5_usize).prop_map(Step::Append),
        1 => (30..40_usize).prop_map(Step::Append),
        // More than wait at the most.
        1 => Just(Step::Append(1_100)),
        4 => Just(Step::Look),
    ];
    let end = prop_oneof![5 => Just(End::Kept), 2 => Just(End::Undone), 1 => Just(End::Panics)];
    (vec(step, 0..4), end)
}

/// Appends events that are numbered from `first` on, and says how long it saw the log to be.
fn run(session: &Session, steps: &[Step], first: i64) -> Result<Vec<u64>, StoreError> {
    let mut next = first;
    let mut seen = Vec::new();
    for step in steps {
        match step {
            Step::Append(count) => {
                let events: Vec<AuditEvent> = (next..).take(*count).map(kind_of_event).collect();
                next += *count as i64;
                session.append_audit(events)?;
            }
            Step::Look => seen.push(session.audit_size()?),
        }
    }
    Ok(seen)
}

/// What the log is after a command, and what the command saw.
fn expected(log: &mut Vec<String>, (steps, end): &Command, first: i64) -> Option<Vec<u64>> {
    let before = log.len();
    let mut next = first;
    let mut seen = Vec::new();
    for step in steps {
        match step {
            Step::Append(count) => {
                log.extend((next..).take(*count).map(|n| kind_of_event(n).id));
                next += *count as i64;
            }
            Step::Look => seen.push(log.len() as u64),
        }
    }
    if *end != End::Kept {
        log.truncate(before);
    }
    (*end != End::Panics).then_some(seen)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]

    #[test]
    fn what_is_kept_is_in_the_log_and_nothing_else(groups in vec(vec(command(), 1..40), 1..4)) {
        let world = World::new();
        world.store.sign_audit_with(signer());
        let mut log = Vec::new();
        let mut first = 1;
        for group in groups {
            let (has_started, release) = hold_the_writer(&world.store);
            has_started.recv().unwrap();
            let (answer, answers) = channel();
            let mut all_expected = Vec::new();
            for command in group {
                all_expected.push(expected(&mut log, &command, first));
                let ((steps, end), begin, answer) = (command, first, answer.clone());
                first += 10_000;
                world.store.write(
                    move |session| {
                        let seen = run(session, &steps, begin).unwrap();
                        match end {
                            End::Kept => Ok(seen),
                            End::Undone => Err(seen),
                            End::Panics => panic!("on purpose"),
                        }
                    },
                    move |came_of_it| answer.send(came_of_it).unwrap(),
                );
            }
            release.send(()).unwrap();
            for expected in all_expected {
                let came_of_it = answers.recv().unwrap();
                prop_assert_eq!(came_of_it.ok().map(|seen| seen.unwrap_or_else(|seen| seen)), expected);
            }
        }
        let records = world.read(|s| s.audit_records_after(0, u64::MAX >> 1));
        let numbered: Vec<_> = records.into_iter().map(|(seq, logged)| (seq, logged.event.id)).collect();
        let all_expected: Vec<_> = (1..).zip(log).collect();
        prop_assert_eq!(numbered, all_expected);
        let database = world.folder.path().join("data").join("tenure.db");
        prop_assert_eq!(verify(&database).lines(), Vec::<String>::new());
    }
}
