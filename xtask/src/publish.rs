//! `cargo xtask publish`: the document as others take it, a folder a version.
//!
//! A version that was published never changes: whoever pinned it by its sums has to find the same
//! bytes. So this task writes a version once, and its check holds every file to its sums, to the
//! commit that brought it and, for the version that the document has, to what follows from it.

mod frozen;

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use clap::Args;

use crate::failure::Failure;
use crate::{say, workspace};
use omise_contract::publish::Bundle;

/// Where the versions lie, from the root.
const PUBLISHED: &str = "openapi/published";

/// The changelog, beside the document.
const CHANGELOG: &str = "openapi/CHANGELOG.md";

/// What makes another version of the document.
const BUMP: &str = "raise info.version in openapi/source.yaml, then run \
    `cargo xtask compat --write` and `cargo xtask publish`";

/// What is done beside publishing.
#[derive(Args, Debug, Default)]
pub(crate) struct Options {
    /// Only check that what was published is as it was, and is what the document says
    #[arg(long, conflicts_with = "into")]
    check: bool,
    /// Write the bundle into this folder, not among those that are published
    #[arg(long, value_name = "DIR")]
    into: Option<PathBuf>,
}

/// Publishes the version that the document has, once.
pub(crate) fn run(options: &Options) -> Result<()> {
    if options.check {
        return check();
    }
    let bundle = of_now()?;
    if let Some(folder) = &options.into {
        let folder = folder.join(&bundle.version);
        write(&bundle, &folder)?;
        say::line(&format!("publish: {} is written", folder.display()));
        return Ok(());
    }
    let folder = format!("{PUBLISHED}/{}", bundle.version);
    if frozen::is_published(&bundle.version) {
        let differing = differing(&bundle)?;
        if differing.is_empty() {
            say::line(&format!(
                "publish: {folder} is published already, with these bytes"
            ));
            return Ok(());
        }
        let what = format!(
            "{}\na version that is published never changes",
            differing.join("\n")
        );
        return Err(Failure::failed(what, BUMP).into());
    }
    write(&bundle, &workspace::root().join(&folder))?;
    let count = bundle.files.len();
    say::line(&format!(
        "publish: {folder} is published, {count} files; commit them together"
    ));
    Ok(())
}

/// Makes the bundle of the document as it is on disk now.
fn of_now() -> Result<Bundle> {
    let source = workspace::read(workspace::SOURCE_YAML)?;
    let japanese = workspace::read(workspace::SOURCE_JA_YAML)?;
    Bundle::of(&source, &japanese, &workspace::read(CHANGELOG)?)
}

/// Checks what is published.
pub(crate) fn check() -> Result<()> {
    let findings = frozen::look()?;
    if !findings.problems.is_empty() {
        let what = format!(
            "{}\na version that is published never changes",
            findings.problems.join("\n")
        );
        let mend = "run the command that stands with each, then `cargo xtask publish --check`";
        return Err(Failure::failed(what, mend).into());
    }
    if let Some(reason) = findings.unseen {
        say::line(&format!(
            "publish: the sums were checked, the history was not: {reason}"
        ));
    }
    let bundle = of_now()?;
    let version = &bundle.version;
    if !frozen::is_published(version) {
        say::line(&format!(
            "publish: {version} is in the making, and what is published is as it was"
        ));
        return Ok(());
    }
    let differing = differing(&bundle)?;
    if !differing.is_empty() {
        return Err(Failure::out_of_date(differing.join("\n"), BUMP).into());
    }
    say::line(&format!(
        "publish: {version} is what the document says, and all that is published is as it was"
    ));
    Ok(())
}

/// What a published version has otherwise than what would be published now.
fn differing(bundle: &Bundle) -> Result<Vec<String>> {
    let folder = format!("{PUBLISHED}/{}", bundle.version);
    let mut differing = Vec::new();
    for (name, bytes) in &bundle.files {
        let path = workspace::root().join(&folder).join(name);
        let published = fs::read(&path).ok();
        if published.as_ref() != Some(bytes) {
            differing.push(format!(
                "{folder}/{name}: is not what openapi/ would be published as now"
            ));
        }
    }
    Ok(differing)
}

/// Writes a bundle whole or not at all.
fn write(bundle: &Bundle, folder: &Path) -> Result<()> {
    let above = folder.parent().context("a folder lies in another")?;
    fs::create_dir_all(above)?;
    let draft = tempfile::tempdir_in(above)?;
    for (name, bytes) in &bundle.files {
        fs::write(draft.path().join(name), bytes)?;
    }
    fs::rename(draft.path(), folder)
        .with_context(|| format!("cannot write {}: is it there already?", folder.display()))?;
    // Renamed away, so there is nothing to delete.
    let _ = draft.keep();
    readable(folder)
}

/// A folder for a draft is its maker's alone; a bundle is for all.
#[cfg(unix)]
fn readable(folder: &Path) -> Result<()> {
    use std::os::unix::fs::PermissionsExt;
    Ok(fs::set_permissions(
        folder,
        fs::Permissions::from_mode(0o755),
    )?)
}

#[cfg(not(unix))]
fn readable(_: &Path) -> Result<()> {
    Ok(())
}
