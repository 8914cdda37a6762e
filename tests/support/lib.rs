//! What the tests share.

/// `omise serve` as a child process.
pub mod process;
/// HTTP as bytes, for requests that no client would send.
pub mod raw_http;
/// What differs from run to run, taken out of a text.
pub mod redact;
/// The smallest request of a payment method.
pub mod smallest;

/// The Rust of README, compiled.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
struct Readme;
