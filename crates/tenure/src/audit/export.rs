//! `tenure audit export`: a whole log, with everything that it takes to verify it, in a folder.

use std::fs::{DirBuilder, File};
use std::io::{BufWriter, Write as _};
use std::os::unix::fs::DirBuilderExt as _;

use anyhow::Context as _;

use super::evidence::{BLOCKS, CHECKPOINTS, Evidence as _, LEAVES, RECORDS, Server};
use super::print_line;
use crate::arguments::ExportArguments;
use crate::http_client;

/// Fetches it.
pub fn run(arguments: &ExportArguments) -> anyhow::Result<()> {
    let agent = http_client::agent(arguments.ca_file.as_deref())?;
    let server = Server::new(agent, &arguments.server, &arguments.token_file)?;
    let folder = &arguments.to;
    DirBuilder::new()
        .mode(0o700)
        .create(folder)
        .with_context(|| format!("cannot make {}", folder.display()))?;
    let write = |name: &str, each: &mut dyn FnMut(&mut BufWriter<File>) -> anyhow::Result<()>| {
        let mut file = BufWriter::new(File::create_new(folder.join(name))?);
        each(&mut file)?;
        Ok::<_, anyhow::Error>(file.flush()?)
    };
    // Checkpoints first: whatever they are about is among the records then.
    write(CHECKPOINTS, &mut |file| {
        for checkpoint in server.checkpoints()? {
            serde_json::to_writer(&mut *file, &checkpoint)?;
            file.write_all(b"\n")?;
        }
        Ok(())
    })?;
    let hashes = |name, hashes: Vec<tlog::Hash>| {
        write(name, &mut |file| {
            for hash in &hashes {
                writeln!(file, "{hash}")?;
            }
            Ok(())
        })
    };
    hashes(BLOCKS, server.blocks()?)?;
    hashes(LEAVES, server.leaves()?)?;
    let mut count: u64 = 0;
    write(RECORDS, &mut |file| {
        server.records(&mut |record| {
            count += 1;
            file.write_all(record)?;
            Ok(file.write_all(b"\n")?)
        })
    })?;
    print_line(&format!("{count} records are in {}", folder.display()));
    Ok(())
}
