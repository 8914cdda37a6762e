//! The documentation of the API, at `/docs`, and the document that it is made of.

use std::sync::LazyLock;

use crate::file::File;

/// The file of the documentation that a path names.
pub(crate) fn file(path: &str) -> Option<&'static File> {
    match path {
        "/docs" | "/docs/" => Some(&PAGE),
        path => beside_the_page(path),
    }
}

static PAGE: LazyLock<File> = LazyLock::new(|| {
    let policy = concat!(
        include_str!(concat!(env!("OUT_DIR"), "/docs.policy")),
        "; frame-ancestors 'none'"
    );
    File::new(
        include_bytes!(concat!(env!("OUT_DIR"), "/docs.html.gz")),
        "text/html; charset=utf-8",
        policy,
    )
});

/// The document and what is derived from it, by their names.
static FILES: LazyLock<Vec<(&str, File)>> = LazyLock::new(|| {
    let files = include!(concat!(env!("OUT_DIR"), "/docs_files.rs"));
    let policy = "default-src 'none'; frame-ancestors 'none'";
    let files = files.into_iter();
    files
        .map(|(name, media_type, compressed)| (name, File::new(compressed, media_type, policy)))
        .collect()
});

fn beside_the_page(path: &str) -> Option<&'static File> {
    let name = path.strip_prefix("/docs/")?;
    let (_, file) = FILES.iter().find(|(file, _)| *file == name)?;
    Some(file)
}
