//! Tests of `parse`.
use proptest::prelude::*;

use super::*;
use crate::syntax::EXPAND_DEPTH_MAX;

const GUID: &str = "3f1d6a52-8c0e-4b7a-9d35-2e6f70b4c811";

/// What clients send (directory dossier, B2; schedules dossier, 4.4; clients dossier, 2; audit
/// dossier, B3; policies dossier, 4.3).
const FILTERS_OF_CLIENTS: &[&str] = &[
    "principalId eq '{g}' and startDateTime ge 2026-01-01T12:00:00Z",
    "principalId eq '{g}' and createdDateTime ge 2026-03-01T00:00:00+01:00 and status eq 'PendingApproval'",
    "principal/id eq '{g}' and tolower(roleDefinition/displayName) eq 'global reader'",
    "status eq 'PendingApproval'",
    "id eq '{g}'",
    "id eq {g}",
    "roleDefinitionId eq '{g}' and assignmentType eq 'Assigned'",
    "PrincipalId eq '{g}' and RoleDefinitionId eq '{g}'",
    "directoryScopeId eq '/' and roleDefinitionId eq '{g}' and principalId eq '{g}'",
    "scopeType eq 'DirectoryRole' and roleDefinitionId eq '{g}' and scopeId eq '/' ",
    "loggedByService eq 'PIM' and activityDateTime ge 2026-03-01T00:00:00Z and activityDateTime le 2026-03-31",
    "initiatedBy/user/id eq '{g}' or targetResources/any(t:t/id eq '{g}')",
    "startswith(initiatedBy/user/userPrincipalName,'anna')",
    "targetResources/any(t:startsWith(t/displayName, 'A'))",
    "not groupTypes/any(c:c eq 'Unified')",
    "NOT(groupTypes/any(c : c eq 'Unified'))",
    "groupTypes/any()",
    "displayName eq 'O''Neil'",
    "isof('microsoft.graph.unifiedRoleManagementPolicyExpirationRule')",
    "activityDisplayName eq 'a' or activityDisplayName eq 'b' and activityDateTime ge 2026-01-01T00:00:00Z",
    "displayName in ('a', 'b')",
    "onPremisesSyncEnabled eq null",
    "flags has microsoft.graph.x'Provisioned'",
    "span gt duration'PT8H'",
];

#[test]
fn the_filters_of_clients_are_read() {
    for template in FILTERS_OF_CLIENTS {
        let text = template.replace("{g}", GUID);
        let printed = filter(&text)
            .unwrap_or_else(|error| panic!("{text}: {error}"))
            .to_string();
        assert_eq!(filter(&printed), filter(&text), "{printed}");
    }
}

#[test]
fn operators_bind_as_the_dossier_says() {
    let cases = [
        (
            "a eq 1 or b eq 2 and c eq 3",
            "(a eq 1) or ((b eq 2) and (c eq 3))",
        ),
        (
            "(a eq 1 or b eq 2) and c eq 3",
            "((a eq 1) or (b eq 2)) and (c eq 3)",
        ),
        ("not a eq 1 and b", "(not (a eq 1)) and b"),
        ("NOT not a", "not (not a)"),
        ("a EQ 1 And b Ne 2 AND c", "(a eq 1) and (b ne 2) and c"),
        ("a or b or (c or d)", "a or b or (c or d)"),
        ("'x' eq a", "'x' eq a"),
        ("a IN (1,-2,null,TRUE)", "a in (1,-2,null,true)"),
        ("(a)", "a"),
        ("tolower( trim(a/b) ) eq 'x'", "tolower(trim(a/b)) eq 'x'"),
        ("a/any(x:x/b eq 1 or x/c)", "a/any(x:(x/b eq 1) or x/c)"),
        ("a/all(x:x eq 1) eq true", "a/all(x:x eq 1) eq true"),
        ("(a eq 1) eq true", "(a eq 1) eq true"),
        ("in eq 1", "in eq 1"),
    ];
    for (text, expected) in cases {
        assert_eq!(
            filter(text).map(|expr| expr.to_string()).as_deref(),
            Ok(expected),
            "{text}"
        );
    }
}

