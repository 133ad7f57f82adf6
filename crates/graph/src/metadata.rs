//! `$metadata`: the served part of the schema as CSDL, generated from the descriptions (directory
//! dossier, B10).

mod roots;

use std::fmt::Write as _;

use odata::schema::Edm;

use self::roots::{roots, sets_of};
use crate::Version;
use crate::description::{ComplexType, EntitySet, EntityType, EnumType, OperationKind, Type};
use crate::sets::{self, Schema};

const HEAD: &str = concat!(
    "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n",
    "<edmx:Edmx Version=\"4.0\" xmlns:edmx=\"http://docs.oasis-open.org/odata/ns/edmx\">\n",
    "<edmx:DataServices>\n",
    "<Schema Namespace=\"microsoft.graph\" Alias=\"graph\" xmlns=\"http://docs.oasis-open.org/odata/ns/edm\">\n",
);
const FOOT: &str = "</Schema>\n</edmx:DataServices>\n</edmx:Edmx>\n";

/// The schema of one version.
pub fn csdl(version: Version) -> String {
    let schema = Schema::collect(version);
    let mut xml = Xml {
        text: HEAD.to_owned(),
        version,
    };
    for enumeration in schema.enums.values() {
        xml.enumeration(enumeration);
    }
    for complex in schema.complex.values() {
        xml.complex(complex);
    }
    for entity in schema.entities.values() {
        xml.entity(entity, &schema);
    }
    for (path, type_name) in roots(version) {
        xml.root(path, type_name);
    }
    for set in sets_of(version) {
        xml.operations(set);
    }
    xml.container();
    xml.text.push_str(FOOT);
    xml.text
}

struct Xml {
    text: String,
    version: Version,
}

impl Xml {
    /// One line. Names and types of the schema have nothing that XML needs escaped.
    fn line(&mut self, line: std::fmt::Arguments<'_>) {
        // Writing to a text cannot fail.
        let _ = writeln!(self.text, "{line}");
    }

    fn enumeration(&mut self, enumeration: &EnumType) {
        if enumeration.v1_only && self.version == Version::Beta {
            return;
        }
        self.enum_type(short(enumeration.name), enumeration.members.iter().copied());
    }

