//! Audit rows, written in the transaction of the change that they record (I5). Which rows an
//! operation leaves is the audit dossier's section B7; what a row looks like is B8.

mod activity;
mod event;
mod recorder;

pub use activity::Phase;
pub use recorder::{
    DirectoryChange, SettingChange, record_cancellation, record_directory_change, record_end_by_time,
    record_lapse, record_outside_pim, record_refusal, record_request, record_settings_change, record_start,
};
