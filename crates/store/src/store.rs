//! The store: its folder, its threads and its queues.

use std::fs::{DirBuilder, File, TryLockError};
use std::path::{Path, PathBuf};
use std::sync::mpsc::sync_channel;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};

use model::{Licence, ObjectId, RoleDefinition, RoleDefinitionId};
use tlog::Signer;

use crate::aggregates::audit::sealing;
use crate::backfill::Backfill;
use crate::cache::Caches;
use crate::places::{Places, Seat};
use crate::queue::Queue;
use crate::session::{AuditExtent, Auditing};
use crate::sqlite::{Access, Look, migrate};
use crate::work::{Command, Read, ReadWork, WriteWork};
use crate::writer::{self, GROUP_MAX};
use crate::{Holdings, Session, StoreError};

/// Reading use cases that wait at most.
const READS_WAITING: usize = 4_096;
/// Writing use cases that wait at most.
const WRITES_WAITING: usize = 4_096;
/// Threads that read at the same time.
const READERS: usize = 2;
/// Threads that read besides.
const SLOW_READERS: usize = 6;
/// Steps after which a reading use case makes room for others: some 10 ms, and more than the largest page takes that
/// an index serves.
const READ_STEPS_QUICK: u64 = 100_000;
/// Steps of a reading use case: some seconds' worth, and several times what looking at each of a million grants
/// takes.
const READ_STEPS_MAX: u64 = 100_000_000;
/// The database in the data folder.
const DATABASE: &str = "tenure.db";
/// The file whose lock says that the folder is in use.
const LOCK: &str = "tenure.lock";

/// How to open a store.
#[derive(Clone, Debug)]
pub struct StoreOptions {
    /// The data folder, made on first start for its owner alone.
    pub folder: PathBuf,
    /// How many threads read at the same time; at least one.
    pub readers: usize,
    /// How many read besides, each when another turns out to take longer than `read_steps_quick`.
    pub slow_readers: usize,
    /// Steps of the database's machine after which a reading use case is one of the slow. It ends with
    /// [`StoreError::Busy`] if there are as many of them as may be.
    pub read_steps_quick: u64,
    /// Steps of the database's machine that one reading use case may take; then it ends with
    /// [`StoreError::TooExpensive`], so that a question that no index serves does not keep others waiting.
    pub read_steps_max: u64,
    /// Whether waiting commands share a transaction. Off, each has its own, which is for measuring.
    pub group_commit: bool,
    /// What of the audit log is written; everything, but for measuring.
    pub audit: AuditExtent,
}

impl StoreOptions {
    /// What serves most installations.
    pub const fn new(folder: PathBuf) -> Self {
        Self {
            folder,
            readers: READERS,
            slow_readers: SLOW_READERS,
            read_steps_quick: READ_STEPS_QUICK,
            read_steps_max: READ_STEPS_MAX,
            group_commit: true,
            audit: AuditExtent::Everything,
        }
    }
}

/// The store. Clones share it; the last one to go closes it.
#[derive(Clone)]
pub struct Store {
    inner: Arc<Inner>,
}

struct Inner {
    shared: Arc<Shared>,
    threads: Mutex<Vec<JoinHandle<()>>>,
}

/// What the storage threads hold on to.
struct Shared {
    reads: Queue<Box<dyn Read>>,
    commands: Queue<Box<dyn Command>>,
    caches: Arc<Caches>,
    auditing: Arc<Auditing>,
    backfill: Backfill,
    /// Held until the last thread is gone.
    _lock: File,
}

impl Store {
    /// Opens the store, makes it on first start, and brings its schema up to date.
    ///
    /// # Errors
    /// [`StoreError::InUse`] while another process has the folder, [`StoreError::NewerVersion`] and
    /// [`StoreError::ChangedMigration`] if the schema is not one that this version can use,
    /// [`StoreError::Folder`] and [`StoreError::Driver`] if folder or database cannot be used.
    pub fn open(options: StoreOptions) -> Result<Self, StoreError> {
        make_folder(&options.folder)?;
        let shared = Arc::new(Shared {
            reads: Queue::new(READS_WAITING),
            commands: Queue::new(WRITES_WAITING),
            caches: Arc::new(Caches::new()),
            auditing: Arc::new(Auditing {
                extent: options.audit,
                ..Auditing::default()
            }),
            backfill: Backfill::new(),
            _lock: lock(&options.folder.join(LOCK))?,
        });
        let database = options.folder.join(DATABASE);
        // SQLite makes a file readable for everybody, and its companions like the file.
        private(&database)?;
        let open = |access| Session::open(&database, access, shared.caches.clone(), shared.auditing.clone());
        let (sealer, sealing) = sealing(options.audit);
        // It holds nothing of the store, and ends after the writer.
        thread::Builder::new()
            .name("store-sealer".to_owned())
            .spawn(move || sealing.run())?;
        let writer = open(Access::Write)?.sealing_with(sealer);
        migrate(&writer.connection)?;
        shared.caches.set_licence(writer.stored_licence()?);

        let store = Self {
            inner: Arc::new(Inner {
                shared: shared.clone(),
                threads: Mutex::default(),
            }),
        };
        let group_max = if options.group_commit { GROUP_MAX } else { 1 };
        store.spawn("store-writer", move |shared| {
            writer::run(&writer, &shared.commands, group_max, &shared.backfill);
        })?;
        let mover = open(Access::Read)?;
        store.spawn("store-backfill", move |shared| {
            shared.backfill.run(&mover.connection)
        })?;
        let readers = options.readers.max(1);
        let places = Arc::new(Places::new(readers, options.slow_readers));
        for _ in 0..readers.saturating_add(options.slow_readers) {
            let mut reader = open(Access::Read)?;
            let seat = Arc::new(Seat::new(places.clone()));
            let (moving, quick, most) = (seat.clone(), options.read_steps_quick, options.read_steps_max);
            reader.connection.watch(move |steps| match steps {
                _ if steps > most => Look::TooMuch,
                _ if steps > quick && !moving.make_room() => Look::NoRoom,
                _ => Look::GoOn,
            })?;
            store.spawn("store-reader", move |shared| {
                seat.take();
                while let Some(work) = shared.reads.take(1).pop() {
                    work.run(&reader);
                    seat.return_to_quick();
                }
                seat.leave();
            })?;
        }
        Ok(store)
    }

