//! Tests of `bind`.
use model::query::{Field, Nav};
use model::{Instant, IsoDuration};

use super::*;
use crate::bound::{Collation, Comparison, Fold, Literal, Match, Operand, Path};
use crate::sample::REQUEST;
use crate::syntax::EXPAND_DEPTH_MAX;

const GUID: &str = "3f1d6a52-8c0e-4b7a-9d35-2e6f70b4c811";

fn filter(text: &str) -> Result<Expr, String> {
    bind_filter(text, &REQUEST).map_err(|error| error.to_string())
}

fn query(text: &str) -> Result<BoundQuery, BindError> {
    bind(&RawOptions::parse(text).unwrap(), &REQUEST)
}

fn path(navs: &[Nav], field: Field, collation: Collation) -> Path {
    Path {
        navs: navs.to_vec(),
        field,
        collation,
    }
}

fn operand(path: Path, folds: &[Fold]) -> Operand {
    let folds = folds.to_vec();
    Operand { path, folds }
}

fn exact(field: Field) -> Operand {
    operand(path(&[], field, Collation::Exact), &[])
}

fn identifier(field: Field) -> Operand {
    operand(path(&[], field, Collation::IgnoreCase), &[])
}

fn text(text: &str) -> Literal {
    Literal::Text(text.to_owned())
}

fn guid() -> Literal {
    Literal::Guid(GUID.parse().unwrap())
}

fn instant(text: &str) -> Literal {
    Literal::Instant(Instant::parse(text).unwrap())
}

#[test]
fn comparisons_get_literals_of_the_right_type() {
    use Comparison::{Eq, Ge, Gt, Le, Lt, Ne};

    let created = || exact(Field::CreatedDateTime);
    let cases = [
        ("PRINCIPALID eq '{g}'", identifier(Field::PrincipalId), Eq, guid()),
        ("principalId eq {G}", identifier(Field::PrincipalId), Eq, guid()),
        (
            "tolower(principalId) ne '{G}'",
            identifier(Field::PrincipalId),
            Ne,
            guid(),
        ),
        ("id eq 'member'", identifier(Field::Id), Eq, text("member")),
        (
            "justification eq {g}",
            exact(Field::Justification),
            Eq,
            text(GUID),
        ),
        (
            "status eq 'pendingapproval'",
            exact(Field::Status),
            Eq,
            text("PendingApproval"),
        ),
        (
            "status eq microsoft.graph.s'Revoked'",
            exact(Field::Status),
            Eq,
            text("Revoked"),
        ),
        ("status has 'Revoked'", exact(Field::Status), Eq, text("Revoked")),
        ("status ne null", exact(Field::Status), Ne, Literal::Null),
        (
            "createdDateTime ge 2026-01-01",
            created(),
            Ge,
            instant("2026-01-01T00:00:00Z"),
        ),
        (
            "createdDateTime lt '2026-01-01'",
            created(),
            Lt,
            instant("2026-01-01T00:00:00Z"),
        ),
        (
            "createdDateTime gt '2026-01-01T02:00:00+02:00'",
            created(),
            Gt,
            instant("2026-01-01T00:00:00Z"),
        ),
        (
            "2026-01-01 le createdDateTime",
            created(),
            Ge,
            instant("2026-01-01T00:00:00Z"),
        ),
        (
            "isValidationOnly",
            exact(Field::IsValidationOnly),
            Eq,
            Literal::Bool(true),
        ),
        (
            "isValidationOnly ne true",
            exact(Field::IsValidationOnly),
            Ne,
            Literal::Bool(true),
        ),
        ("3 lt number", exact(Field::Version), Gt, Literal::Int(3)),
        (
            "span le duration'PT8H'",
            exact(Field::Result),
            Le,
            Literal::Duration(IsoDuration::from_hours(8)),
        ),
        (
            "span gt 'PT8H'",
            exact(Field::Result),
            Gt,
            Literal::Duration(IsoDuration::from_hours(8)),
        ),
        (
            "principal/id eq '{g}'",
            operand(path(&[Nav::Principal], Field::Id, Collation::IgnoreCase), &[]),
            Eq,
            guid(),
        ),
        (
            "tolower(roleDefinition/displayName) eq 'global reader'",
            operand(
                path(&[Nav::RoleDefinition], Field::DisplayName, Collation::Exact),
                &[Fold::Lower],
            ),
            Eq,
            text("global reader"),
        ),
        (
            "toupper(trim(justification)) eq toupper('a')",
            operand(
                path(&[], Field::Justification, Collation::Exact),
                &[Fold::Trim, Fold::Upper],
            ),
            Eq,
            text("A"),
        ),
        (
            "tolower(principal/displayName) eq 'anna'",
            operand(
                path(&[Nav::Principal], Field::DisplayName, Collation::IgnoreCase),
                &[],
            ),
            Eq,
            text("anna"),
        ),
        (
            "initiatedBy/user/id eq '{g}'",
            identifier(Field::InitiatedByUserId),
            Eq,
            guid(),
        ),
    ];
    for (template, operand, comparison, literal) in cases {
        let text = template
            .replace("{g}", GUID)
            .replace("{G}", &GUID.to_ascii_uppercase());
        assert_eq!(
            filter(&text),
            Ok(Expr::Compare(operand, comparison, literal)),
            "{text}"
        );
    }
}

