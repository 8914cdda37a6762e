//! What is published of a version: every artefact, as bytes that follow from the tree alone.

use std::collections::BTreeMap;
use std::fmt::Write;

use anyhow::Result;
use sha2::{Digest, Sha256};

use super::{ENDINGS, artefacts};
use crate::spec::Spec;

/// The file that has the digest of every other one.
pub const SUMS: &str = "SHA256SUMS";

/// The files of a version.
#[derive(Debug)]
pub struct Bundle {
    /// Which version it is.
    pub version: String,
    /// The files by their names.
    pub files: BTreeMap<String, Vec<u8>>,
}

impl Bundle {
    /// Makes the bundle of a document.
    ///
    /// # Errors
    ///
    /// As [`artefacts`].
    pub fn of(document: &str, translation: &str, changelog: &str) -> Result<Bundle> {
        let version = Spec::read(document)?.document().info.version.clone();
        let name = format!("source-{version}");
        let texts = artefacts(&name, document, translation)?;
        let names = ENDINGS.iter().map(|ending| format!("{name}.{ending}"));
        let files = names.zip(texts.map(String::into_bytes));
        let mut files: BTreeMap<String, Vec<u8>> = files.collect();
        files.insert("CHANGELOG.md".to_owned(), changelog.into());
        let sums = files
            .iter()
            .map(|(name, bytes)| format!("{}  {name}\n", digest(bytes)));
        let sums: String = sums.collect();
        files.insert(SUMS.to_owned(), sums.into_bytes());
        Ok(Bundle { version, files })
    }
}

/// The digest of a file as `sha256sum` writes it.
pub fn digest(bytes: &[u8]) -> String {
    let mut digest = String::new();
    for byte in Sha256::digest(bytes) {
        write!(digest, "{byte:02x}").expect("a string takes all");
    }
    digest
}
