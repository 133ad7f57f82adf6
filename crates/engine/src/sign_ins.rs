//! Notes that people and applications sign in, or were refused: for the audit log, and because a user who has a role and
//! does not sign in is what an alert is about.

use model::{AppId, ObjectBody, ObjectId};

use crate::audit::record_sign_in;
use crate::context::Context;
use crate::error::Error;

/// Somebody asked for a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SignIn {
    /// Who.
    pub principal: ObjectId,
    /// Through which client.
    pub client: AppId,
    /// The code of the refusal, if there was no token.
    pub refused: Option<&'static str>,
}

/// Notes a sign-in. Who is not there any more signs in nowhere.
pub fn note_sign_in(cx: &Context<'_>, sign_in: &SignIn) -> Result<(), Error> {
    let Some(object) = cx.session.object(sign_in.principal)? else {
        return Ok(());
    };
    record_sign_in(cx, &object, sign_in.client, sign_in.refused)?;
    if sign_in.refused.is_none() {
        note_last_sign_in(cx, &object.body, sign_in.principal)?;
    }
    Ok(())
}

/// Notes that a user goes on with a sign-in of before, which is no event of its own.
pub fn note_renewal(cx: &Context<'_>, user: ObjectId) -> Result<(), Error> {
    match cx.session.object(user)? {
        Some(object) => note_last_sign_in(cx, &object.body, user),
        None => Ok(()),
    }
}

fn note_last_sign_in(cx: &Context<'_>, body: &ObjectBody, principal: ObjectId) -> Result<(), Error> {
    if let ObjectBody::User(_) = body {
        cx.session.note_sign_in(principal, cx.now)?;
    }
    Ok(())
}
