//! `cargo xtask publish`: the editions of the document, a folder a version.
//!
//! The tree keeps the document of each version, its Japanese, its changelog and `SHA256SUMS`, which
//! has the digest of every artefact. The other artefacts follow from these byte for byte, and
//! `--out DIR` writes them. A published version never changes: whoever pinned it by its sums has to
//! find the same bytes.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use clap::Args;
use omise_contract::publish::{Bundle, SUMS, digest};

use crate::failure::Failure;
use crate::{say, workspace};

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
    #[arg(long, conflicts_with = "out")]
    check: bool,
    /// Write all artefacts of the document into this folder, and publish nothing
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
}

/// Publishes the version that the document has, once.
pub(crate) fn run(options: &Options) -> Result<()> {
    if options.check {
        return check();
    }
    let bundle = of_now()?;
    if let Some(folder) = &options.out {
        write(&bundle, |_| true, folder)?;
        say::line(&format!("publish: {} is written", folder.display()));
        return Ok(());
    }
    let folder = workspace::root().join(PUBLISHED).join(&bundle.version);
    if folder.exists() {
        return check();
    }
    let version = &bundle.version;
    write(&bundle, |name| is_kept(name, version), &folder)?;
    say::line(&format!(
        "publish: {PUBLISHED}/{version} is published; commit it"
    ));
    Ok(())
}

/// Checks what is published.
pub(crate) fn check() -> Result<()> {
    let mut problems = Vec::new();
    for version in versions()? {
        problems.extend(against_sums(&version)?);
    }
    problems.extend(changed_since_published());
    if !problems.is_empty() {
        let what = format!(
            "{}\na version that is published never changes",
            problems.join("\n")
        );
        let mend = "git checkout HEAD -- openapi/published, or delete what was added";
        return Err(Failure::failed(what, mend).into());
    }
    let bundle = of_now()?;
    let version = &bundle.version;
    let sums = format!("{PUBLISHED}/{version}/{SUMS}");
    match fs::read(workspace::root().join(&sums)) {
        Err(_) => say::line(&format!(
            "publish: {version} is not published yet, and what is published is as it was"
        )),
        Ok(published) if bundle.files.get(SUMS) == Some(&published) => say::line(&format!(
            "publish: {version} is what openapi/ makes, and all that is published is as it was"
        )),
        Ok(_) => {
            let what = format!("{sums}: openapi/ makes artefacts with other digests now");
            return Err(Failure::out_of_date(what, BUMP).into());
        }
    }
    Ok(())
}

/// Makes the bundle of the document as it is on disk now.
fn of_now() -> Result<Bundle> {
    let source = workspace::read(workspace::SOURCE_YAML)?;
    let japanese = workspace::read(workspace::SOURCE_JA_YAML)?;
    Bundle::of(&source, &japanese, &workspace::read(CHANGELOG)?)
}

/// Whether the tree keeps a file of a version; the others can be made of these.
fn is_kept(name: &str, version: &str) -> bool {
    [CHANGELOG_NAME, SUMS].contains(&name)
        || name == format!("source-{version}.yaml")
        || name == format!("source-{version}.ja.overlay.yaml")
}

const CHANGELOG_NAME: &str = "CHANGELOG.md";

/// The versions that are published, by their folders.
fn versions() -> Result<Vec<String>> {
    let mut versions = Vec::new();
    let folder = workspace::root().join(PUBLISHED);
    for entry in fs::read_dir(folder).into_iter().flatten() {
        versions.push(entry?.file_name().to_string_lossy().into_owned());
    }
    versions.sort();
    Ok(versions)
}

/// Compares the files of a version with its sums.
fn against_sums(version: &str) -> Result<Vec<String>> {
    let folder = format!("{PUBLISHED}/{version}");
    let root = workspace::root();
    let Ok(sums) = fs::read_to_string(root.join(&folder).join(SUMS)) else {
        return Ok(vec![format!("{folder}/{SUMS}: is missing")]);
    };
    let mut problems = Vec::new();
    let listed = sums.lines().filter_map(|line| line.split_once("  "));
    for (sum, name) in listed.filter(|(_, name)| is_kept(name, version)) {
        let path = format!("{folder}/{name}");
        match fs::read(root.join(&path)) {
            Err(_) => problems.push(format!("{path}: is missing")),
            Ok(bytes) if digest(&bytes) != sum => {
                problems.push(format!("{path}: is not what {SUMS} says"));
            }
            Ok(_) => {}
        }
    }
    for entry in fs::read_dir(root.join(&folder))? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        let is_listed = name == SUMS
            || sums
                .lines()
                .any(|line| line.ends_with(&format!("  {name}")));
        if !is_kept(&name, version) || !is_listed {
            problems.push(format!("{folder}/{name}: is not a file of this version"));
        }
    }
    Ok(problems)
}

/// What git knows to have changed after it was published, or to be gone.
///
/// Sums that were written anew with a changed file are caught here. Without git, as in an unpacked
/// archive, the sums alone are checked.
fn changed_since_published() -> Vec<String> {
    let sums = format!("{PUBLISHED}/*/{SUMS}");
    let history = ["log", "--no-renames", "--name-only", "--format="];
    let changed = [&history[..], &["--diff-filter=M", "--", PUBLISHED]].concat();
    let uncommitted = [
        "diff",
        "HEAD",
        "--no-renames",
        "--name-only",
        "--diff-filter=M",
        "--",
        PUBLISHED,
    ];
    let added = [&history[..], &["--diff-filter=A", "--", &sums]].concat();
    let names = |arguments: &[&str]| -> Vec<String> {
        let output = workspace::git(arguments).unwrap_or_default();
        output
            .lines()
            .filter(|line| !line.is_empty())
            .map(str::to_owned)
            .collect()
    };
    let changed = names(&changed).into_iter().chain(names(&uncommitted));
    let mut problems: Vec<String> = changed
        .map(|path| format!("{path}: was changed after it was published"))
        .collect();
    let gone = names(&added)
        .into_iter()
        .filter(|path| !workspace::root().join(path).exists());
    problems.extend(gone.map(|path| format!("{path}: was published and is gone")));
    problems.sort();
    problems.dedup();
    problems
}

/// Writes files of a bundle, all or none.
fn write(bundle: &Bundle, is_wanted: impl Fn(&str) -> bool, folder: &Path) -> Result<()> {
    let above = folder.parent().context("a folder lies in another")?;
    let above = if above.as_os_str().is_empty() {
        Path::new(".")
    } else {
        above
    };
    fs::create_dir_all(above)?;
    let mut draft = tempfile::Builder::new();
    // A temporary folder is its maker's alone; what is published is for all.
    #[cfg(unix)]
    draft.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o755));
    let draft = draft.tempdir_in(above)?;
    for (name, bytes) in bundle.files.iter().filter(|(name, _)| is_wanted(name)) {
        fs::write(draft.path().join(name), bytes)?;
    }
    // A folder that exists is replaced only if it is empty.
    fs::rename(draft.path(), folder).with_context(|| {
        format!(
            "cannot write {}: is there something in it?",
            folder.display()
        )
    })?;
    let _ = draft.keep();
    Ok(())
}
