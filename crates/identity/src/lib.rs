//! Keys, tokens, clients: who a caller is, proved by a signature.
//!
//! [`KeyRing`] holds the signing keys, [`TokenIssuer`] mints access tokens with them, [`Verifier`] reads
//! them back, and [`client_credentials`], [`public_clients`], [`discovery`], [`sign_in`] and [`oauth`] carry
//! what the token endpoint needs; [`cloud_metadata`] leads Azure's tools to it.
//! Plain values in, plain values out: no HTTP, no storage and no clock in here.

mod audience;
mod cache;
mod claims;
pub mod client_credentials;
pub mod cloud_metadata;
pub mod discovery;
mod id_token;
mod issuer;
mod keys;
pub mod oauth;
pub mod public_clients;
pub mod sign_in;
mod token_error;
mod verify;

pub use audience::{Audiences, GRAPH_APP_ID};
pub use id_token::SignedInUser;
pub use issuer::{
    AccessToken, DEFAULT_TOKEN_LIFE, DEFAULT_USER_ROLE, IssuerUrl, MintError, TokenIssuer, TokenRequest,
    TokenSubject,
};
pub use keys::{KeyError, KeyRing, LONGEST_TOKEN_LIFE, SigningKey};
pub use token_error::TokenError;
pub use verify::{LONGEST_TOKEN, NOT_BEFORE_SKEW, VerifiedToken, Verifier};
