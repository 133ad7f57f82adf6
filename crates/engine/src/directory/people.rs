//! The people behind principals: a group stands for its members.

use std::collections::BTreeSet;

use model::directory::ObjectKind;
use model::{DirectoryObject, ObjectBody, ObjectId};

use crate::context::Context;
use crate::error::Error;

/// The enabled users among some principals and, at any depth, among the members of groups, each once.
pub fn enabled_users(cx: &Context<'_>, principals: &[ObjectId]) -> Result<Vec<DirectoryObject>, Error> {
    let mut people = cx.session.objects(principals)?;
    let mut seen: BTreeSet<ObjectId> = principals.iter().copied().collect();
    let mut members = Vec::new();
    for group in people.iter().filter(|object| object.kind() == ObjectKind::Group) {
        members.extend(cx.session.transitive_members(group.id)?);
    }
    members.retain(|member| seen.insert(*member));
    people.extend(cx.session.objects(&members)?);
    people.retain(|object| matches!(&object.body, ObjectBody::User(user) if user.account_enabled));
    Ok(people)
}

/// How many persons are behind some principals, with an enabled account; one with several of them is one.
pub fn persons(cx: &Context<'_>, principals: &[ObjectId]) -> Result<usize, Error> {
    let mut persons = BTreeSet::new();
    for user in enabled_users(cx, principals)? {
        persons.extend(cx.session.accounts_of_person(user.id)?.into_iter().min());
    }
    Ok(persons.len())
}
