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

/// What is typed by payment method: amounts of money, new sources, the view of a source.
#[allow(
    clippy::all,
    clippy::doc_markdown,
    clippy::too_long_first_doc_paragraph,
    reason = "the names and descriptions are the specification's"
)]
pub(crate) mod payment_methods {
    include!(concat!(env!("OUT_DIR"), "/payment_methods.rs"));
}