#[test]
fn conditions_of_other_forms_are_bound() {
    let status = |member| Expr::Compare(exact(Field::Status), Comparison::Eq, text(member));
    let not = |expr| Expr::Not(Box::new(expr));
    let unified = || {
        let element = operand(path(&[], Field::GroupType, Collation::IgnoreCase), &[]);
        Expr::Compare(element, Comparison::Eq, text("Unified"))
    };
    let any = |field, predicate| Expr::Any(field, Some(Box::new(predicate)));
    let starts = |operand, value: &str| Expr::Match(Match::StartsWith, operand, value.to_owned());
    let cases = [
        ("status eq 'Gone'", Expr::Constant(false)),
        ("status ne 'Gone'", Expr::Constant(true)),
        ("not (status eq 'Gone')", Expr::Constant(true)),
        (
            "status in ('revoked','Gone')",
            Expr::In(exact(Field::Status), vec![text("Revoked")]),
        ),
        ("status in ('Gone')", Expr::Constant(false)),
        ("true", Expr::Constant(true)),
        ("(status eq 'Revoked') eq true", status("Revoked")),
        ("false eq (status eq 'Revoked')", not(status("Revoked"))),
        ("not not (status eq 'Revoked')", status("Revoked")),
        (
            "status eq 'Revoked' and not (status eq 'Provisioned') or true",
            Expr::Or(vec![
                Expr::And(vec![status("Revoked"), not(status("Provisioned"))]),
                Expr::Constant(true),
            ]),
        ),
        (
            "startsWith(justification,'a') eq true",
            starts(exact(Field::Justification), "a"),
        ),
        (
            "contains(tolower(justification),tolower('A'))",
            Expr::Match(
                Match::Contains,
                operand(path(&[], Field::Justification, Collation::Exact), &[Fold::Lower]),
                "a".to_owned(),
            ),
        ),
        (
            "groupTypes/any(c:c eq 'Unified')",
            any(Field::GroupTypes, unified()),
        ),
        (
            "not groupTypes/any(c:c eq 'Unified')",
            not(any(Field::GroupTypes, unified())),
        ),
        (
            "groupTypes/all(c:c eq 'Unified')",
            not(any(Field::GroupTypes, not(unified()))),
        ),
        ("groupTypes/any()", Expr::Any(Field::GroupTypes, None)),
        (
            "targetResources/any(t:startswith(t/displayName,'A'))",
            any(
                Field::TargetResources,
                starts(identifier(Field::TargetResourceDisplayName), "A"),
            ),
        ),
        ("isof('#microsoft.graph.x')", Expr::IsOf("x".to_owned())),
        ("isof(microsoft.graph.x)", Expr::IsOf("x".to_owned())),
    ];
    for (text, expected) in cases {
        assert_eq!(filter(text), Ok(expected), "{text}");
    }
}

