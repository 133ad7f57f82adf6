//! `$search`, as the directory takes it: quoted `"property:text"` clauses, joined by `AND` and `OR`, of
//! which `AND` binds closer (directory dossier, B2). What a clause means is said in the words of a filter.

use std::borrow::Cow;

use crate::ast::{Expr, Literal, Path};
use crate::syntax::{Fault, Limit, NODES_MAX, SyntaxError, TEXT_BYTES_MAX};

/// Parses a `$search`.
///
/// # Errors
/// If the text does not follow the grammar or exceeds a limit.
pub fn search(text: &str) -> Result<Expr<'_>, SyntaxError> {
    let fault = |position, fault| SyntaxError { position, fault };
    if text.len() > TEXT_BYTES_MAX {
        return Err(fault(0, Fault::Limit(Limit::Text)));
    }
    let mut either = vec![Vec::new()];
    let mut nodes = 0;
    let mut rest = text.trim_start();
    loop {
        let at = text.len() - rest.len();
        nodes += 1;
        if nodes > NODES_MAX {
            return Err(fault(at, Fault::Limit(Limit::Nodes)));
        }
        let quoted = rest
            .strip_prefix('"')
            .ok_or(fault(at, Fault::Expected("a quoted clause")))?;
        let end = end_of_quote(quoted).ok_or(fault(at, Fault::Unterminated))?;
        let clause = clause(quoted.get(..end).unwrap_or_default());
        let clause = clause.ok_or(fault(at, Fault::Expected("property:text")))?;
        if let Some(all) = either.last_mut() {
            all.push(clause);
        }
        rest = quoted.get(end + 1..).unwrap_or_default().trim_start();
        if rest.is_empty() {
            return Ok(joined(
                either.into_iter().map(|all| joined(all, Expr::And)).collect(),
                Expr::Or,
            ));
        }
        if let Some(after) = rest.strip_prefix("AND ") {
            rest = after.trim_start();
        } else if let Some(after) = rest.strip_prefix("OR ") {
            either.push(Vec::new());
            rest = after.trim_start();
        } else {
            return Err(fault(text.len() - rest.len(), Fault::Expected("AND or OR")));
        }
    }
}

/// Where the quote closes that was opened before `text`: a backslash takes what follows it as it is.
fn end_of_quote(text: &str) -> Option<usize> {
    let mut is_escaped = false;
    text.char_indices().find_map(|(at, c)| {
        let closes = c == '"' && !is_escaped;
        is_escaped = c == '\\' && !is_escaped;
        closes.then_some(at)
    })
}

fn clause(text: &str) -> Option<Expr<'_>> {
    let (property, wanted) = text.split_once(':')?;
    let (property, wanted) = (property.trim(), wanted.trim());
    if property.is_empty() || wanted.is_empty() {
        return None;
    }
    let wanted = if wanted.contains('\\') {
        Cow::Owned(unescaped(wanted))
    } else {
        Cow::Borrowed(wanted)
    };
    let arguments = vec![
        Expr::Path(Path(vec![property])),
        Expr::Literal(Literal::Text(wanted)),
    ];
    Some(Expr::Call("contains", arguments))
}

fn unescaped(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut characters = text.chars();
    while let Some(c) = characters.next() {
        plain.extend(if c == '\\' { characters.next() } else { Some(c) });
    }
    plain
}

/// One alone needs no joining.
fn joined<'a>(mut parts: Vec<Expr<'a>>, join: fn(Vec<Expr<'a>>) -> Expr<'a>) -> Expr<'a> {
    match (parts.pop(), parts.is_empty()) {
        (Some(only), true) => only,
        (Some(last), false) => {
            parts.push(last);
            join(parts)
        }
        (None, _) => join(parts),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(text: &str) -> String {
        search(text).unwrap().to_string()
    }

    #[test]
    fn clauses_are_said_as_a_filter() {
        assert_eq!(said(r#""displayName:wa""#), "contains(displayName,'wa')");
        assert_eq!(
            said(r#" "displayName:one" AND "mail:two" OR "description:th\"r:ee" "#),
            r#"(contains(displayName,'one') and contains(mail,'two')) or contains(description,'th"r:ee')"#
        );
        assert_eq!(
            said(r#""displayName: O'Neil""#),
            "contains(displayName,'O''Neil')"
        );
    }

    #[test]
    fn what_is_none_is_refused_where_it_fails() {
        for (text, position) in [
            ("", 0),
            ("displayName:x", 0),
            (r#""displayName:x"#, 0),
            (r#""displayName""#, 0),
            (r#"":x""#, 0),
            (r#""a:x" "b:y""#, 6),
            (r#""a:x" AND "#, 10),
            (r#""a:x" and "b:y""#, 6),
        ] {
            assert_eq!(search(text).unwrap_err().position, position, "{text}");
        }
        let long = format!("\"a:{}\"", "x".repeat(TEXT_BYTES_MAX));
        assert!(search(&long).is_err());
        let many = vec![r#""a:x""#; NODES_MAX + 1].join(" OR ");
        assert!(search(&many).is_err());
    }
}
