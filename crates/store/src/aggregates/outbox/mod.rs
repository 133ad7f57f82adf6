//! What people are told: notices of events, messages made of them and their way to each address, and
//! reminders of what is yet to happen.

mod messages;
mod notices;
mod reminders;
