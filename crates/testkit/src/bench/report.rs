//! The result as Markdown.

use std::fmt;
use std::path::Path;
use std::time::Duration;

use model::Clock as _;

use crate::child::Idle;
use crate::load::{CONNECTIONS, Driven};
use crate::machine::SystemClock;

/// One measurement and the bare route beside it.
#[derive(Clone, Copy, Debug)]
pub struct Figure {
    /// What was measured.
    pub found: Driven,
    /// The bare route, before and after.
    pub bare: Driven,
}

/// What activations are called, by how they are committed.
pub const GROUPED: &str = "activation, group commit";
/// The variant to compare with.
pub const ONE_BY_ONE: &str = "activation, one by one";
/// The same without what makes the audit log a tree, and without the log.
pub const WITHOUT_HASHES: &str = "activation, audit records without hashes and checkpoints";
/// What nobody should run.
pub const WITHOUT_AUDIT: &str = "activation, no audit log";
/// Where everybody concerned is told by mail.
pub const WITH_MAIL: &str = "activation, with mail";
/// Where settings are changed as often as roles are activated.
pub const AMID_CHANGES: &str = "activation or PATCH of a rule, in turn";

/// A page of a list.
pub const PLAIN: &str = "page of 100 instances";
/// The same with what the instances are about.
pub const EXPANDED: &str = "page of 100 instances, $expand=roleDefinition,principal";

/// By name, one for each round.
pub type Figures = Vec<(&'static str, Vec<Figure>)>;

/// The figures of one number of grants.
pub struct Size {
    /// So many.
    pub grants: usize,
    /// By name, one for each round.
    pub figures: Figures,
    /// How long one scan for all security alerts takes.
    pub scan: Duration,
}

/// Everything that was measured.
pub struct Report {
    /// In the order asked for.
    pub sizes: Vec<Size>,
    /// Starts of the demo.
    pub idle: Vec<Idle>,
    /// The size of the binary.
    pub binary_bytes: u64,
    /// How long a full activation decision takes by itself, in microseconds.
    pub evaluation_micros: f64,
    /// How long a typical query takes to be read and bound by itself, in microseconds.
    pub query_micros: f64,
    /// How long it takes to verify an audit log of so many records, if that was asked for.
    pub verification: Option<(usize, Duration)>,
    /// How long the disk takes to make 64 KiB durable.
    pub flush_micros: f64,
    /// Processors that servers and load generator share.
    pub processors: usize,
}

fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}

impl Size {
    fn of(&self, name: &str) -> &[Figure] {
        self.figures
            .iter()
            .find(|(found, _)| *found == name)
            .map_or(&[], |(_, figures)| figures)
    }

    fn rate(&self, name: &str) -> f64 {
        median(self.of(name).iter().map(|figure| figure.found.rate))
    }

    fn processor_micros(&self, name: &str) -> f64 {
        median(self.of(name).iter().map(|figure| figure.found.processor_micros))
    }

    /// The median of each round's share of the bare route.
    fn ratio(&self, name: &str) -> f64 {
        median(
            self.of(name)
                .iter()
                .map(|figure| figure.found.rate / figure.bare.rate),
        )
    }

    fn bare(&self, of: fn(&Driven) -> f64) -> f64 {
        median(
            self.figures
                .iter()
                .flat_map(|(_, figures)| figures)
                .map(|figure| of(&figure.bare)),
        )
    }

    /// How much faster grouped commits are than single ones.
    fn gain(&self) -> f64 {
        self.faster(GROUPED, ONE_BY_ONE)
    }

    /// Which part of the rate without the audit log, or without its tree, is lost with it.
    fn cost_of_audit(&self, without: &str) -> f64 {
        1.0 - 1.0 / self.faster(without, GROUPED)
    }

    /// How many times as long an expanded page takes as a plain one.
    fn cost_of_expansion(&self) -> f64 {
        self.faster(PLAIN, EXPANDED)
    }

