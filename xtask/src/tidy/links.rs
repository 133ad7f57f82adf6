//! Links between documents: each must lead to a file or folder of the project.

use super::Finding;
use crate::tree::Tree;

/// Checks every Markdown file.
pub fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (path, text) in tree.files("", ".md") {
        let mut in_code = false;
        for (number, line) in (1..).zip(text.lines()) {
            in_code ^= line.trim_start().starts_with("```");
            if in_code {
                continue;
            }
            for target in targets(line) {
                if !resolve(path, target).is_none_or(|it| tree.has(&it)) {
                    findings.push(Finding::error(
                        path,
                        number,
                        format!("the link to `{target}` leads nowhere"),
                    ));
                }
            }
        }
    }
    findings
}

/// What the inline links of a line point at, without the anchor.
fn targets(line: &str) -> impl Iterator<Item = &str> {
    line.split("](").skip(1).filter_map(|rest| {
        let target = rest.split(')').next()?;
        target.split('#').next()
    })
}

/// The path that a link means, or none for one that leaves the project or stays on the page.
fn resolve(from: &str, target: &str) -> Option<String> {
    if target.is_empty() || target.contains("://") || target.starts_with("mailto:") {
        return None;
    }
    let mut parts: Vec<&str> = from.split('/').collect();
    parts.pop();
    for part in target.trim_end_matches('/').split('/') {
        match part {
            "." => {}
            // One that climbs out of the project is kept as it stands and found missing.
            ".." if !parts.is_empty() => drop(parts.pop()),
            _ => parts.push(part),
        }
    }
    Some(parts.join("/")).filter(|path| !path.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_to_nothing_is_found() {
        let tree = Tree::of(&[
            (
                "docs/a.md",
                "See [b](b.md#part), [root](../README.md), [out](https://example.org/x), [here](#x).",
            ),
            (
                "docs/b.md",
                "Gone: [c](c.md).\n```\n[not a link](d.md)\n```\nOut: [e](../../e.md)",
            ),
            ("README.md", "[docs](docs/a.md)"),
        ]);
        let found: Vec<_> = check(&tree).into_iter().map(|it| (it.path, it.line)).collect();
        assert_eq!(found, [("docs/b.md".to_owned(), 1), ("docs/b.md".to_owned(), 5)]);
    }
}
