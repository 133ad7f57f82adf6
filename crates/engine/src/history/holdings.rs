//! Who held what at an instant, with the request and the decisions that gave it.
//!
//! A grant is a row of whoever it is for. One for a group is besides a row of everybody who was in the group at that
//! instant.

use model::directory::ObjectKind;
use model::history::{HeldThen, HoldingsQuery};
use model::{Grant, GrantId, GrantOrigin, Instant, MemberType, ObjectId, Review, ScheduleRequest};
use store::{ThenPage, ThenPart};

use super::Paging;
use super::readers::{Names, Wanted, require_principal, require_reader, require_role, rows};
use crate::context::Context;
use crate::error::Error;
use crate::read::PageTokenKey;

/// Something that was held.
#[derive(Clone, Debug)]
pub struct HoldingsRow {
    /// By whom, and by which grant.
    pub held: HeldThen,
    /// The request that made the grant, unless it was made outside PIM.
    pub request: Option<ScheduleRequest>,
    /// What was decided on it.
    pub reviews: Vec<Review>,
}

/// A page of what was held.
#[derive(Clone, Debug)]
pub struct HoldingsPage {
    /// Its rows.
    pub rows: Vec<HoldingsRow>,
    /// What those are called whom it speaks of.
    pub names: Names,
    /// The token of the next page.
    pub next: Option<String>,
}

/// A place between two rows.
#[derive(Clone, Copy)]
struct Position {
    listed_at: Instant,
    part: ThenPart,
    grant: GrantId,
    member: Option<ObjectId>,
}

/// Who held what at an instant that is not ahead.
///
/// # Errors
/// [`Error::Time`] for one that is, [`Error::PageToken`] for a token of another question.
pub fn holdings_then(
    cx: &Context<'_>,
    key: &PageTokenKey,
    query: &HoldingsQuery,
    paging: &Paging,
) -> Result<HoldingsPage, Error> {
    require_reader(cx, query.principal)?;
    if query.at > cx.now {
        return Err(Error::Time("`at` lies ahead: nobody knows who will hold what."));
    }
    if let Some(principal) = query.principal {
        require_principal(cx, principal)?;
    }
    if let Some(role) = query.role {
        require_role(cx, role)?;
    }
    let top = rows(paging)?;
    let token = paging.token.as_deref();
    let after = token
        .map(|token| {
            let text = key.open(query, token)?;
            Position::parse(&text).ok_or(Error::PageToken)
        })
        .transpose()?;
    // One more than a page has says whether there is another.
    let mut held = match query.principal {
        Some(principal) => of_principal(cx, query, principal, after, top.saturating_add(1))?,
        None => of_everybody(cx, query, after, top.saturating_add(1))?,
    };
    let has_more = held.len() > top;
    held.truncate(top);
    let next = held
        .last()
        .filter(|_| has_more)
        .map(|(_, position)| key.seal(query, &position.to_text()));
    let held: Vec<HeldThen> = held.into_iter().map(|(held, _)| held).collect();
    with_reasons(cx, held, next)
}

/// Rows of one principal, by grant.
fn of_principal(
    cx: &Context<'_>,
    query: &HoldingsQuery,
    principal: ObjectId,
    after: Option<Position>,
    limit: usize,
) -> Result<Vec<(HeldThen, Position)>, Error> {
    let mut holders = cx.session.role_groups_then(principal, query.at)?;
    holders.push(principal);
    let after = after.map(|position| position.grant);
    let grants = cx.session.grants_of_then(query, &holders, after, limit)?;
    let row = |grant: Grant| {
        let member_type = match grant.principal_id == principal {
            true => MemberType::Direct,
            false => MemberType::Group,
        };
        let position = Position {
            listed_at: cx.now,
            part: ThenPart::Lasting,
            grant: grant.id,
            member: None,
        };
        let held = HeldThen {
            grant,
            principal_id: principal,
            member_type,
        };
        (held, position)
    };
    Ok(grants.into_iter().map(row).collect())
}