    fn enum_type<'a>(&mut self, name: &str, members: impl Iterator<Item = (&'a str, i32)>) {
        self.line(format_args!("<EnumType Name=\"{name}\">"));
        for (member, number) in members {
            self.line(format_args!("<Member Name=\"{member}\" Value=\"{number}\"/>"));
        }
        self.line(format_args!("</EnumType>"));
    }

    fn complex(&mut self, complex: &ComplexType) {
        let open = if complex.is_open { " OpenType=\"true\"" } else { "" };
        self.line(format_args!(
            "<ComplexType Name=\"{}\"{open}>",
            short(complex.name)
        ));
        for member in complex.members {
            let of = type_name(member.of, self.version);
            self.line(format_args!("<Property Name=\"{}\" Type=\"{of}\"/>", member.name));
        }
        self.line(format_args!("</ComplexType>"));
    }

    fn entity(&mut self, entity: &'static EntityType, schema: &Schema) {
        match entity.base {
            Some(base) => self.line(format_args!(
                "<EntityType Name=\"{}\" BaseType=\"{}\">",
                entity.short_name(),
                base.name
            )),
            None => {
                self.line(format_args!("<EntityType Name=\"{}\">", entity.short_name()));
                self.line(format_args!("<Key><PropertyRef Name=\"id\"/></Key>"));
            }
        }
        let version = self.version;
        let own = entity.properties.iter().filter(|property| {
            let inherited = entity
                .base
                .and_then(|base| base.property(property.name))
                .is_some_and(|property| !property.derived);
            property.versions.has(version) && !property.derived && !inherited
        });
        for property in own {
            let name = property.name;
            let of = type_name(property.of, version);
            let is_relation =
                matches!(property.of, Type::Complexes(complex) if schema.entities.contains_key(complex.name));
            if is_relation {
                self.line(format_args!(
                    "<NavigationProperty Name=\"{name}\" Type=\"{of}\" ContainsTarget=\"true\"/>"
                ));
            } else {
                let nullable = if name == "id" { " Nullable=\"false\"" } else { "" };
                self.line(format_args!(
                    "<Property Name=\"{name}\" Type=\"{of}\"{nullable}/>"
                ));
            }
        }
        let led_to = entity.navigations.iter().filter(|n| n.versions.has(version));
        for navigation in led_to {
            let target = navigation.target.name;
            let of = if navigation.is_collection {
                format!("Collection({target})")
            } else {
                target.to_owned()
            };
            let contained = if navigation.is_contained {
                " ContainsTarget=\"true\""
            } else {
                ""
            };
            self.line(format_args!(
                "<NavigationProperty Name=\"{}\" Type=\"{of}\"{contained}/>",
                navigation.name
            ));
        }
        self.line(format_args!("</EntityType>"));
    }

    /// A type whose only purpose is to hold the sets behind a segment.
    fn root(&mut self, path: &[&str], type_name: &str) {
        self.line(format_args!("<EntityType Name=\"{}\">", short(type_name)));
        self.line(format_args!("<Key><PropertyRef Name=\"id\"/></Key>"));
        self.line(format_args!(
            "<Property Name=\"id\" Type=\"Edm.String\" Nullable=\"false\"/>"
        ));
        for (inner, inner_type) in roots(self.version) {
            if let Some((name, before)) = inner.split_last()
                && before == path
            {
                self.line(format_args!(
                    "<NavigationProperty Name=\"{name}\" Type=\"{inner_type}\" ContainsTarget=\"true\"/>"
                ));
            }
        }
        for set in sets_of(self.version) {
            if let Some((name, before)) = set.path.split_last()
                && before == path
            {
                self.line(format_args!(
                    "<NavigationProperty Name=\"{name}\" Type=\"Collection({})\" ContainsTarget=\"true\"/>",
                    set.entity.name
                ));
            }
        }
        self.line(format_args!("</EntityType>"));
    }

    /// The functions and actions bound to a set.
    fn operations(&mut self, set: &EntitySet) {
        let entity = set.entity.name;
        if !set.current_user.is_empty() {
            let options = options_name(set.entity);
            let sentinel = ["unknownFutureValue"];
            let members = set.current_user.iter().chain(&sentinel).copied().zip(1..);
            self.enum_type(&options, members);
            self.line(format_args!(
                "<Function Name=\"filterByCurrentUser\" IsBound=\"true\">\n\
                 <Parameter Name=\"bindingParameter\" Type=\"Collection({entity})\"/>\n\
                 <Parameter Name=\"on\" Type=\"microsoft.graph.{options}\" Nullable=\"false\"/>\n\
                 <ReturnType Type=\"Collection({entity})\"/>\n\
                 </Function>"
            ));
        }
        if set
            .operations
            .iter()
            .any(|operation| operation.kind == OperationKind::Cancel)
        {
            self.line(format_args!(
                "<Action Name=\"cancel\" IsBound=\"true\">\n\
                 <Parameter Name=\"bindingParameter\" Type=\"{entity}\"/>\n\
                 </Action>"
            ));
        }
        self.actions(set);
    }

    /// Looking anew, and putting right.
    fn actions(&mut self, set: &EntitySet) {
        for operation in set.operations {
            let (name, of, parameters) = match operation.kind {
                OperationKind::Refresh => ("refresh", set.entity.name.to_owned(), ""),
                OperationKind::RefreshAll => (
                    "refresh",
                    format!("Collection({})", set.entity.name),
                    "<Parameter Name=\"scopeId\" Type=\"Edm.String\" Nullable=\"false\"/>\n\
                     <Parameter Name=\"scopeType\" Type=\"Edm.String\" Nullable=\"false\"/>\n",
                ),
                OperationKind::Remediate(nav) => match set.entity.navigation(nav) {
                    Some(navigation) => ("remediate", navigation.target.name.to_owned(), ""),
                    None => continue,
                },
                _ => continue,
            };
            self.line(format_args!(
                "<Action Name=\"{name}\" IsBound=\"true\">\n\
                 <Parameter Name=\"bindingParameter\" Type=\"{of}\"/>\n\
                 {parameters}</Action>"
            ));
        }
    }

    fn container(&mut self) {
        self.line(format_args!("<EntityContainer Name=\"GraphService\">"));
        for set in sets_of(self.version) {
            let beta = set.beta_path.filter(|_| self.version == Version::Beta);
            for path in [Some(set.path), beta].into_iter().flatten() {
                if let [name] = path {
                    self.line(format_args!(
                        "<EntitySet Name=\"{name}\" EntityType=\"{}\"/>",
                        set.entity.name
                    ));
                }
            }
        }
        self.line(format_args!(
            "<Singleton Name=\"me\" Type=\"{}\"/>",
            sets::USER.name
        ));
        for (path, type_name) in roots(self.version) {
            if let [name] = path {
                self.line(format_args!("<Singleton Name=\"{name}\" Type=\"{type_name}\"/>"));
            }
        }
        self.line(format_args!("</EntityContainer>"));
    }
}

