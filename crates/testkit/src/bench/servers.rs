//! The two servers that are compared. Both are served in the same way, by the same libraries, as the
//! binary serves.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::routing::get;
use engine::notices::{Mail, NoticeOptions};
use http::header::CONTENT_TYPE;
use model::SeededEntropy;
use server::Allowance;
use store::AuditExtent;
use testkit::Installation;

use crate::machine::SystemClock;

/// What the bare route answers: about as long as a decision.
const BARE_ANSWER: &str =
    r#"{"decision":true,"context":{"grant":{"id":"3f1d6a52-8c0e-4b7a-9d35-2e6f70b4c811"}}}"#;

/// How often messages are made of what happened.
const POST_EVERY: Duration = Duration::from_millis(100);

/// Serves the bare route.
pub fn bare() -> anyhow::Result<()> {
    let route = get(|| async { ([(CONTENT_TYPE, "application/json")], BARE_ANSWER) });
    serve(Router::new().route("/bare", route))
}

/// Serves a data folder.
pub fn tenure(folder: &Path, group_commit: bool, mail: bool, audit: AuditExtent) -> anyhow::Result<()> {
    let entropy = Arc::new(SeededEntropy::from_number(u64::from(std::process::id())));
    let options = engine::Options {
        notices: NoticeOptions {
            mail: if mail { Mail::Sent } else { Mail::Off },
            ..NoticeOptions::default()
        },
        ..engine::Options::default()
    };
    let installation = Installation::open(
        folder,
        Arc::new(SystemClock),
        entropy,
        |store| {
            store.group_commit = group_commit;
            store.audit = audit;
        },
        options,
        Allowance::default(),
    );
    if mail {
        let engine = installation.app.engine().clone();
        std::thread::spawn(move || {
            while engine.post_notices().is_ok() {
                std::thread::sleep(POST_EVERY);
            }
        });
    }
    serve(server::router(installation.app.clone()))
}

fn serve(router: Router) -> anyhow::Result<()> {
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?
        .block_on(async {
            let listener = TcpListener::bind("127.0.0.1:0")?;
            listener.set_nonblocking(true)?;
            println!("{}", listener.local_addr()?.port());
            std::io::stdout().flush()?;
            let server = axum_server::from_tcp(listener)?.serve(router.into_make_service());
            let parent_is_gone = tokio::task::spawn_blocking(|| std::io::stdin().read(&mut [0]));
            tokio::select! {
                ended = server => Ok(ended?),
                _ = parent_is_gone => Ok(()),
            }
        })
}
