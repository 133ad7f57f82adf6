//! The key that signs checkpoints of the audit log. It is none of the keys that sign tokens, and stands in a file of
//! its own, which may be elsewhere than the data: who can write the database cannot sign.

use std::fs::OpenOptions;
use std::io::{ErrorKind, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use model::directory::Tenant;
use store::Store;
use tlog::{Signer, VerifierKey};

use crate::entropy;

/// The file in the data folder, unless another is named.
const FILE: &str = "audit.key";
/// Where the database says which key signs it, so that a lost one is not silently made anew.
const VERIFIER: &str = "auditVerifierKey";

/// The file of a data folder's key.
pub fn file_in(data_dir: &Path) -> PathBuf {
    data_dir.join(FILE)
}

/// Has the log signed with the key in `file`, or in the data folder.
pub fn sign_with(store: &Store, file: Option<&Path>, data_dir: &Path) -> anyhow::Result<()> {
    let tenant = store
        .read_wait(|session| session.tenant())??
        .context("the data folder has no tenant yet")?;
    let file = file.map_or_else(|| file_in(data_dir), Path::to_owned);
    store.sign_audit_with(load_or_make(store, &tenant, &file)?);
    Ok(())
}

/// The key in the file, which is made for a log that has none yet.
fn load_or_make(store: &Store, tenant: &Tenant, file: &Path) -> anyhow::Result<Signer> {
    let known = store.read_wait(|session| session.meta(VERIFIER))??;
    let signer = match (read(file)?, &known) {
        (Some(signer), _) => signer,
        (None, None) => make(tenant, file)?,
        (None, Some(known)) => bail!(
            "the key that signs the audit log, {known}, is not in {}: put the file back, or say where it is",
            file.display()
        ),
    };
    let verifier = signer.verifier().to_string();
    match known {
        Some(known) if known != verifier => bail!(
            "the audit log is signed with {known}, and {} has {verifier}",
            file.display()
        ),
        Some(_) => {}
        None => store.write_wait(move |session| session.set_meta(VERIFIER, &verifier))??,
    }
    Ok(signer)
}

/// The key that verifies what the file's key signs.
pub fn verifier_in(file: &Path) -> anyhow::Result<VerifierKey> {
    let signer = read(file)?.with_context(|| format!("there is no audit key in {}", file.display()))?;
    Ok(signer.verifier().clone())
}

fn read(file: &Path) -> anyhow::Result<Option<Signer>> {
    match std::fs::read_to_string(file) {
        Ok(text) => Signer::from_secret_text(&text)
            .map(Some)
            .with_context(|| format!("in {}", file.display())),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error).with_context(|| format!("cannot read {}", file.display())),
    }
}

/// A new key, named after the tenant: the name is the origin of its checkpoints.
fn make(tenant: &Tenant, file: &Path) -> anyhow::Result<Signer> {
    let mut seed = [0; 32];
    // Never from the demo's seed: a key that can be guessed proves nothing.
    entropy::source(None)?.fill(&mut seed);
    let signer = Signer::from_seed(&format!("{}/tenure/{}", tenant.domain, tenant.id), seed)?;
    let mut options = OpenOptions::new();
    options.write(true).create_new(true).mode(0o600);
    let mut written = options
        .open(file)
        .with_context(|| format!("cannot make {}", file.display()))?;
    writeln!(written, "{}", signer.to_secret_text())?;
    written.sync_all()?;
    tracing::info!("the audit log is signed by {}", signer.verifier());
    Ok(signer)
}

#[cfg(test)]
mod tests {
    use model::{Instant, SeededEntropy, TenantId};
    use store::StoreOptions;

    use super::*;

    #[test]
    fn a_key_is_made_once_and_missed_when_it_is_gone() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(StoreOptions::new(folder.path().join("data"))).unwrap();
        let tenant = Tenant {
            id: TenantId::random(&SeededEntropy::from_number(1)),
            display_name: "Works".to_owned(),
            domain: "works.example".to_owned(),
            created_at: Instant::from_micros(0),
        };
        let file = folder.path().join("audit.key");
        let made = load_or_make(&store, &tenant, &file).unwrap();
        let again = load_or_make(&store, &tenant, &file).unwrap();
        assert_eq!(made.verifier(), again.verifier());
        assert!(made.verifier().name().starts_with("works.example/tenure/"));

        std::fs::remove_file(&file).unwrap();
        let error = load_or_make(&store, &tenant, &file).unwrap_err();
        assert!(error.to_string().contains("put the file back"), "{error}");
        let other = Signer::from_seed("works.example/other", [1; 32]).unwrap();
        std::fs::write(&file, other.to_secret_text()).unwrap();
        let error = load_or_make(&store, &tenant, &file).unwrap_err();
        assert!(error.to_string().contains("is signed with"), "{error}");
    }
}
