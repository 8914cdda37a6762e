//! What the document is compared with: a published bundle, a commit, or a file.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use omise_contract::document::Document;
use semver::Version;

use crate::failure::Failure;
use crate::workspace;

/// The folder of the published bundles, a folder a version.
const PUBLISHED: &str = "openapi/published";

/// An older edition of the document.
pub(super) struct Edition {
    /// What it is, in words.
    pub(super) name: String,
    pub(super) document: Document,
    /// Its changelog, where it was published with one.
    pub(super) changelog: Option<String>,
}

impl Edition {
    pub(super) fn version(&self) -> Result<Version> {
        let version = &self.document.info.version;
        Version::parse(version).with_context(|| format!("{}: info.version {version}", self.name))
    }

    // The checks of today are none that an old edition had to pass.
    fn read(name: String, yaml: &str) -> Result<Edition> {
        let document = omise_contract::compat::read(yaml).map_err(|reason| {
            let what = format!("{name} cannot be read, so nothing can be said of it: {reason}");
            unusable(what)
        })?;
        Ok(Edition {
            name,
            document,
            changelog: None,
        })
    }
}

/// The edition that was published last, if any was.
pub(super) fn published() -> Result<Option<Edition>> {
    published_in(&workspace::root().join(PUBLISHED))
}

fn published_in(folder: &Path) -> Result<Option<Edition>> {
    let Ok(entries) = fs::read_dir(folder) else {
        return Ok(None);
    };
    let mut versions = Vec::new();
    for entry in entries {
        let name = entry?.file_name();
        let name = name.to_string_lossy();
        if let Ok(version) = Version::parse(&name) {
            versions.push(version);
        }
    }
    let Some(version) = versions.into_iter().max() else {
        return Ok(None);
    };
    let folder = folder.join(version.to_string());
    let file = folder.join(format!("source-{version}.yaml"));
    let text =
        fs::read_to_string(&file).with_context(|| format!("cannot read {}", file.display()))?;
    let mut edition = Edition::read(format!("version {version}, as published"), &text)?;
    edition.changelog = fs::read_to_string(folder.join("CHANGELOG.md")).ok();
    Ok(Some(edition))
}

/// What the caller names: a file, or anything that git resolves to a commit.
pub(super) fn named(name: &str) -> Result<Edition> {
    if Path::new(name).is_file() {
        let text = fs::read_to_string(name).with_context(|| format!("cannot read {name}"))?;
        return Edition::read(name.to_owned(), &text);
    }
    let edition = at(name)?;
    edition.ok_or_else(|| unusable(format!("{name} has no {}", workspace::SOURCE_YAML)))
}

/// The document where this branch left the main one, or why there is none.
pub(super) fn merge_base() -> Result<std::result::Result<Edition, String>> {
    for main in ["@{upstream}", "origin/main", "main"] {
        let Ok(commit) = workspace::git(&["merge-base", "HEAD", main]) else {
            continue;
        };
        let edition = at(commit.trim())?;
        return Ok(edition.ok_or_else(|| format!("{main} has no {}", workspace::SOURCE_YAML)));
    }
    Ok(Err("git knows no upstream and no branch `main`".to_owned()))
}

fn unusable(what: String) -> anyhow::Error {
    let mend = "name a document of this repository, or a commit that has one";
    Failure::failed(what, mend).into()
}

fn at(revision: &str) -> Result<Option<Edition>> {
    let commit = workspace::git(&["rev-parse", "--short", &format!("{revision}^{{commit}}")])
        .map_err(|_| unusable(format!("{revision} is neither a file nor a commit")))?;
    let commit = commit.trim();
    let file = format!("{commit}:{}", workspace::SOURCE_YAML);
    let Ok(text) = workspace::git(&["show", &file]) else {
        return Ok(None);
    };
    Edition::read(format!("commit {commit}"), &text).map(Some)
}

#[cfg(test)]
mod tests {
    use omise_contract::SOURCE_YAML;

    use super::*;

    #[test]
    fn the_published_edition_is_the_one_of_the_highest_version() {
        let folder = tempfile::tempdir().expect("a folder");
        for version in ["0.9.0", "0.10.0", "0.2.0"] {
            let text =
                SOURCE_YAML.replacen("  version: 0.2.0", &format!("  version: {version}"), 1);
            let bundle = folder.path().join(version);
            fs::create_dir(&bundle).expect("a folder");
            fs::write(bundle.join(format!("source-{version}.yaml")), text).expect("a file");
        }
        let edition = published_in(folder.path()).expect("it can be read");
        let version = edition.map(|edition| edition.document.info.version);
        assert_eq!(version.as_deref(), Some("0.10.0"));
    }

    #[test]
    fn without_a_bundle_nothing_is_published() {
        let folder = tempfile::tempdir().expect("a folder");
        let edition = published_in(folder.path()).expect("it can be read");
        assert!(edition.is_none());
        let edition = published_in(&folder.path().join("none")).expect("it can be read");
        assert!(edition.is_none());
    }

    #[test]
    fn what_is_neither_a_file_nor_a_commit_is_told() {
        let error = named("no-such-thing").err().expect("there is none");
        assert!(format!("{error:#}").starts_with("no-such-thing is neither a file nor a commit"));
    }

    #[test]
    fn an_edition_that_cannot_be_read_is_told() {
        let error = Edition::read("a file".to_owned(), "openapi: 3.0.3").err();
        let text = error.map(|error| error.to_string()).unwrap_or_default();
        assert!(text.starts_with("a file cannot be read, so nothing can be said of it"));
    }
}
