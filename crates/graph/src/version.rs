//! The two versions of Graph, served from one store.

/// A version of the API.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Version {
    /// `v1.0`
    V1,
    /// `beta`
    Beta,
}

impl Version {
    /// Both.
    pub const ALL: [Self; 2] = [Self::V1, Self::Beta];

    /// The segment that begins a path.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::V1 => "v1.0",
            Self::Beta => "beta",
        }
    }

    /// Reads the segment in any case.
    pub fn parse(segment: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|version| version.as_str().eq_ignore_ascii_case(segment))
    }
}

/// In which versions something exists.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Versions {
    /// In both.
    Both,
    /// In v1.0 only.
    V1,
    /// In beta only.
    Beta,
}

impl Versions {
    /// Whether `version` is one of them.
    pub const fn has(self, version: Version) -> bool {
        matches!(
            (self, version),
            (Self::Both, _) | (Self::V1, Version::V1) | (Self::Beta, Version::Beta)
        )
    }
}
