//! Keys, tokens, clients.
