//! What omise-codegen emitted. `cargo xtask emit` shows it.

/// Structs and open enums.
#[allow(
    clippy::all,
    clippy::doc_markdown,
    clippy::too_long_first_doc_paragraph,
    reason = "the names and descriptions are the specification's"
)]
pub(crate) mod types {
    include!(concat!(env!("OUT_DIR"), "/types.rs"));
}

/// Payment methods, currencies, parameters and operations.
#[allow(
    clippy::all,
    clippy::doc_markdown,
    clippy::too_long_first_doc_paragraph,
    reason = "the names and descriptions are the specification's"
)]
pub(crate) mod tables {
    include!(concat!(env!("OUT_DIR"), "/tables.rs"));
}
