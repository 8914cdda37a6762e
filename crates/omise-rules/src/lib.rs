#![doc = include_str!("../README.md")]

mod id;
mod source;

pub use id::{IdSequence, RANDOM_BELOW};
pub use source::{Stamp, restamp};
