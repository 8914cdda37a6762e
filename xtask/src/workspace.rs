//! Where the repository is and what it holds.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use anyhow::{Context, Result, bail};
use cargo_metadata::{Metadata, MetadataCommand};
use omise_contract::Spec;

use crate::failure::Failure;

/// The specification, from the root of the repository.
pub(crate) const SOURCE_YAML: &str = "openapi/source.yaml";

/// Its words in Japanese.
pub(crate) const SOURCE_JA_YAML: &str = "openapi/source.ja.yaml";

static ROOT: OnceLock<PathBuf> = OnceLock::new();

/// The root of the repository.
pub(crate) fn root() -> &'static Path {
    // xtask is a folder of the root, whatever the directory that it is called from.
    let own = Path::new(env!("CARGO_MANIFEST_DIR")).parent();
    ROOT.get().map_or_else(
        || own.expect("xtask is a folder of the root"),
        PathBuf::as_path,
    )
}

/// Takes another folder for the root of the repository, such as a copy that is spoilt in a test.
pub(crate) fn set_root(root: PathBuf) {
    ROOT.set(root).expect("it is set once, before all else");
}

/// Reads a file, named from the root.
pub(crate) fn read(path: &str) -> Result<String> {
    std::fs::read_to_string(root().join(path)).with_context(|| format!("cannot read {path}"))
}

/// Reads the specification as it is on disk now, not as it was when this program was built.
pub(crate) fn spec() -> Result<Spec> {
    spec_of(&read(SOURCE_YAML)?)
}

/// Reads a specification.
pub(crate) fn spec_of(yaml: &str) -> Result<Spec> {
    Spec::read(yaml).map_err(|problems| {
        Failure::failed(
            problems.to_string(),
            format!("edit {SOURCE_YAML}, then run `cargo xtask lint`"),
        )
        .into()
    })
}

/// The cargo that called this program.
pub(crate) fn cargo() -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(root());
    command
}

/// The packages of the workspace and all that they depend on, with all features.
pub(crate) fn metadata() -> Result<Metadata> {
    let mut command = MetadataCommand::new();
    command
        .current_dir(root())
        .other_options(["--all-features".to_owned()]);
    command.exec().context("cannot run cargo metadata")
}

/// The folder that cargo builds into.
pub(crate) fn target() -> Result<PathBuf> {
    let mut command = MetadataCommand::new();
    let metadata = command.current_dir(root()).no_deps().exec();
    Ok(metadata
        .context("cannot run cargo metadata")?
        .target_directory
        .into())
}

/// The names of all files that are or could be committed, from the root, sorted.
pub(crate) fn files() -> Result<Vec<String>> {
    let mut files = match tracked() {
        Ok(files) => files,
        // An unpacked archive has no git; it has no ignored files either, beside what cargo wrote.
        Err(_) => walk(root())?,
    };
    files.retain(|path| root().join(path).is_file());
    files.sort();
    files.dedup();
    Ok(files)
}

fn tracked() -> Result<Vec<String>> {
    let names = git(&[
        "ls-files",
        "-z",
        "--cached",
        "--others",
        "--exclude-standard",
    ])?;
    let names = names.split('\0').filter(|name| !name.is_empty());
    Ok(names.map(str::to_owned).collect())
}

/// What git says at the root of the repository.
pub(crate) fn git(arguments: &[&str]) -> Result<String> {
    let output = Command::new("git")
        .args(arguments)
        .current_dir(root())
        .output()
        .context("cannot run git")?;
    if !output.status.success() {
        let reason = String::from_utf8_lossy(&output.stderr);
        bail!("git {}: {}", arguments.join(" "), reason.trim());
    }
    String::from_utf8(output.stdout).context("what git says is not UTF-8")
}

fn walk(root: &Path) -> Result<Vec<String>> {
    const SKIPPED: [&str; 3] = [".git", "target", "node_modules"];
    let mut files = Vec::new();
    let mut folders: Vec<PathBuf> = vec![root.to_path_buf()];
    while let Some(folder) = folders.pop() {
        let entries = std::fs::read_dir(&folder)
            .with_context(|| format!("cannot list {}", folder.display()))?;
        for entry in entries {
            let entry = entry?;
            if SKIPPED.iter().any(|skipped| entry.file_name() == *skipped) {
                continue;
            }
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if let Some(name) = path.strip_prefix(root).ok().and_then(Path::to_str) {
                files.push(name.to_owned());
            }
        }
    }
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_files_of_an_archive_without_git_are_found() {
        let files = walk(root()).expect("the root can be listed");
        assert!(files.contains(&SOURCE_YAML.to_owned()));
        assert!(!files.iter().any(|file| file.starts_with("target/")));
    }
}
