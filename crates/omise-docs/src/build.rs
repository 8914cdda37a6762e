//! What the server carries of the documentation.

use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;
use omise_codegen::{Problems, SOURCE_YAML, Spec};

use crate::views::{File, files};
use crate::{Page, SOURCE_JA_YAML, japanese, page, problem};

/// Writes the page of this workspace and the files beside it into `OUT_DIR`, for the server to
/// answer with; the whole of its `build.rs`.
///
/// `docs.html.gz` is the page and `docs.policy` its Content-Security-Policy. `docs_files.rs` is an
/// expression: the files beside the page, each with its name, its media type and its bytes. All are
/// compressed, as they say much of it often.
pub fn build() {
    omise_codegen::build("docs.html.gz", |spec| compressed(&of_workspace(spec)?.html));
    omise_codegen::build("docs.policy", |spec| Ok(of_workspace(spec)?.policy));
    let files = files(SOURCE_YAML, SOURCE_JA_YAML);
    for file in files.iter().flatten() {
        omise_codegen::build(&format!("{}.gz", file.name), |_| compressed(&file.text));
    }
    omise_codegen::build("docs_files.rs", |_| {
        let mut list = String::new();
        for File {
            name, media_type, ..
        } in files?
        {
            list += &format!(
                "({name:?}, {media_type:?}, \
                 include_bytes!(concat!(env!(\"OUT_DIR\"), \"/{name}.gz\")).as_slice()),\n"
            );
        }
        Ok(format!("[\n{list}]"))
    });
}

fn of_workspace(spec: &Spec) -> Result<Page, Problems> {
    page(spec, &japanese(SOURCE_YAML, SOURCE_JA_YAML)?, "/docs/")
}

fn compressed(text: &str) -> Result<Vec<u8>, Problems> {
    // No time and no name are written into it, so the same text gives the same bytes.
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    let written = encoder.write_all(text.as_bytes());
    let compressed = written.and_then(|()| encoder.finish());
    compressed.map_err(|error| problem("", &format!("cannot be compressed: {error}")))
}
