//! Telling people (policies dossier, section 10). A notice is written in the transaction of its event,
//! with the settings of that instant; the rest has time. Messages are made of notices by looking up who
//! their audiences are, and each message is delivered to one address at a time.
//!
//! To tell of another event: a [`NoticeEvent`](model::NoticeEvent), its line in `rules::notices`, a
//! function in `tell`, and its wording in `notify`.

mod addressees;
mod alerts;
mod deliver;
mod digest;
mod outbox;
mod post;
mod remind;
mod tell;

use model::{IsoDuration, MailAddress};

pub use deliver::{
    ATTEMPTS_MAX, DELIVERIES_PER_ROUND_MAX, DueMail, Failure, Outcome, due_mail, note_outcome,
};
pub use outbox::{Outbox, OutboxEntry, outbox, retry};
pub use post::{NOTICES_PER_TRANSACTION_MAX, post_notices};

pub(crate) use alerts::tell_of_roles_outside_pim;
pub(crate) use digest::{count_week, is_week_over, tell_of_week};
pub(crate) use post::delete_old;
pub(crate) use remind::{remind_of_approval, remind_of_grant, tell_what_is_due};
pub(crate) use tell::{
    tell_of_cancellation, tell_of_end, tell_of_lapse, tell_of_request, tell_of_review,
    tell_of_settings_change, tell_of_start,
};

/// What becomes of notices.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mail {
    /// None are written: nobody would read them.
    #[default]
    Off,
    /// Messages are made, and kept to be looked at.
    Kept,
    /// Messages are made and sent.
    Sent,
}

/// What people are told, and how.
#[derive(Clone, Debug, Default)]
pub struct NoticeOptions {
    /// What becomes of notices.
    pub mail: Mail,
    /// How long before its end the holder of an activation is told, if at all.
    pub before_activation_ends: Option<IsoDuration>,
    /// Whether administrators get a digest each week.
    pub weekly_digest: bool,
    /// Who else gets it.
    pub digest_recipients: Vec<MailAddress>,
    /// How long after the first failed attempt a delivery is tried again; the pause doubles from there.
    pub retry_after: Option<IsoDuration>,
}
