//! Entity tags: which version of an entity somebody has seen, so that nobody overwrites what they have
//! not (RFC 9110, 8.8.3 and 13.1). Graph has none on PIM's types; role settings have them here, as a
//! header and not in bodies.

use model::Record;

use crate::GraphError;

/// The tag of an entity that has one: role settings, whole or one rule of them. Each change of any rule
/// changes it.
pub fn etag(record: &Record) -> Option<String> {
    match record {
        Record::Policy(policy) | Record::PolicyAssignment(policy) | Record::PolicyRule(policy, _) => {
            Some(format!("W/\"{}\"", policy.version))
        }
        _ => None,
    }
}

/// `If-Match` or `If-None-Match`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Tags {
    /// `*`: whatever version there is.
    Any,
    /// One of these.
    These(Vec<String>),
}

impl Tags {
    /// Reads the header. What is no tag matches nothing.
    pub fn parse(header: &str) -> Self {
        if header.trim() == "*" {
            return Self::Any;
        }
        Self::These(header.split(',').map(|tag| opaque(tag).to_owned()).collect())
    }

    /// Whether they match a tag. Compared weakly: there is one representation of each version only.
    pub fn match_tag(&self, tag: &str) -> bool {
        match self {
            Self::Any => true,
            Self::These(tags) => tags.iter().any(|one| one == opaque(tag)),
        }
    }

    /// Fails unless they match the entity, if it has a tag.
    ///
    /// # Errors
    /// 412 `PreconditionFailed`
    pub fn require(tags: Option<&Self>, record: &Record) -> Result<(), GraphError> {
        match (tags, etag(record)) {
            (Some(tags), Some(tag)) if !tags.match_tag(&tag) => Err(GraphError::precondition_failed()),
            _ => Ok(()),
        }
    }
}

/// A tag without what says that it is weak.
fn opaque(tag: &str) -> &str {
    let tag = tag.trim();
    tag.strip_prefix("W/").unwrap_or(tag)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_compared_weakly() {
        for (header, matches) in [
            ("*", true),
            ("W/\"3\"", true),
            ("\"3\"", true),
            (" \"2\" , W/\"3\"", true),
            ("W/\"33\"", false),
            ("3", false),
            ("", false),
        ] {
            assert_eq!(Tags::parse(header).match_tag("W/\"3\""), matches, "{header}");
        }
    }
}
