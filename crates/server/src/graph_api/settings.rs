//! PATCH of role settings: a whole policy, or one rule.

use axum::response::Response;
use engine::{Context, change_settings, read};
use graph::body::{Approvals, apply_policy_patch, apply_rule_patch};
use graph::{GraphError, Key, PolicyScope, Tags};
use http::StatusCode;
use model::record::Item;
use model::{Record, RuleId};
use odata::bound::BoundQuery;

use super::read::entity_reply;
use super::request::Request;
use crate::reply;

/// Several rules at once, all or none; answers with the policy (policies dossier, 4.2).
pub async fn update_policy(request: &Request, key: &Key) -> Result<Response, GraphError> {
    let (id, body) = (request.id(key)?, graph::body::json(&request.body)?);
    let scope = id
        .split('_')
        .next()
        .and_then(PolicyScope::parse)
        .unwrap_or_default();
    let seen = request.if_match.clone();
    let changed = request.run_write(move |cx| {
        let policy = read::policy(cx, &id)?;
        change_settings(cx, policy.id, |policy| {
            Tags::require(seen.as_ref(), &Record::Policy(Box::new(policy.clone())))?;
            apply_policy_patch(policy, &body, approvals(cx))
        })
    });
    let item = Item::from(Record::Policy(Box::new(changed.await??)));
    let query = BoundQuery::default();
    Ok(entity_reply(
        request,
        StatusCode::OK,
        request.route.set.entity,
        &query,
        &item,
        scope,
    ))
}

/// One rule; answers 204.
pub async fn update_rule(request: &Request, key: &Key, rule: &str) -> Result<Response, GraphError> {
    let rule_id = RuleId::parse(rule).ok_or_else(|| GraphError::unknown_policy_rule(rule))?;
    let (id, body) = (request.id(key)?, graph::body::json(&request.body)?);
    let seen = request.if_match.clone();
    let changed = request.run_write(move |cx| {
        let policy = read::policy(cx, &id)?;
        change_settings(cx, policy.id, |policy| {
            Tags::require(seen.as_ref(), &Record::Policy(Box::new(policy.clone())))?;
            apply_rule_patch(&policy.settings, rule_id, &body, approvals(cx))
        })
    });
    let record = Record::Policy(Box::new(changed.await??));
    Ok(reply::with_tag(reply::no_content(&request.call), &record))
}

/// What this server lets settings ask of approvals.
const fn approvals(cx: &Context<'_>) -> Approvals {
    if cx.extended_approvals {
        Approvals::Extended
    } else {
        Approvals::Graph
    }
}
