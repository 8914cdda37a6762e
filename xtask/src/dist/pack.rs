//! Packages into archives, by `cargo package`.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result};

use super::package::Package;
use super::{VERSION, manifest};
use crate::failure::Failure;
use crate::workspace;

/// What `cargo package` writes for one package.
#[derive(PartialEq)]
pub(super) struct Archive {
    /// Its file name.
    pub(super) name: String,
    pub(super) bytes: Vec<u8>,
}

/// Packs all packages, in a folder that is gone afterwards.
pub(super) fn pack(packages: &[Package]) -> Result<Vec<Archive>> {
    // Not below the repository: nothing of it must be found by looking upward.
    let folder = tempfile::tempdir().context("no temporary folder")?;
    let root = workspace::read("Cargo.toml")?;
    std::fs::write(folder.path().join("Cargo.toml"), manifest::workspace(&root))?;
    for package in packages {
        package.write(&folder.path().join(package.name))?;
    }
    // The packages are built by what comes after; a lock file is not read of a library, and would
    // not be the same on another day.
    let mut command = workspace::cargo();
    command
        .current_dir(folder.path())
        .args(["package", "--workspace", "--offline", "--quiet"])
        .args(["--no-verify", "--no-metadata", "--exclude-lockfile"])
        .args(["--target-dir", "target"]);
    succeed(&mut command, "cargo package")?;

    let packed = folder.path().join("target/package");
    packages
        .iter()
        .map(|package| {
            let name = format!("{}-{VERSION}.crate", package.name);
            let path = packed.join(&name);
            let bytes =
                std::fs::read(&path).with_context(|| format!("cargo package wrote no {name}"))?;
            Ok(Archive { name, bytes })
        })
        .collect()
}

/// Unpacks an archive into a folder; it makes one more in it, with the name of the package.
pub(super) fn unpack(archive: &Archive, into: &Path) -> Result<()> {
    let path = into.join(&archive.name);
    std::fs::write(&path, &archive.bytes)?;
    // Files as old as cargo makes them would look to cargo as if they were built already.
    let mut command = Command::new("tar");
    command
        .current_dir(into)
        .args(["-x", "-z", "-m", "-f", &archive.name]);
    succeed(&mut command, "tar")?;
    std::fs::remove_file(&path)?;
    Ok(())
}

/// Runs a command and answers what it wrote to stdout; what it says is shown only if it fails.
pub(super) fn succeed(command: &mut Command, name: &str) -> Result<String> {
    let output = command
        .output()
        .with_context(|| format!("cannot run {name}"))?;
    let stdout = String::from_utf8_lossy(&output.stdout).into_owned();
    if output.status.success() {
        return Ok(stdout);
    }
    let said = String::from_utf8_lossy(&output.stderr);
    let mend = "edit what is named above, then run `cargo xtask dist`";
    Err(Failure::failed(format!("{stdout}{said}{name} failed"), mend).into())
}
