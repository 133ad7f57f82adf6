//! Audit events as CSV (RFC 4180): one row an event, and no cell that a spreadsheet would take for a formula.

use std::borrow::Cow;

use ::csv::{Terminator, Writer, WriterBuilder};
use model::AppId;
use model::ObjectId;
use model::audit::{AuditEvent, AuditTarget, Initiator, LoggedEvent};
use serde::Serialize;

/// The columns. Their names are those that `$filter` knows the properties by; the number in the log stands before
/// them, and what has no single value is JSON, as Graph shows it.
pub const COLUMNS: [&str; 24] = [
    "sequence",
    "id",
    "activityDateTime",
    "activityDisplayName",
    "category",
    "loggedByService",
    "operationType",
    "result",
    "resultReason",
    "correlationId",
    "initiatedBy/user/id",
    "initiatedBy/user/displayName",
    "initiatedBy/user/userPrincipalName",
    "initiatedBy/user/ipAddress",
    "initiatedBy/app/appId",
    "initiatedBy/app/displayName",
    "initiatedBy/app/servicePrincipalId",
    "targetResources/0/type",
    "targetResources/0/id",
    "targetResources/0/displayName",
    "targetResources/0/userPrincipalName",
    "targetResources",
    "additionalDetails",
    "userAgent",
];

/// What cells begin with that spreadsheets take for formulas (OWASP, CSV injection).
const FORMULA: [char; 7] = ['=', '+', '-', '@', '\t', '\r', '\n'];

/// The line that names the columns.
///
/// # Errors
/// None that is foreseen: it is written into memory.
pub fn header() -> Result<Vec<u8>, ::csv::Error> {
    let mut writer = writer();
    writer.write_record(COLUMNS)?;
    finish(writer)
}

/// A line for each event.
///
/// # Errors
/// If an event cannot be written as JSON.
pub fn rows<'a>(events: impl IntoIterator<Item = &'a LoggedEvent>) -> Result<Vec<u8>, ::csv::Error> {
    let mut writer = writer();
    for logged in events {
        let cells = cells(logged)?;
        writer.write_record(cells.iter().map(|cell| harmless(cell).into_owned()))?;
    }
    finish(writer)
}

fn writer() -> Writer<Vec<u8>> {
    WriterBuilder::new()
        .terminator(Terminator::CRLF)
        .from_writer(Vec::new())
}

fn finish(writer: Writer<Vec<u8>>) -> Result<Vec<u8>, ::csv::Error> {
    writer
        .into_inner()
        .map_err(|error| ::csv::Error::from(error.into_error()))
}

/// A cell that is text to everybody.
fn harmless(cell: &str) -> Cow<'_, str> {
    if cell.starts_with(FORMULA) {
        Cow::Owned(format!("'{cell}"))
    } else {
        Cow::Borrowed(cell)
    }
}

/// The cells of an event, in the order of [`COLUMNS`].
fn cells(logged: &LoggedEvent) -> Result<[String; COLUMNS.len()], ::csv::Error> {
    let event: &AuditEvent = logged;
    let (user, app) = initiator(&event.initiated_by);
    let [user_id, user_name, principal_name, address] = user;
    let [app_id, app_name, service_principal] = app;
    let target = event.targets.first();
    let of_target = |text: fn(&AuditTarget) -> Option<&str>| target.and_then(text).unwrap_or_default();
    Ok([
        sequence(&logged.record).map_or_else(String::new, |number| number.to_string()),
        event.id.clone(),
        event.at.to_string(),
        event.activity.clone(),
        event.category.clone(),
        event.service.as_str().to_owned(),
        event.operation_type.clone(),
        event.result.as_str().to_owned(),
        event.result_reason.clone(),
        event.correlation_id.to_string(),
        user_id,
        user_name,
        principal_name,
        address,
        app_id,
        app_name,
        service_principal,
        of_target(|target| Some(&target.target_type)).to_owned(),
        of_target(|target| target.id.as_deref()).to_owned(),
        of_target(|target| target.display_name.as_deref()).to_owned(),
        of_target(|target| target.user_principal_name.as_deref()).to_owned(),
        json(&event.targets)?,
        json(&event.details)?,
        event.user_agent.clone().unwrap_or_default(),
    ])
}

fn initiator(initiator: &Initiator) -> ([String; 4], [String; 3]) {
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    let object = |id: &Option<ObjectId>| id.map_or_else(String::new, |id| id.to_string());
    let app = |id: &Option<AppId>| id.map_or_else(String::new, |id| id.to_string());
    match initiator {
        Initiator::User {
            id,
            display_name,
            user_principal_name,
            ip_address,
        } => (
            [
                object(id),
                text(display_name),
                text(user_principal_name),
                text(ip_address),
            ],
            Default::default(),
        ),
        Initiator::App {
            app_id,
            display_name,
            service_principal_id,
        } => (
            Default::default(),
            [app(app_id), text(display_name), object(service_principal_id)],
        ),
    }
}

