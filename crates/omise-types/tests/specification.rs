//! The document that the types were emitted from.

use omise_types::SPEC_SHA256;
use sha2::{Digest, Sha256};

#[test]
fn the_digest_is_that_of_the_file() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../openapi/source.yaml");
    let bytes = std::fs::read(path).expect("the document is in the repository");
    let digest = Sha256::digest(bytes);
    let digits: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(SPEC_SHA256, digits);
}
