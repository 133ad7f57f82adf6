//! The binder: syntax tree + description → [`BoundQuery`]. Every 400 about a query is raised here or
//! by the parser; what is bound can be run.

mod error;
mod filter;
mod literal;
mod reference;

pub use error::{BindError, Problem, QueryOption};
use reference::{Scope, Target};

use crate::ast;
use crate::bound::{BoundQuery, Expand, Expr, OrderBy, Select};
use crate::options::RawOptions;
use crate::parse;
use crate::schema::{Member, Schema};
use crate::syntax::SyntaxError;

/// Parses and binds the options of a query on things of the type `schema`.
///
/// # Errors
/// The first fault found: in `$filter`, then `$orderby`, `$select`, `$expand`, `$search`; faults of
/// syntax before all others.
pub fn bind(options: &RawOptions, schema: &dyn Schema) -> Result<BoundQuery, BindError> {
    let query = ast::Query {
        filter: parsed(QueryOption::Filter, options.filter.as_deref(), parse::filter)?,
        order_by: parsed(QueryOption::OrderBy, options.order_by.as_deref(), parse::order_by)?
            .unwrap_or_default(),
        select: parsed(QueryOption::Select, options.select.as_deref(), parse::select)?.unwrap_or_default(),
        expand: parsed(QueryOption::Expand, options.expand.as_deref(), parse::expand)?.unwrap_or_default(),
        top: options.top,
        skip: options.skip,
        count: options.count,
    };
    let searched = parsed(QueryOption::Search, options.search.as_deref(), parse::search)?;
    let searched = searched
        .map(|expr| Scope::root(schema).condition(&expr))
        .transpose()
        .map_err(|problem| BindError {
            option: QueryOption::Search,
            problem,
        })?;
    let bound = bind_parsed(&query, schema)?;
    Ok(BoundQuery {
        skip_token: options.skip_token.clone(),
        filter: both(bound.filter, searched),
        ..bound
    })
}

/// Binds what was parsed already.
///
/// # Errors
/// As [`bind()`], but for syntax.
pub fn bind_parsed(query: &ast::Query<'_>, schema: &dyn Schema) -> Result<BoundQuery, BindError> {
    let within = |option| move |problem| BindError { option, problem };
    let filter = query.filter.as_ref();
    Ok(BoundQuery {
        filter: filter
            .map(|expr| Scope::root(schema).condition(expr))
            .transpose()
            .map_err(within(QueryOption::Filter))?,
        order_by: order_by(&query.order_by, schema).map_err(within(QueryOption::OrderBy))?,
        select: select(&query.select, schema).map_err(within(QueryOption::Select))?,
        expand: expand(&query.expand, schema).map_err(within(QueryOption::Expand))?,
        top: query.top,
        skip: query.skip.unwrap_or(0),
        count: query.count,
        skip_token: None,
    })
}

/// What has to hold of both.
fn both(one: Option<Expr>, other: Option<Expr>) -> Option<Expr> {
    match (one, other) {
        (Some(one), Some(other)) => Some(Expr::And(vec![one, other])),
        (one, other) => one.or(other),
    }
}

/// Parses and binds a `$filter` alone.
///
/// # Errors
/// As [`bind()`].
pub fn bind_filter(text: &str, schema: &dyn Schema) -> Result<Expr, BindError> {
    let option = QueryOption::Filter;
    let expr = parse::filter(text).map_err(|error| syntax(option, error, text))?;
    Scope::root(schema)
        .condition(&expr)
        .map_err(|problem| BindError { option, problem })
}

fn parsed<'t, T>(
    option: QueryOption,
    text: Option<&'t str>,
    parse: impl FnOnce(&'t str) -> Result<T, SyntaxError>,
) -> Result<Option<T>, BindError> {
    text.map(|text| parse(text).map_err(|error| syntax(option, error, text)))
        .transpose()
}

fn syntax(option: QueryOption, error: SyntaxError, text: &str) -> BindError {
    let text = text.to_owned();
    BindError {
        option,
        problem: Problem::Syntax { error, text },
    }
}

/// A key that was there before decides nothing and is left out.
fn order_by(keys: &[ast::OrderKey<'_>], schema: &dyn Schema) -> Result<Vec<OrderBy>, Problem> {
    let mut bound: Vec<OrderBy> = Vec::with_capacity(keys.len());
    for key in keys {
        let path = match Scope::root(schema).follow(&key.path)? {
            Target::Property(path, property) if property.sortable => path,
            _ => {
                return Err(Problem::NotSortable {
                    name: key.path.to_string(),
                });
            }
        };
        if bound.iter().all(|earlier| earlier.path != path) {
            bound.push(OrderBy {
                path,
                descending: key.descending,
            });
        }
    }
    Ok(bound)
}

/// A path selects the whole property that it begins with; a navigation adds nothing.
fn select(paths: &[ast::Path<'_>], schema: &dyn Schema) -> Result<Select, Problem> {
    let mut names = Vec::with_capacity(paths.len());
    let mut everything = paths.is_empty();
    for first in paths.iter().filter_map(|path| path.0.first().copied()) {
        if first == "*" {
            everything = true;
        } else if let Some(name) = schema.selectable(first) {
            if !names.contains(&name) {
                names.push(name);
            }
        } else if !matches!(schema.member(first), Some(Member::Navigation(_))) {
            return Err(unknown(first, schema));
        }
    }
    Ok(if everything {
        Select::Default
    } else {
        Select::Only(names)
    })
}

fn expand(items: &[ast::Expansion<'_>], schema: &dyn Schema) -> Result<Vec<Expand>, Problem> {
    let mut bound: Vec<Expand> = Vec::with_capacity(items.len());
    for item in items {
        if item.name == "*" {
            for navigation in schema.navigations() {
                add(
                    &mut bound,
                    Expand {
                        nav: navigation.nav,
                        name: navigation.name,
                        query: BoundQuery::default(),
                    },
                    false,
                );
            }
            continue;
        }
        let navigation = match schema.member(item.name) {
            Some(Member::Navigation(navigation)) => navigation,
            Some(_) => {
                return Err(Problem::NotNavigation {
                    name: item.name.to_owned(),
                    type_name: schema.type_name(),
                });
            }
            None => return Err(unknown(item.name, schema)),
        };
        let query = match &item.query {
            Some(query) => bind_parsed(query, navigation.target).map_err(|error| error.problem)?,
            None => BoundQuery::default(),
        };
        add(
            &mut bound,
            Expand {
                nav: navigation.nav,
                name: navigation.name,
                query,
            },
            item.query.is_some(),
        );
    }
    Ok(bound)
}

/// Of several expansions of one navigation, the last that has options of its own counts.
fn add(expansions: &mut Vec<Expand>, expansion: Expand, has_options: bool) {
    match expansions.iter_mut().find(|earlier| earlier.nav == expansion.nav) {
        Some(earlier) if has_options => *earlier = expansion,
        Some(_) => {}
        None => expansions.push(expansion),
    }
}

fn unknown(name: &str, schema: &dyn Schema) -> Problem {
    Problem::UnknownProperty {
        name: name.to_owned(),
        type_name: schema.type_name(),
    }
}

#[cfg(test)]
mod tests;
