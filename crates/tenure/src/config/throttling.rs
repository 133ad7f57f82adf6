//! The `[throttling]` part of the configuration: how much one identity may ask of the Graph routes.

use std::num::NonZeroU32;

use serde::Deserialize;
use server::{Allowance, CHANGES_DEFAULT, RESOURCE_UNITS_DEFAULT};

/// One layer of it; 0 is no limit.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub struct ThrottlingLayer {
    resource_units: Option<u32>,
    changes: Option<u32>,
}

impl ThrottlingLayer {
    /// This layer with `upper` on top.
    pub fn under(self, upper: Self) -> Self {
        Self {
            resource_units: upper.resource_units.or(self.resource_units),
            changes: upper.changes.or(self.changes),
        }
    }

    /// Takes `TENURE_THROTTLING_{key}`. Says whether there is such a key.
    ///
    /// # Errors
    /// If the value is no number.
    pub fn set(&mut self, key: &str, value: &str) -> anyhow::Result<bool> {
        match key {
            "RESOURCE_UNITS" => self.resource_units = Some(value.parse()?),
            "CHANGES" => self.changes = Some(value.parse()?),
            _ => return Ok(false),
        }
        Ok(true)
    }

    /// What it comes to.
    pub fn allowance(&self) -> Allowance {
        Allowance {
            resource_units: NonZeroU32::new(self.resource_units.unwrap_or(RESOURCE_UNITS_DEFAULT)),
            changes: NonZeroU32::new(self.changes.unwrap_or(CHANGES_DEFAULT)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zero_is_no_limit() {
        let mut layer = ThrottlingLayer::default();
        assert!(layer.set("CHANGES", "0").unwrap());
        assert!(!layer.set("READS", "1").unwrap());
        assert!(layer.set("RESOURCE_UNITS", "many").is_err());
        let allowance = layer.allowance();
        assert_eq!(allowance.changes, None);
        assert_eq!(allowance.resource_units, NonZeroU32::new(RESOURCE_UNITS_DEFAULT));
    }
}
