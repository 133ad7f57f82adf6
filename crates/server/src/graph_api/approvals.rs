//! The steps of an approval, and deciding one (policies dossier, 9).

use axum::response::Response;
use engine::read;
use graph::description::Navigation;
use graph::routes::Part;
use graph::{GraphError, Key, PolicyScope};
use model::query::Collection;
use model::record::{Expanded, Item};
use odata::bound::Expand;
use rules::ApprovalOrder;

use super::read::bind_list;
use super::request::Request;
use crate::reply;

/// The steps as a list, their number, or one of them. There is one, with the approval's own id.
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
        Expanded::One(item) => item.map(|item| *item).into_iter().collect(),
    };
    let count = u64::try_from(items.len()).unwrap_or(u64::MAX);
    let context = request.contained(&id, navigation, &query);
    let shaper = request.shaper(PolicyScope::default(), navigation.target, &query);
    let body = match part {
        Part::Count => return Ok(reply::count(&request.call, count)),
        Part::Element(step) => {
            let item = items.first().filter(|_| is_step_of(&id, step));
            shaper.entity(
                &context.single(),
                item.ok_or_else(GraphError::approval_not_found)?,
            )
        }
        _ => shaper.collection(&context, &items, query.count.then_some(count), None),
    };
    Ok(request.ok(&body))
}

/// Whether a step is the one of an approval.
fn is_step_of(approval: &str, step: &str) -> bool {
    approval.eq_ignore_ascii_case(step)
}

/// Decides a step; answers 204.
pub async fn decide(request: &Request, key: &Key, step: &str) -> Result<Response, GraphError> {
    let body = graph::body::review(&request.body)?;
    let id = request.id(key)?;
    if !is_step_of(&id, step) {
        return Err(GraphError::approval_not_found());
    }
    let order = ApprovalOrder {
        verdict: body.verdict,
        justification: body.justification,
    };
    request
        .run_write(move |cx| engine::decide_approval(cx, &id, &order))
        .await?;
    Ok(reply::no_content(&request.call))
}
