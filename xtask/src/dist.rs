//! `cargo xtask dist`: packages of the SDK that need nothing of this workspace.
//!
//! They lie in one folder, which is a workspace: a program names `omise-client` in it by its path.
//! A user of the SDK builds no generator: what build.rs emits here is a file of the package there.
//! The packages are made twice and must be the same to the byte; then `cargo package` must take
//! them, the examples of their documentation must pass, and a program that knows nothing but them
//! is built and run against `omise serve`.

mod manifest;
mod package;
mod proof;

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use clap::Args;

use crate::failure::Failure;
use crate::{say, workspace};
use package::Package;

/// What `dist` writes and proves.
#[derive(Args, Debug)]
pub(crate) struct Options {
    /// Where the folder of the packages is made; target/dist unless said otherwise
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Leave out what is built from the packages and run
    #[arg(long)]
    no_proof: bool,
}

/// The crates that leave the workspace, each behind what it depends on.
const CRATES: [&str; 6] = [
    "omise-types",
    "omise-rules",
    "omise-store",
    "omise-server",
    "omise-client",
    "omise-testing",
];

/// They have the version of the workspace, as this program does.
const VERSION: &str = env!("CARGO_PKG_VERSION");

/// Makes the packages, writes them and proves that they stand alone.
pub(crate) fn run(options: &Options) -> Result<()> {
    let packages = Package::read_all()?;
    let again = Package::read_all()?;
    if let Some(path) = first_difference(&packages, &again) {
        let fix = "find what is not the same twice with `cargo xtask emit --show`, most likely \
                   the order of a HashMap, then run `cargo xtask dist`";
        return Err(Failure::failed(format!("{path} has other bytes each time"), fix).into());
    }

    let out = match &options.out {
        Some(out) => std::path::absolute(out)?,
        None => workspace::target()?.join("dist"),
    };
    let folder = out.join(folder_name());
    write(&packages, &folder)?;
    say::line(&format!("dist: {}, the same twice", folder.display()));
    if !options.no_proof {
        proof::prove(&packages)?;
    }
    Ok(())
}

fn folder_name() -> String {
    format!("omise-sdk-{VERSION}")
}

/// Writes the packages into a folder of their own, in place of what it held.
fn write(packages: &[Package], folder: &Path) -> Result<()> {
    if folder.exists() {
        std::fs::remove_dir_all(folder)
            .with_context(|| format!("cannot empty {}", folder.display()))?;
    }
    for package in packages {
        package.write(&folder.join(package.name))?;
    }
    let root = manifest::workspace(&workspace::read("Cargo.toml")?);
    std::fs::write(folder.join("Cargo.toml"), root)
        .with_context(|| format!("cannot write into {}", folder.display()))
}

/// The first file that only one of them has, or that is not the same in both.
fn first_difference(once: &[Package], again: &[Package]) -> Option<String> {
    once.iter().zip(again).find_map(|(once, again)| {
        let paths = once.files.keys().chain(again.files.keys());
        let mut changed = paths.filter(|path| once.files.get(*path) != again.files.get(*path));
        changed.next().map(|path| format!("{}/{path}", once.name))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn package(text: &str) -> Package {
        let files = [("a.rs".to_owned(), text.as_bytes().to_vec())];
        Package {
            name: "a",
            files: files.into_iter().collect(),
        }
    }

    #[test]
    fn a_file_with_other_bytes_is_named() {
        let once = [package("same")];
        assert_eq!(first_difference(&once, &[package("same")]), None);
        assert_eq!(
            first_difference(&once, &[package("sAme")]),
            Some("a/a.rs".to_owned())
        );
    }
}
