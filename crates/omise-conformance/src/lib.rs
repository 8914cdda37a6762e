#![doc = include_str!("../README.md")]

mod case;
mod failure;
mod json;
mod keys;
mod matching;
mod run;
mod suite;
pub mod table;
mod template;

pub use case::{Answer, Case, CaseFile, KeyName, Request, Step};
pub use failure::Failure;
pub use json::Json;
pub use keys::Keys;
pub use matching::Mismatch;
pub use run::Exchange;
pub use suite::Suite;
