//! A record as a syslog message (RFC 5424), and messages as a stream of bytes (RFC 6587, 3.4.1; RFC 5425, 4.3).

use super::Parcel;

/// Facility 13, "log audit" (RFC 5424, table 1).
const FACILITY: u8 = 13;
/// Severities (RFC 5424, table 2).
const NOTICE: u8 = 5;
const WARNING: u8 = 4;
/// Which program.
const APP_NAME: &str = "tenure";
/// Of which kind the message is: that of the records in the body.
const MESSAGE_ID: &str = "AuditLogs";
/// The structured data. Tenure has no enterprise number; this one is for examples (RFC 5612).
const SD_ID: &str = "tenure@32473";
/// Characters of a host name at the most.
const HOST_CHARS_MAX: usize = 255;

/// One message: what a receiver sorts by, the number in the log and the correlation as structured data, and the record.
pub fn message(host: &str, parcel: &Parcel) -> String {
    let severity = if parcel.is_success { NOTICE } else { WARNING };
    let priority = u16::from(FACILITY) * 8 + u16::from(severity);
    // The body is UTF-8 without a byte order mark, which few readers of JSON expect.
    format!(
        "<{priority}>1 {} {} {APP_NAME} - {MESSAGE_ID} [{SD_ID} sequence=\"{}\" correlationId=\"{}\"] {}",
        parcel.at,
        host_name(host),
        parcel.sequence,
        parcel.correlation_id,
        parcel.body
    )
}

/// A message with its length in front, so that it may hold whatever it likes.
pub fn framed(message: &str) -> Vec<u8> {
    format!("{} {message}", message.len()).into_bytes()
}

/// The name as the header can hold it: printable ASCII, or nothing.
fn host_name(host: &str) -> String {
    let name: String = host
        .chars()
        .filter(char::is_ascii_graphic)
        .take(HOST_CHARS_MAX)
        .collect();
    if name.is_empty() { "-".to_owned() } else { name }
}
