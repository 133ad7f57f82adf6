//! Audit rows, written in the transaction of the change that they record (I5). Which rows an
//! operation leaves is the audit dossier's section B7; what a row looks like is B8.

mod activity;
mod directory;
mod event;
mod grants;
mod memberships;
mod requests;
mod retention;
mod reviews;
mod settings;

pub(crate) use activity::{Phase, of_request as activity_of_request, of_twin as activity_of_twin};
pub use directory::{DirectoryChange, record_directory_change};
pub use grants::{record_end_by_time, record_start};
pub(crate) use memberships::MS_PIM;
pub use memberships::record_outside_pim;
pub use requests::{record_cancellation, record_lapse, record_refusal, record_request};
pub use retention::{RETENTION_CHANGED, Removal, record_removal, record_retention_change};
pub use reviews::record_review;
pub use settings::{SettingChange, record_settings_change};
