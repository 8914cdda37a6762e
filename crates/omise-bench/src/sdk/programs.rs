//! The two programs that make calls, and how they are built.
//!
//! They are bins of this crate without its default features: each is built alone, with what it
//! needs and no more, because Cargo unites the features of what it builds together.

use std::collections::BTreeSet;
use std::path::PathBuf;

use anyhow::{Context, Result, ensure};

use crate::workspace::{self, IS_TRIAL};

/// Whose calls a program makes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Side {
    Ours,
    Bare,
}

/// How a program is built.
#[derive(Clone, Copy, Debug)]
pub(super) enum Build {
    /// As the programs of this workspace are shipped, and stripped.
    Release,
    /// For size, and without unwinding.
    Small,
    /// As `Release`, counting allocations.
    Counted,
}

impl Side {
    /// The feature of this crate that the program needs.
    fn feature(self) -> &'static str {
        match self {
            Side::Ours => "sdk",
            Side::Bare => "reqwest",
        }
    }

    fn program(self) -> String {
        format!("calls-by-{}", self.feature())
    }
}

impl Build {
    fn profile(self) -> &'static str {
        match self {
            _ if IS_TRIAL => "dev",
            Build::Small => "bench-sdk-small",
            Build::Release | Build::Counted => "bench-sdk",
        }
    }

    fn name(self) -> &'static str {
        match self {
            Build::Release => "release",
            Build::Small => "small",
            Build::Counted => "counted",
        }
    }
}

/// Builds both programs in every way; what has not changed is not built again.
pub(super) fn build() -> Result<()> {
    for side in [Side::Ours, Side::Bare] {
        for build in [Build::Release, Build::Small, Build::Counted] {
            build_one(side, build)?;
        }
    }
    Ok(())
}

fn build_one(side: Side, build: Build) -> Result<()> {
    let features = match build {
        Build::Counted => format!("{},counted", side.feature()),
        Build::Release | Build::Small => side.feature().to_owned(),
    };
    let name = side.program();
    workspace::build_with(
        build.profile(),
        &[
            "--package=omise-bench",
            "--no-default-features",
            "--features",
            &features,
            "--bin",
            &name,
        ],
    )?;
    // Cargo writes every build of a program to one place.
    let folder = match build.profile() {
        "dev" => "debug",
        profile => profile,
    };
    let built = workspace::target()?.join(folder).join(name);
    std::fs::create_dir_all(workspace::target()?.join("bench-programs"))?;
    std::fs::copy(&built, program(side, build)?)
        .with_context(|| format!("cannot copy {}", built.display()))?;
    Ok(())
}

/// Where a program is.
pub(super) fn program(side: Side, build: Build) -> Result<PathBuf> {
    let name = format!("{}-{}", side.program(), build.name());
    Ok(workspace::target()?.join("bench-programs").join(name))
}

/// How many crates are linked into a program, itself not counted.
pub(super) fn crates(side: Side) -> Result<usize> {
    let output = workspace::cargo()
        .args([
            "tree",
            "--quiet",
            "--package=omise-bench",
            "--no-default-features",
        ])
        .args(["--features", side.feature()])
        .args(["--edges", "normal", "--prefix", "none"])
        .output()
        .context("cannot run cargo tree")?;
    ensure!(output.status.success(), "cargo tree failed");
    let tree = String::from_utf8(output.stdout).context("cargo tree")?;
    Ok(count(&tree) - 1)
}

/// The crates that `cargo tree` names, each once.
fn count(tree: &str) -> usize {
    let lines = tree.lines().filter(|line| !line.is_empty());
    let names = lines.map(|line| line.trim_end_matches(" (*)"));
    names.collect::<BTreeSet<&str>>().len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_crate_counts_once_for_each_of_its_versions() {
        assert_eq!(
            count("a v1.0.0 (/b)\nc v1.0.0\nc v2.0.0\nc v1.0.0 (*)\n\n"),
            3
        );
    }
}