#[test]
fn faults_are_told_in_graphs_words() {
    let incompatible = |left, right, kind| {
        format!(
            "A binary operator with incompatible types was detected. Found operand types '{left}' and \
             '{right}' for operator kind '{kind}'."
        )
    };
    let no_property =
        |name, type_name| format!("Could not find a property named '{name}' on type '{type_name}'.");
    let not_filterable = |name| format!("The property '{name}' cannot be used in the $filter query option.");
    let no_signature = |name| {
        format!("No function signature for the function with name '{name}' matches the specified arguments.")
    };
    let cases = [
        ("Foo eq 1", no_property("Foo", "microsoft.graph.request")),
        (
            "principal/foo eq 1",
            no_property("foo", "microsoft.graph.principal"),
        ),
        ("id/foo eq 1", no_property("foo", "Edm.String")),
        ("groupTypes/any(x:x/foo eq 1)", no_property("foo", "Edm.String")),
        ("secret eq 'a'", not_filterable("secret")),
        ("scheduleInfo eq 'a'", not_filterable("scheduleInfo")),
        (
            "scheduleInfo/expiration eq 'a'",
            not_filterable("scheduleInfo/expiration"),
        ),
        ("principal eq null", not_filterable("principal")),
        ("initiatedBy eq null", not_filterable("initiatedBy")),
        ("members/id eq 'a'", not_filterable("members/id")),
        ("members/any(m:m/id eq 'a')", not_filterable("members")),
        ("groupTypes eq 'a'", not_filterable("groupTypes")),
        ("groupTypes/$count eq 1", not_filterable("groupTypes/$count")),
        ("status/any()", not_filterable("status")),
        (
            "justification eq true",
            incompatible("Edm.String", "Edm.Boolean", "Equal"),
        ),
        (
            "true ne justification",
            incompatible("Edm.Boolean", "Edm.String", "NotEqual"),
        ),
        (
            "createdDateTime ge 'now'",
            incompatible("Edm.DateTimeOffset", "Edm.String", "GreaterThanOrEqual"),
        ),
        (
            "createdDateTime gt null",
            incompatible("Edm.DateTimeOffset", "null", "GreaterThan"),
        ),
        ("id lt 'a'", incompatible("Edm.String", "Edm.String", "LessThan")),
        (
            "status le 'Revoked'",
            incompatible("Edm.String", "Edm.String", "LessThanOrEqual"),
        ),
        (
            "number in (1,'a')",
            incompatible("Edm.Int32", "Edm.String", "Equal"),
        ),
        ("number in (1,null)", incompatible("Edm.Int32", "null", "Equal")),
        (
            "(number eq 1) gt true",
            incompatible("Edm.Boolean", "Edm.Boolean", "GreaterThan"),
        ),
        (
            "length(id) eq 1",
            "An unknown function with name 'length' was found.".to_owned(),
        ),
        ("tolower(number) eq 'a'", no_signature("tolower")),
        ("tolower() eq 'a'", no_signature("tolower")),
        ("contains('a',justification)", no_signature("contains")),
        ("startswith(justification)", no_signature("startswith")),
        ("startswith(id,'a')", no_signature("startswith")),
        ("isof(1)", no_signature("isof")),
        (
            "justification",
            "The $filter expression must evaluate to a single boolean value.".to_owned(),
        ),
        (
            "'a'",
            "The $filter expression must evaluate to a single boolean value.".to_owned(),
        ),
        (
            "tolower(id)",
            "The $filter expression must evaluate to a single boolean value.".to_owned(),
        ),
        (
            "id eq principalId",
            "Unsupported Query: a comparison without a literal.".to_owned(),
        ),
        (
            "1 eq 1",
            "Unsupported Query: a comparison without a property.".to_owned(),
        ),
        (
            "groupTypes/any(x:id eq 'a')",
            "Unsupported Query: a lambda that looks outside its element.".to_owned(),
        ),
        (
            "id eq",
            "Syntax error: an expression expected at position 5 in 'id eq'.".to_owned(),
        ),
    ];
    for (text, expected) in cases {
        assert_eq!(filter(text), Err(expected), "{text}");
    }
}

