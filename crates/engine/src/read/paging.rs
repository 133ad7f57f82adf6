//! Page sizes, and page tokens: opaque, signed, and good for the list they were made for only.

use std::fmt::Debug;

use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use model::query::Collection;

use crate::error::Error;

/// Rows on a page unless the caller says otherwise.
pub const PAGE_ROWS_DEFAULT: u32 = 100;
/// Rows on a page of the directory at the most; asking for more is refused (directory dossier, B2).
pub const PAGE_ROWS_DIRECTORY_MAX: u32 = 999;
/// Rows on a page of anything else at the most; asking for more gets as many (schedules dossier, 4.4;
/// audit dossier, B3).
pub const PAGE_ROWS_MAX: u32 = 1000;
/// Rows on a page of role definitions and policies: clients read only the first page (directory
/// dossier, A1; policies dossier, 4.3).
pub const PAGE_ROWS_SMALL_COLLECTION: u32 = 10_000;
/// Bytes of a page token's signature.
const SIGNATURE_BYTES: usize = 16;

/// Signs page tokens, so that only positions made here come back.
#[derive(Clone)]
pub struct PageTokenKey(hmac::Key);

impl PageTokenKey {
    /// From the secret kept in the store.
    pub fn new(secret: &[u8]) -> Self {
        Self(hmac::Key::new(hmac::HMAC_SHA256, secret))
    }

    /// A token for a position in a list, which is known by how it shows: a collection, or a question with all that
    /// it asks.
    pub fn seal(&self, list: impl Debug, position: &str) -> String {
        let mut bytes = self.signature(&list, position);
        bytes.extend_from_slice(position.as_bytes());
        URL_SAFE_NO_PAD.encode(bytes)
    }

    /// The position in a token.
    ///
    /// # Errors
    /// [`Error::PageToken`] for a token that was not made here for this list.
    pub fn open(&self, list: impl Debug, token: &str) -> Result<String, Error> {
        let bytes = URL_SAFE_NO_PAD.decode(token).map_err(|_| Error::PageToken)?;
        let (signature, position) = bytes.split_at_checked(SIGNATURE_BYTES).ok_or(Error::PageToken)?;
        let position = std::str::from_utf8(position).map_err(|_| Error::PageToken)?;
        let expected = self.signature(&list, position);
        aws_lc_rs::constant_time::verify_slices_are_equal(&expected, signature)
            .map_err(|_| Error::PageToken)?;
        Ok(position.to_owned())
    }

    fn signature(&self, list: &dyn Debug, position: &str) -> Vec<u8> {
        let tag = hmac::sign(&self.0, format!("{list:?}\n{position}").as_bytes());
        tag.as_ref().iter().copied().take(SIGNATURE_BYTES).collect()
    }
}

/// How many rows a page has.
///
/// # Errors
/// [`Error::PageTooLarge`] when more of the directory is asked for than a page may have.
pub fn page_rows(collection: Collection, top: Option<u32>) -> Result<u32, Error> {
    let Some(asked) = top else {
        return Ok(PAGE_ROWS_DEFAULT);
    };
    let is_directory = matches!(
        collection,
        Collection::Users
            | Collection::Groups
            | Collection::ServicePrincipals
            | Collection::AdministrativeUnits
            | Collection::DirectoryObjects
    );
    if is_directory && asked > PAGE_ROWS_DIRECTORY_MAX {
        return Err(Error::PageTooLarge {
            asked,
            max: PAGE_ROWS_DIRECTORY_MAX,
        });
    }
    Ok(asked.clamp(1, PAGE_ROWS_MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_opens_only_where_it_was_made_and_only_unaltered() {
        let key = PageTokenKey::new(&[7; 32]);
        let token = key.seal(Collection::Users, "position");
        assert_eq!(key.open(Collection::Users, &token).unwrap(), "position");
        assert!(key.open(Collection::Groups, &token).is_err());
        assert!(
            PageTokenKey::new(&[8; 32])
                .open(Collection::Users, &token)
                .is_err()
        );
        let mut altered = token.clone();
        altered.pop();
        assert!(key.open(Collection::Users, &altered).is_err());
        for garbage in ["", "x", "????", "AAAA"] {
            assert!(key.open(Collection::Users, garbage).is_err());
        }
    }

    #[test]
    fn a_page_has_at_most_so_many_rows() {
        let (users, audits) = (Collection::Users, Collection::DirectoryAudits);
        assert_eq!(page_rows(users, None).unwrap(), PAGE_ROWS_DEFAULT);
        assert_eq!(
            page_rows(users, Some(PAGE_ROWS_DIRECTORY_MAX)).unwrap(),
            PAGE_ROWS_DIRECTORY_MAX
        );
        assert!(page_rows(users, Some(PAGE_ROWS_DIRECTORY_MAX + 1)).is_err());
        assert_eq!(page_rows(audits, Some(PAGE_ROWS_MAX + 1)).unwrap(), PAGE_ROWS_MAX);
    }
}
