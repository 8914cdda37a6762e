//! What is published of a version: every file, as bytes that follow from the tree alone.

use std::collections::BTreeMap;
use std::fmt::Write;

use super::nodes::{json, yaml};
use crate::overlay::Overlay;
use crate::tree::Node;
use anyhow::{Result, anyhow};
use sha2::{Digest, Sha256};

use super::{arazzo, form, openapi31, postman, strict};
use crate::spec::Spec;

/// The file that has the digest of every other one.
pub const SUMS: &str = "SHA256SUMS";

/// The files of a version.
pub struct Bundle {
    /// Which version it is.
    pub version: String,
    /// The files by their names.
    pub files: BTreeMap<String, Vec<u8>>,
}

impl Bundle {
    /// Makes the bundle of a document.
    pub fn of(source: &str, japanese: &str, changelog: &str) -> Result<Bundle> {
        let spec = Spec::read(source)?;
        let document = Node::read(source).map_err(|problem| anyhow!("{}", problem.message))?;
        let version = spec.document().info.version.clone();
        let from = |what: &str| format!("{what} of source-{version}.yaml; that file counts.");

        let strict = strict::view(&document, &spec)?;
        let form = yaml(
            &from("The form overlay"),
            &form::overlay(&document, &spec, &format!("./source-{version}.yaml"))?,
        )?;
        applies(&form, &document)?;
        let openapi31 = openapi31::of(&document)?;
        let postman = postman::collection(&document, &spec, &version)?;
        let arazzo = arazzo::workflows(&document, &spec, &version)?;
        let files = [
            ("yaml", source.to_owned()),
            ("ja.overlay.yaml", japanese.to_owned()),
            ("json", json(&document)?),
            ("strict.yaml", yaml(&from("The strict view"), &strict)?),
            ("form.overlay.yaml", form),
            (
                "openapi-3.1.yaml",
                yaml(&from("The edition in OpenAPI 3.1"), &openapi31)?,
            ),
            ("postman_collection.json", json(&postman)?),
            ("arazzo.yaml", yaml(&from("The workflows"), &arazzo)?),
        ];
        let mut files: BTreeMap<String, Vec<u8>> = files
            .into_iter()
            .map(|(ending, text)| (format!("source-{version}.{ending}"), text.into_bytes()))
            .collect();
        files.insert("CHANGELOG.md".to_owned(), changelog.into());
        let sums = sums(&files)?;
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

fn sums(files: &BTreeMap<String, Vec<u8>>) -> Result<String> {
    let mut sums = String::new();
    for (name, bytes) in files {
        writeln!(sums, "{}  {name}", digest(bytes))?;
    }
    Ok(sums)
}

/// An overlay of ours changes one place with each action.
fn applies(overlay: &str, document: &Node) -> Result<()> {
    let overlay = Overlay::read(overlay).map_err(|error| anyhow!("{error}"))?;
    let mut changed = document.clone();
    let met = overlay
        .apply(&mut changed)
        .map_err(|error| anyhow!("{error}"))?;
    match met.iter().position(|count| *count != 1) {
        None => Ok(()),
        Some(index) => Err(anyhow!(
            "action {index} of the form overlay meets no one place"
        )),
    }
}