fn short(name: &str) -> &str {
    name.strip_prefix("microsoft.graph.").unwrap_or(name)
}

/// `roleAssignmentScheduleFilterByCurrentUserOptions` for `unifiedRoleAssignmentSchedule`.
fn options_name(entity: &EntityType) -> String {
    let name = entity.short_name();
    let name = name.strip_prefix("unified").unwrap_or(name);
    let mut chars = name.chars();
    let first = chars.next().map(|first| first.to_ascii_lowercase());
    first
        .into_iter()
        .chain(chars)
        .chain("FilterByCurrentUserOptions".chars())
        .collect()
}

fn type_name(of: Type, version: Version) -> String {
    match of {
        Type::Primitive(edm) => match edm {
            Edm::String(_) | Edm::Identifier | Edm::Enum(_) => "Edm.String",
            Edm::Boolean => "Edm.Boolean",
            Edm::Int => "Edm.Int32",
            Edm::DateTimeOffset => "Edm.DateTimeOffset",
            Edm::Duration => "Edm.Duration",
        }
        .to_owned(),
        Type::Enumeration(enumeration) if enumeration.v1_only && version == Version::Beta => {
            "Edm.String".to_owned()
        }
        Type::Enumeration(enumeration) => enumeration.name.to_owned(),
        Type::Primitives(element) => match element.members {
            [member, ..] => format!("Collection({})", type_name(member.of, version)),
            [] => format!("Collection({})", element.name),
        },
        Type::Complex(complex) => complex.name.to_owned(),
        Type::Complexes(complex) => format!("Collection({})", complex.name),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_type_that_is_named_is_declared_once() {
        for version in Version::ALL {
            let xml = csdl(version);
            let declared: Vec<&str> = ["<EntityType Name=\"", "<ComplexType Name=\"", "<EnumType Name=\""]
                .iter()
                .flat_map(|tag| xml.split(tag).skip(1))
                .filter_map(|rest| rest.split('"').next())
                .collect();
            let mut unique = declared.clone();
            unique.sort_unstable();
            unique.dedup();
            assert_eq!(unique.len(), declared.len(), "{version:?}");
            for named in xml
                .split("Type=\"")
                .skip(1)
                .filter_map(|rest| rest.split('"').next())
            {
                let name = named.trim_start_matches("Collection(").trim_end_matches(')');
                if let Some(name) = name.strip_prefix("microsoft.graph.") {
                    assert!(unique.contains(&name), "{version:?}: {name}");
                }
            }
            for tag in [
                "EntityType",
                "ComplexType",
                "EnumType",
                "Function",
                "Action",
                "EntityContainer",
            ] {
                let opened = xml.matches(&format!("<{tag} ")).count();
                assert_eq!(opened, xml.matches(&format!("</{tag}>")).count(), "{tag}");
            }
        }
    }

    #[test]
    fn the_versions_differ_where_the_dossier_says() {
        let (v1, beta) = (csdl(Version::V1), csdl(Version::Beta));
        let cases = [
            ("isPrivileged", false, true),
            ("resourceScope\"", false, true),
            ("userAgent", false, true),
            ("<EntitySet Name=\"administrativeUnits\"", false, true),
            (
                "<EnumType Name=\"unifiedRoleScheduleRequestActions\">",
                true,
                false,
            ),
            (
                "<EnumType Name=\"roleAssignmentScheduleRequestFilterByCurrentUserOptions\">",
                true,
                true,
            ),
            (
                "<EntityType Name=\"unifiedRoleManagementPolicyExpirationRule\" BaseType=\"microsoft.graph.unifiedRoleManagementPolicyRule\">",
                true,
                true,
            ),
            ("<NavigationProperty Name=\"inheritsPermissionsFrom\"", true, true),
            (
                "<NavigationProperty Name=\"directory\" Type=\"microsoft.graph.rbacApplication\"",
                true,
                true,
            ),
        ];
        for (text, in_v1, in_beta) in cases {
            assert_eq!(
                (v1.contains(text), beta.contains(text)),
                (in_v1, in_beta),
                "{text}"
            );
        }
    }
}
