#![doc = include_str!("../README.md")]

mod account;
mod draft;
mod id;
mod rejection;
mod rules;
mod source;

pub use account::{Account, ContractedCurrency};
pub use draft::Draft;
pub use id::{IdSequence, RANDOM_BELOW};
pub use rejection::{Reason, Rejection, Rule};
pub use rules::Accepted;
pub use source::{Stamp, restamp};
