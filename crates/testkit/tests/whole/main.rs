//! The whole server under test: HTTP in, disk beneath, a clock that is moved by hand.

mod authorisation;
mod decisions;
mod histories;
mod paging;
mod given;
