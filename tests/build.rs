//! Writes the requests of `typed_requests.rs` into `OUT_DIR`.

fn main() {
    omise_codegen::build("typed_requests.rs", omise_codegen::typed_requests);
}
