//! The past and what can be learnt from it: who held what at an instant, what happened to somebody or with a role,
//! figures over a stretch of time, and where less privilege would do. Only reads; everything comes from what is
//! never deleted.

mod holdings;
mod insights;
mod readers;
mod statistics;
mod timeline;

pub use holdings::{HoldingsPage, HoldingsRow, holdings_then};
pub use insights::{Broader, Insight, InsightPage, InsightQuery, Subject, insights};
pub use readers::Names;
pub use statistics::{Statistics, StatisticsQuery, statistics};
pub use timeline::{About, Timeline, TimelineQuery, timeline};

/// What every list here is asked with.
#[derive(Clone, Debug, Default)]
pub struct Paging {
    /// How many rows.
    pub top: Option<u32>,
    /// Where the page before ended.
    pub token: Option<String>,
}
