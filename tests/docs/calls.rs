//! The Rust calls of the documentation page, as one program: each is a module. Before what a call
//! prints stands its payment method.

#![expect(clippy::print_stdout, reason = "they are programs for people to read")]

include!(concat!(env!("OUT_DIR"), "/docs_calls.rs"));
