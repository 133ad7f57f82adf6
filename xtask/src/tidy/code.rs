//! Rust source with its comments blanked out, so that a check reads code and not prose.

/// The same text, line by line, with a space for each character of a comment. Strings stay.
pub fn without_comments(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let (length, is_comment) = match rest.as_bytes() {
            [b'/', b'/', ..] => (rest.find('\n').unwrap_or(rest.len()), true),
            [b'/', b'*', ..] => (block_comment(rest), true),
            [b'"', ..] => (string(rest), false),
            [b'r', b'"' | b'#', ..] if !ends_in_word(&out) => (raw_string(rest), false),
            [b'\'', ..] => (character(rest), false),
            _ => (first.len_utf8(), false),
        };
        let (piece, after) = rest.split_at(length);
        if is_comment {
            out.extend(piece.chars().map(|it| if it == '\n' { '\n' } else { ' ' }));
        } else {
            out.push_str(piece);
        }
        rest = after;
    }
    out
}

/// Whether `word` stands in `line` as a whole word, not inside a longer name.
pub fn has_word(line: &str, word: &str) -> bool {
    line.match_indices(word).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        let after = line[at + word.len()..].chars().next();
        let goes_on = word.ends_with(in_word) && after.is_some_and(in_word);
        !goes_on && !before.is_some_and(in_word)
    })
}

fn in_word(it: char) -> bool {
    it.is_alphanumeric() || it == '_'
}

fn ends_in_word(text: &str) -> bool {
    // `br"…"` is a raw string too.
    text.strip_suffix('b').unwrap_or(text).ends_with(in_word)
}

/// The length of a block comment, which may hold others.
fn block_comment(text: &str) -> usize {
    let (mut at, mut depth) = ("/*".len(), 1_usize);
    while depth > 0 {
        let rest = text.get(at..).unwrap_or_default();
        let Some(next) = [rest.find("/*"), rest.find("*/")].into_iter().flatten().min() else {
            return text.len();
        };
        depth = if rest[next..].starts_with("/*") {
            depth + 1
        } else {
            depth - 1
        };
        at += next + "*/".len();
    }
    at
}

/// The length of a quoted string.
fn string(text: &str) -> usize {
    let mut escaped = false;
    for (at, it) in text.char_indices().skip(1) {
        match it {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return at + 1,
            _ => {}
        }
    }
    text.len()
}

/// The length of a raw string, or of the `r` alone when it is a raw identifier.
fn raw_string(text: &str) -> usize {
    let hashes = text[1..].chars().take_while(|it| *it == '#').count();
    let body = 1 + hashes;
    if !text[body..].starts_with('"') {
        return 1;
    }
    let close = format!("\"{}", "#".repeat(hashes));
    text[body + 1..]
        .find(&close)
        .map_or(text.len(), |at| body + 1 + at + close.len())
}

/// The length of a character literal, or of the quote alone when it begins a lifetime.
fn character(text: &str) -> usize {
    let mut chars = text.char_indices().skip(1);
    match chars.next() {
        Some((_, '\\')) => {
            chars.next();
            chars
                .find(|(_, it)| *it == '\'')
                .map_or(text.len(), |(at, _)| at + 1)
        }
        Some(_) => chars
            .next()
            .filter(|(_, it)| *it == '\'')
            .map_or(1, |(at, _)| at + 1),
        None => text.len(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_go_and_strings_stay() {
        for (source, expected) in [
            ("a // b\nc", "a     \nc"),
            ("a /* b /* c */ d */ e", "a                   e"),
            (
                r#"x = "// not a comment"; // one"#,
                r#"x = "// not a comment";       "#,
            ),
            (r##"r#"/* " */"# // y"##, r##"r#"/* " */"#     "##),
            ("'\"' // y", "'\"'     "),
            (r"'\'' // y", r"'\''     "),
            ("fn f<'a>(x: &'a str) {} // y", "fn f<'a>(x: &'a str) {}     "),
            ("r#type // y", "r#type     "),
            ("/* ü", "    "),
        ] {
            assert_eq!(without_comments(source), expected, "{source}");
        }
    }

    #[test]
    fn a_word_is_not_part_of_another() {
        assert!(has_word("use axum::Router;", "axum"));
        assert!(!has_word("let taxum = 1;", "axum"));
        assert!(!has_word("let axum_like = 1;", "axum"));
        assert!(has_word("SystemTime::now()", "SystemTime::now"));
        assert!(has_word("\"SELECT 1\"", "SELECT "));
    }
}
