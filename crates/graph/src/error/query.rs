//! What is wrong with a query, in the words of the service that answers for the set (schedules
//! dossier, 4.4 and 11; directory dossier, B2 and B3).

use odata::bind::{Problem, QueryOption};
use odata::path::PathError;
use odata::{BindError, OptionError};

use super::GraphError;
use crate::description::Service;

/// The largest page that the texts about page sizes name (directory dossier, B2).
const DIRECTORY_PAGE_MAX: u32 = 999;

impl GraphError {
    /// A query that does not bind. `filter` is the text of `$filter` as sent, which PIM repeats.
    pub fn from_bind(service: Service, error: &BindError, filter: Option<&str>) -> Self {
        let (option, problem) = (error.option, &error.problem);
        match (option, problem) {
            (QueryOption::Select | QueryOption::Expand, _) => Self::bad_request(problem.to_string()),
            (QueryOption::Filter, Problem::Syntax { .. }) => {
                Self::bad_request(format!("Invalid filter clause: {problem}"))
            }
            (QueryOption::OrderBy, Problem::Syntax { .. }) => {
                Self::bad_request(format!("Invalid orderby clause: {problem}"))
            }
            (QueryOption::Filter | QueryOption::OrderBy, _) if service == Service::Pim => {
                // For a bad `$orderby` the live service leaves the place empty: two blanks.
                let text = match option {
                    QueryOption::Filter => filter.unwrap_or_default(),
                    _ => "",
                };
                Self::new(400, "InvalidFilter", format!("The {text} filter is invalid.")).with_detail(
                    "InvalidFilter",
                    problem.to_string(),
                    Some(option.as_str()),
                )
            }
            (QueryOption::Search, Problem::Syntax { .. }) => {
                Self::bad_request(format!("Invalid search clause: {problem}"))
            }
            (QueryOption::Filter | QueryOption::Search, Problem::NotFilterable { name }) => {
                Self::unsupported_query(format!(
                    "Unsupported or invalid query filter clause specified for property '{name}'."
                ))
            }
            (QueryOption::OrderBy, Problem::NotSortable { .. }) => {
                Self::unsupported_query("Sorting not supported for current query.")
            }
            (_, Problem::Unsupported(_)) => Self::unsupported_query(problem.to_string()),
            (QueryOption::Filter, _) => Self::bad_request(format!("Invalid filter clause: {problem}")),
            (QueryOption::OrderBy | QueryOption::Search, _) => Self::bad_request(problem.to_string()),
        }
    }

    /// The directory counts only for who accepts that it does so later (directory dossier, A10).
    pub fn count_not_supported() -> Self {
        Self::new(400, "Request_BadRequest", "$count is not currently supported.")
    }

    /// The directory searches only for who accepts that it does so later (directory dossier, A10).
    pub fn search_needs_consistency_level() -> Self {
        Self::unsupported_query(
            "Request with $search query parameter only works through MSGraph with a special request header: \
             'ConsistencyLevel: eventual'",
        )
    }

    /// The query looks at too much; Graph lets such queries run into its own limits of time.
    pub fn too_expensive() -> Self {
        Self::unsupported_query("Unsupported Query.").with_detail(
            "QueryTooExpensive",
            "The query looks at more than one request may. Filter by principalId, roleDefinitionId, id or a time, or \
             leave $count and $orderby out.",
            None,
        )
    }

    /// The directory does not serve such a query.
    pub fn unsupported_query(message: impl Into<String>) -> Self {
        Self::new(400, "Request_UnsupportedQuery", message.into())
    }
}

impl From<&OptionError> for GraphError {
    fn from(error: &OptionError) -> Self {
        match error {
            OptionError::ZeroTop => Self::invalid_page_size(0, DIRECTORY_PAGE_MAX),
            other => Self::bad_request(other.to_string()),
        }
    }
}

impl From<OptionError> for GraphError {
    fn from(error: OptionError) -> Self {
        Self::from(&error)
    }
}

impl From<PathError> for GraphError {
    /// A path that is too long has a status of its own.
    fn from(error: PathError) -> Self {
        let status = match error {
            PathError::TooLong => 414,
            PathError::TooManySegments
            | PathError::TooManyParameters
            | PathError::Encoding
            | PathError::Malformed => 400,
        };
        Self::new(status, "BadRequest", error.to_string())
    }
}
