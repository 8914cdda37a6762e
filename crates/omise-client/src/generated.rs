//! What omise-codegen emitted: the generated client and the calls. `cargo xtask emit` shows it.

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

impl ClientHooks for Client {
    async fn pre<E>(
        &self,
        request: &mut reqwest::Request,
        _info: &OperationInfo,
    ) -> Result<(), Error<E>> {
        crate::capture::hold(request);
        // Ends the operation before anything is sent.
        Err(Error::Custom(String::new()))
    }
}