#[test]
fn faults_have_a_position_and_a_name() {
    let cases = [
        ("", "Syntax error: an expression expected at position 0"),
        ("a eq", "Syntax error: an expression expected at position 4"),
        (
            "a eq eq 5",
            "Syntax error: an operator or the end expected at position 8",
        ),
        (
            "(a eq 1",
            "Syntax error: ')' or an operator expected at position 7",
        ),
        (
            "a eq 1)",
            "Syntax error: an operator or the end expected at position 6",
        ),
        (
            "a eq 1 eq 1",
            "Syntax error: an operator or the end expected at position 7",
        ),
        ("a eq 'b", "There is an unterminated string literal at position 5"),
        ("a # b", "Syntax error: character '#' is not valid at position 2"),
        ("a eq 2026-02-30", "Unrecognized literal at position 5"),
        ("a in ()", "Syntax error: a literal expected at position 6"),
        ("a in (b)", "Syntax error: a literal expected at position 6"),
        ("a in 1", "Syntax error: '(' expected at position 5"),
        (
            "a/some(x:x)",
            "Syntax error: 'any' or 'all' before '(' expected at position 7",
        ),
        ("a/any(1)", "Syntax error: a variable expected at position 6"),
        (
            "a/all()",
            "Syntax error: a predicate in 'all' expected at position 7",
        ),
        ("f(a b)", "Syntax error: ')' or ',' expected at position 4"),
        ("a/", "Syntax error: a property name expected at position 2"),
    ];
    for (text, expected) in cases {
        assert_eq!(filter(text).unwrap_err().to_string(), expected, "{text}");
    }
}

#[test]
fn lists_are_read_leniently() {
    let select = |text| select(text).map(|paths| paths.iter().map(Path::to_string).collect::<Vec<_>>());
    assert_eq!(
        select(" id , displayName,"),
        Ok(vec!["id".to_owned(), "displayName".to_owned()])
    );
    assert_eq!(select("*"), Ok(vec!["*".to_owned()]));
    assert_eq!(select(" "), Ok(vec![]));
    assert!(select("id displayName").is_err());
    assert!(select("id)").is_err());
    let keys = order_by("createdDateTime DESC, a/b asc ,c").unwrap();
    assert_eq!(
        keys.iter().map(|key| key.descending).collect::<Vec<_>>(),
        [true, false, false]
    );
    assert!(order_by("a down").is_err());
    assert_eq!(order_by(""), Ok(vec![]));
}

#[test]
fn expansions_nest() {
    let text =
        "policy($expand=rules($select=id;$top=3);filter=a eq 'x;)' and b;$orderby=c desc,d),principal,*";
    let items = expand(text).unwrap();
    assert_eq!(
        items.iter().map(|item| item.name).collect::<Vec<_>>(),
        ["policy", "principal", "*"]
    );
    let policy = items[0].query.as_ref().unwrap();
    assert_eq!(policy.filter.as_ref().unwrap().to_string(), "(a eq 'x;)') and b");
    assert_eq!(policy.order_by.len(), 2);
    assert_eq!(policy.expand[0].query.as_ref().unwrap().top, Some(3));
    assert_eq!(items[1].query, None);
    assert!(expand("a()").unwrap()[0].query.is_some());
    assert!(
        expand("a($count=TRUE;$skip=0)").unwrap()[0]
            .query
            .as_ref()
            .unwrap()
            .count
    );
    for bad in [
        "a(",
        "a($top=0)",
        "a($top=-1)",
        "a($levels=2)",
        "a($select)",
        "*($select=id)",
        "a b",
        "a($count=1)",
    ] {
        assert!(expand(bad).is_err(), "{bad}");
    }
}

