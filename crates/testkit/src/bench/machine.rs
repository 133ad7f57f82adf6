//! What a measurement asks the machine: the time, and what a process takes.

use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::time::Instant as Moment;

use anyhow::Context as _;
use model::{Clock, Instant};

/// The machine's clock, for the servers that are measured.
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(
        clippy::disallowed_methods,
        reason = "the measured server's clock costs what the real one costs"
    )]
    fn now(&self) -> Instant {
        let since = std::time::SystemTime::now()
            .duration_since(std::time::UNIX_EPOCH)
            .unwrap_or_default();
        Instant::from_micros(i64::try_from(since.as_micros()).unwrap_or(i64::MAX))
    }
}

/// Now, to measure from or to.
#[expect(clippy::disallowed_methods, reason = "this measures")]
pub fn moment() -> Moment {
    Moment::now()
}

/// How long `work` takes by itself, in microseconds: the median of several measurements of `times` each.
pub fn micros_of(times: u32, mut work: impl FnMut()) -> f64 {
    const MEASUREMENTS: usize = 9;
    let mut found: Vec<f64> = (0..MEASUREMENTS)
        .map(|_| {
            let begun = moment();
            for _ in 0..times {
                work();
            }
            begun.elapsed().as_secs_f64() * 1e6 / f64::from(times)
        })
        .collect();
    found.sort_by(f64::total_cmp);
    found.get(MEASUREMENTS / 2).copied().unwrap_or(f64::NAN)
}

/// Memory that a process occupies, in KiB.
pub fn resident_kib(process: u32) -> anyhow::Result<u64> {
    let status = fs::read_to_string(format!("/proc/{process}/status"))?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmRSS:"))
        .context("no VmRSS")?;
    Ok(line.trim().trim_end_matches("kB").trim().parse()?)
}

/// Processor time that a process has used, in seconds.
pub fn processor_seconds(process: u32) -> anyhow::Result<f64> {
    /// What Linux counts in, whatever the kernel's own clock does.
    const TICKS_PER_SECOND: f64 = 100.0;
    let stat = fs::read_to_string(format!("/proc/{process}/stat"))?;
    // The name in parentheses may hold spaces; user and system time are the 12th and 13th after it.
    let (_, fields) = stat.rsplit_once(") ").context("no name")?;
    let ticks = fields
        .split(' ')
        .skip(11)
        .take(2)
        .map(str::parse::<f64>)
        .sum::<Result<f64, _>>()?;
    Ok(ticks / TICKS_PER_SECOND)
}

/// How long the disk takes to make 64 KiB at the end of a file durable, in microseconds: the median of
/// many.
pub fn flush_micros(folder: &Path) -> anyhow::Result<f64> {
    const TIMES: usize = 101;
    let mut file = fs::File::create(folder.join("flush"))?;
    let mut taken = Vec::with_capacity(TIMES);
    for _ in 0..TIMES {
        file.write_all(&[1; 64 * 1024])?;
        let begun = moment();
        file.sync_data()?;
        taken.push(begun.elapsed().as_secs_f64() * 1e6);
    }
    taken.sort_by(f64::total_cmp);
    taken.get(TIMES / 2).copied().context("nothing was measured")
}

/// How many processors there are.
pub fn processors() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

/// Copies the files of a folder into another one, durably, so that writing them does not go on beside what is measured.
pub fn copy_files(from: &Path, to: &Path) -> anyhow::Result<()> {
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let copy = to.join(entry.file_name());
        fs::copy(entry.path(), &copy).with_context(|| format!("copying {}", entry.path().display()))?;
        fs::File::open(copy)?.sync_all()?;
    }
    Ok(())
}
