//! What the measured programs and the program that measures them share.

#![expect(
    clippy::print_stdout,
    reason = "the programs answer on stdout, and nobody reads it but their parent"
)]

/// A program that makes calls when it is told to.
pub mod calls;
/// One request and its answer, as bytes.
#[cfg(feature = "harness")]
pub mod http;
