//! The directory: who and what there is (directory dossier, A3 to A9).

pub(crate) mod administrative_units;
pub(crate) mod directory_objects;
pub(crate) mod groups;
pub(crate) mod organization;
pub(crate) mod service_principals;
pub(crate) mod subscribed_skus;
pub(crate) mod users;
