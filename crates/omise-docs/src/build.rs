//! What the server carries of the documentation.

use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;
use omise_contract::publish::{ENDINGS, artefacts, media_type};
use omise_contract::{Problems, SOURCE_JA_YAML, SOURCE_YAML, Spec, japanese};

use crate::{Page, page, problem};

/// Writes the page of this workspace and the files beside it into `OUT_DIR`, for the server to
/// answer with; the whole of its `build.rs`.
pub fn build() {
    omise_contract::build_all(&["source.yaml", "source.ja.yaml"], emitted);
}

/// What [`build`] writes: names of files and their bytes.
///
/// `docs.html.gz` is the page and `docs.policy` its Content-Security-Policy. `docs_files.rs` is an
/// expression: the files beside the page, each with its name, its media type and its bytes. All are
/// compressed, as they say much of it often.
///
/// # Errors
///
/// If the document or its translation cannot be read, or does not fit the other.
pub fn emitted(spec: &Spec) -> Result<Vec<(String, Vec<u8>)>, Problems> {
    let page = of_workspace(spec)?;
    let mut emitted = vec![
        ("docs.html.gz".to_owned(), compressed(&page.html)?),
        ("docs.policy".to_owned(), page.policy.into()),
    ];
    let mut list = String::new();
    let texts = artefacts("source", &SOURCE_YAML, &SOURCE_JA_YAML)
        .map_err(|error| problem("", &format!("has no artefacts: {error:#}")))?;
    for (ending, text) in ENDINGS.into_iter().zip(texts) {
        let (name, media_type) = (format!("source.{ending}"), media_type(ending));
        list += &format!("({name:?}, {media_type:?}, include_bytes!(\"{name}.gz\").as_slice()),\n");
        emitted.push((format!("{name}.gz"), compressed(&text)?));
    }
    let list = format!("[\n{list}]");
    emitted.push(("docs_files.rs".to_owned(), list.into()));
    Ok(emitted)
}

fn of_workspace(spec: &Spec) -> Result<Page, Problems> {
    page(spec, &japanese(&SOURCE_YAML, &SOURCE_JA_YAML)?, "/docs/")
}

fn compressed(text: &str) -> Result<Vec<u8>, Problems> {
    // No time and no name are written into it, so the same text gives the same bytes.
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    let written = encoder.write_all(text.as_bytes());
    let compressed = written.and_then(|()| encoder.finish());
    compressed.map_err(|error| problem("", &format!("cannot be compressed: {error}")))
}
