//! Access decisions for other systems: OpenID AuthZEN Access Evaluation 1.0. The hottest route: it
//! answers from memory and goes to a storage thread only for a principal that is not there yet.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use engine::evaluate_access::{Answer, Question, Reason, Wanted, evaluate};
use graph::GraphError;
use http::{HeaderMap, StatusCode};
use model::{Caller, DirectoryScope, Instant, ObjectId, Permission, RoleDefinition, RoleDefinitionId};
use serde::{Deserialize, Serialize};
use store::{Held, Holdings};

use crate::app::{App, EVALUATIONS_MAX};
use crate::body::Whole;
use crate::caller::{self, Call};
use crate::{bridge, reply};

#[derive(Clone, Debug, Deserialize)]
struct Entity<'a> {
    #[serde(rename = "type", borrow)]
    kind: Cow<'a, str>,
    #[serde(borrow)]
    id: Cow<'a, str>,
}

#[derive(Clone, Debug, Deserialize)]
struct ActionSpec<'a> {
    #[serde(borrow)]
    name: Cow<'a, str>,
    #[serde(default)]
    properties: ActionProperties,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct ActionProperties {
    #[serde(default)]
    role_definition_id: Option<String>,
}

/// One evaluation; what it leaves out, the request's own defaults say.
#[derive(Clone, Debug, Default, Deserialize)]
struct Evaluation<'a> {
    #[serde(default, borrow)]
    subject: Option<Entity<'a>>,
    #[serde(default, borrow)]
    action: Option<ActionSpec<'a>>,
    #[serde(default, borrow)]
    resource: Option<Entity<'a>>,
}

#[derive(Debug, Deserialize)]
struct Evaluations<'a> {
    #[serde(flatten, borrow)]
    defaults: Evaluation<'a>,
    #[serde(default, borrow)]
    evaluations: Vec<Evaluation<'a>>,
    #[serde(default)]
    options: EvaluationOptions,
}

#[derive(Debug, Default, Deserialize)]
struct EvaluationOptions {
    #[serde(default)]
    evaluations_semantic: Semantic,
}

/// When a series of evaluations stops (AuthZEN 1.0, section 7.1.2.1).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Semantic {
    #[default]
    ExecuteAll,
    DenyOnFirstDeny,
    PermitOnFirstPermit,
}