#[test]
fn options_are_bound_and_faults_say_in_which() {
    let bound = query(
        "$filter=status+eq+'Revoked'&$orderby=createdDateTime desc,id,CREATEDDATETIME&$select=Id,principal,\
         scheduleInfo/expiration,ID&$expand=roleDefinition($select=displayname;$top=2),Principal&$top=5&$skip=1\
         &$count=true&$skiptoken=t",
    )
    .unwrap();
    assert!(bound.filter.is_some());
    assert_eq!(
        bound
            .order_by
            .iter()
            .map(|key| (key.path.field, key.descending))
            .collect::<Vec<_>>(),
        [(Field::CreatedDateTime, true), (Field::Id, false)]
    );
    assert_eq!(bound.select, Select::Only(vec!["id", "scheduleInfo"]));
    assert_eq!(
        bound.expand.iter().map(|item| item.name).collect::<Vec<_>>(),
        ["roleDefinition", "principal"]
    );
    assert_eq!(bound.expand[0].query.select, Select::Only(vec!["displayName"]));
    assert_eq!(bound.expand[0].query.top, Some(2));
    assert_eq!((bound.top, bound.skip, bound.count), (Some(5), 1, true));
    assert_eq!(bound.skip_token.as_deref(), Some("t"));

    let cases = [
        ("$filter=", QueryOption::Filter),
        ("$filter=foo eq 1", QueryOption::Filter),
        ("$orderby=secret", QueryOption::OrderBy),
        ("$orderby=principal", QueryOption::OrderBy),
        ("$orderby=foo", QueryOption::OrderBy),
        ("$select=foo", QueryOption::Select),
        ("$select=id id", QueryOption::Select),
        ("$expand=foo", QueryOption::Expand),
        ("$expand=status", QueryOption::Expand),
        ("$expand=principal($filter=foo eq 1)", QueryOption::Expand),
    ];
    for (text, option) in cases {
        assert_eq!(query(text).map_err(|error| error.option), Err(option), "{text}");
    }
    assert_eq!(
        query("$select=foo").unwrap_err().to_string(),
        "Could not find a property named 'foo' on type 'microsoft.graph.request'."
    );
}

#[test]
fn everything_can_be_selected_and_expanded() {
    assert_eq!(query("$select=*,id").unwrap().select, Select::Default);
    assert_eq!(query("$select=").unwrap().select, Select::Default);
    assert_eq!(query("$select=principal").unwrap().select, Select::Only(vec![]));
    let names = |text| -> Vec<_> { query(text).unwrap().expand.iter().map(|item| item.name).collect() };
    assert_eq!(names("$expand=*"), ["roleDefinition", "principal", "members"]);
    assert_eq!(
        names("$expand=members&$expand=*"),
        ["members", "roleDefinition", "principal"]
    );
    for text in [
        "$expand=principal($top=1),principal($top=2)",
        "$expand=principal($top=2),principal",
        "$expand=principal,*,principal($top=2),*",
    ] {
        let expand = query(text).unwrap().expand;
        assert_eq!(
            expand.iter().filter(|item| item.nav == Nav::Principal).count(),
            1,
            "{text}"
        );
        let principal = expand.iter().find(|item| item.nav == Nav::Principal);
        assert_eq!(principal.and_then(|item| item.query.top), Some(2), "{text}");
    }
    let deep = format!(
        "$expand=principal({}$select=id{})",
        "$expand=memberOf(".repeat(EXPAND_DEPTH_MAX - 1),
        ")".repeat(EXPAND_DEPTH_MAX - 1)
    );
    assert!(query(&deep).is_ok());
}
