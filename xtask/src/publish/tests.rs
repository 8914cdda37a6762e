//! The bundle of this document, used as others would.

use omise_codegen::SOURCE_YAML;
use omise_codegen::tree::Node;

use super::bundle::Bundle;

fn bundle() -> Bundle {
    Bundle::of(SOURCE_YAML, "# Changelog\n").expect("the document can be published")
}

fn file(bundle: &Bundle, ending: &str) -> String {
    let name = format!("source-{}.{ending}", bundle.version);
    let bytes = bundle.files.get(&name).expect("it is published");
    String::from_utf8(bytes.clone()).expect("it is text")
}

#[test]
fn the_document_is_published_byte_for_byte_and_as_the_same_json() {
    let bundle = bundle();
    assert_eq!(file(&bundle, "yaml"), SOURCE_YAML);
    let json: Node = serde_json::from_str(&file(&bundle, "json")).expect("it is JSON");
    assert_eq!(json, Node::read(SOURCE_YAML).expect("it is YAML"));
}

#[test]
fn a_bundle_is_the_same_bytes_every_time_with_plain_ends_of_lines() {
    let (one, other) = (bundle(), bundle());
    assert!(one.files == other.files);
    for (name, bytes) in &one.files {
        assert!(bytes.ends_with(b"\n"), "{name} ends within a line");
        assert!(
            !bytes.contains(&b'\r'),
            "{name} has ends of lines of Windows"
        );
    }
}
