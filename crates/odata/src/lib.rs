//! The OData query language: text → syntax tree → bound tree, and the path and batch forms around
//! it. Knows no PIM: what exists is told by a [`schema::Schema`].
//!
//! A request passes through here once: [`path::split`] takes the path apart, [`RawOptions::parse`]
//! the query string, and [`bind::bind`] makes a [`bound::BoundQuery`] of the options, raising every
//! complaint about them on the way. What is bound is then rendered to SQL by `store`, or asked of
//! rows in memory by [`eval`]. [`batch::read`] takes an envelope of several requests apart.

pub mod ast;
pub mod batch;
pub mod bind;
pub mod bound;
pub mod eval;
mod lex;
pub mod options;
pub mod parse;
pub mod path;
mod percent;
#[cfg(test)]
mod sample;
pub mod schema;
pub mod syntax;

pub use bind::{BindError, bind};
pub use options::{OptionError, RawOptions};
pub use percent::InvalidEncoding;
