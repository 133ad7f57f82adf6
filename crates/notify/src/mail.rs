//! A letter on its way to one address, as RFC 5322 has it.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use lettre::Message as Mime;
use lettre::message::header::{ContentType, HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart, MultiPartKind, SinglePart};
use model::{Instant, IsoDuration, MailAddress, MessageId, RequestId};

use crate::letter::Letter;
use crate::values::one_line;

/// Characters of a display name at the most.
const DISPLAY_NAME_CHARS_MAX: usize = 100;

/// From whom mail comes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sender {
    /// The address.
    pub address: MailAddress,
    /// The name beside it.
    pub display_name: String,
}

/// A letter on its way to one address. What is sent is the same however often it is tried, its
/// `Message-ID` included, so that whoever got it twice can tell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mail {
    /// Which message it is.
    pub message_id: MessageId,
    /// The place of the address among the message's recipients.
    pub position: u32,
    /// The request that it belongs to: all mail about one is a thread.
    pub thread: Option<RequestId>,
    /// From whom.
    pub from: Sender,
    /// To whom.
    pub to: MailAddress,
    /// When what it tells of happened.
    pub date: Instant,
    /// What it says.
    pub letter: Letter,
}

/// Why mail was not sent.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{reason}")]
pub struct SendError {
    /// Whether it never will be.
    pub is_permanent: bool,
    /// Why, in words, without secrets.
    pub reason: String,
}

impl Mail {
    /// The domain of its sender, which makes ids unique in the world.
    fn domain(&self) -> &str {
        let address = self.from.address.as_str();
        address.rsplit('@').next().unwrap_or(address)
    }

    /// `Message-ID`, angle brackets included.
    fn id(&self) -> String {
        format!("<{}.{}@{}>", self.message_id, self.position, self.domain())
    }

    /// The mail as it goes over the wire, with its envelope.
    ///
    /// # Errors
    /// A permanent one if an address is none for the mail library.
    pub(crate) fn mime(&self) -> Result<Mime, SendError> {
        let unsendable = |reason: String| SendError {
            is_permanent: true,
            reason,
        };
        let mailbox = |address: &MailAddress, name: Option<String>| {
            let parsed = address.as_str().parse();
            parsed
                .map(|parsed| Mailbox::new(name, parsed))
                .map_err(|error| unsendable(format!("{address}: {error}")))
        };
        let name = one_line(&self.from.display_name, DISPLAY_NAME_CHARS_MAX);
        let constant = |name, value: String| HeaderValue::new(HeaderName::new_from_ascii_str(name), value);
        let mut builder = Mime::builder()
            .message_id(Some(self.id()))
            .date(system_time(self.date))
            .from(mailbox(&self.from.address, Some(name))?)
            .to(mailbox(&self.to, None)?)
            .subject(self.letter.subject.clone())
            // Nobody's absence note is to answer it (RFC 3834).
            .raw_header(constant("Auto-Submitted", "auto-generated".to_owned()))
            .raw_header(constant("List-Id", format!("<notifications.{}>", self.domain())));
        if let Some(request) = self.thread {
            let root = format!("<{request}@{}>", self.domain());
            builder = builder.in_reply_to(root.clone()).references(root);
        }
        let part = |kind, body: &String| SinglePart::builder().header(kind).body(body.clone());
        let body = MultiPart::builder()
            .kind(MultiPartKind::Alternative)
            .boundary(format!("{}.{}", self.message_id, self.position))
            .build()
            .singlepart(part(ContentType::TEXT_PLAIN, &self.letter.text))
            .singlepart(part(ContentType::TEXT_HTML, &self.letter.html));
        builder
            .multipart(body)
            .map_err(|error| unsendable(error.to_string()))
    }
}

/// Within the years that a date line can show: the mail library panics at others.
fn system_time(at: Instant) -> SystemTime {
    let held = at.saturating_add(IsoDuration::ZERO);
    let since = u64::try_from(held.as_micros()).unwrap_or_default();
    UNIX_EPOCH
        .checked_add(Duration::from_micros(since))
        .unwrap_or(UNIX_EPOCH)
}

#[cfg(test)]
mod tests;