/// Each limit is reached by `n` of something, and exceeded by one more.
#[test]
fn limits_hold_to_the_letter() {
    fn check<T>(
        parse: impl Fn(&str) -> Result<T, SyntaxError>,
        limit: Limit,
        max: usize,
        text: impl Fn(usize) -> String,
    ) {
        assert!(parse(&text(max)).is_ok(), "{limit:?} at {max}");
        let error = parse(&text(max + 1)).err().map(|error| error.fault);
        assert_eq!(error, Some(Fault::Limit(limit)), "{limit:?} past {max}");
    }
    let filter = |text: &str| filter(text).map(|_| ());
    check(filter, Limit::Text, TEXT_BYTES_MAX, |n| {
        format!("a eq '{}'", "x".repeat(n - 7))
    });
    check(filter, Limit::Depth, DEPTH_MAX, |n| {
        format!("{}a{}", "(".repeat(n), ")".repeat(n))
    });
    check(filter, Limit::Depth, DEPTH_MAX, |n| {
        format!("{}a", "not ".repeat(n))
    });
    check(filter, Limit::Depth, DEPTH_MAX, |n| {
        format!("{}a{}", "f(".repeat(n), ")".repeat(n))
    });
    check(filter, Limit::Depth, DEPTH_MAX, |n| {
        format!("{}a{}", "a/any(x:".repeat(n), ")".repeat(n))
    });
    // A path of one more name than slashes: `n` nodes.
    check(filter, Limit::Nodes, NODES_MAX, |n| vec!["a"; n].join("/"));
    check(filter, Limit::InItems, IN_ITEMS_MAX, |n| {
        format!("a in ({})", vec!["1"; n].join(","))
    });
    check(
        |text| select(text).map(|_| ()),
        Limit::Nodes,
        NODES_MAX,
        |n| vec!["a"; n].join(","),
    );
    check(
        |text| expand(text).map(|_| ()),
        Limit::ExpandDepth,
        EXPAND_DEPTH_MAX,
        |n| format!("{}a{}", "a($expand=".repeat(n - 1), ")".repeat(n - 1)),
    );
}

/// Texts that are almost expressions.
fn words() -> impl Strategy<Value = String> {
    let word = prop::sample::select(vec![
        "a",
        "b/c",
        "not",
        "and",
        "or",
        "eq",
        "ne",
        "ge",
        "in",
        "has",
        "(",
        ")",
        ",",
        "/",
        "/any(x:",
        "tolower(",
        "1",
        "'t'",
        "''",
        "'",
        "null",
        "true",
        "2026-01-01",
        "2026-01-01T12:00:00Z",
        GUID,
        "duration'PT8H'",
        "x'Y'",
        ";",
        "$expand=",
        "$top=",
        "=",
        "*",
        ":",
        "é",
        "+",
        "-",
    ]);
    prop::collection::vec(word, 0..60).prop_map(|words| words.join(" "))
}

/// Expressions.
fn expression() -> impl Strategy<Value = String> {
    let atom = prop::sample::select(vec![
        "a eq 1",
        "b/c ne 'O''Neil'",
        "startswith(a,'x')",
        "d in (1,2)",
        "e",
        "true",
        "f/any(x:x/a eq 1)",
        "null eq g",
        "h has x'Y'",
        "tolower(a) ge 2026-01-01",
    ])
    .prop_map(str::to_owned);
    atom.prop_recursive(4, 16, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 1..4).prop_map(|parts| format!("({})", parts.join(" and "))),
            prop::collection::vec(inner.clone(), 1..4).prop_map(|parts| parts.join(" or ")),
            inner.clone().prop_map(|inner| format!("not {inner}")),
            inner.prop_map(|inner| format!("g/all(y:{inner})")),
        ]
    })
}

fn parse_as_everything(text: &str) {
    let _ = filter(text).map(|expr| expr.to_string());
    let _ = select(text);
    let _ = order_by(text);
    let _ = expand(text);
}

proptest! {
    #[test]
    fn no_text_makes_the_parser_fall_over(text in "\\PC{0,200}") {
        parse_as_everything(&text);
    }

    #[test]
    fn no_words_make_the_parser_fall_over(text in words()) {
        parse_as_everything(&text);
        if let Ok(expr) = filter(&text) {
            let printed = expr.to_string();
            prop_assert_eq!(filter(&printed), Ok(expr), "{}", printed);
        }
    }

    #[test]
    fn printed_expressions_read_back(text in expression()) {
        if let Ok(expr) = filter(&text) {
            let printed = expr.to_string();
            prop_assert_eq!(filter(&printed), Ok(expr), "{}", printed);
        }
    }
}
