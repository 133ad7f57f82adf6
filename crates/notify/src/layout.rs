//! The two layouts that every letter has. They are part of the binary, and rendering them cannot fail
//! but by a mistake in them, which the tests of every event would show.

use minijinja::syntax::SyntaxConfig;
use minijinja::value::Serde;
use minijinja::{Environment, UndefinedBehavior};

use crate::letter::Page;

const TEXT: &str = include_str!("../templates/letter.txt");
const HTML: &str = include_str!("../templates/letter.html");

/// Text and HTML. The ending of a layout's name says what has to be escaped.
pub fn render(page: &Page<'_>) -> (String, String) {
    (
        rendered("letter.txt", TEXT, page),
        rendered("letter.html", HTML, page),
    )
}

fn rendered(name: &str, layout: &str, page: &Page<'_>) -> String {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    let syntax = SyntaxConfig::builder()
        .trim_blocks(true)
        .lstrip_blocks(true)
        .keep_trailing_newline(true)
        .build();
    let rendered = syntax.and_then(|syntax| {
        environment.set_syntax(syntax);
        environment.render_named_str(name, layout, Serde(page))
    });
    rendered.unwrap_or_else(|error| format!("This message could not be laid out: {error}"))
}
