//! The requests of each measurement, rendered before anything is measured.

use std::sync::Arc;

use model::access::PermissionSet;
use model::policy::key::{PolicyScope, policy_id};
use model::{ObjectId, RoleDefinitionId};
use serde_json::json;
use testkit::{Installation, Populated, Tokens};

use crate::report::{EXPANDED, PLAIN};

/// Distinct people that the reads ask about, at most.
const ASKED_ABOUT: usize = 20_000;

/// Of so many activations one is not measured.
const UNMEASURED: usize = 2;

/// A request in three pieces, of which the middle one is shared by many.
#[derive(Clone)]
pub struct Request {
    line: Box<str>,
    headers: Arc<str>,
    body: Box<str>,
}

impl Request {
    /// Puts the pieces together.
    pub fn write(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(self.line.as_bytes());
        out.extend_from_slice(self.headers.as_bytes());
        out.extend_from_slice(self.body.as_bytes());
    }

    fn get(path: &str, headers: &Arc<str>) -> Self {
        Self {
            line: format!("GET {path} HTTP/1.1\r\n").into(),
            headers: headers.clone(),
            body: "\r\n".into(),
        }
    }

    fn patch(path: &str, headers: &Arc<str>, body: &serde_json::Value) -> Self {
        Self::with_body("PATCH", path, headers, body)
    }

    fn post(path: &str, headers: &Arc<str>, body: &serde_json::Value) -> Self {
        Self::with_body("POST", path, headers, body)
    }

    fn with_body(method: &str, path: &str, headers: &Arc<str>, body: &serde_json::Value) -> Self {
        let body = body.to_string();
        Self {
            line: format!("{method} {path} HTTP/1.1\r\ncontent-length: {}\r\n", body.len()).into(),
            headers: headers.clone(),
            body: format!("\r\n{body}").into(),
        }
    }
}

/// The one request of the bare route.
pub fn bare() -> Arc<[Request]> {
    [Request::get("/bare", &headers(None))].into()
}

fn headers(token: Option<&str>) -> Arc<str> {
    let token = token
        .map(|token| format!("authorization: Bearer {token}\r\n"))
        .unwrap_or_default();
    format!("host: tenure.test\r\ncontent-type: application/json\r\n{token}").into()
}

/// A way to ask that is measured.
pub struct Read {
    /// What the report calls it.
    pub name: &'static str,
    /// What is sent.
    pub requests: Arc<[Request]>,
}

/// What is asked of a population.
pub fn reads(tokens: &Tokens, populated: &Populated) -> Vec<Read> {
    let headers = headers(Some(&tokens.of_application(PermissionSet::all())));
    let count = populated.people.len();
    // Spread over everybody, so that neighbours in the tables are not asked about one after the other.
    let stride = (count / ASKED_ABOUT.min(count)).max(1);
    let asked: Vec<usize> = (0..count).step_by(stride).collect();
    let each = |request: &dyn Fn(usize) -> Request| asked.iter().map(|index| request(*index)).collect();
    let person = |index: usize| populated.people.get(index).copied();
    let directory = "/v1.0/roleManagement/directory";
    vec![
        Read {
            name: "point read (one schedule)",
            requests: each(&|index| {
                let schedule = person(index)
                    .map(|(_, schedule)| schedule.to_string())
                    .unwrap_or_default();
                Request::get(
                    &format!("{directory}/roleAssignmentSchedules/{schedule}"),
                    &headers,
                )
            }),
        },
        Read {
            name: "what P holds now",
            requests: each(&|index| {
                let id = person(index).map(|(id, _)| id.to_string()).unwrap_or_default();
                let filter = format!("$filter=principalId%20eq%20'{id}'");
                Request::get(
                    &format!("{directory}/roleAssignmentScheduleInstances?{filter}"),
                    &headers,
                )
            }),
        },
        Read {
            name: "decision (AuthZEN)",
            requests: each(&|index| {
                let id = person(index).map(|(id, _)| id.to_string()).unwrap_or_default();
                let role = json!({"roleDefinitionId": populated.held(index).to_string()});
                let body = json!({
                    "subject": {"type": "user", "id": id},
                    "action": {"name": "role", "properties": role},
                    "resource": {"type": "directoryScope", "id": "/"},
                });
                Request::post("/access/v1/evaluation", &headers, &body)
            }),
        },
        Read {
            name: PLAIN,
            requests: [Request::get(
                &format!("{directory}/roleAssignmentScheduleInstances?$top=100"),
                &headers,
            )]
            .into(),
        },
        Read {
            name: EXPANDED,
            requests: [Request::get(
                &format!(
                    "{directory}/roleAssignmentScheduleInstances?$top=100&$expand=roleDefinition,principal"
                ),
                &headers,
            )]
            .into(),
        },
    ]
}