    /// How many times as fast one is as another, round by round.
    fn faster(&self, one: &str, other: &str) -> f64 {
        let pairs = self.of(one).iter().zip(self.of(other));
        median(pairs.map(|(one, other)| one.found.rate / other.found.rate))
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut names = Vec::new();
        write!(
            f,
            "| operations per second (share of the bare route) · server's processor time for one |"
        )?;
        for size in &self.sizes {
            names = size.figures.iter().map(|(name, _)| *name).collect();
            write!(f, " {} grants |", grouped(size.grants))?;
        }
        let compared = self.sizes.first().zip(self.sizes.get(1));
        if compared.is_some() {
            write!(f, " smaller ÷ larger |")?;
        }
        let columns = self.sizes.len() + usize::from(compared.is_some());
        writeln!(f, "\n|---|{}", "---:|".repeat(columns))?;
        write!(f, "| bare route |")?;
        for size in &self.sizes {
            write!(
                f,
                " {:.0} · {:.0} µs |",
                size.bare(|driven| driven.rate),
                size.bare(|driven| driven.processor_micros)
            )?;
        }
        writeln!(f, "{}", if compared.is_some() { " |" } else { "" })?;
        for name in names {
            write!(f, "| {name} |")?;
            for size in &self.sizes {
                write!(
                    f,
                    " {:.0} ({:.0} %) · {:.0} µs |",
                    size.rate(name),
                    size.ratio(name) * 100.0,
                    size.processor_micros(name)
                )?;
            }
            if let Some((small, large)) = compared {
                write!(f, " {:.2} |", small.ratio(name) / large.ratio(name))?;
            }
            writeln!(f)?;
        }
        writeln!(f)?;
        for size in self.sizes.iter().filter(|size| !size.of(GROUPED).is_empty()) {
            let gain = size.gain();
            writeln!(
                f,
                "* Group commit at {} grants: {gain:.1} times one by one.",
                grouped(size.grants)
            )?;
        }
        for size in self
            .sizes
            .iter()
            .filter(|size| !size.of(WITHOUT_AUDIT).is_empty() && !size.of(GROUPED).is_empty())
        {
            writeln!(
                f,
                "* The audit log takes {:.0} % of the rate of activations at {} grants, its hashes and checkpoints {:.0} %.",
                size.cost_of_audit(WITHOUT_AUDIT) * 100.0,
                grouped(size.grants),
                size.cost_of_audit(WITHOUT_HASHES) * 100.0
            )?;
        }
        writeln!(
            f,
            "* The disk makes 64 KiB durable in {:.2} ms; the slower it is, the more group commit gains.",
            self.flush_micros / 1_000.0
        )?;
        writeln!(
            f,
            "* A full activation decision, all rules on, takes the rules {:.2} µs.",
            self.evaluation_micros
        )?;
        writeln!(
            f,
            "* A query string with a filter, two expansions and a page size is read and bound in {:.1} µs.",
            self.query_micros
        )?;
        for size in self.sizes.iter().filter(|size| !size.of(EXPANDED).is_empty()) {
            let cost = size.cost_of_expansion();
            writeln!(
                f,
                "* A page of 100 with both expansions at {} grants: {cost:.1} times the page without.",
                grouped(size.grants)
            )?;
        }
        for size in &self.sizes {
            writeln!(
                f,
                "* A scan for all security alerts at {} grants takes {:.2} s, beside the requests.",
                grouped(size.grants),
                size.scan.as_secs_f64()
            )?;
        }
        if let Some((records, taken)) = self.verification {
            writeln!(
                f,
                "* An audit log of {} records is verified in {:.1} s.",
                grouped(records),
                taken.as_secs_f64()
            )?;
        }
        let start = median(self.idle.iter().map(|idle| idle.start.as_secs_f64()));
        let resident = self
            .idle
            .iter()
            .map(|idle| idle.resident_kib)
            .max()
            .unwrap_or_default();
        writeln!(
            f,
            "* `tenure demo` accepts connections {:.0} ms after its start.",
            start * 1_000.0
        )?;
        writeln!(f, "* Idle it occupies {} MiB.", resident.div_ceil(1024))?;
        writeln!(
            f,
            "* The binary has {} MiB.",
            self.binary_bytes.div_ceil(1024 * 1024)
        )?;
        writeln!(
            f,
            "* {} processors for server and load generator together, {CONNECTIONS} keep-alive connections, {}.",
            self.processors,
            SystemClock
                .now()
                .to_string()
                .split('T')
                .next()
                .unwrap_or_default(),
        )
    }
}

/// `1000000` as `1 000 000`, with spaces that do not break.
fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push('\u{a0}');
        }
        text.push(digit);
    }
    text
}

/// What stands around the table in the document.
const ABOVE: &str = "\
# Benchmarks

Written by `cargo xtask bench --write`; `--grants`, `--seconds` and `--rounds` choose what is measured.

A server and a load generator run in processes of their own on one machine and talk HTTP/1.1 over
loopback. Each figure is the median of several rounds, and its share is of a bare axum route that
returns a small static JSON, measured right before and after it in the same round: the machine that
this runs on is rarely quiet, and a share survives that. Absolute figures say little about another
machine.

Each person holds two roles and can activate eight, for good. Reads spread over up to 20 000 people,
whose holdings are in memory when they are decided about. Every call carries a signed token that the
server has seen before. Activations are durable when they are answered: each is a request, a grant and
its audit rows, flushed to disk. With mail, the messages to principal and administrators are made and put
into the outbox as well, in the same time. Everything that activates begins with a copy of the same data and activates the
same; the first half of it is not measured. Without hashes and checkpoints, or without the audit log altogether, a server
is not to be run: these say what they cost.

";

/// Writes the document.
pub fn write(report: &Report) -> anyhow::Result<()> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/benchmarks.md");
    Ok(std::fs::write(path, format!("{ABOVE}{report}"))?)
}
