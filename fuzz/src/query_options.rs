//! The query string: its options taken apart, and bound to the type of each entity set.

use std::cmp::Ordering;

use graph::{GraphError, Version, sets};
use odata::bound::{BoundQuery, Select};
use odata::eval::{Row, order};
use odata::options::{PARAMETERS_MAX, QUERY_BYTES_MAX};
use odata::syntax::EXPAND_DEPTH_MAX;
use odata::{OptionError, RawOptions, bind};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use crate::row::{Empty, Full};
use crate::{filter, refusal};

/// A query string that is read keeps its limits and reads back as written. Against the type of each
/// entity set it is refused in the service's words, or makes a query that names nothing twice, nests no
/// deeper than allowed and orders rows.
pub fn query_options(input: &[u8]) {
    let Some(text) = crate::text(input) else { return };
    let options = match RawOptions::parse(text) {
        Ok(options) => options,
        Err(error) => return refusal::is_well_formed(&error.into()),
    };
    assert!(text.len() <= QUERY_BYTES_MAX);
    assert!(options.aliases.len() + options.others.len() <= PARAMETERS_MAX);
    assert_ne!(options.top, Some(0));
    match RawOptions::parse(&written(&options)) {
        Ok(again) => assert_eq!(again, options),
        // Encoded, a text is up to three times as long.
        Err(error) => assert_eq!(error, OptionError::TooLong),
    }
    for set in sets::ALL {
        for version in Version::ALL {
            match bind(&options, set.entity.schema(version)) {
                Ok(query) => {
                    assert_eq!((query.top, query.skip), (options.top, options.skip.unwrap_or(0)));
                    assert_eq!(
                        (query.count, &query.skip_token),
                        (options.count, &options.skip_token)
                    );
                    is_consistent(&query, 0);
                }
                Err(error) => {
                    let error = GraphError::from_bind(set.service, &error, options.filter.as_deref());
                    refusal::is_well_formed(&error);
                }
            }
        }
    }
}

/// The options as a query string that leaves nothing to interpretation.
fn written(options: &RawOptions) -> String {
    let numbers = [("$top", options.top), ("$skip", options.skip)];
    let texts = [
        ("$filter", &options.filter),
        ("$select", &options.select),
        ("$expand", &options.expand),
        ("$orderby", &options.order_by),
        ("$search", &options.search),
        ("$format", &options.format),
        ("$skiptoken", &options.skip_token),
    ];
    let numbers = numbers
        .into_iter()
        .filter_map(|(name, value)| Some((name.to_owned(), value?.to_string())));
    let texts = texts
        .into_iter()
        .filter_map(|(name, value)| Some((name.to_owned(), value.clone()?)));
    let count = options.count.then(|| ("$count".to_owned(), "true".to_owned()));
    let pairs = numbers
        .chain(texts)
        .chain(count)
        .chain(options.aliases.iter().cloned())
        .chain(options.others.iter().cloned());
    let encoded = |text: &str| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
    pairs
        .map(|(name, value)| format!("{}={}", encoded(&name), encoded(&value)))
        .collect::<Vec<_>>()
        .join("&")
}

fn is_consistent(query: &BoundQuery, depth: usize) {
    assert!(depth <= EXPAND_DEPTH_MAX);
    query.filter.iter().for_each(filter::is_consistent);
    let paths = || query.order_by.iter().map(|key| &key.path);
    assert!(are_distinct(paths()));
    if let Select::Only(names) = &query.select {
        assert!(are_distinct(names.iter()));
    }
    assert!(are_distinct(query.expand.iter().map(|expand| &expand.nav)));
    let (one, other) = (Full(0), Full(3));
    for (left, right) in [
        (&one as &dyn Row, &other as &dyn Row),
        (&Empty, &one),
        (&other, &other),
    ] {
        let forwards = order(&query.order_by, left, right);
        assert_eq!(forwards, order(&query.order_by, right, left).reverse());
    }
    assert_eq!(order(&query.order_by, &one, &one), Ordering::Equal);
    for expand in &query.expand {
        is_consistent(&expand.query, depth + 1);
    }
}

fn are_distinct<'a, T: PartialEq + 'a>(items: impl Iterator<Item = &'a T> + Clone) -> bool {
    let mut rest = items;
    while let Some(item) = rest.next() {
        if rest.clone().any(|other| other == item) {
            return false;
        }
    }
    true
}
