//! `cargo xtask dist`: packages of the SDK that need nothing of this workspace.
//!
//! They lie in one folder, which is a workspace: a program names `omise-client` in it by its path.
//! A user of the SDK builds no generator: what build.rs emits here is a file of the package there.
//! `tests/dist.rs` builds a program from nothing but them, and runs it.

mod manifest;
mod package;

use std::collections::BTreeSet;
use std::path::PathBuf;

use anyhow::{Context, Result};
use cargo_metadata::{DependencyKind, Metadata};
use clap::Args;

use crate::{say, workspace};
use package::Package;

/// Where `dist` writes.
#[derive(Args, Debug)]
pub(crate) struct Options {
    /// Where the folder of the packages is made; target/dist unless said otherwise
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
}

/// What a user of the SDK depends on. What these link leaves the workspace with them.
const ROOTS: [&str; 2] = ["omise-client", "omise-testing"];

/// The packages have the version of the workspace, as this program does.
const VERSION: &str = env!("CARGO_PKG_VERSION");

/// Makes the packages in a folder of their own, in place of what it held.
pub(crate) fn run(options: &Options) -> Result<()> {
    let metadata = workspace::metadata()?;
    let names = leaving(&metadata);
    let packages = Package::build_all(&metadata, &names)?;

    let out = match &options.out {
        Some(out) => std::path::absolute(out)?,
        None => metadata.target_directory.join("dist").into(),
    };
    let folder = out.join(format!("omise-sdk-{VERSION}"));
    if folder.exists() {
        std::fs::remove_dir_all(&folder)
            .with_context(|| format!("cannot empty {}", folder.display()))?;
    }
    for package in &packages {
        package.write(&folder.join(&package.name))?;
    }
    let root = manifest::workspace(&workspace::read("Cargo.toml")?, &names)?;
    std::fs::write(folder.join("Cargo.toml"), root)
        .with_context(|| format!("cannot write into {}", folder.display()))?;
    say::line(&format!("dist: {}", folder.display()));
    Ok(())
}

/// The crates that leave the workspace.
fn leaving(metadata: &Metadata) -> BTreeSet<String> {
    let members = metadata.workspace_packages();
    let mut names = BTreeSet::new();
    let mut open: Vec<String> = ROOTS.map(str::to_owned).to_vec();
    while let Some(name) = open.pop() {
        let Some(package) = members.iter().find(|member| *member.name == name) else {
            continue;
        };
        if names.insert(name) {
            let linked = package.dependencies.iter();
            let linked = linked.filter(|dependency| dependency.kind == DependencyKind::Normal);
            open.extend(linked.map(|dependency| dependency.name.clone()));
        }
    }
    names
}
