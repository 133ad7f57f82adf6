//! Audit rows, written in the transaction of the change that they record (I5). Which rows an
//! operation leaves is the audit dossier's section B7; what a row looks like is B8.

mod activity;
mod alerts;
mod directory;
mod event;
mod grants;
mod licence;
mod memberships;
mod requests;
mod retention;
mod reviews;
mod settings;
mod sign_ins;
mod system;

pub(crate) use activity::{Phase, of_request as activity_of_request, of_twin as activity_of_twin};
pub(crate) use alerts::{AlertActivity, record_alert, record_roles_outside_pim};
pub use directory::{DirectoryChange, record_directory_change};
pub(crate) use event::tenant_target;
pub use grants::{record_end_by_time, record_start};
pub(crate) use licence::record_licence_change;
pub(crate) use memberships::MS_PIM;
pub use memberships::{record_end_with_subject, record_outside_pim};
pub use requests::{record_cancellation, record_lapse, record_refusal, record_request};
pub(crate) use retention::{Removal, record_removal, record_retention_change};
pub use reviews::{record_refused_review, record_review};
pub use settings::{SettingChange, record_refused_settings, record_settings_change};
pub use sign_ins::record_sign_in;
pub use system::record_system_event;
