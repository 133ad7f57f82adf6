//! Makes messages of notices: who each audience is, is looked up now.

use model::{IsoDuration, Message, MessageId};

use super::Mail;
use super::addressees::Directory;
use crate::context::Context;
use crate::error::Error;

/// How many notices one transaction makes messages of.
pub const NOTICES_PER_TRANSACTION_MAX: u64 = 50;
/// How long notices and their messages are kept. They are no history: the audit log is.
const KEPT: IsoDuration = IsoDuration::from_days(30);

/// Makes the messages of the oldest open notices, at most [`NOTICES_PER_TRANSACTION_MAX`], and puts them
/// on their way if mail is sent. Says how many notices there were.
pub fn post_notices(cx: &Context<'_>) -> Result<u64, Error> {
    let notices = cx.session.open_notices(NOTICES_PER_TRANSACTION_MAX)?;
    let mut directory = Directory::default();
    let mut count = 0;
    for (number, notice) in notices {
        for addressed in &notice.addressed {
            let found = directory.addressees(cx, &notice, addressed)?;
            if found.recipients.is_empty() && found.unreachable.is_empty() {
                continue;
            }
            let message = Message {
                id: MessageId::random(cx.entropy),
                notice: notice.clone(),
                audience: addressed.audience,
                rule_id: addressed.rule_id,
                recipients: found.recipients,
                unreachable: found.unreachable,
                skipped: found.skipped,
            };
            cx.session.insert_message(number, &message)?;
            if cx.notices.mail == Mail::Sent {
                cx.session.insert_deliveries(&message, cx.now)?;
            }
        }
        cx.session.close_notice(number)?;
        count += 1;
    }
    Ok(count)
}

/// Deletes a share of what is older than thirty days, sent or not.
pub fn delete_old(cx: &Context<'_>) -> Result<(), Error> {
    cx.session
        .delete_notices_before(cx.now.saturating_sub(KEPT), NOTICES_PER_TRANSACTION_MAX)?;
    Ok(())
}
