//! The OData query language: text → syntax tree → bound tree, and the path and batch forms around
//! it. Knows no PIM: what exists is told by a [`schema::Schema`].

pub mod bound;
pub mod schema;
