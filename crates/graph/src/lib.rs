//! Graph's wire face: what exists and what it looks like in each version, stated once per entity set
//! and read by everyone who needs it. Nothing here decides, and nothing knows SQL or sockets.
//!
//! * [`description`] has the words, [`sets`] says them; [`metadata`], [`openapi`] and [`documentation`]
//!   print them.
//! * [`routes`] turns a path into an operation on a set, with its keys.
//! * [`body`] turns request bodies into model values, tolerant of what real clients send.
//! * [`azure_monitor`] is the shape in which audit events leave for a SIEM.
//! * [`shape`] turns records into JSON; [`error`] has every error with its exact code and message.

pub mod azure_monitor;
pub mod body;
pub mod description;
pub mod documentation;
pub mod error;
mod etag;
pub mod metadata;
pub mod openapi;
pub mod routes;
pub mod sets;
pub mod shape;
mod value;
mod version;

pub use description::{EntitySet, EntityType, Method, Operation, OperationKind};
pub use error::{ErrorDetail, GraphError, Hint, Throttled};
pub use etag::{Tags, etag};
pub use model::policy::key::PolicyScope;
pub use routes::{Key, Route, RouteError, Target, resolve};
pub use shape::{Context, MetadataLevel, Shaper, Shaping};
pub use version::{Version, Versions};