/// Activations, each of a role that nobody else activates.
pub struct Activations {
    /// One call for each person, so that the server knows the tokens.
    pub greetings: Arc<[Request]>,
    /// Activations that are not measured: a server that has just begun takes memory, and room for its write-ahead log,
    /// from the system.
    pub first: Arc<[Request]>,
    /// The activations.
    pub requests: Arc<[Request]>,
    /// Activations and changes of settings, in turn, as many as the activations in all.
    pub amid_changes: Arc<[Request]>,
}

/// A change of a rule that activations are decided by, twice for each role: the second takes the first
/// back.
pub fn changes(installation: &Installation) -> Vec<Request> {
    let headers = headers(Some(&installation.tokens.of_application(PermissionSet::all())));
    let tenant = installation.app.tenant().id;
    let policies = installation.read(|session| session.policies());
    let change = |duration: &str| {
        let body = json!({"maximumDuration": duration});
        let headers = headers.clone();
        policies.iter().map(move |policy| {
            let id = policy_id(PolicyScope::DirectoryRole, tenant, policy.id);
            let path =
                format!("/v1.0/policies/roleManagementPolicies/{id}/rules/Expiration_EndUser_Assignment");
            Request::patch(&path, &headers, &body)
        })
    };
    change("PT7H").chain(change("PT8H")).collect()
}

/// At most `most` of everything that `people` of the population can activate, `each` of them as many roles.
pub fn activations(
    tokens: &Tokens,
    populated: &Populated,
    each: usize,
    most: usize,
    changes: &[Request],
) -> Activations {
    let count = populated.people.len();
    // Few enough people for the server to remember their tokens, from all over the tenant.
    let step = count.div_ceil((most / each).max(1)).max(1);
    let people: Vec<(usize, ObjectId, Arc<str>)> = (0..count)
        .step_by(step)
        .filter_map(|index| populated.people.get(index).map(|(id, _)| (index, *id)))
        .map(|(index, id)| (index, id, headers(Some(&tokens.of_user(id, Tokens::delegated())))))
        .collect();
    let greetings = people
        .iter()
        .map(|(_, _, headers)| Request::get("/v1.0/me?$select=id", headers));
    let mut requests: Vec<Request> = (0..each)
        .flat_map(|nth| {
            people
                .iter()
                .map(move |(index, id, headers)| activation(headers, *id, populated.eligible(*index, nth)))
        })
        .collect();
    let first = requests.drain(..requests.len() / UNMEASURED).collect();
    let half = requests.iter().take(requests.len() / 2).cloned();
    let in_turn = half
        .zip(changes.iter().cycle().cloned())
        .flat_map(|(one, other)| [one, other]);
    Activations {
        greetings: greetings.collect(),
        first,
        amid_changes: in_turn.collect(),
        requests: requests.into(),
    }
}

fn activation(headers: &Arc<str>, principal: ObjectId, role: RoleDefinitionId) -> Request {
    let body = json!({
        "action": "selfActivate",
        "principalId": principal.to_string(),
        "roleDefinitionId": role.to_string(),
        "directoryScopeId": "/",
        "justification": "Night shift",
        "scheduleInfo": {"expiration": {"type": "afterDuration", "duration": "PT1H"}},
    });
    Request::post(
        "/v1.0/roleManagement/directory/roleAssignmentScheduleRequests",
        headers,
        &body,
    )
}
