//! `tenure demo`: the whole product with an example tenant, on loopback, in a throw-away folder. What
//! it promises to test harnesses is its JSON line and its routes.

mod people;
mod scale;
mod tenant;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::bail;
use engine::Options;
use engine::notices::{Mail, NoticeOptions};
use model::{Clock, Instant, ManualClock};
use serde_json::json;
use server::{Allowance, App, ServerOptions};

use crate::arguments::{ClockKind, DemoArguments};
use crate::clock::SystemClock;
use crate::config::SUBJECT_PREFIX_DEFAULT;
use crate::data_folder::{self, FolderKind};
use crate::life_cycle::{self, Listener};
use crate::postman::Postman;
use crate::serve::{own_url, print_line};
use crate::{audit, entropy, keys, setup, tls};

/// Where a manual clock stands at start: 2026-03-02T08:00:00Z.
const MANUAL_START: Instant = Instant::from_seconds(1_772_438_400);

/// Runs until it is told to stop.
pub fn run(arguments: DemoArguments) -> anyhow::Result<()> {
    for address in std::iter::once(arguments.listen).chain(arguments.tls_listen) {
        if !address.ip().is_loopback() {
            bail!("the demo listens on loopback only, not on {address}");
        }
    }
    if arguments.database_url.is_some() {
        bail!("--database-url is not supported yet: the demo keeps its data in an embedded database");
    }
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?
        .block_on(demo(arguments))
}

async fn demo(arguments: DemoArguments) -> anyhow::Result<()> {
    let throw_away = tempfile::Builder::new().prefix("tenure-demo-").tempdir()?;
    let folder: PathBuf = arguments
        .data_dir
        .clone()
        .unwrap_or_else(|| throw_away.path().to_owned());
    let clock: Arc<dyn Clock> = match arguments.clock {
        ClockKind::System => Arc::new(SystemClock),
        ClockKind::Manual => Arc::new(ManualClock::starting_at(MANUAL_START)),
    };
    let entropy = entropy::source(arguments.seed)?;
    let store = data_folder::open(&folder, FolderKind::Demo)?;
    let mut secrets = tenant::Secrets::default();
    if !setup::is_founded(&store)? {
        secrets = tenant::found(&store, entropy.clone(), clock.now())?;
    }
    let keys = keys::load_or_make(&store, clock.now())?;
    audit::key::sign_with(&store, None, &folder)?;
    let start = |options| life_cycle::start_engine(store.clone(), clock.clone(), entropy.clone(), options);
    // Nobody is told how the tenant came about.
    let founding = start(Options::default())?;
    tenant::populate(&founding)?;
    scale::add(&founding, arguments.scale)?;
    let engine = start(engine_options())?;

    let (tls_listener, ca_file) = match arguments.tls_listen {
        Some(address) => {
            let (config, ca_file) = tls::demo(throw_away.path()).await?;
            (Some(Listener::bind(address, Some(config))?), Some(ca_file))
        }
        None => (None, None),
    };
    let listener = Listener::bind(arguments.listen, None)?;
    let base_url = own_url("http", listener.address);
    let tls_base_url = tls_listener
        .as_ref()
        .map(|listener| format!("https://localhost:{}", listener.address.port()));
    let options = ServerOptions {
        base_url: base_url.clone(),
        base_url_is_public: false,
        other_base_urls: other_base_urls(listener.address.port(), tls_base_url.as_deref()),
        behind_proxy: false,
        demo: true,
        allowance: Allowance::default(),
        subject_prefix: SUBJECT_PREFIX_DEFAULT.to_owned(),
    };
    let line = describe(
        &engine,
        &secrets,
        &base_url,
        tls_base_url.as_deref(),
        ca_file.as_deref(),
    )?;
    // The postman looks for notices once a second. With a seed, ids follow from what was asked alone.
    let own_entropy = entropy::source(arguments.seed.map(|seed| seed.wrapping_add(1)))?;
    let beside = engine.with_entropy(own_entropy);
    // What there is to see from the start is seen from the start.
    beside.scan_alerts()?;
    let postman = Postman::start(beside, None)?;
    let app = App::new(engine, keys, options);
    let listeners = std::iter::once(listener).chain(tls_listener).collect();
    let follows_the_system = arguments.clock == ClockKind::System;
    let outcome = life_cycle::run(app, listeners, follows_the_system, || {
        if arguments.json {
            print_line(&line);
        } else {
            people::greet(&base_url);
        }
        Ok(())
    });
    let outcome = outcome.await;
    postman.stop();
    store.close();
    outcome
}

/// Everybody is told everything, and the outbox shows it.
fn engine_options() -> Options {
    Options {
        notices: NoticeOptions {
            mail: Mail::Kept,
            weekly_digest: true,
            ..NoticeOptions::default()
        },
        ..Options::default()
    }
}

/// The names by which loopback is called.
fn other_base_urls(port: u16, tls: Option<&str>) -> Vec<String> {
    let mut urls = vec![format!("http://localhost:{port}")];
    if let Some(url) = tls {
        urls.push(url.to_owned());
        urls.push(url.replace("localhost", "127.0.0.1"));
    }
    urls
}

fn describe(
    engine: &engine::Engine,
    secrets: &tenant::Secrets,
    base_url: &str,
    tls_base_url: Option<&str>,
    ca_file: Option<&Path>,
) -> anyhow::Result<serde_json::Value> {
    let mut line = json!({
        "baseUrl": base_url,
        "tlsBaseUrl": tls_base_url,
        "caFile": ca_file,
        "tenantId": engine.tenant().id.to_string(),
        "portal": format!("{base_url}/"),
    });
    if let (Some(line), Some(rest)) = (
        line.as_object_mut(),
        tenant::describe(engine, secrets)?.as_object(),
    ) {
        line.extend(rest.clone());
    }
    Ok(line)
}