    fn spawn(&self, name: &str, run: impl FnOnce(&Shared) + Send + 'static) -> Result<(), StoreError> {
        let shared = self.inner.shared.clone();
        let thread = thread::Builder::new()
            .name(name.to_owned())
            .spawn(move || run(&shared))?;
        self.inner.threads().push(thread);
        Ok(())
    }

    /// Runs `work` on a reading thread, inside one snapshot, and hands its result to `reply` there.
    /// `reply` always gets an answer: [`StoreError::Busy`] at once if too much waits,
    /// [`StoreError::Failed`] if `work` panics.
    pub fn read<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Session) -> T + Send + 'static,
        reply: impl FnOnce(Result<T, StoreError>) + Send + 'static,
    ) {
        let work: Box<dyn Read> = Box::new(ReadWork { work, reply });
        if let Err((work, refused)) = self.inner.shared.reads.push(work) {
            work.refuse(refused.into());
        }
    }

    /// Runs `work` on the writing thread. `Ok` is committed, durably and together with whatever
    /// else waited, before `reply` hears of it; `Err` undoes what the work changed, and nothing
    /// else. If the commit fails, or `work` panics, `reply` gets a [`StoreError`] and nothing was
    /// changed; [`StoreError::Busy`] at once if too much waits.
    pub fn write<T: Send + 'static, E: Send + 'static>(
        &self,
        work: impl FnOnce(&Session) -> Result<T, E> + Send + 'static,
        reply: impl FnOnce(Result<Result<T, E>, StoreError>) + Send + 'static,
    ) {
        let command: Box<dyn Command> = Box::new(WriteWork::new(work, reply));
        if let Err((command, refused)) = self.inner.shared.commands.push(command) {
            command.reply(Err(refused.into()));
        }
    }

    /// [`Store::read`], waiting for the result. For start-up and tests; never on a storage thread.
    ///
    /// # Errors
    /// Those of [`Store::read`].
    pub fn read_wait<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Session) -> T + Send + 'static,
    ) -> Result<T, StoreError> {
        let (reply, result) = sync_channel(1);
        self.read(work, move |answer| drop(reply.send(answer)));
        result.recv().unwrap_or(Err(StoreError::Closed))
    }

    /// [`Store::write`], waiting for the result. For start-up and tests; never on a storage thread.
    ///
    /// # Errors
    /// Those of [`Store::write`].
    pub fn write_wait<T: Send + 'static, E: Send + 'static>(
        &self,
        work: impl FnOnce(&Session) -> Result<T, E> + Send + 'static,
    ) -> Result<Result<T, E>, StoreError> {
        let (reply, result) = sync_channel(1);
        self.write(work, move |answer| drop(reply.send(answer)));
        result.recv().unwrap_or(Err(StoreError::Closed))
    }

    /// What a principal holds, if that is in memory. No I/O.
    pub fn cached_holdings(&self, principal: ObjectId) -> Option<Arc<Holdings>> {
        self.inner.shared.caches.holdings.get(&principal)
    }

    /// A role, if it is in memory. No I/O.
    pub fn cached_role(&self, role: RoleDefinitionId) -> Option<Arc<RoleDefinition>> {
        self.inner.shared.caches.roles.get(&role)
    }

    /// Has checkpoints of the audit log signed with this key from now on. There is one key as long as the store is
    /// open: a later one is left aside.
    pub fn sign_audit_with(&self, signer: Signer) {
        if self.inner.shared.auditing.key.set(signer).is_err() {
            tracing::warn!("the audit log is signed with another key already");
        }
    }

    /// The licence. No I/O.
    pub fn licence(&self) -> Licence {
        self.inner.shared.caches.licence()
    }

    /// Takes no more work, finishes what waits, and ends the threads. Other clones get
    /// [`StoreError::Closed`] from now on.
    pub fn close(self) {
        self.inner.close();
    }
}

impl Inner {
    fn close(&self) {
        self.shared.reads.close();
        self.shared.commands.close();
        self.shared.backfill.close();
        let threads = std::mem::take(&mut *self.threads());
        for thread in threads {
            // A reply may drop the last clone: a thread cannot wait for itself, and ends by itself.
            if thread.thread().id() != thread::current().id() && thread.join().is_err() {
                tracing::error!("a storage thread panicked");
            }
        }
    }

    fn threads(&self) -> std::sync::MutexGuard<'_, Vec<JoinHandle<()>>> {
        self.threads.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        self.close();
    }
}

/// Makes the data folder, for its owner alone.
fn make_folder(folder: &Path) -> Result<(), StoreError> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    Ok(builder.create(folder)?)
}

/// Opens a file, made for its owner alone if it is not there yet.
fn private(path: &Path) -> Result<File, StoreError> {
    let mut options = File::options();
    options.create(true).truncate(false).write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    Ok(options.open(path)?)
}

/// Takes the exclusive lock that is given back when the file is closed, even by a crash.
fn lock(path: &Path) -> Result<File, StoreError> {
    let file = private(path)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(StoreError::InUse),
        Err(TryLockError::Error(error)) => Err(error.into()),
    }
}
