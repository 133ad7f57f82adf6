//! Mail addresses: what is taken for one can stand in a header, and stays what it was.

use model::MailAddress;

/// Characters that would make something else of an address in a header (RFC 5322, 3.4).
const SPECIAL: &[char] = &['"', '<', '>', '(', ')', ',', ';', ':', '\\', '[', ']'];
/// Bytes of an address at the most.
const BYTES_MAX: usize = 254;

/// Whatever is taken for an address is one `local@domain` of printable ASCII, without anything that
/// quotes, lists or ends a line; it reads back as it is printed, and equals itself in any case.
pub fn mail_address(input: &[u8]) {
    let Some(text) = crate::text(input) else { return };
    let Ok(address) = text.parse::<MailAddress>() else {
        return;
    };
    assert_eq!(address.as_str(), text);
    assert!(text.len() <= BYTES_MAX);
    assert!(text.chars().all(|c| c.is_ascii_graphic()), "{text:?}");
    assert!(!text.contains(SPECIAL), "{text:?}");
    let (local, domain) = text.split_once('@').expect("an address has an @");
    assert!(
        !local.is_empty() && domain.contains('.') && !domain.contains('@'),
        "{text:?}"
    );
    for other in [
        address.to_string(),
        text.to_ascii_uppercase(),
        text.to_ascii_lowercase(),
    ] {
        assert_eq!(other.parse::<MailAddress>().as_ref(), Ok(&address));
    }
}
