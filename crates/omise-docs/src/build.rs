//! What the server carries of the documentation.

use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;
use omise_codegen::tree::Node;
use omise_codegen::{Problems, SOURCE_YAML, Spec};

use crate::{Page, SOURCE_JA_YAML, japanese, page, problem};

/// Writes the page of this workspace into `OUT_DIR`, for the server to answer with; the whole of
/// its `build.rs`.
///
/// `docs.html.gz` is the page, `docs.policy` its Content-Security-Policy, `source.yaml.gz` and
/// `source.json.gz` the document, and `source.ja.yaml.gz` the overlay that makes it Japanese. The page is large and says much of it often: compressed it is a twentieth.
pub fn build() {
    omise_codegen::build("docs.html.gz", |spec| compressed(&of_workspace(spec)?.html));
    omise_codegen::build("docs.policy", |spec| Ok(of_workspace(spec)?.policy));
    omise_codegen::build("source.yaml.gz", |_| compressed(SOURCE_YAML));
    omise_codegen::build("source.json.gz", |_| compressed(&json(SOURCE_YAML)?));
    omise_codegen::build("source.ja.yaml.gz", |_| compressed(SOURCE_JA_YAML));
}

fn of_workspace(spec: &Spec) -> Result<Page, Problems> {
    page(
        spec,
        &japanese(SOURCE_YAML, SOURCE_JA_YAML)?,
        "/docs/source.yaml",
    )
}

/// The document as JSON, its members in the same order.
fn json(yaml: &str) -> Result<String, Problems> {
    let document = Node::read(yaml).map_err(|problem| Problems(vec![problem]))?;
    let json = serde_json::to_string_pretty(&document);
    json.map_err(|error| problem("", &format!("cannot be written as JSON: {error}")))
}

fn compressed(text: &str) -> Result<Vec<u8>, Problems> {
    // No time and no name are written into it, so the same text gives the same bytes.
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    let written = encoder.write_all(text.as_bytes());
    let compressed = written.and_then(|()| encoder.finish());
    compressed.map_err(|error| problem("", &format!("cannot be compressed: {error}")))
}
