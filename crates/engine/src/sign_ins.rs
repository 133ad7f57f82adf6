//! Notes that people sign in: whoever does not, but has a role, is what an alert is about.

use model::{ObjectBody, ObjectId};

use crate::context::Context;
use crate::error::Error;

/// Notes that a user got a token. What is no user, or not there any more, signs in nowhere.
pub fn note_sign_in(cx: &Context<'_>, user: ObjectId) -> Result<(), Error> {
    let found = cx.session.object(user)?;
    if found.is_some_and(|object| matches!(object.body, ObjectBody::User(_))) {
        cx.session.note_sign_in(user, cx.now)?;
    }
    Ok(())
}
