//! Tokens for applications on their own (RFC 6749, 4.4).

use engine::sign_ins::SignIn;
use engine::{Context, Error};
use http::HeaderMap;
use identity::client_credentials::{SecretCheck, SecretHash, StoredSecret, check_secret};
use identity::oauth::{OAuthError, TokenResponse};
use identity::{DEFAULT_TOKEN_LIFE, TokenRequest, TokenSubject};
use model::access::PermissionSet;
use model::{AppId, DirectoryObject};

use super::form::{Form, basic_credentials};
use super::{Refused, application, read, refusals};
use crate::app::App;
use crate::bridge;

/// A token for the application that proves itself with its secret.
pub async fn issue(app: &App, headers: &HeaderMap, form: &Form) -> Result<TokenResponse, Refused> {
    let (client_id, secret) = match basic_credentials(headers) {
        Some(credentials) => credentials,
        None => (
            form.require("client_id")?.to_owned(),
            form.get("client_secret")
                .ok_or(OAuthError::MissingSecret)?
                .to_owned(),
        ),
    };
    let scope = form.require("scope")?;
    // A doubled slash before `.default` is what a resource id that ends in one makes of it.
    if !app
        .audiences()
        .accepts_default_scope(&scope.replace("//.default", "/.default"))
    {
        return Err(OAuthError::InvalidScope(scope.to_owned()).into());
    }
    let unknown = || OAuthError::UnknownClient(client_id.clone());
    let app_id: AppId = client_id.parse().map_err(|_| unknown())?;
    let client = read(app, move |cx| client(cx, app_id))
        .await?
        .ok_or_else(unknown)?;
    let now = app.engine().now();
    let sign_in = |refused| SignIn {
        principal: client.object.id,
        client: app_id,
        refused,
    };
    let refused = match check_secret(&secret, &client.secrets, now) {
        SecretCheck::Accepted => None,
        SecretCheck::Expired => Some(OAuthError::ExpiredSecret(client_id)),
        SecretCheck::Wrong => Some(OAuthError::WrongSecret(client_id)),
    };
    if let Some(refused) = refused {
        refusals::note(app, sign_in(Some(refused.code()))).await;
        return Err(refused.into());
    }
    bridge::note_sign_in(app.engine(), sign_in(None)).await;
    let request = TokenRequest {
        subject: TokenSubject::Application { id: client.object.id },
        app_id,
        app_display_name: Some(client.object.display_name),
        permissions: client.permissions,
        life: DEFAULT_TOKEN_LIFE,
        handles_claims_challenges: form.handles_claims_challenges(),
    };
    Ok(super::mint(app, &request, now)?.into())
}

/// An application with what it takes to prove it and what it may do.
struct Client {
    object: DirectoryObject,
    secrets: Vec<StoredSecret>,
    permissions: PermissionSet,
}

fn client(cx: &Context<'_>, app_id: AppId) -> Result<Option<Client>, Error> {
    let Some(object) = application(cx, app_id)? else {
        return Ok(None);
    };
    let secrets = cx
        .session
        .client_secrets(app_id)?
        .into_iter()
        .map(|hash| StoredSecret {
            hash: SecretHash::from_bytes(hash),
            expires_at: None,
        })
        .collect();
    Ok(Some(Client {
        object,
        secrets,
        permissions: cx.session.app_permissions(app_id)?,
    }))
}
