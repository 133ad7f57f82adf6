//! Checkpoints in a file, one a line, for `tenure audit verify --checkpoints`. It may be on another machine's disk: with it
//! nobody can cut off the end of the log unseen.

use std::fs::{File, OpenOptions};
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::PathBuf;

use engine::Engine;

use super::{CHECKPOINTS_FILE, Failed, Job, Round};
use crate::audit::KeptCheckpoint;

/// Checkpoints that are written at a time.
const BATCH_MAX: u64 = 500;

/// Appends checkpoints to this file.
pub struct CheckpointFile(pub PathBuf);

impl Job for CheckpointFile {
    fn round(&mut self, engine: &Engine) -> Result<Round, Failed> {
        let checkpoints = engine.unshipped_checkpoints(CHECKPOINTS_FILE, BATCH_MAX)?;
        let Some(last) = checkpoints.last() else {
            return Ok(Round::Rest);
        };
        let size = last.size;
        let mut lines = Vec::new();
        for stored in checkpoints {
            let kept = KeptCheckpoint {
                size: stored.size,
                note: stored.note,
            };
            serde_json::to_writer(&mut lines, &kept).map_err(|error| Failed::because(error.to_string()))?;
            lines.push(b'\n');
        }
        self.append(&lines)
            .map_err(|error| Failed::because(format!("{}: {error}", self.0.display())))?;
        engine.note_shipped(CHECKPOINTS_FILE, size, Vec::new())?;
        Ok(Round::MoreToDo)
    }

    fn is_quick(&self) -> bool {
        true
    }
}

impl CheckpointFile {
    /// Appends whole lines, durably. What a crash left of a line goes: the line comes again.
    fn append(&self, lines: &[u8]) -> io::Result<()> {
        let mut file = OpenOptions::new()
            .create(true)
            .truncate(false)
            .read(true)
            .write(true)
            .mode(0o600)
            .open(&self.0)?;
        let end = end_of_last_line(&mut file)?;
        if end < file.metadata()?.len() {
            file.set_len(end)?;
        }
        file.seek(SeekFrom::Start(end))?;
        file.write_all(lines)?;
        file.sync_all()
    }
}

/// Where the last line of a file ends that is whole.
fn end_of_last_line(file: &mut File) -> io::Result<u64> {
    const STEP: u64 = 4_096;
    let mut end = file.metadata()?.len();
    while end > 0 {
        let begin = end.saturating_sub(STEP);
        let mut piece = Vec::new();
        file.seek(SeekFrom::Start(begin))?;
        io::Read::by_ref(file)
            .take(end.saturating_sub(begin))
            .read_to_end(&mut piece)?;
        if let Some(newline) = piece.iter().rposition(|byte| *byte == b'\n') {
            return Ok(begin.saturating_add(newline as u64).saturating_add(1));
        }
        end = begin;
    }
    Ok(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_crash_left_of_a_line_goes_and_whole_lines_stay() {
        let folder = tempfile::tempdir().unwrap();
        let file = CheckpointFile(folder.path().join("checkpoints.jsonl"));
        let long = "x".repeat(10_000);
        file.append(b"one\n").unwrap();
        file.append(format!("{long}\n").as_bytes()).unwrap();
        std::fs::write(&file.0, format!("one\n{long}\n{long}")).unwrap();
        file.append(b"three\n").unwrap();
        assert_eq!(
            std::fs::read_to_string(&file.0).unwrap(),
            format!("one\n{long}\nthree\n")
        );
        std::fs::write(&file.0, "torn").unwrap();
        file.append(b"one\n").unwrap();
        assert_eq!(std::fs::read_to_string(&file.0).unwrap(), "one\n");
    }
}
