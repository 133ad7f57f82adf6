//! Who is in the demo.

use model::RoleDefinitionId;
use model::role::{GLOBAL_ADMINISTRATOR, PRIVILEGED_ROLE_ADMINISTRATOR, SECURITY_READER, USER_ADMINISTRATOR};

/// The demo's domain.
pub const DOMAIN: &str = "demo.example";
/// The demo's tenant.
pub const TENANT_NAME: &str = "Example Works";

/// Somebody with a part to play.
pub struct Person {
    /// The name.
    pub display_name: &'static str,
    /// The part.
    pub persona: &'static str,
    /// Roles held for good.
    pub holds: &'static [RoleDefinitionId],
    /// Roles that can be activated.
    pub eligible: &'static [RoleDefinitionId],
}

impl Person {
    /// The first name in lower case, at the demo's domain.
    pub fn user_principal_name(&self) -> String {
        user_principal_name(self.display_name)
    }
}

/// The cast.
pub const PEOPLE: [Person; 5] = [
    Person {
        display_name: "Alice Okafor",
        persona: "administrator",
        holds: &[GLOBAL_ADMINISTRATOR],
        eligible: &[],
    },
    Person {
        display_name: "Bob Lindqvist",
        persona: "approver",
        holds: &[PRIVILEGED_ROLE_ADMINISTRATOR],
        eligible: &[],
    },
    Person {
        display_name: "Carol Mendes",
        persona: "holder",
        holds: &[],
        eligible: &[SECURITY_READER, USER_ADMINISTRATOR, GLOBAL_ADMINISTRATOR],
    },
    Person {
        display_name: "Dave Novak",
        persona: "auditor",
        holds: &[SECURITY_READER],
        eligible: &[],
    },
    Person {
        display_name: "Erin Walsh",
        persona: "newcomer",
        holds: &[],
        eligible: &[],
    },
];

/// Everybody else.
pub const OTHERS: [&str; 40] = [
    "Amara Diallo",
    "Anton Berger",
    "Beatriz Costa",
    "Bogdan Ilic",
    "Chiara Ricci",
    "Daniel Osei",
    "Dina Haddad",
    "Elias Holm",
    "Emeka Obi",
    "Farah Rahimi",
    "Felix Brandt",
    "Freya Nilsen",
    "Gita Menon",
    "Goran Petrov",
    "Hana Sato",
    "Hugo Laurent",
    "Ines Duarte",
    "Ivo Marek",
    "Jamal Carter",
    "Jana Kolar",
    "Kaito Mori",
    "Katya Orlova",
    "Lars Winther",
    "Leila Amari",
    "Luca Conti",
    "Maya Fischer",
    "Mei Tanaka",
    "Nadia Karim",
    "Nils Aalto",
    "Olga Sokol",
    "Omar Farouk",
    "Paula Reyes",
    "Quentin Roy",
    "Rana Aziz",
    "Rosa Alvarez",
    "Sven Eklund",
    "Tara Quinn",
    "Uma Iyer",
    "Viktor Hegedus",
    "Yara Mansour",
];

/// `amara@demo.example` for Amara Diallo.
pub fn user_principal_name(display_name: &str) -> String {
    let first = display_name
        .split(' ')
        .next()
        .unwrap_or(display_name)
        .to_lowercase();
    format!("{first}@{DOMAIN}")
}

/// What a person who started the demo by hand reads.
pub fn greet(base_url: &str) {
    tracing::info!("DEMO: throw-away data, loopback only, not for production");
    tracing::info!("Graph API  {base_url}/v1.0 and {base_url}/beta");
    tracing::info!(
        "tokens     POST {base_url}/ext/v1/demo/token  {{\"user\":\"carol@{DOMAIN}\",\"mfa\":true}}"
    );
    tracing::info!("clock      POST {base_url}/ext/v1/demo/clock  {{\"advance\":\"PT8H\"}}");
    for person in &PEOPLE {
        tracing::info!(
            "person     {:<22} {}",
            person.user_principal_name(),
            person.persona
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_shares_a_principal_name() {
        let mut names: Vec<String> = PEOPLE
            .iter()
            .map(Person::user_principal_name)
            .chain(OTHERS.iter().map(|name| user_principal_name(name)))
            .collect();
        let all = names.len();
        names.sort();
        names.dedup();
        assert_eq!(names.len(), all);
    }
}