/// The number that a record says it has.
fn sequence(record: &str) -> Option<u64> {
    #[derive(serde::Deserialize)]
    struct Numbered {
        sequence: u64,
    }
    let Numbered { sequence } = serde_json::from_str(record).ok()?;
    Some(sequence)
}

fn json(value: &impl Serialize) -> Result<String, ::csv::Error> {
    serde_json::to_string(value).map_err(|error| ::csv::Error::from(std::io::Error::from(error)))
}

#[cfg(test)]
mod tests {
    use model::audit::{AuditDetail, AuditRecord, AuditResult, AuditService, ModifiedProperty};
    use model::{CorrelationId, Instant};
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;

    /// Texts that people and attackers write into justifications, names and user agents.
    fn text() -> impl Strategy<Value = String> {
        let begin = prop::sample::select(vec![
            "", "=", "+", "-", "@", "\t", "\r", "\n", "'", "\"", ",", ";",
        ]);
        (begin, ".{0,12}").prop_map(|(begin, rest)| format!("{begin}{rest}"))
    }

    fn by() -> impl Strategy<Value = Initiator> {
        let optional = || prop::option::of(text());
        let user =
            (optional(), optional(), optional()).prop_map(|(name, principal, address)| Initiator::User {
                id: Some(ObjectId::new(Uuid::from_u128(7))),
                display_name: name,
                user_principal_name: principal,
                ip_address: address,
            });
        let app = optional().prop_map(|name| Initiator::App {
            app_id: Some(AppId::new(Uuid::from_u128(8))),
            display_name: name,
            service_principal_id: None,
        });
        prop_oneof![user, app]
    }

    fn target() -> impl Strategy<Value = AuditTarget> {
        let optional = || prop::option::of(text());
        (text(), optional(), optional(), optional()).prop_map(|(kind, id, name, principal)| AuditTarget {
            target_type: kind,
            id,
            display_name: name.clone(),
            user_principal_name: principal,
            modified_properties: vec![ModifiedProperty {
                display_name: "=x".to_owned(),
                old_value: None,
                new_value: name,
            }],
        })
    }

    prop_compose! {
        fn logged()(
            texts in prop::collection::vec(text(), 6),
            by in by(),
            targets in prop::collection::vec(target(), 0..3),
            agent in prop::option::of(text()),
        ) -> LoggedEvent {
            let text = |place: usize| texts[place].clone();
            let event = AuditEvent {
                id: text(0),
                at: Instant::from_micros(1),
                correlation_id: CorrelationId::new(Uuid::from_u128(9)),
                activity: text(1),
                category: text(2),
                service: AuditService::Pim,
                operation_type: text(3),
                result: AuditResult::Success,
                result_reason: text(4),
                initiated_by: by,
                targets,
                details: vec![AuditDetail { key: "=k".to_owned(), value: text(5) }],
                user_agent: agent,
            };
            let record = serde_json::to_string(&AuditRecord { sequence: 5, event: &event }).unwrap();
            LoggedEvent { event, record: record.into() }
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(64) })]

        #[test]
        fn no_cell_is_a_formula_and_every_cell_is_what_the_event_says(
            events in prop::collection::vec(logged(), 1..4),
        ) {
            let mut text = header().unwrap();
            text.extend(rows(&events).unwrap());
            let mut reader = ::csv::Reader::from_reader(text.as_slice());
            prop_assert_eq!(reader.headers().unwrap(), &::csv::StringRecord::from(COLUMNS.to_vec()));
            let read: Vec<_> = reader.records().collect::<Result<_, _>>().unwrap();
            prop_assert_eq!(read.len(), events.len());
            for (row, event) in read.iter().zip(&events) {
                for (cell, original) in row.iter().zip(cells(event).unwrap()) {
                    prop_assert!(!cell.starts_with(['=', '+', '-', '@', '\t', '\r']), "{:?}", cell);
                    let unquoted = if original.starts_with(FORMULA) { &cell[1..] } else { cell };
                    prop_assert_eq!(unquoted, original);
                }
                prop_assert_eq!(&row[0], "5");
                let targets: Vec<AuditTarget> = serde_json::from_str(&row[21]).unwrap();
                prop_assert_eq!(&targets, &event.targets);
            }
        }
    }
}
