//! Tests of `eval`.
use model::Instant;
use proptest::prelude::*;

use super::*;
use crate::bind::{bind, bind_filter};
use crate::options::RawOptions;
use crate::sample::REQUEST;

const GUID: &str = "3f1d6a52-8c0e-4b7a-9d35-2e6f70b4c811";

/// A row of `(navigations on the way, field, value)`, and its group types.
#[derive(Default)]
struct Sample {
    values: Vec<(usize, Field, Literal)>,
    group_types: Vec<&'static str>,
}

struct GroupType(&'static str);

impl Row for Sample {
    fn value(&self, path: &Path) -> Literal {
        let mut values = self.values.iter();
        let found = values.find(|(navs, field, _)| (*navs, *field) == (path.navs.len(), path.field));
        found.map_or(Literal::Null, |(_, _, value)| value.clone())
    }

    fn any(&self, field: Field, holds: &mut dyn FnMut(&dyn Row) -> bool) -> bool {
        field == Field::GroupTypes && self.group_types.iter().any(|text| holds(&GroupType(text)))
    }

    fn is_of(&self, type_name: &str) -> bool {
        type_name == "request"
    }
}

impl Row for GroupType {
    fn value(&self, _: &Path) -> Literal {
        Literal::Text(self.0.to_owned())
    }

    fn any(&self, _: Field, _: &mut dyn FnMut(&dyn Row) -> bool) -> bool {
        false
    }

    fn is_of(&self, _: &str) -> bool {
        false
    }
}

fn text(text: &str) -> Literal {
    Literal::Text(text.to_owned())
}

fn full() -> Sample {
    Sample {
        values: vec![
            (0, Field::Id, text(&GUID.to_ascii_uppercase())),
            (0, Field::PrincipalId, Literal::Guid(GUID.parse().unwrap())),
            (0, Field::Status, text("Revoked")),
            (
                0,
                Field::CreatedDateTime,
                Literal::Instant(Instant::parse("2026-01-01T12:00:00Z").unwrap()),
            ),
            (0, Field::Justification, text(" Fix it ")),
            (0, Field::IsValidationOnly, Literal::Bool(false)),
            (0, Field::Version, Literal::Int(5)),
            (1, Field::DisplayName, text("Anna")),
        ],
        group_types: vec!["Unified", "Dynamic"],
    }
}

#[test]
fn filters_hold_as_documented() {
    // The filter; whether it holds for a row with every value, and for one with none.
    let cases = [
        ("id eq '{g}'", true, false),
        ("id ne '{g}'", false, true),
        ("principalId eq {g}", true, false),
        ("principalId eq 'member'", false, false),
        ("principalId ne 'member'", true, true),
        ("principalId in ('member','{g}')", true, false),
        ("status eq 'revoked'", true, false),
        ("status eq 'Gone'", false, false),
        ("status ne 'Gone'", true, true),
        ("status eq null", false, true),
        ("status ne null", true, false),
        ("not (status eq 'Revoked')", false, true),
        ("not (number gt 5)", true, true),
        ("number gt 5", false, false),
        ("number ge 5", true, false),
        ("number lt 5", false, false),
        ("number le 5", true, false),
        ("5 le number", true, false),
        ("4 gt number", false, false),
        ("number ne 5", false, true),
        ("isValidationOnly", false, false),
        ("not isValidationOnly", true, true),
        ("createdDateTime ge 2026-01-01", true, false),
        ("createdDateTime ge 2026-01-01T14:00:01+02:00", false, false),
        ("justification eq 'Fix it'", false, false),
        ("trim(justification) eq 'Fix it'", true, false),
        ("tolower(trim(justification)) eq 'fix it'", true, false),
        ("toupper(trim(justification)) eq 'fix it'", false, false),
        ("contains(justification,'Fix')", true, false),
        ("contains(justification,'fix')", false, false),
        ("not contains(justification,'fix')", true, true),
        ("startswith(justification,'')", true, false),
        ("endswith(justification,'it ')", true, false),
        ("principal/displayName eq 'ANNA'", true, false),
        ("startswith(principal/displayName,'aN')", true, false),
        ("principal/displayName gt 'AMY'", true, false),
        ("groupTypes/any()", true, false),
        ("groupTypes/any(x:x eq 'unified')", true, false),
        ("groupTypes/any(x:x eq 'other')", false, false),
        ("groupTypes/all(x:x eq 'unified')", false, true),
        ("groupTypes/all(x:x in ('unified','dynamic'))", true, true),
        ("isof('microsoft.graph.request')", true, true),
        ("isof('microsoft.graph.role')", false, false),
        (
            "number eq 5 and isValidationOnly or status eq 'Revoked'",
            true,
            false,
        ),
        (
            "number eq 5 and (isValidationOnly or status eq 'Gone')",
            false,
            false,
        ),
    ];
    let (full, empty) = (full(), Sample::default());
    for (template, holds_for_full, holds_for_empty) in cases {
        let expr = bind_filter(&template.replace("{g}", GUID), &REQUEST).unwrap();
        assert_eq!(
            (holds(&expr, &full), holds(&expr, &empty)),
            (holds_for_full, holds_for_empty),
            "{template}"
        );
    }
}

#[test]
fn rows_are_ordered_by_key_after_key() {
    let row = |number, justification: &str| Sample {
        values: vec![
            (0, Field::Version, Literal::Int(number)),
            (0, Field::Justification, text(justification)),
        ],
        ..Sample::default()
    };
    let none = Sample::default();
    let cases = [
        ("number", row(1, "b"), row(2, "a"), Ordering::Less),
        ("number desc", row(1, "b"), row(2, "a"), Ordering::Greater),
        (
            "number,justification",
            row(1, "b"),
            row(1, "a"),
            Ordering::Greater,
        ),
        (
            "number,justification desc",
            row(1, "b"),
            row(1, "a"),
            Ordering::Less,
        ),
        ("justification", row(1, "B"), row(1, "a"), Ordering::Less),
        ("status", row(1, "b"), row(2, "a"), Ordering::Equal),
    ];
    for (keys, left, right, expected) in cases {
        let options = RawOptions::parse(&format!("$orderby={keys}")).unwrap();
        let keys = bind(&options, &REQUEST).unwrap().order_by;
        assert_eq!(order(&keys, &left, &right), expected);
        assert_eq!(order(&keys, &right, &left), expected.reverse());
    }
    let ascending = bind(&RawOptions::parse("$orderby=number").unwrap(), &REQUEST)
        .unwrap()
        .order_by;
    assert_eq!(order(&ascending, &none, &row(0, "")), Ordering::Less);
    let descending = bind(&RawOptions::parse("$orderby=number desc").unwrap(), &REQUEST)
        .unwrap()
        .order_by;
    assert_eq!(order(&descending, &none, &row(0, "")), Ordering::Greater);
}

proptest! {
    /// Every comparison with a literal is decided by the order of the values, and turns round with
    /// its sides.
    #[test]
    fn comparisons_follow_the_order_of_values(left in -3_i64..3, right in -3_i64..3) {
        let row = Sample { values: vec![(0, Field::Version, Literal::Int(left))], ..Sample::default() };
        let expected = [("eq", left == right), ("ne", left != right), ("gt", left > right),
            ("ge", left >= right), ("lt", left < right), ("le", left <= right)];
        for (operator, expected) in expected {
            let forwards = bind_filter(&format!("number {operator} {right}"), &REQUEST).unwrap();
            prop_assert_eq!(holds(&forwards, &row), expected);
            let negated = bind_filter(&format!("not (number {operator} {right})"), &REQUEST).unwrap();
            prop_assert_eq!(holds(&negated, &row), !expected);
        }
        let flipped = bind_filter(&format!("{right} le number"), &REQUEST).unwrap();
        prop_assert_eq!(holds(&flipped, &row), right <= left);
    }
}
