//! Paths: taken apart, and led to an operation of an entity set.

use graph::{GraphError, Method, Route, RouteError, Version, resolve};
use odata::path::{Args, PARAMETERS_MAX, PATH_BYTES_MAX, PathError, SEGMENTS_MAX, Segment, split};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use crate::refusal;

const METHODS: [Method; 5] = [
    Method::Get,
    Method::Post,
    Method::Patch,
    Method::Put,
    Method::Delete,
];

/// A path that is split keeps its limits, reads back as written, and means the same with more slashes.
/// Where it leads follows from names in any case; a refusal of the method names those that are allowed,
/// and no other.
pub fn path(input: &[u8]) {
    let Some(text) = crate::text(input) else { return };
    let segments = match split(text) {
        Ok(segments) => segments,
        Err(error) => return refusal::is_well_formed(&error.into()),
    };
    assert!(text.len() <= PATH_BYTES_MAX && segments.len() <= SEGMENTS_MAX);
    for segment in &segments {
        assert!(!segment.name.is_empty() && segment.name.ends_with(segment.unqualified()));
        if let Args::Named(parameters) = &segment.args {
            assert!((1..=PARAMETERS_MAX).contains(&parameters.len()));
            assert!(parameters.iter().all(|(name, _)| !name.is_empty()));
        }
    }
    for again in [written(&segments), format!("/{}/", text.replace('/', "//"))] {
        match split(&again) {
            Ok(again) => assert_eq!(again, segments),
            Err(error) => assert_eq!(error, PathError::TooLong, "{again}"),
        }
    }
    let (named, beneath) = match segments.split_first() {
        Some((first, rest)) if Version::parse(&first.name).is_some() => (Version::parse(&first.name), rest),
        _ => (None, segments.as_slice()),
    };
    for version in Version::ALL
        .into_iter()
        .filter(|it| named.is_none_or(|named| named == *it))
    {
        leads_to_one_place(version, beneath);
    }
}

/// The segments with every key quoted and every character encoded that can be.
fn written(segments: &[Segment]) -> String {
    let quoted = |text: &str| format!("'{}'", text.replace('\'', "''"));
    let one = |segment: &Segment| match &segment.args {
        Args::None => segment.name.clone(),
        Args::Key(key) => format!("{}({})", segment.name, quoted(key)),
        Args::Named(parameters) => {
            let pairs: Vec<_> = parameters
                .iter()
                .map(|(name, value)| format!("{name}={}", quoted(value)))
                .collect();
            format!("{}({})", segment.name, pairs.join(","))
        }
    };
    let encoded = segments
        .iter()
        .map(|segment| format!("/{}", utf8_percent_encode(&one(segment), NON_ALPHANUMERIC)));
    encoded.collect()
}

fn leads_to_one_place(version: Version, segments: &[Segment]) {
    let shouted: Vec<Segment> = segments
        .iter()
        .map(|segment| Segment {
            name: segment.name.to_ascii_uppercase(),
            args: segment.args.clone(),
        })
        .collect();
    for method in METHODS {
        let route = resolve(version, method, segments);
        let again = resolve(version, method, &shouted);
        assert_eq!(
            route.as_ref().ok().map(place),
            again.as_ref().ok().map(place),
            "{method:?} {segments:?}"
        );
        match route {
            Ok(route) => {
                assert!(route.version == version && route.operation.versions.has(version));
                assert_eq!(route.operation.method, method);
            }
            Err(error) => {
                if let RouteError::MethodNotAllowed { allowed } = &error {
                    for other in METHODS {
                        let refused = matches!(
                            resolve(version, other, segments),
                            Err(RouteError::MethodNotAllowed { .. })
                        );
                        assert_eq!(refused, !allowed.contains(&other), "{other:?} {segments:?}");
                    }
                }
                refusal::is_well_formed(&GraphError::from(error));
            }
        }
    }
}

fn place(route: &Route) -> (&'static [&'static str], &'static str, Method) {
    (route.set.path, route.operation.path, route.operation.method)
}
