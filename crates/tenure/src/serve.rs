//! `tenure serve`: a data folder, for real.

use std::net::SocketAddr;
use std::sync::Arc;

use engine::Options;
use model::Clock as _;
use notify::SmtpMailer;
use serde_json::json;
use server::{App, ServerOptions};

use crate::arguments::ServeArguments;
use crate::clock::SystemClock;
use crate::config::ServeConfig;
use crate::data_folder::{self, FolderKind};
use crate::life_cycle::{self, Listener};
use crate::postman::{Counter, Postman};
use crate::shipping::Shipping;
use crate::{audit, entropy, keys, setup, tls};

/// Runs until it is told to stop.
pub fn run(flags: ServeArguments) -> anyhow::Result<()> {
    let config = ServeConfig::load(&flags, std::env::vars())?;
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?
        .block_on(serve(config, flags.json))
}

async fn serve(config: ServeConfig, json: bool) -> anyhow::Result<()> {
    let store = data_folder::open(&config.data_dir, FolderKind::Serve)?;
    if !setup::is_founded(&store)? {
        let path = setup::found_into_file(&store, &config.data_dir, &config.tenant_name, &config.domain)?;
        tracing::info!(
            "founded the tenant; the first credentials are in {}",
            path.display()
        );
    }
    let keys = keys::load_or_make(&store, SystemClock.now())?;
    audit::key::sign_with(&store, config.audit.key_file.as_deref(), &config.data_dir)?;
    let entropy = entropy::source(None)?;
    let engine = life_cycle::start_engine(
        store.clone(),
        Arc::new(SystemClock),
        entropy.clone(),
        Options {
            limits: config.limits,
            notices: config.mail.notices,
            extended_approvals: config.extended_approvals,
            audit: config.audit.options(),
            alerts: config.alerts,
        },
    )?;
    engine.configure_licence(config.licence)?;
    let tls = match &config.tls {
        Some(files) => Some(tls::from_files(&files.certificate, &files.key).await?),
        None => None,
    };
    let scheme = if tls.is_some() { "https" } else { "http" };
    let listener = Listener::bind(config.listen, tls)?;
    let base_url_is_public = config.base_url.is_some();
    let base_url = config
        .base_url
        .unwrap_or_else(|| own_url(scheme, listener.address));
    let tenant_id = engine.tenant().id.to_string();
    let options = ServerOptions {
        base_url: base_url.clone(),
        base_url_is_public,
        other_base_urls: Vec::new(),
        behind_proxy: config.behind_proxy,
        demo: false,
        allowance: config.allowance,
        subject_prefix: config.mail.subject_prefix,
    };
    let app = App::new(engine.clone(), keys, options);
    let shipping = Shipping::start(&engine, &config.audit, host_of(&base_url), &entropy)?;
    let postman = match config.mail.server {
        Some(server) => Some(Postman::start(
            engine,
            Some(Counter {
                mailer: Box::new(SmtpMailer::new(&server.smtp)?),
                sender: server.sender,
                style: app.letter_style(),
            }),
        )?),
        None => None,
    };
    let outcome = life_cycle::run(app, vec![listener], true, || {
        tracing::info!("serving {base_url}");
        if json {
            print_line(&json!({"baseUrl": base_url, "tenantId": tenant_id}));
        }
        Ok(())
    });
    let outcome = outcome.await;
    if let Some(postman) = postman {
        postman.stop();
    }
    shipping.stop();
    store.close();
    outcome
}

/// The host in a base URL.
fn host_of(base_url: &str) -> &str {
    let authority = base_url.split_once("://").map_or(base_url, |(_, rest)| rest);
    authority.split(['/', ':']).next().unwrap_or_default()
}

/// The URL of a listener itself.
pub fn own_url(scheme: &str, address: SocketAddr) -> String {
    format!("{scheme}://{address}")
}

/// One line on standard output, for the program that started this one.
#[expect(clippy::print_stdout, reason = "the contract of --json")]
pub fn print_line(body: &serde_json::Value) {
    println!("{body}");
}
