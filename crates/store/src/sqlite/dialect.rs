//! Functions that SQLite and other databases spell differently.

use sea_query::{Expr, Func, FunctionCall};

/// Where `needle` begins in `text`, counted from 1; 0 if nowhere.
pub(crate) fn position(text: Expr, needle: &str) -> Expr {
    Func::cust("instr").arg(text).arg(needle).into()
}

/// The last `length` characters of `text`, or all of it if it is shorter.
pub(crate) fn suffix(text: Expr, length: usize) -> Expr {
    let length = i64::try_from(length).unwrap_or(i64::MAX);
    Func::cust("substr").arg(text).arg(-length).into()
}

/// One text after another.
pub(crate) fn concat(one: Expr, two: Expr) -> Expr {
    Expr::cust_with_exprs("? || ?", [one, two])
}

/// `text` without spaces around it.
pub(crate) fn trim(text: Expr) -> Expr {
    Func::cust("trim").arg(text).into()
}

/// A stored GUID in its hyphenated form, lower case. `hex` makes an empty text of a missing value.
pub(crate) fn guid_text(guid: Expr) -> Expr {
    Expr::cust_with_exprs(
        "CASE WHEN ? IS NOT NULL THEN lower(substr(hex(?), 1, 8) || '-' || substr(hex(?), 9, 4) || '-' \
         || substr(hex(?), 13, 4) || '-' || substr(hex(?), 17, 4) || '-' || substr(hex(?), 21)) END",
        std::iter::repeat_n(guid, 6),
    )
}

/// The elements of a stored list of texts, as rows with a column `value`.
pub(crate) fn elements(list: Expr) -> FunctionCall {
    Func::cust("json_each").arg(list)
}

/// A part of a stored JSON text, as SQL has it; null if it is `null` or not there.
pub(crate) fn json_field(json: Expr, path: &'static str) -> Expr {
    Expr::cust_with_exprs("? ->> ?", [json, Expr::Constant(path.into())])
}

/// The elements of a list in a stored JSON text, as rows with a column `value`.
pub(crate) fn json_elements(json: Expr, path: &'static str) -> FunctionCall {
    Func::cust("json_each").arg(json).arg(Expr::Constant(path.into()))
}
