//! One id type per entity, so that a role can never be passed where a principal is meant, and the
//! derived string ids that Graph gives to instances (schedules dossier, section 2.6).

use std::fmt;
use std::str::FromStr;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use uuid::Uuid;

use crate::{DirectoryScope, Entropy, GrantKind};

/// The text was not a GUID.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InvalidGuid;

impl fmt::Display for InvalidGuid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not a GUID")
    }
}

impl std::error::Error for InvalidGuid {}

macro_rules! typed_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[derive(serde::Serialize, serde::Deserialize)]
        #[serde(transparent)]
        pub struct $name(#[serde(with = "guid_text")] Uuid);

        impl $name {
            /// Wraps a GUID whose meaning the caller knows.
            pub const fn new(value: Uuid) -> Self {
                Self(value)
            }

            /// A fresh version 4 GUID from the injected source of randomness.
            pub fn random(entropy: &dyn Entropy) -> Self {
                Self(entropy.uuid())
            }

            /// The bare GUID, for storage and the wire.
            pub const fn uuid(self) -> Uuid {
                self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(&self.0.as_hyphenated(), f)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}({})", stringify!($name), self.0.as_hyphenated())
            }
        }

        impl FromStr for $name {
            type Err = InvalidGuid;

            fn from_str(text: &str) -> Result<Self, InvalidGuid> {
                parse_guid(text).map(Self)
            }
        }

        impl From<$name> for Uuid {
            fn from(id: $name) -> Uuid {
                id.0
            }
        }
    };
}

typed_id!(
    /// Any directory object: user, group, service principal or administrative unit. A grant's
    /// `principalId` is one of the first three.
    ObjectId
);
typed_id!(
    /// A role definition; for built-in roles the published template id.
    RoleDefinitionId
);
typed_id!(
    /// A schedule request. An approval has the id of the request that waits for it.
    RequestId
);
typed_id!(
    /// A step of an approval; the first has the approval's id.
    StepId
);
typed_id!(
    /// A grant, which Graph calls a schedule. A grant made through PIM has the id of its request.
    GrantId
);
typed_id!(
    /// The GUID inside a role management policy's id.
    PolicyId
);
typed_id!(
    /// The tenant.
    TenantId
);
typed_id!(
    /// An application's client id (`appId`), which is not its service principal's object id.
    AppId
);
typed_id!(
    /// Ties the audit rows of one operation together.
    CorrelationId
);
typed_id!(
    /// A message about an event.
    MessageId
);

impl From<RequestId> for StepId {
    /// The first step of an approval shares its GUID (policies dossier, 1.1).
    fn from(id: RequestId) -> Self {
        Self(id.0)
    }
}

impl From<RequestId> for GrantId {
    /// A schedule shares the GUID of the request that created it (schedules dossier, section 1).
    fn from(id: RequestId) -> Self {
        Self(id.0)
    }
}

impl From<GrantId> for RequestId {
    fn from(id: GrantId) -> Self {
        Self(id.0)
    }
}

/// Reads a GUID in its hyphenated form, any case. Braces, URNs and bare hexadecimal are refused,
/// as Graph refuses them.
pub fn parse_guid(text: &str) -> Result<Uuid, InvalidGuid> {
    if text.len() != 36 {
        return Err(InvalidGuid);
    }
    Uuid::try_parse(text).map_err(|_| InvalidGuid)
}

mod guid_text {
    //! GUIDs as lower-case hyphenated text inside stored JSON.
    use serde::{Deserialize, Deserializer, Serializer};
    use uuid::Uuid;

    pub fn serialize<S: Serializer>(id: &Uuid, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&id.as_hyphenated())
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Uuid, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        super::parse_guid(&text).map_err(serde::de::Error::custom)
    }
}

/// The string id of an instance, of a `/roleAssignments` row and of a schedule made outside PIM:
/// base64url of the GUIDs in .NET byte order, then a suffix that counts the scope's form.
pub fn derived_id(
    kind: GrantKind,
    role: RoleDefinitionId,
    principal: ObjectId,
    scope: DirectoryScope,
) -> String {
    let mut bytes = Vec::with_capacity(48);
    bytes.extend_from_slice(&role.uuid().to_bytes_le());
    bytes.extend_from_slice(&principal.uuid().to_bytes_le());
    if let Some(object) = scope.object_id() {
        bytes.extend_from_slice(&object.uuid().to_bytes_le());
    }
    let form = if scope.object_id().is_some() { "-2" } else { "-1" };
    let kind = match kind {
        GrantKind::Assignment => "",
        GrantKind::Eligibility => "-e",
    };
    let mut id = URL_SAFE_NO_PAD.encode(bytes);
    id.push_str(form);
    id.push_str(kind);
    id
}

/// The principal inside a string made by [`derived_id`], so that what it names can be looked for
/// among that principal's own. None if the text has another form.
pub fn principal_of_derived_id(text: &str) -> Option<ObjectId> {
    let text = text.strip_suffix("-e").unwrap_or(text);
    let bytes = URL_SAFE_NO_PAD
        .decode(text.strip_suffix("-1").or_else(|| text.strip_suffix("-2"))?)
        .ok()?;
    let principal: [u8; 16] = bytes.get(16..32)?.try_into().ok()?;
    Some(ObjectId::new(Uuid::from_bytes_le(principal)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids() -> (RoleDefinitionId, ObjectId) {
        (
            "fe930be7-5e62-47db-91af-98c3a49a38b1".parse().unwrap(),
            "3f1d6a52-8c0e-4b7a-9d35-2e6f70b4c811".parse().unwrap(),
        )
    }

    #[test]
    fn derived_ids_match_the_published_scheme() {
        let (role, principal) = ids();
        let unit =
            DirectoryScope::AdministrativeUnit("a7c2e914-55d0-4f6b-8b1c-90de1f3a6c27".parse().unwrap());
        let cases = [
            (
                GrantKind::Assignment,
                DirectoryScope::Tenant,
                "5wuT_mJe20eRr5jDpJo4sVJqHT8OjHpLnTUub3C0yBE-1",
            ),
            (
                GrantKind::Assignment,
                unit,
                "5wuT_mJe20eRr5jDpJo4sVJqHT8OjHpLnTUub3C0yBEU6cKn0FVrT4sckN4fOmwn-2",
            ),
            (
                GrantKind::Eligibility,
                DirectoryScope::Tenant,
                "5wuT_mJe20eRr5jDpJo4sVJqHT8OjHpLnTUub3C0yBE-1-e",
            ),
        ];
        for (kind, scope, expected) in cases {
            assert_eq!(derived_id(kind, role, principal, scope), expected);
            assert_eq!(principal_of_derived_id(expected), Some(principal));
        }
        let role = "62e90394-69f5-4237-9190-012177145e10".parse().unwrap();
        let principal = "6be4b305-b75e-4efc-bfcc-31bd3b53a5f8".parse().unwrap();
        assert_eq!(
            derived_id(GrantKind::Assignment, role, principal, DirectoryScope::Tenant),
            "lAPpYvVpN0KRkAEhdxReEAWz5Gtet_xOv8wxvTtTpfg-1"
        );
    }

    #[test]
    fn guids_are_read_in_the_hyphenated_form_only() {
        assert!(parse_guid("FE930BE7-5E62-47DB-91AF-98C3A49A38B1").is_ok());
        for bad in [
            "",
            "fe930be75e6247db91af98c3a49a38b1",
            "{fe930be7-5e62-47db-91af-98c3a49a38b1}",
            "x",
        ] {
            assert_eq!(parse_guid(bad), Err(InvalidGuid), "{bad}");
        }
    }
}
