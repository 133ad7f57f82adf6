//! Tokens that speak for users: the device flow (RFC 8628) and what follows from it. The client need not be
//! able to keep a secret; the user's approval is what counts.

use axum::body::Bytes;
use engine::sign_ins::SignIn;
use engine::{Context, Error};
use graph::GraphError;
use identity::oauth::{DeviceAuthorizationResponse, OAuthError, TokenResponse, client_info};
use identity::public_clients::public_client_name;
use identity::sign_in::{DEVICE_CODE_LIFE, Family, Grant, POLL_INTERVAL, RequestedScopes};
use identity::{DEFAULT_TOKEN_LIFE, SignedInUser, TokenRequest, TokenSubject};
use model::{AppId, DirectoryObject, ObjectBody, ObjectId};

use super::form::Form;
use super::{Refused, application, mint, read, refusals, segment};
use crate::app::App;
use crate::bridge;

/// Starts the device flow, where users can approve.
pub async fn authorize_device(
    app: &App,
    tenant: &str,
    base: &str,
    body: Result<Bytes, GraphError>,
) -> Result<DeviceAuthorizationResponse, Refused> {
    segment(app, tenant)?;
    let form = Form::read(body)?;
    let verification_uri = app
        .device_verification_path()
        .map(|path| format!("{base}{path}"))
        .ok_or_else(|| OAuthError::UnsupportedGrantType("device_code".to_owned()))?;
    let client = form.client_id()?;
    let scopes = RequestedScopes::parse(form.require("scope")?, app.audiences())?;
    client_name(app, client).await?;
    let engine = app.engine();
    let made = app
        .device_codes()
        .start(client, scopes, engine.now(), engine.entropy())?;
    Ok(DeviceAuthorizationResponse {
        message: format!(
            "To sign in, approve the code {code}: POST {{\"userCode\":\"{code}\",\"user\":\"…\"}} to {verification_uri}",
            code = made.user_code
        ),
        user_code: made.user_code,
        device_code: made.device_code,
        verification_uri,
        expires_in: DEVICE_CODE_LIFE.as_seconds(),
        interval: POLL_INTERVAL.as_seconds(),
    })
}

/// The token of a device code whose user has approved.
pub async fn redeem_device_code(app: &App, form: &Form) -> Result<TokenResponse, Refused> {
    if app.device_verification_path().is_none() {
        return Err(OAuthError::UnsupportedGrantType("device_code".to_owned()).into());
    }
    let client = form.client_id()?;
    let code = form.require("device_code")?;
    let name = client_name(app, client).await?;
    let grant = app.device_codes().redeem(code, client, app.engine().now())?;
    answer(app, form, &name, grant, None).await
}

/// The next token of somebody who signed in before. Less may be asked for than was granted (RFC 6749, 6).
pub async fn refresh(app: &App, form: &Form) -> Result<TokenResponse, Refused> {
    let client = form.client_id()?;
    let token = form.require("refresh_token")?;
    let narrower = form
        .get("scope")
        .map(|scope| RequestedScopes::parse(scope, app.audiences()))
        .transpose()?;
    let name = client_name(app, client).await?;
    let (family, grant) =
        app.refresh_tokens()
            .redeem(token, client, app.engine().now(), narrower.as_ref())?;
    answer(app, form, &name, grant, Some((family, narrower))).await
}

/// All tokens that a grant gives now, if its user still may have any.
async fn answer(
    app: &App,
    form: &Form,
    client_name: &str,
    grant: Grant,
    again: Option<(Family, Option<RequestedScopes>)>,
) -> Result<TokenResponse, Refused> {
    let id = grant.sign_in.user;
    let user = read(app, move |cx| enabled_user(cx, id)).await?;
    let (client, is_renewal) = (grant.client, again.is_some());
    let sign_in = |refused| SignIn {
        principal: id,
        client,
        refused,
    };
    let Some(user) = user else {
        let refused = OAuthError::UserDisabled;
        refusals::note(app, sign_in(Some(refused.code()))).await;
        return Err(refused.into());
    };
    let (family, narrower) = again.map_or((None, None), |(family, narrower)| (Some(family), narrower));
    let scopes = narrower.as_ref().unwrap_or(&grant.scopes);
    let (engine, now) = (app.engine(), app.engine().now());
    let request = TokenRequest {
        subject: TokenSubject::User {
            id,
            user_principal_name: user.user_principal_name().map(str::to_owned),
            display_name: Some(user.display_name.clone()),
            mfa: grant.sign_in.mfa,
            authentication_contexts: grant.sign_in.authentication_contexts.clone(),
        },
        app_id: grant.client,
        app_display_name: Some(client_name.to_owned()),
        permissions: scopes.permissions,
        life: DEFAULT_TOKEN_LIFE,
        handles_claims_challenges: form.handles_claims_challenges(),
    };
    let mut response = TokenResponse::from(mint(app, &request, now)?);
    if is_renewal {
        bridge::note_renewal(engine, id).await;
    } else {
        bridge::note_sign_in(engine, sign_in(None)).await;
    }
    response.scope = Some(scopes.granted());
    if grant.scopes.openid {
        let signed_in = SignedInUser {
            id,
            user_principal_name: user.user_principal_name(),
            display_name: &user.display_name,
        };
        let minted = app
            .issuer()
            .mint_id_token(&app.verifier().keys(), &signed_in, grant.client, now);
        response.id_token = Some(minted.map_err(|_| OAuthError::TemporarilyUnavailable)?);
    }
    if form.get("client_info") == Some("1") {
        response.client_info = Some(client_info(id, app.tenant().id));
    }
    if grant.scopes.offline_access {
        let mut tokens = app.refresh_tokens();
        response.refresh_token = Some(match family {
            Some(family) => tokens.issue_in(family, grant, now, engine.entropy())?,
            None => tokens.issue(grant, now, engine.entropy()),
        });
    }
    Ok(response)
}

fn enabled_user(cx: &Context<'_>, id: ObjectId) -> Result<Option<DirectoryObject>, Error> {
    let found = cx.session.object(id)?;
    Ok(found.filter(|object| matches!(&object.body, ObjectBody::User(user) if user.account_enabled)))
}

/// The name of a client that may ask users: an application of the tenant, or a tool that everybody has.
async fn client_name(app: &App, id: AppId) -> Result<String, Refused> {
    if let Some(name) = public_client_name(id) {
        return Ok(name.to_owned());
    }
    let found = read(app, move |cx| application(cx, id)).await?;
    let object = found.ok_or_else(|| OAuthError::UnknownClient(id.to_string()))?;
    Ok(object.display_name)
}