#[derive(Debug, Serialize)]
struct DecisionBody {
    decision: bool,
    context: DecisionContext,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
enum DecisionContext {
    Grant(GrantBody),
    Reason(String),
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct GrantBody {
    id: String,
    role_definition_id: String,
    directory_scope_id: String,
    start_date_time: String,
    end_date_time: Option<String>,
    assignment_type: &'static str,
    member_type: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    group_id: Option<String>,
}

#[derive(Debug, Serialize)]
struct EvaluationsBody {
    evaluations: Vec<DecisionBody>,
}

/// Who is asked about: by id, or by principal name, which takes a look into the directory.
enum Subject {
    Id(ObjectId),
    Name(String),
}

struct Asked {
    subject: Subject,
    wanted: Wanted,
    scope: DirectoryScope,
}

/// `POST /access/v1/evaluation`
pub async fn evaluation(State(app): State<App>, headers: HeaderMap, Whole(body): Whole) -> Response {
    let call = Call::new(&app, &headers);
    let answer = async {
        let caller = authorise(&app, &call, &headers)?;
        let body = body?;
        let asked: Evaluation<'_> = read_body(&body)?;
        answer(&app, &caller, parse(&asked)?).await
    };
    respond(&call, &headers, answer.await)
}

/// `POST /access/v1/evaluations`
pub async fn evaluations(State(app): State<App>, headers: HeaderMap, Whole(body): Whole) -> Response {
    let call = Call::new(&app, &headers);
    let answer = async {
        let caller = authorise(&app, &call, &headers)?;
        let body = body?;
        let asked: Evaluations<'_> = read_body(&body)?;
        if asked.evaluations.is_empty() {
            return Ok(
                serde_json::to_value(answer(&app, &caller, parse(&asked.defaults)?).await?)
                    .unwrap_or_default(),
            );
        }
        if asked.evaluations.len() > EVALUATIONS_MAX {
            return Err(GraphError::bad_request(format!(
                "at most {EVALUATIONS_MAX} evaluations are answered at once"
            )));
        }
        let semantic = asked.options.evaluations_semantic;
        let mut answers = Vec::with_capacity(asked.evaluations.len());
        for one in asked.evaluations {
            let merged = Evaluation {
                subject: one.subject.or_else(|| asked.defaults.subject.clone()),
                action: one.action.or_else(|| asked.defaults.action.clone()),
                resource: one.resource.or_else(|| asked.defaults.resource.clone()),
            };
            let decided = answer(&app, &caller, parse(&merged)?).await?;
            let stops = match semantic {
                Semantic::ExecuteAll => false,
                Semantic::DenyOnFirstDeny => !decided.decision,
                Semantic::PermitOnFirstPermit => decided.decision,
            };
            answers.push(decided);
            if stops {
                break;
            }
        }
        Ok(serde_json::to_value(EvaluationsBody { evaluations: answers }).unwrap_or_default())
    };
    respond(&call, &headers, answer.await)
}

/// `GET /.well-known/authzen-configuration`
pub async fn configuration(State(app): State<App>, headers: HeaderMap) -> Response {
    let base = caller::base_url(&app, &headers);
    reply::plain_json(
        StatusCode::OK,
        &serde_json::json!({
            "policy_decision_point": base,
            "access_evaluation_endpoint": format!("{base}/access/v1/evaluation"),
            "access_evaluations_endpoint": format!("{base}/access/v1/evaluations"),
        }),
    )
}

fn authorise(app: &App, call: &Call, headers: &HeaderMap) -> Result<Arc<Caller>, GraphError> {
    let caller = caller::authenticate(app, headers, call.now)?;
    if caller.permissions.has(Permission::AccessEvaluateAll) {
        Ok(caller)
    } else {
        Err(GraphError::authorization_request_denied())
    }
}

fn read_body<'a, T: Deserialize<'a>>(body: &'a [u8]) -> Result<T, GraphError> {
    serde_json::from_slice(body)
        .map_err(|error| GraphError::bad_request(format!("the body is not an evaluation: {error}")))
}

fn parse(asked: &Evaluation<'_>) -> Result<Asked, GraphError> {
    let missing = |what: &str| GraphError::bad_request(format!("`{what}` is missing"));
    let subject = asked.subject.as_ref().ok_or_else(|| missing("subject"))?;
    let action = asked.action.as_ref().ok_or_else(|| missing("action"))?;
    let resource = asked.resource.as_ref().ok_or_else(|| missing("resource"))?;
    if !matches!(subject.kind.as_ref(), "user" | "servicePrincipal") {
        return Err(GraphError::bad_request(
            "a subject is a `user` or a `servicePrincipal`".to_owned(),
        ));
    }
    if resource.kind != "directoryScope" {
        return Err(GraphError::bad_request(
            "a resource is a `directoryScope`".to_owned(),
        ));
    }
    let scope = resource.id.parse().map_err(|_| {
        GraphError::bad_request("a directory scope is `/`, `/administrativeUnits/{id}` or `/{id}`".to_owned())
    })?;
    let wanted = match (action.name.as_ref(), &action.properties.role_definition_id) {
        ("role", Some(id)) => Wanted::Role(
            id.parse()
                .map_err(|_| GraphError::bad_request("`roleDefinitionId` is not a GUID".to_owned()))?,
        ),
        ("role", None) => return Err(missing("action.properties.roleDefinitionId")),
        (action, _) => Wanted::ResourceAction(action.to_owned()),
    };
    let subject = match subject.id.parse() {
        Ok(id) => Subject::Id(id),
        Err(_) => Subject::Name(subject.id.clone().into_owned()),
    };
    Ok(Asked {
        subject,
        wanted,
        scope,
    })
}

async fn answer(app: &App, caller: &Arc<Caller>, asked: Asked) -> Result<DecisionBody, GraphError> {
    let engine = app.engine();
    let id = match asked.subject {
        Subject::Id(id) => Some(id),
        Subject::Name(name) => {
            let found = bridge::read(engine, caller.clone(), move |cx| {
                Ok(cx
                    .session
                    .object_by_user_principal_name(&name)?
                    .map(|object| object.id))
            });
            found.await.map_err(|error| crate::problem::directory(&error))?
        }
    };
    let Some(id) = id else {
        return Ok(denied("No such principal.".to_owned()));
    };
    let question = Question {
        subject: id,
        wanted: asked.wanted,
        scope: asked.scope,
    };
    let now = engine.now();
    let in_memory = engine.cached_holdings(id).and_then(|holdings| {
        let roles = cached_roles(app, &holdings, &question)?;
        Some(evaluate(&holdings, &question, now, |role| {
            roles.get(&role).cloned()
        }))
    });
    let answer = match in_memory {
        Some(answer) => answer,
        None => {
            let question = question.clone();
            let decided = bridge::read(engine, caller.clone(), move |cx| {
                let holdings = cx.session.holdings(question.subject)?;
                let mut roles = Roles::new();
                for held in &holdings.held {
                    if let Some(role) = cx.session.shared_role(held.role_definition_id)? {
                        roles.insert(held.role_definition_id, role);
                    }
                }
                Ok(evaluate(&holdings, &question, cx.now, |role| {
                    roles.get(&role).cloned()
                }))
            });
            decided.await.map_err(|error| crate::problem::directory(&error))?
        }
    };
    Ok(match answer {
        Answer::Granted(held) => granted(&held, id),
        Answer::Denied(reason) => denied(in_words(&reason, &question)),
    })
}

type Roles = BTreeMap<RoleDefinitionId, Arc<RoleDefinition>>;

/// The roles that a question needs to be looked into, if all of them are in memory. A question for a
/// role needs none.
fn cached_roles(app: &App, holdings: &Holdings, question: &Question) -> Option<Roles> {
    if matches!(question.wanted, Wanted::Role(_)) {
        return Some(Roles::new());
    }
    let ids = holdings.held.iter().map(|held| held.role_definition_id);
    ids.map(|id| Some((id, app.engine().cached_role(id)?))).collect()
}

fn granted(held: &Held, subject: ObjectId) -> DecisionBody {
    let time = |instant: Instant| instant.to_string();
    DecisionBody {
        decision: true,
        context: DecisionContext::Grant(GrantBody {
            id: held.schedule_id(subject),
            role_definition_id: held.role_definition_id.to_string(),
            directory_scope_id: held.scope.to_string(),
            start_date_time: time(held.window.start),
            end_date_time: held.window.end.map(time),
            assignment_type: if held.activated { "Activated" } else { "Assigned" },
            member_type: if held.via_group.is_some() {
                "Group"
            } else {
                "Direct"
            },
            group_id: held.via_group.map(|group| group.to_string()),
        }),
    }
}

fn denied(reason: String) -> DecisionBody {
    DecisionBody {
        decision: false,
        context: DecisionContext::Reason(reason),
    }
}

fn in_words(reason: &Reason, question: &Question) -> String {
    let what = match &question.wanted {
        Wanted::Role(role) => format!("role {role}"),
        Wanted::ResourceAction(action) => format!("a role that allows {action}"),
    };
    match reason {
        Reason::Inactive => "There is no such principal, or its account is disabled.".to_owned(),
        Reason::NoGrant => format!("The principal does not hold {what} at {}.", question.scope),
        Reason::NotYet(start) => format!(
            "The principal will hold {what} at {} from {start} on.",
            question.scope
        ),
    }
}

fn respond<T: Serialize>(call: &Call, headers: &HeaderMap, answer: Result<T, GraphError>) -> Response {
    let mut response = match answer {
        Ok(body) => reply::plain_json(StatusCode::OK, &body),
        Err(error) => reply::error(call, &error),
    };
    // AuthZEN 1.0, section 10.1.4: the caller's own request id comes back.
    if let Some(id) = headers.get("x-request-id") {
        response.headers_mut().insert("x-request-id", id.clone());
    }
    response
}
