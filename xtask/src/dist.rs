//! `cargo xtask dist`: packages of the SDK that need nothing of this workspace.
//!
//! A user of the SDK builds no generator: what build.rs emits here is a file of the package there.
//! The packages are made twice and must be the same to the byte; then a program that knows nothing
//! but them is built and run against `omise serve`.

mod manifest;
mod pack;
mod package;
mod proof;

use std::path::PathBuf;

use anyhow::{Context, Result};
use clap::Args;

use crate::failure::Failure;
use crate::{say, workspace};
use pack::Archive;
use package::Package;

/// What `dist` writes and proves.
#[derive(Args, Debug)]
pub(crate) struct Options {
    /// Where the packages go; target/dist unless said otherwise
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Leave out the program that is built from the packages and run
    #[arg(long)]
    no_proof: bool,
}

/// The crates that leave the workspace, each behind what it depends on.
const CRATES: [&str; 2] = ["omise-types", "omise-client"];

/// They have the version of the workspace, as this program does.
const VERSION: &str = env!("CARGO_PKG_VERSION");

/// Makes the packages, writes them and proves that they stand alone.
pub(crate) fn run(options: &Options) -> Result<()> {
    let packages = Package::read_all()?;
    let archives = pack::pack(&packages)?;
    let again = pack::pack(&Package::read_all()?)?;
    if let Some(name) = first_difference(&archives, &again) {
        let mend = "find what is not the same twice with `cargo xtask emit --show`, most likely \
                    the order of a HashMap, then run `cargo xtask dist`";
        return Err(Failure::failed(format!("{name} has other bytes each time"), mend).into());
    }

    let out = match &options.out {
        Some(out) => std::path::absolute(out)?,
        None => workspace::target()?.join("dist"),
    };
    std::fs::create_dir_all(&out).with_context(|| format!("cannot make {}", out.display()))?;
    for archive in &archives {
        let path = out.join(&archive.name);
        std::fs::write(&path, &archive.bytes)
            .with_context(|| format!("cannot write {}", path.display()))?;
        let size = archive.bytes.len();
        say::line(&format!(
            "dist: {}, {size} bytes, the same twice",
            path.display()
        ));
    }
    if !options.no_proof {
        proof::prove(&packages, &archives)?;
    }
    Ok(())
}

/// All of it, for `ci`.
pub(crate) fn check() -> Result<()> {
    run(&Options {
        out: None,
        no_proof: false,
    })
}

fn first_difference<'a>(archives: &'a [Archive], again: &[Archive]) -> Option<&'a str> {
    let mut pairs = archives.iter().zip(again);
    let different = pairs.find(|(one, other)| one != other);
    different.map(|(one, _)| one.name.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn archive(bytes: &[u8]) -> Archive {
        Archive {
            name: "a.crate".to_owned(),
            bytes: bytes.to_owned(),
        }
    }

    #[test]
    fn an_archive_with_other_bytes_is_told() {
        let once = [archive(b"same")];
        assert_eq!(first_difference(&once, &[archive(b"same")]), None);
        assert_eq!(
            first_difference(&once, &[archive(b"sAme")]),
            Some("a.crate")
        );
    }
}
