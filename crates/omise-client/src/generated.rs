//! What omise-codegen emitted. `cargo xtask emit` shows it.

#![allow(
    clippy::all,
    clippy::doc_markdown,
    clippy::str_to_string,
    clippy::too_long_first_doc_paragraph,
    clippy::uninlined_format_args,
    dead_code,
    missing_docs,
    unreachable_pub,
    reason = "the code is progenitor's, the descriptions are the specification's"
)]

include!(concat!(env!("OUT_DIR"), "/client.rs"));
