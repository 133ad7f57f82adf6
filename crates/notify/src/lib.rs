//! What a message says, and how it is handed to a mail server; and how records of the audit log are handed to a
//! collector ([`siem`]).
//!
//! [`letter()`] puts a notice into words: `wording` says what, two layouts in `templates` say it as text
//! and as HTML, so that the two can never differ. [`Mail`] is a letter on its way to one address;
//! a [`Mailer`] takes it. Nothing here knows why a message goes to whom, or when.
//!
//! To word another event: a function in the module of its subject, and its line in `wording`.

mod layout;
mod letter;
mod mail;
pub mod siem;
mod smtp;
mod values;
mod wording;

pub use letter::{Letter, LetterStyle, letter};
pub use mail::{Mail, SendError, Sender};
pub use smtp::{Mailer, Security, SmtpMailer, SmtpOptions, SmtpUrlError};
