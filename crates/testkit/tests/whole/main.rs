//! The whole server under test: HTTP in, disk beneath, a clock that is moved by hand.

mod authorisation;
mod decisions;
mod given;
mod histories;
mod paging;
