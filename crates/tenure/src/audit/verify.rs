//! `tenure audit verify`: a database, an export or a running server, none of which is believed. Only the key is, and
//! checkpoints that were kept elsewhere.

use std::path::Path;

use anyhow::{Context as _, bail};
use serde_json::json;
use store::{AuditReport, AuditVerification, Removals, verify_audit};
use tlog::verify::Verifier;
use tlog::{Checkpoint, TILE_WIDTH, VerifierKey, leaf_hash};

use super::evidence::{Evidence, Folder, KeptCheckpoint, Server, sequence_of};
use super::{key, print_line};
use crate::arguments::VerifyArguments;
use crate::http_client;

/// The database in a data folder.
const DATABASE: &str = "tenure.db";

/// Verifies, prints what was found, and fails if that was anything.
pub fn run(arguments: &VerifyArguments) -> anyhow::Result<()> {
    let keys = keys(arguments)?;
    let mut witnessed = Vec::new();
    for file in &arguments.checkpoints {
        witnessed.extend(from_file(file, &keys)?);
    }
    let source = &arguments.source;
    let against = AuditVerification { keys, witnessed };
    let report = if let Some(folder) = &source.data_dir {
        verify_audit(&folder.join(DATABASE), &against)?
    } else if let Some(file) = &source.database {
        verify_audit(file, &against)?
    } else if let Some(folder) = &source.export {
        verify_evidence(&Folder(folder.clone()), &against)?
    } else {
        let base_url = source.server.as_deref().context("there is nothing to verify")?;
        let token_file = arguments
            .token_file
            .as_deref()
            .context("--server takes --token-file")?;
        let agent = http_client::agent(arguments.ca_file.as_deref())?;
        verify_evidence(&Server::new(agent, base_url, token_file)?, &against)?
    };
    tell(&report, arguments.json)
}

fn keys(arguments: &VerifyArguments) -> anyhow::Result<Vec<VerifierKey>> {
    if let (true, Some(folder)) = (arguments.key.is_empty(), &arguments.source.data_dir) {
        tracing::warn!(
            "believing the key in the data folder, which whoever had the folder may have put there"
        );
        return Ok(vec![key::verifier_in(&key::file_in(folder))?]);
    }
    if arguments.key.is_empty() {
        bail!("say with --key whose checkpoints are believed: `tenure audit key` prints it");
    }
    let parse = |text: &String| text.parse().with_context(|| format!("--key {text}"));
    arguments.key.iter().map(parse).collect()
}

/// Checkpoints kept elsewhere, which must be right: they are what everything else is held against.
fn from_file(file: &Path, keys: &[VerifierKey]) -> anyhow::Result<Vec<Checkpoint>> {
    let text = std::fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
    let notes: Vec<String> = if text.starts_with('{') {
        text.lines()
            .map(|line| Ok(serde_json::from_str::<KeptCheckpoint>(line)?.note))
            .collect::<anyhow::Result<_>>()
            .with_context(|| format!("in {}", file.display()))?
    } else {
        vec![text]
    };
    notes
        .iter()
        .map(|note| Checkpoint::open(note, keys).with_context(|| format!("in {}", file.display())))
        .collect()
}

/// Verifies what somebody shows of a log.
fn verify_evidence(evidence: &dyn Evidence, against: &AuditVerification) -> anyhow::Result<AuditReport> {
    let shown = evidence
        .checkpoints()?
        .into_iter()
        .map(|kept| (kept.size, kept.note));
    let (checkpoints, mut faults) = against.believe(shown);
    let blocks = evidence.blocks()?;
    let leaves = evidence.leaves()?;
    let block = |index: u64| {
        usize::try_from(index)
            .ok()
            .and_then(|index| blocks.get(index).copied())
    };
    let mut verifier = Verifier::new(checkpoints, true, block);
    let mut skipped = None;
    let mut removals = Removals::default();
    let mut last = 0;
    evidence.records(&mut |record| {
        let number = sequence_of(record).unwrap_or(last + 1);
        let skipped = *skipped.get_or_insert_with(|| {
            let blocks = number.saturating_sub(1) / TILE_WIDTH;
            verifier.skip_blocks(blocks);
            last = blocks * TILE_WIDTH;
            last
        });
        let leaf = |number: u64| {
            let index = number.checked_sub(skipped + 1)?;
            leaves.get(usize::try_from(index).ok()?).copied()
        };
        while last + 1 < number && leaf(last + 1).is_some() {
            last += 1;
            verifier.missing(leaf(last));
        }
        if let Ok(event) = serde_json::from_slice::<model::audit::AuditEvent>(record) {
            removals.note(number, &event);
        }
        verifier.record(number, leaf_hash(record), leaf(number));
        last = last.max(number);
        Ok(())
    })?;
    let log = verifier.finish();
    faults.extend(removals.fault(skipped.unwrap_or_default(), log.confirmed));
    Ok(AuditReport { log, faults })
}

fn tell(report: &AuditReport, as_json: bool) -> anyhow::Result<()> {
    let lines = report.lines();
    let log = &report.log;
    if as_json {
        let body = json!({
            "records": log.records,
            "confirmed": log.confirmed,
            "checkpoints": log.checkpoints,
            "findings": lines,
        });
        print_line(&body.to_string());
    } else {
        for line in &lines {
            print_line(line);
        }
        print_line(&format!(
            "{} records; {} checkpoints confirm the log up to record {}",
            log.records, log.checkpoints, log.confirmed
        ));
    }
    match lines.len() {
        0 => Ok(()),
        findings => bail!("the audit log is not what was signed: {findings} findings"),
    }
}
