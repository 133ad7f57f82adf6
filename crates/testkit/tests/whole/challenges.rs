//! Claims challenges: only to clients that answer them, so that nobody asks for ever (directory dossier,
//! C4).

use http::Method;
use http::header::WWW_AUTHENTICATE;
use serde_json::json;
use testkit::{Answer, Tenant};

const ME: &str = "/v1.0/me";

fn challenge(answer: &Answer) -> String {
    let header = answer.headers.get(WWW_AUTHENTICATE).unwrap();
    header.to_str().unwrap().to_owned()
}

#[test]
fn a_token_that_is_no_longer_true_is_challenged_where_the_client_can_answer() {
    let tenant = Tenant::found(9);
    let user = tenant.user("Ada");
    let (plain, capable) = (tenant.user_token(user), tenant.capable_token(user));
    for token in [&plain, &capable] {
        tenant.get(token, ME).expect(200);
    }
    let disabled = json!({"accountEnabled": false});
    tenant
        .send(
            Method::PATCH,
            &format!("/v1.0/users/{user}"),
            Some(&tenant.application_token()),
            Some(&disabled),
        )
        .expect(204);

    let refused = tenant.get(&plain, ME);
    assert!(
        challenge(&refused).contains("/oauth2/v2.0/authorize\""),
        "{}",
        challenge(&refused)
    );
    assert!(!challenge(&refused).contains("claims"), "{}", challenge(&refused));
    refused.expect(401);
    let challenged = tenant.get(&capable, ME);
    // {"access_token":{"nbf":{"essential":true,"value":"1772438400"}}}
    let claims = "eyJhY2Nlc3NfdG9rZW4iOnsibmJmIjp7ImVzc2VudGlhbCI6dHJ1ZSwidmFsdWUiOiIxNzcyNDM4NDAwIn19fQ==";
    let expected = format!("error=\"insufficient_claims\", claims=\"{claims}\"");
    assert!(
        challenge(&challenged).ends_with(&expected),
        "{}",
        challenge(&challenged)
    );
    let body = challenged.expect(401);
    assert_eq!(body["error"]["code"], "InvalidAuthenticationToken");
}
