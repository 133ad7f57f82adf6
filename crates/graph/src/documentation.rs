//! What is served, row by row, for the generated compatibility table and the authorisation-matrix
//! test.

use crate::description::{EntitySet, Operation};
use crate::{Method, Versions, sets};

/// One method of one path.
#[derive(Clone, Debug)]
pub struct CompatibilityRow {
    /// The method.
    pub method: Method,
    /// The path beneath the version, with `{key}`, `{element}` and `{cast}` where values go.
    pub path: String,
    /// In which versions.
    pub versions: Versions,
    /// The set, with its service and type.
    pub set: &'static EntitySet,
    /// The operation, with its kind and permissions.
    pub operation: &'static Operation,
}

/// Every row, in the order of the sets; the paths under a second name follow those under the first.
pub fn compatibility_rows() -> Vec<CompatibilityRow> {
    let mut rows = Vec::new();
    for set in sets::ALL {
        extend(&mut rows, set, &set.path.join("/"), Versions::Both);
        if let Some(path) = set.beta_path {
            extend(&mut rows, set, &path.join("/"), Versions::Beta);
        }
    }
    for operation in sets::USERS.operations {
        if let Some(rest) = operation.path.strip_prefix("{key}") {
            rows.push(CompatibilityRow {
                method: operation.method,
                path: format!("/me{rest}"),
                versions: operation.versions,
                set: &sets::USERS,
                operation,
            });
        }
    }
    rows
}

fn extend(rows: &mut Vec<CompatibilityRow>, set: &'static EntitySet, path: &str, versions: Versions) {
    rows.extend(set.operations.iter().map(|operation| {
        let separator = if operation.path.is_empty() { "" } else { "/" };
        CompatibilityRow {
            method: operation.method,
            path: format!("/{path}{separator}{}", operation.path),
            versions: if versions == Versions::Beta {
                versions
            } else {
                operation.versions
            },
            set,
            operation,
        }
    }));
}

#[cfg(test)]
mod tests {
    use odata::path;

    use super::*;
    use crate::{Version, resolve};

    #[test]
    fn every_row_is_routed_to_its_own_operation() {
        for row in compatibility_rows() {
            let sent = row
                .path
                .replace("{key}", "5d0e6c1a-72f4-4b0d-8a3f-19c7e2b4d650")
                .replace("{element}", "Expiration_EndUser_Assignment")
                .replace("{cast}", "microsoft.graph.group")
                .replace("{on}", row.set.current_user.first().unwrap_or(&""));
            for version in Version::ALL {
                let segments = path::split(&sent).unwrap();
                let route = resolve(version, row.method, &segments);
                if row.versions.has(version) {
                    let route = route.unwrap_or_else(|error| panic!("{sent}: {error}"));
                    assert!(std::ptr::eq(route.operation, row.operation), "{sent}");
                } else {
                    assert!(route.is_err(), "{sent}");
                }
            }
        }
    }

    #[test]
    fn every_operation_takes_a_permission() {
        for row in compatibility_rows() {
            assert!(!row.operation.permissions.is_empty(), "{row:?}");
        }
    }
}
