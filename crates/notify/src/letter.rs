//! A message as a letter: subject, text and HTML.

use model::Message;
use serde::Serialize;

use crate::layout;
use crate::values::one_line;
use crate::wording::{Wording, wording};

/// Characters of a subject at the most, prefix included.
const SUBJECT_CHARS_MAX: usize = 200;
/// Recipients that a letter names at the most.
const NAMED_RECIPIENTS_MAX: usize = 10;

/// What all letters of a tenant have in common.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LetterStyle {
    /// What every subject begins with.
    pub subject_prefix: String,
    /// The tenant's name.
    pub tenant_name: String,
}

/// A message in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Letter {
    /// One line.
    pub subject: String,
    /// Complete by itself.
    pub text: String,
    /// The same in HTML, without anything that is loaded from elsewhere.
    pub html: String,
}

/// What the layouts lay out. Links to pages will be here once there are pages.
#[derive(Serialize)]
pub struct Page<'a> {
    wording: &'a Wording,
    subject: &'a str,
    /// Why somebody gets this, and where that is changed.
    why: String,
    /// Who else gets it.
    recipients: String,
    /// Who should have got it and does not.
    missing: String,
    /// The request to which it belongs.
    request: Option<String>,
    tenant_name: String,
}

/// Puts a message into words.
pub fn letter(message: &Message, style: &LetterStyle) -> Letter {
    let wording = wording(message);
    let prefixed = format!("{} {}", style.subject_prefix, wording.subject);
    let subject = one_line(&prefixed, SUBJECT_CHARS_MAX);
    let page = Page {
        wording: &wording,
        subject: &subject,
        why: why(message),
        recipients: named(
            message
                .recipients
                .iter()
                .map(|address| address.as_str().to_owned()),
        ),
        missing: missing(message),
        request: request(message),
        tenant_name: one_line(&style.tenant_name, SUBJECT_CHARS_MAX),
    };
    let (text, html) = layout::render(&page);
    Letter { subject, text, html }
}

fn why(message: &Message) -> String {
    match message.rule_id {
        Some(rule) => {
            format!(
                "The notification rule {rule} of the role's settings sends this; \
                 change it there (policies/roleManagementPolicies)."
            )
        }
        None => "No notification rule of a role governs this: administrators get it.".to_owned(),
    }
}

/// A list that does not go on for ever.
fn named(names: impl ExactSizeIterator<Item = String>) -> String {
    let more = names.len().saturating_sub(NAMED_RECIPIENTS_MAX);
    let names: Vec<String> = names.take(NAMED_RECIPIENTS_MAX).collect();
    match more {
        0 => names.join(", "),
        more => format!("{} and {more} more", names.join(", ")),
    }
}

fn missing(message: &Message) -> String {
    let names = message.unreachable.iter().map(|name| crate::values::name(name));
    let unreachable = named(names);
    let mut parts = Vec::new();
    if !unreachable.is_empty() {
        parts.push(format!("Without a mail address: {unreachable}."));
    }
    if message.skipped > 0 {
        parts.push(format!(
            "Left out, as one message goes to so many only: {}.",
            message.skipped
        ));
    }
    parts.join(" ")
}

fn request(message: &Message) -> Option<String> {
    match &message.notice.about {
        model::notice::Matter::Role(matter) => matter.request_id.map(|id| id.to_string()),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
