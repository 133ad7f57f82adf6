//! The body of a decision on an approval's step (policies dossier, 9.4).

use model::Verdict;

use super::members::Members;
use crate::GraphError;

/// What an approver says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReviewBody {
    /// What.
    pub verdict: Verdict,
    /// Why.
    pub justification: Option<String>,
}

/// Reads a decision. Everything else that a client sends with it is passed over.
///
/// # Errors
/// `BadRequest` if it is no object, or says neither `Approve` nor `Deny`.
pub fn review(bytes: &[u8]) -> Result<ReviewBody, GraphError> {
    let value = super::json(bytes)?;
    let members = Members::of(&value)?;
    let said = members.text("reviewResult")?.unwrap_or_default();
    Ok(ReviewBody {
        verdict: Verdict::parse(said).ok_or_else(GraphError::invalid_review_result)?,
        justification: members.text("justification")?.map(str::to_owned),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_decision_is_read_however_it_is_spelt() {
        let cases = [
            (
                r#"{"reviewResult":"Approve","justification":"Checked"}"#,
                Verdict::Approve,
                Some("Checked"),
            ),
            (
                r#"{"justification":"","REVIEWRESULT":"deny"}"#,
                Verdict::Deny,
                Some(""),
            ),
            (
                r##"{"@odata.type":"#microsoft.graph.approvalStep","id":"x","status":7,"reviewResult":"APPROVE","justification":null}"##,
                Verdict::Approve,
                None,
            ),
        ];
        for (text, verdict, justification) in cases {
            let expected = ReviewBody {
                verdict,
                justification: justification.map(str::to_owned),
            };
            assert_eq!(review(text.as_bytes()), Ok(expected), "{text}");
        }
    }

    #[test]
    fn what_is_no_decision_is_refused() {
        for text in [
            "",
            "[]",
            "{}",
            r#"{"reviewResult":null}"#,
            r#"{"reviewResult":"NotReviewed"}"#,
            r#"{"reviewResult":"Approved"}"#,
            r#"{"reviewResult":true}"#,
            r#"{"reviewResult":"Deny","justification":{}}"#,
        ] {
            let refused = review(text.as_bytes()).map_err(|error| error.status);
            assert_eq!(refused, Err(400), "{text}");
        }
    }
}
