//! The steps of an approval, and deciding one (policies dossier, 9).

use std::sync::Arc;

use axum::response::Response;
use engine::read;
use graph::description::Navigation;
use graph::routes::Part;
use graph::{GraphError, Key, PolicyScope};
use model::query::Collection;
use model::record::{Expanded, Item};
use model::{Record, StepId};
use odata::bound::Expand;
use rules::ApprovalOrder;

use super::read::bind_list;
use super::request::Request;
use crate::reply;

/// The steps as a list, their number, or one of them.
pub async fn steps(
    request: &Request,
    key: &Key,
    navigation: &'static Navigation,
    part: &Part,
) -> Result<Response, GraphError> {
    let query = bind_list(request, navigation.target)?;
    let id = request.id(key)?;
    let expansion = Expand {
        nav: navigation.nav,
        name: navigation.name,
        query: query.clone(),
    };
    let asked = read::Key::Id(id.clone());
    let found = request
        .run_read(move |cx| read::navigate(cx, Collection::Approvals, &asked, expansion))
        .await?;
    let items: Vec<Item> = match found {
        Expanded::Many(items) => items,
        Expanded::One(item) => item.map(Arc::unwrap_or_clone).into_iter().collect(),
    };
    let count = u64::try_from(items.len()).unwrap_or(u64::MAX);
    let context = request.contained(&id, navigation, &query);
    let shaper = request.shaper(PolicyScope::default(), navigation.target, &query);
    let body = match part {
        Part::Count => return Ok(reply::count(&request.call, count)),
        Part::Element(step) => {
            let step = step_id(step)?;
            let item = items.iter().find(|item| match &item.record {
                Record::ApprovalStep(record) | Record::ApprovalStage(record) => record.id == step,
                _ => false,
            });
            shaper.entity(
                &context.single(),
                item.ok_or_else(GraphError::approval_not_found)?,
            )
        }
        _ => shaper.collection(&context, &items, query.count.then_some(count), None),
    };
    Ok(request.ok(&body))
}

fn step_id(step: &str) -> Result<StepId, GraphError> {
    step.parse().map_err(|_| GraphError::approval_not_found())
}

/// Decides a step; answers 204.
pub async fn decide(request: &Request, key: &Key, step: &str) -> Result<Response, GraphError> {
    let body = graph::body::review(&request.body)?;
    let id = request.id(key)?;
    let order = ApprovalOrder {
        step: step_id(step)?,
        verdict: body.verdict,
        justification: body.justification,
    };
    request
        .run_write(move |cx| engine::decide_approval(cx, &id, &order))
        .await?;
    Ok(reply::no_content(&request.call))
}
