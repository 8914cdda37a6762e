//! The two programs and how they are built.
//!
//! They are packages of their own in the folder of the target: in this workspace, what one crate
//! turns on in reqwest is on for all.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use anyhow::{Context, Result, bail, ensure};

use crate::workspace;

/// Whose calls a program makes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Side {
    Ours,
    Bare,
}

/// How a program is built.
#[derive(Clone, Copy, Debug)]
pub(super) enum Build {
    /// As the programs of this workspace are shipped.
    Release,
    /// For size, and without unwinding.
    Small,
    /// As `Release`, counting allocations.
    Counted,
}

impl Side {
    const ALL: [Side; 2] = [Side::Ours, Side::Bare];

    fn name(self) -> &'static str {
        match self {
            Side::Ours => "ours",
            Side::Bare => "bare",
        }
    }

    fn program(self) -> &'static str {
        match self {
            Side::Ours => include_str!("programs/ours.rs"),
            Side::Bare => include_str!("programs/bare.rs"),
        }
    }

    fn dependencies(self) -> String {
        match self {
            Side::Ours => {
                let sdk = workspace::root().join("crates/omise-client");
                format!(
                    "bytes = \"1\"\nhttp = \"1\"\nomise-client = {{ path = {:?} }}\n",
                    sdk.display().to_string()
                )
            }
            // The one version that Cargo.lock has, with what the SDK's own users turn on.
            Side::Bare => "reqwest = { version = \"*\", default-features = false, \
                           features = [\"rustls\"] }\n"
                .to_owned(),
        }
    }
}

impl Build {
    const ALL: [Build; 3] = [Build::Release, Build::Small, Build::Counted];

    fn profile(self) -> &'static str {
        match self {
            Build::Small => "small",
            Build::Release | Build::Counted => "release",
        }
    }

    fn program(self, side: Side) -> String {
        match self {
            Build::Counted => format!("{}-counted", side.name()),
            Build::Release | Build::Small => side.name().to_owned(),
        }
    }
}

/// The built programs.
pub(super) struct Programs {
    folder: PathBuf,
}

impl Programs {
    /// Writes and builds them; what has not changed is not built again.
    pub(super) fn build() -> Result<Programs> {
        let folder = workspace::target()?.join("bench-sdk");
        let programs = Programs { folder };
        programs.write()?;
        for side in Side::ALL {
            for build in Build::ALL {
                programs.build_one(side, build)?;
            }
        }
        Ok(programs)
    }

    /// Where a program is.
    pub(super) fn program(&self, side: Side, build: Build) -> PathBuf {
        let folder = self.folder.join("target").join(build.profile());
        folder.join(build.program(side))
    }

    /// How many crates are linked into a program, itself not counted.
    pub(super) fn crates(&self, side: Side) -> Result<usize> {
        let output = workspace::cargo()
            .current_dir(&self.folder)
            .args(["tree", "--quiet", "--package", side.name()])
            .args(["--edges", "normal", "--prefix", "none"])
            .output()
            .context("cannot run cargo tree")?;
        ensure!(output.status.success(), "cargo tree failed");
        let tree = String::from_utf8(output.stdout).context("cargo tree")?;
        Ok(count(&tree) - 1)
    }

    fn write(&self) -> Result<()> {
        write(&self.folder.join("Cargo.toml"), &manifest()?)?;
        // The versions of this workspace; cargo adds what counts allocations.
        write(
            &self.folder.join("Cargo.lock"),
            &std::fs::read_to_string(workspace::root().join("Cargo.lock"))?,
        )?;
        for side in Side::ALL {
            let package = self.folder.join(side.name());
            write(&package.join("Cargo.toml"), &package_manifest(side))?;
            let source = package.join("src");
            write(&source.join("main.rs"), side.program())?;
            // A file of its own: cargo warns of one that two programs have.
            write(&source.join("counted.rs"), side.program())?;
            write(&source.join("calls.rs"), include_str!("programs/calls.rs"))?;
        }
        Ok(())
    }

    // One at a time: what is built together gets the features of both.
    fn build_one(&self, side: Side, build: Build) -> Result<()> {
        let mut command = workspace::cargo();
        command
            .current_dir(&self.folder)
            .args(["build", "--package", side.name()])
            .args(["--profile", build.profile()])
            .args(["--bin", &build.program(side)])
            .args(["--target-dir", "target"]);
        if let Build::Counted = build {
            command.args(["--features", "counted"]);
        }
        // What cargo says must not stand between the lines of the table.
        let status = command
            .stdout(Stdio::null())
            .status()
            .context("cannot run cargo")?;
        if status.success() {
            return Ok(());
        }
        let what = format!("the program {} does not build", build.program(side));
        let mend =
            "edit what cargo named above, then run `cargo run --release -p omise-bench -- sdk`";
        bail!("{what}; to mend it: {mend}")
    }
}

/// Writes a file unless it has the text already: cargo builds again what was written.
fn write(path: &Path, text: &str) -> Result<()> {
    if std::fs::read_to_string(path).is_ok_and(|found| found == text) {
        return Ok(());
    }
    let folder = path.parent().context("a file is in a folder")?;
    std::fs::create_dir_all(folder)?;
    std::fs::write(path, text).with_context(|| format!("cannot write {}", path.display()))
}

/// The profile of the workspace, as a part of a manifest.
fn release_profile() -> Result<String> {
    let manifest = std::fs::read_to_string(workspace::root().join("Cargo.toml"))?;
    let (_, profile) = manifest
        .split_once("\n[profile.release]\n")
        .context("Cargo.toml has no profile `release`")?;
    Ok(format!("\n[profile.release]\n{profile}"))
}

fn manifest() -> Result<String> {
    Ok(format!(
        "[workspace]\nresolver = \"3\"\nmembers = [\"ours\", \"bare\"]\n{}strip = true\n\n\
         [profile.small]\ninherits = \"release\"\nopt-level = \"z\"\npanic = \"abort\"\n",
        release_profile()?
    ))
}

fn package_manifest(side: Side) -> String {
    let name = side.name();
    format!(
        r#"[package]
name = "{name}"
version = "0.0.0"
edition = "2024"

[[bin]]
name = "{name}"
path = "src/main.rs"

[[bin]]
name = "{name}-counted"
path = "src/counted.rs"
required-features = ["counted"]

[features]
counted = ["dep:alloc_tracker"]

[dependencies]
alloc_tracker = {{ version = "=0.7.13", optional = true }}
tokio = {{ version = "1", features = ["rt"] }}
{}"#,
        side.dependencies()
    )
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

    #[test]
    fn what_is_measured_is_built_as_it_is_shipped() {
        let manifest = manifest().expect("Cargo.toml has the profile");
        let release = manifest
            .split("\n[")
            .find(|part| part.starts_with("profile.release]"));
        let release = release.expect("there is the profile");
        for line in ["lto = \"fat\"", "codegen-units = 1", "strip = true"] {
            assert!(release.contains(line), "{manifest}");
        }
    }
}
