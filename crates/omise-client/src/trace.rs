//! Spans for each call and each attempt, named as OpenTelemetry's conventions for HTTP clients do.
//!
//! Without the feature `tracing` nothing of it is left.

#[cfg(not(feature = "tracing"))]
mod off;
#[cfg(feature = "tracing")]
mod on;

#[cfg(not(feature = "tracing"))]
pub(crate) use off::{Attempt, call};
#[cfg(feature = "tracing")]
pub(crate) use on::{Attempt, call};