/// Rows of everybody: of each grant whoever it is for, and then, if that is a group, its members.
fn of_everybody(
    cx: &Context<'_>,
    query: &HoldingsQuery,
    after: Option<Position>,
    limit: usize,
) -> Result<Vec<(HeldThen, Position)>, Error> {
    let listed_at = after.map_or(cx.now, |position| position.listed_at);
    let mut found = Vec::new();
    let mut last = after;
    let parts = ThenPart::of(query.at, listed_at, cx.tenant.created_at)
        .iter()
        .copied();
    for part in parts.skip_while(|part| after.is_some_and(|position| position.part != *part)) {
        let mut reached = last.filter(|position| position.part == part);
        loop {
            // The page before may have ended in the midst of a group's members: its grant comes first again.
            let page = ThenPage {
                listed_at,
                part,
                after: reached.map(|position| (position.grant, true)),
                limit: limit.saturating_sub(found.len()).saturating_add(1),
            };
            let grants = cx.session.grants_then(query, &page)?;
            let groups = groups_among(cx, &grants)?;
            let is_complete = grants.len() < page.limit;
            for grant in grants {
                let resumed = reached.filter(|position| position.grant == grant.id);
                let members_after = resumed.and_then(|position| position.member);
                let position = Position {
                    listed_at,
                    part,
                    grant: grant.id,
                    member: None,
                };
                if resumed.is_none() {
                    found.push((direct(grant), position));
                }
                if groups.contains(&grant.principal_id) {
                    let room = limit.saturating_sub(found.len());
                    let members =
                        cx.session
                            .members_then(grant.principal_id, query.at, members_after, room)?;
                    found.extend(members.into_iter().map(|member| {
                        let position = Position {
                            member: Some(member),
                            ..position
                        };
                        (through_group(grant, member), position)
                    }));
                }
                if found.len() >= limit {
                    return Ok(found);
                }
                reached = Some(Position {
                    member: found
                        .last()
                        .and_then(|(_, last)| last.member.filter(|_| last.grant == grant.id))
                        .or(members_after),
                    ..position
                });
            }
            last = None;
            if is_complete {
                break;
            }
        }
    }
    Ok(found)
}

const fn direct(grant: Grant) -> HeldThen {
    HeldThen {
        principal_id: grant.principal_id,
        member_type: MemberType::Direct,
        grant,
    }
}

const fn through_group(grant: Grant, member: ObjectId) -> HeldThen {
    HeldThen {
        grant,
        principal_id: member,
        member_type: MemberType::Group,
    }
}

/// The groups among the principals of some grants.
fn groups_among(cx: &Context<'_>, grants: &[Grant]) -> Result<Vec<ObjectId>, Error> {
    let principals: std::collections::BTreeSet<_> = grants.iter().map(|grant| grant.principal_id).collect();
    let names = cx.session.names_of_objects(principals)?;
    let groups = names
        .into_iter()
        .filter(|(_, named)| named.kind == ObjectKind::Group.as_str());
    Ok(groups.map(|(id, _)| id).collect())
}

/// Puts beside what was held by whose order and leave it was.
fn with_reasons(cx: &Context<'_>, held: Vec<HeldThen>, next: Option<String>) -> Result<HoldingsPage, Error> {
    let mut wanted = Wanted::default();
    let mut rows = Vec::with_capacity(held.len());
    for held in held {
        wanted
            .objects
            .extend([held.principal_id, held.grant.principal_id]);
        wanted.roles.insert(held.grant.role_definition_id);
        let request = match held.grant.origin {
            GrantOrigin::Request(id) => cx.session.request(id)?,
            GrantOrigin::OutsidePim => None,
        };
        wanted
            .objects
            .extend(request.as_ref().map(|request| request.created_by));
        rows.push(HoldingsRow {
            held,
            request,
            reviews: Vec::new(),
        });
    }
    let approved: Vec<_> = rows
        .iter()
        .filter_map(|row| row.request.as_ref().filter(|request| request.needs_approval))
        .map(|request| request.id)
        .collect();
    let reviews = match approved.is_empty() {
        true => Vec::new(),
        false => cx.session.reviews(&approved)?,
    };
    wanted.objects.extend(reviews.iter().map(|review| review.by));
    for row in &mut rows {
        let id = row.request.as_ref().map(|request| request.id);
        let own = reviews.iter().filter(|review| Some(review.request) == id);
        row.reviews = own.cloned().collect();
    }
    Ok(HoldingsPage {
        rows,
        names: wanted.find(cx)?,
        next,
    })
}

impl Position {
    fn to_text(self) -> String {
        let part = match self.part {
            ThenPart::Lasting => 'l',
            ThenPart::Over => 'o',
            ThenPart::Begun => 'b',
        };
        let member = self.member.map_or_else(String::new, |member| member.to_string());
        format!("{} {part} {} {member}", self.listed_at.as_micros(), self.grant)
    }

    fn parse(text: &str) -> Option<Self> {
        let mut words = text.split(' ');
        let listed_at = Instant::from_micros(words.next()?.parse().ok()?);
        let part = match words.next()? {
            "l" => ThenPart::Lasting,
            "o" => ThenPart::Over,
            "b" => ThenPart::Begun,
            _ => return None,
        };
        let grant = words.next()?.parse().ok()?;
        let member = match words.next()? {
            "" => None,
            id => Some(id.parse().ok()?),
        };
        Some(Self {
            listed_at,
            part,
            grant,
            member,
        })
    }
}
