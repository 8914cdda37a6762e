#![doc = include_str!("../README.md")]

mod account;
mod id;
mod reader;
mod rejection;
mod source;

pub use account::{Account, ContractedCurrency};
pub use id::{IdSequence, RANDOM_BELOW};
pub use rejection::{Reason, Rejection, Rule};
pub use source::{CheckedRequest, Draft, NewSource, replace_id};
