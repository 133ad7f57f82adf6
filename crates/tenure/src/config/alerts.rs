//! The alerts that Tenure adds: which accounts are for emergencies, and how many may hold a role for good.

use engine::alerts::AlertOptions;
use serde::Deserialize;

/// What one layer says of alerts.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub struct AlertsLayer {
    break_glass_accounts: Option<Vec<String>>,
    standing_holders_max: Option<u32>,
}

impl AlertsLayer {
    /// This layer with `upper` on top.
    pub fn under(self, upper: Self) -> Self {
        Self {
            break_glass_accounts: upper.break_glass_accounts.or(self.break_glass_accounts),
            standing_holders_max: upper.standing_holders_max.or(self.standing_holders_max),
        }
    }

    /// Takes an environment variable, without what they all begin with; says whether it is known. A list has commas
    /// between its parts.
    pub fn set(&mut self, key: &str, value: &str) -> anyhow::Result<bool> {
        match key {
            "BREAK_GLASS_ACCOUNTS" => {
                let accounts = value.split(',').map(|account| account.trim().to_owned());
                self.break_glass_accounts = Some(accounts.filter(|account| !account.is_empty()).collect());
            }
            "STANDING_HOLDERS_MAX" => self.standing_holders_max = Some(value.parse()?),
            _ => return Ok(false),
        }
        Ok(true)
    }

    /// What the engine goes by.
    pub fn options(self) -> AlertOptions {
        let by_default = AlertOptions::default();
        AlertOptions {
            break_glass_accounts: self
                .break_glass_accounts
                .unwrap_or(by_default.break_glass_accounts),
            standing_holders_max: self
                .standing_holders_max
                .unwrap_or(by_default.standing_holders_max),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_has_commas_and_the_upper_layer_wins() {
        let mut lower = AlertsLayer::default();
        assert!(
            lower
                .set("BREAK_GLASS_ACCOUNTS", "a@x.example, ,b@x.example ")
                .unwrap()
        );
        assert!(lower.set("STANDING_HOLDERS_MAX", "many").is_err());
        assert!(!lower.set("ACCOUNTS", "a").unwrap());
        let mut upper = AlertsLayer::default();
        assert!(upper.set("STANDING_HOLDERS_MAX", "2").unwrap());
        let options = lower.under(upper).options();
        assert_eq!(options.break_glass_accounts, ["a@x.example", "b@x.example"]);
        assert_eq!(options.standing_holders_max, 2);
        assert_eq!(AlertsLayer::default().options(), AlertOptions::default());
    }
}
