//! From an open store to accepted connections, and in an orderly way back.

use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use axum_server::Handle;
use axum_server::tls_rustls::RustlsConfig;
use engine::announce::Announced;
use engine::{Engine, Options};
use model::{Clock, Entropy, Instant, MonotonicClock};
use server::App;
use store::Store;
use tokio::task::JoinSet;

/// How long open connections may take to finish after the signal to stop.
const SHUTDOWN_GRACE: Duration = Duration::from_secs(5);
/// The longest and the shortest pause between two looks at what is due.
const ANNOUNCE_EVERY: Duration = Duration::from_secs(10);
const ANNOUNCE_PAUSE_MIN: Duration = Duration::from_millis(50);
/// The shortest pause between two scans for alerts, and how many times as long as a scan it is at least.
const SCAN_PAUSE_MIN: Duration = Duration::from_secs(60);
const SCAN_REST: u32 = 20;

/// The engine of the tenant in `store`.
pub fn start_engine(
    store: Store,
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
    options: Options,
) -> anyhow::Result<Engine> {
    let clock = Arc::new(MonotonicClock::new(clock));
    Ok(Engine::start(store, clock, entropy, options)?)
}

/// Where to listen, with what.
pub struct Listener {
    socket: TcpListener,
    tls: Option<RustlsConfig>,
    /// The address that was bound.
    pub address: SocketAddr,
}

impl Listener {
    /// Binds an address.
    pub fn bind(address: SocketAddr, tls: Option<RustlsConfig>) -> anyhow::Result<Self> {
        let socket = TcpListener::bind(address).with_context(|| format!("cannot listen on {address}"))?;
        socket.set_nonblocking(true)?;
        let address = socket.local_addr()?;
        Ok(Self { socket, tls, address })
    }
}

/// Serves until SIGINT or SIGTERM, then lets open calls finish. `ready` is called once connections
/// are accepted. With `announce`, what time does is announced when it is due, and
/// alerts are scanned for.
pub async fn run(
    app: App,
    listeners: Vec<Listener>,
    announce: bool,
    ready: impl FnOnce() -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    let handle = Handle::new();
    let mut tasks = JoinSet::new();
    for listener in listeners {
        let app = if listener.tls.is_some() {
            app.clone().over_tls()
        } else {
            app.clone()
        };
        let service = server::router(app).into_make_service();
        let handle = handle.clone();
        tasks.spawn(async move {
            match listener.tls {
                Some(tls) => {
                    axum_server::from_tcp_rustls(listener.socket, tls)?
                        .handle(handle)
                        .serve(service)
                        .await
                }
                None => {
                    axum_server::from_tcp(listener.socket)?
                        .handle(handle)
                        .serve(service)
                        .await
                }
            }
        });
    }
    let engine = app.engine().clone();
    let announcer = announce.then(|| tokio::spawn(announce_for_ever(app.engine().clone())));
    let scanner = announce.then(|| tokio::spawn(scan_for_ever(app.engine().clone())));
    ready()?;
    let stopped = tokio::select! {
        signal = stop_signal() => signal,
        ended = tasks.join_next() => match ended {
            Some(outcome) => outcome.context("a listener failed")?.context("a listener failed"),
            None => Ok(()),
        },
    };
    handle.graceful_shutdown(Some(SHUTDOWN_GRACE));
    while tasks.join_next().await.is_some() {}
    for task in announcer.into_iter().chain(scanner) {
        task.abort();
    }
    // So that nothing can be cut off the log while nobody looks.
    tokio::task::spawn_blocking(move || engine.sign_audit()).await??;
    stopped
}

/// Looks at what is due as often as it takes. A failure is told and tried again: reads do not depend
/// on it.
async fn announce_for_ever(engine: Engine) {
    loop {
        let pause = match server::announce(&engine).await {
            Ok(announced) => pause(&engine, &announced),
            Err(error) => {
                tracing::error!(%error, "what is due could not be announced");
                ANNOUNCE_EVERY
            }
        };
        tokio::time::sleep(pause).await;
    }
}

/// Scans for alerts after changes, and from time to time. A scan of very much is not repeated before a multiple of the
/// time that it took, so that it never takes a large part of the machine.
async fn scan_for_ever(engine: Engine) {
    loop {
        let begun = engine.now();
        if engine.is_scan_due()
            && let Err(error) = server::scan_alerts(&engine).await
        {
            tracing::error!(%error, "the scan for alerts failed");
        }
        let took = Duration::from_micros(u64::try_from(engine.now().since(begun).as_micros()).unwrap_or(0));
        tokio::time::sleep(took.saturating_mul(SCAN_REST).max(SCAN_PAUSE_MIN)).await;
    }
}

fn pause(engine: &Engine, announced: &Announced) -> Duration {
    let until = |due: Instant| {
        let micros = due.since(engine.now()).as_micros();
        Duration::from_micros(u64::try_from(micros).unwrap_or(0))
    };
    announced
        .next_due
        .map_or(ANNOUNCE_EVERY, until)
        .clamp(ANNOUNCE_PAUSE_MIN, ANNOUNCE_EVERY)
}

async fn stop_signal() -> anyhow::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate = signal(SignalKind::terminate())?;
    tokio::select! {
        pressed = tokio::signal::ctrl_c() => pressed?,
        _ = terminate.recv() => {}
    }
    Ok(())
}
