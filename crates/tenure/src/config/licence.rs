//! The `[licence]` part of the configuration: what the tenant is licensed for. The server needs no licence; it
//! answers like a tenant that has this one.

use anyhow::{Context as _, bail};
use model::{Instant, Licence, LicencePlan};
use serde::Deserialize;

/// One layer of it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub struct LicenceLayer {
    plan: Option<LicencePlan>,
    seats: Option<u32>,
    expires_at: Option<String>,
}

impl LicenceLayer {
    /// This layer with `upper` on top.
    pub fn under(self, upper: Self) -> Self {
        Self {
            plan: upper.plan.or(self.plan),
            seats: upper.seats.or(self.seats),
            expires_at: upper.expires_at.or(self.expires_at),
        }
    }

    /// Takes `TENURE_LICENCE_{key}`. Says whether there is such a key.
    ///
    /// # Errors
    /// If the value is no plan or no number.
    pub fn set(&mut self, key: &str, value: &str) -> anyhow::Result<bool> {
        match key {
            "PLAN" => self.plan = Some(LicencePlan::parse(value).context("there is no such plan")?),
            "SEATS" => self.seats = Some(value.parse()?),
            "EXPIRES_AT" => self.expires_at = Some(value.to_owned()),
            _ => return Ok(false),
        }
        Ok(true)
    }

    /// What it comes to: unlimited unless it says otherwise.
    ///
    /// # Errors
    /// If the end is no instant, or there is nothing to count or to end.
    pub fn check(&self) -> anyhow::Result<Licence> {
        let plan = self.plan.unwrap_or(LicencePlan::Unlimited);
        if plan == LicencePlan::None && (self.seats.is_some() || self.expires_at.is_some()) {
            bail!("`licence.seats` and `licence.expires_at` say nothing where `licence.plan` is \"none\"");
        }
        let expires_at = self.expires_at.as_deref().map(Instant::parse).transpose();
        Ok(Licence {
            plan,
            seats: self.seats,
            expires_at: expires_at
                .context("`licence.expires_at` is not an instant such as 2027-01-01T00:00:00Z")?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> anyhow::Result<Licence> {
        toml::from_str::<LicenceLayer>(text)?.check()
    }

    #[test]
    fn it_is_unlimited_unless_it_says_otherwise() {
        assert_eq!(parse("").unwrap(), Licence::default());
        let licence = parse("plan = \"p2\"\nseats = 25\nexpires_at = \"2027-01-01T00:00:00Z\"").unwrap();
        assert_eq!(licence.plan, LicencePlan::P2);
        assert_eq!(licence.seats, Some(25));
        assert_eq!(licence.expires_at, Instant::parse("2027-01-01T00:00:00Z").ok());
        for bad in [
            "plan = \"gold\"",
            "seats = -1",
            "expires_at = \"soon\"",
            "plan = \"none\"\nseats = 1",
            "sets = 1",
        ] {
            assert!(parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn the_environment_wins() {
        let mut upper = LicenceLayer::default();
        assert!(upper.set("PLAN", "none").unwrap());
        assert!(!upper.set("COLOUR", "red").unwrap());
        assert!(upper.set("SEATS", "many").is_err());
        let file: LicenceLayer = toml::from_str("plan = \"p1\"").unwrap();
        assert_eq!(file.under(upper).check().unwrap().plan, LicencePlan::None);
    }
}
