//! Time, as the target has it.

#[cfg(not(target_family = "wasm"))]
mod native;
#[cfg(target_family = "wasm")]
mod wasm;

#[cfg(not(target_family = "wasm"))]
pub(crate) use native::{Started, is_available, sleep, within};
#[cfg(target_family = "wasm")]
pub(crate) use wasm::{Started, is_available, sleep, within};
