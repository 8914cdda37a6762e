//! What the tests share.

/// Texts that must not be found.
pub mod canary;
/// The compiler, asked about programs that use `omise-types`.
pub mod compiler;
/// A disk that fails.
pub mod disk;
/// The API with a single fault.
pub mod flawed;
/// An answer of the service that chance has made.
pub mod generated_answer;
/// The predicates of an error.
pub mod kinds;
/// A store under load.
pub mod load;
/// `omise serve` as a child process.
pub mod process;
/// Other people's programs.
pub mod programs;
/// Chance, from a seed.
pub mod random;
/// A request that chance has made.
pub mod random_request;
/// HTTP as bytes, for requests that no client would send.
pub mod raw_http;
/// What differs from run to run, taken out of a text.
pub mod redact;
/// Services that answer as they are told.
pub mod scripted;
/// The smallest request of a payment method.
pub mod smallest;

/// The Rust of README, compiled.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
struct Readme;
