//! `tenure setup`, and the same at the first start of `serve`: the tenant, its first administrator
//! and an application that may do everything the API offers.

use std::fs::OpenOptions;
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use engine::Context;
use engine::setup::{add_application, add_first_administrator, as_service, found_tenant, record_founding};
use identity::client_credentials::ClientSecret;
use model::{AppId, Clock as _, ObjectId};
use serde::Serialize;
use store::Store;

use crate::arguments::SetupArguments;
use crate::clock::SystemClock;
use crate::data_folder::{self, FolderKind};
use crate::entropy;

/// Where `serve` leaves the first credentials when it founds the tenant itself.
const CREDENTIALS_FILE: &str = "first-credentials.json";

/// What a founded tenant starts with. The secret is told once and stored only as a hash.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Founded {
    tenant_id: String,
    administrator: Administrator,
    app: Application,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Administrator {
    id: String,
    user_principal_name: String,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Application {
    app_id: String,
    client_secret: String,
}

/// `tenure setup`
#[expect(clippy::print_stdout, reason = "the result of the command")]
pub fn run(arguments: &SetupArguments) -> anyhow::Result<()> {
    let store = data_folder::open(&arguments.data_dir, FolderKind::Serve)?;
    if is_founded(&store)? {
        bail!(
            "the data folder {} has a tenant already",
            arguments.data_dir.display()
        );
    }
    let founded = found(&store, &arguments.tenant_name, &arguments.domain, |_| Ok(()))?;
    store.close();
    if arguments.json {
        println!("{}", serde_json::to_string(&founded)?);
    } else {
        println!("tenant         {}", founded.tenant_id);
        println!("administrator  {}", founded.administrator.user_principal_name);
        println!("client id      {}", founded.app.app_id);
        println!("client secret  {}   (shown once)", founded.app.client_secret);
    }
    Ok(())
}

/// Whether the store has its tenant.
pub fn is_founded(store: &Store) -> anyhow::Result<bool> {
    Ok(store.read_wait(|session| session.tenant())??.is_some())
}

/// Founds the tenant and leaves the credentials in a file that only the owner can read.
pub fn found_into_file(store: &Store, folder: &Path, name: &str, domain: &str) -> anyhow::Result<PathBuf> {
    let path = folder.join(CREDENTIALS_FILE);
    let file = path.clone();
    found(store, name, domain, move |founded| write_private(&file, founded))?;
    Ok(path)
}

fn write_private(path: &Path, founded: &Founded) -> anyhow::Result<()> {
    let file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path);
    let mut file = file.with_context(|| format!("cannot write {}", path.display()))?;
    file.write_all(&serde_json::to_vec_pretty(founded)?)?;
    Ok(file.sync_all()?)
}

/// Founds the tenant. `keep` takes the credentials down before the commit: if it fails there is no
/// tenant whose secret nobody has.
fn found(
    store: &Store,
    name: &str,
    domain: &str,
    keep: impl FnOnce(&Founded) -> anyhow::Result<()> + Send + 'static,
) -> anyhow::Result<Founded> {
    let entropy = entropy::source(None)?;
    let now = SystemClock.now();
    let (name, domain) = (name.to_owned(), domain.to_owned());
    store.write_wait(move |session| {
        let tenant = found_tenant(session, entropy.as_ref(), now, &name, &domain)?;
        let upn = format!("admin@{domain}");
        let (id, app_id, secret) = as_service(session, entropy.as_ref(), now, &tenant, |cx| {
            record_founding(cx)?;
            let id = add_first_administrator(cx, "First Administrator", &upn)?;
            let (_, app_id, secret) = application(cx, "First application")?;
            Ok((id, app_id, secret))
        })?;
        let founded = Founded {
            tenant_id: tenant.id.to_string(),
            administrator: Administrator {
                id: id.to_string(),
                user_principal_name: upn,
            },
            app: Application {
                app_id: app_id.to_string(),
                client_secret: secret.reveal().to_owned(),
            },
        };
        keep(&founded)?;
        Ok::<_, anyhow::Error>(founded)
    })?
}

/// Makes an application with every permission, and a secret for it.
pub fn application(
    cx: &Context<'_>,
    display_name: &str,
) -> Result<(ObjectId, AppId, ClientSecret), engine::Error> {
    let app_id = AppId::random(cx.entropy);
    let secret = ClientSecret::generate(cx.entropy);
    let id = add_application(cx, app_id, display_name, *secret.hash().as_bytes())?;
    Ok((id, app_id, secret))
}
