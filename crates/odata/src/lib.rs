//! The OData query language and batch envelope; knows no PIM.
