//! Clients that keep no secret and that nobody registers: Microsoft's own tools, by the ids they come with
//! (directory dossier, C5.2).

use model::AppId;

/// Id and name of each.
const PUBLIC_CLIENTS: [(&str, &str); 3] = [
    ("04b07795-8ddb-461a-bbee-02f9e1bf7b46", "Microsoft Azure CLI"),
    (
        "14d82eec-204b-4c2f-b7e8-296a70dab67e",
        "Microsoft Graph Command Line Tools",
    ),
    (
        "1950a258-227b-4e31-a9cf-717495945fc2",
        "Microsoft Azure PowerShell",
    ),
];

/// The name of the tool with this id.
pub fn public_client_name(id: AppId) -> Option<&'static str> {
    PUBLIC_CLIENTS
        .iter()
        .find(|(known, _)| known.parse() == Ok(id))
        .map(|(_, name)| *name)
}

#[cfg(test)]
mod tests {
    use model::SeededEntropy;

    use super::*;

    #[test]
    fn the_ids_are_ids() {
        for (id, name) in PUBLIC_CLIENTS {
            assert_eq!(public_client_name(id.parse().unwrap()), Some(name));
        }
        let other = AppId::random(&SeededEntropy::from_number(1));
        assert_eq!(public_client_name(other), None);
    }
}
