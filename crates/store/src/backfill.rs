//! Moving the write-ahead log into the database, on a thread beside the writer: it costs a tenth of what commands do,
//! and two flushes to disk of its own.
//!
//! The log begins anew once all of it was moved and a commit finds it so. While commits go on the mover never sees
//! that, so it stops when little is left, and the writer moves the rest between two groups.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use crate::StoreError;
use crate::sqlite::Connection;

/// Pages in the log from which on it is moved.
const LOG_PAGES: u64 = 8_000;
/// Pages in the log from which on the writer waits for the mover: what the log has at most, but for one group, and for
/// what readers hold back.
const LOG_PAGES_MAX: u64 = 4 * LOG_PAGES;
/// Pages that are little enough for the writer.
const REST_PAGES: u64 = 500;
/// How often the mover goes after a writer that adds to the log, before it leaves the rest to it.
const ROUNDS_MAX: usize = 4;

/// Who is to move the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Turn {
    /// Nobody: it is short.
    Nobody,
    Mover,
    /// The writer: the mover has left it the rest.
    Writer,
    /// Nobody any more: the store closes, and the last connection to go moves what there is.
    Over,
}

/// What writer and mover share.
pub(crate) struct Backfill {
    turn: Mutex<Turn>,
    given: Condvar,
}

impl Backfill {
    pub(crate) fn new() -> Self {
        Self {
            turn: Mutex::new(Turn::Nobody),
            given: Condvar::new(),
        }
    }

    /// The writer's part, between two transactions.
    pub(crate) fn go_on(&self, connection: &Connection) {
        let pages = connection.log_pages();
        let is_far_ahead = pages >= LOG_PAGES_MAX;
        let turn = self.wait_until(|turn| !is_far_ahead || turn != Turn::Mover);
        match turn {
            Turn::Nobody if pages >= LOG_PAGES => self.give(Turn::Mover),
            Turn::Writer => {
                moved(connection.move_log());
                self.give(Turn::Nobody);
            }
            Turn::Nobody | Turn::Mover | Turn::Over => {}
        }
    }

    /// The mover's part, until the store closes.
    pub(crate) fn run(&self, connection: &Connection) {
        let is_for_mover = |turn| matches!(turn, Turn::Mover | Turn::Over);
        while self.wait_until(is_for_mover) == Turn::Mover {
            self.move_most(connection);
        }
    }

    /// One turn of the mover.
    fn move_most(&self, connection: &Connection) {
        let mut before = 0;
        for _ in 0..ROUNDS_MAX {
            let through = moved(connection.move_log());
            if through.saturating_sub(before) < REST_PAGES {
                break;
            }
            before = through;
        }
        self.give(Turn::Writer);
    }

    /// Ends the mover once it is done.
    pub(crate) fn close(&self) {
        self.give(Turn::Over);
    }

    fn wait_until(&self, is_so: impl Fn(Turn) -> bool) -> Turn {
        let turn = self.given.wait_while(self.turn(), |turn| !is_so(*turn));
        *turn.unwrap_or_else(PoisonError::into_inner)
    }

    fn give(&self, next: Turn) {
        let mut turn = self.turn();
        if *turn != Turn::Over {
            *turn = next;
        }
        drop(turn);
        self.given.notify_all();
    }

    fn turn(&self) -> MutexGuard<'_, Turn> {
        self.turn.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// How many pages of the log are in the database. None is lost where that fails: they stay in the log.
fn moved(result: Result<u64, StoreError>) -> u64 {
    result.unwrap_or_else(|error| {
        tracing::error!(%error, "the write-ahead log could not be moved into the database");
        0
    })
}

#[cfg(test)]
mod tests {
    use std::path::Path;
    use std::thread;

    use sea_query::{Asterisk, Expr, Func, Query};

    use super::*;
    use crate::sqlite::{Access, Statement as _};

    fn open(folder: &Path, access: Access) -> Connection {
        Connection::open(&folder.join("log.db"), access).unwrap()
    }

    fn write(connection: &Connection, pages: u64) {
        let filler = format!("INSERT INTO filler VALUES (zeroblob({}))", pages * 4_096);
        connection.execute_text(&filler, &[]).unwrap();
    }

    /// A writer with a short log, and a mover.
    fn writer_and_mover(folder: &Path) -> (Connection, Connection) {
        let writer = open(folder, Access::Write);
        writer
            .execute_text("CREATE TABLE filler (bytes BLOB NOT NULL) STRICT", &[])
            .unwrap();
        (writer, open(folder, Access::Read))
    }

    #[test]
    fn the_log_begins_anew_once_both_have_moved_it_though_a_commit_came_in_between() {
        let folder = tempfile::tempdir().unwrap();
        let (writer, mover) = writer_and_mover(folder.path());
        let backfill = Backfill::new();
        write(&writer, 100);
        backfill.go_on(&writer);
        assert_eq!(*backfill.turn(), Turn::Nobody, "it is short");
        write(&writer, LOG_PAGES);
        backfill.go_on(&writer);
        assert_eq!(*backfill.turn(), Turn::Mover);
        writer.begin(Access::Write).unwrap();
        backfill.move_most(&mover);
        write(&writer, 10);
        writer.commit().unwrap();
        assert!(
            writer.log_pages() > LOG_PAGES,
            "the mover did not see this commit"
        );
        backfill.go_on(&writer);
        assert_eq!(*backfill.turn(), Turn::Nobody);
        write(&writer, 10);
        assert!(writer.log_pages() < 100, "{}", writer.log_pages());
    }

    #[test]
    fn what_a_reader_holds_back_is_moved_after_it() {
        let folder = tempfile::tempdir().unwrap();
        let (writer, mover) = writer_and_mover(folder.path());
        let (backfill, reader) = (Backfill::new(), open(folder.path(), Access::Read));
        let cycle = || {
            backfill.go_on(&writer);
            assert_eq!(*backfill.turn(), Turn::Mover);
            backfill.move_most(&mover);
            backfill.go_on(&writer);
            write(&writer, 10);
        };
        reader.begin(Access::Read).unwrap();
        let sees = Query::select()
            .expr(Func::count(Expr::col(Asterisk)))
            .from("filler")
            .to_owned();
        let (sql, values) = sees.render();
        reader.rows("filler", &sql, &values, |_| Ok(())).unwrap();
        write(&writer, LOG_PAGES);
        cycle();
        assert!(writer.log_pages() > LOG_PAGES, "it is not lost");
        reader.rollback().unwrap();
        cycle();
        assert!(writer.log_pages() < 100, "{}", writer.log_pages());
    }

    #[test]
    fn a_writer_that_is_too_far_ahead_waits_for_the_mover() {
        let folder = tempfile::tempdir().unwrap();
        let (writer, mover) = writer_and_mover(folder.path());
        let backfill = Backfill::new();
        write(&writer, LOG_PAGES);
        backfill.go_on(&writer);
        write(&writer, LOG_PAGES_MAX);
        let mut turn = *backfill.turn();
        thread::scope(|scope| {
            scope.spawn(|| {
                let mover = mover;
                backfill.run(&mover);
            });
            backfill.go_on(&writer);
            turn = *backfill.turn();
            backfill.close();
        });
        assert_eq!(turn, Turn::Nobody, "both have done their part");
        write(&writer, 10);
        assert!(writer.log_pages() < 100, "{}", writer.log_pages());
    }
}
