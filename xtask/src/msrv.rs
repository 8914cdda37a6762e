//! `cargo xtask msrv`: the oldest Rust that the workspace says it builds with, held to its word.
//!
//! A release of Rust that is newer than the stated one builds what the stated one may not. So the
//! stated one has to be used: either everything runs on it, or the SDK is checked by it here.

use std::fmt;
use std::process::Command;

use anyhow::{Context, Result};
use serde::Deserialize;

use crate::failure::Failure;
use crate::{say, workspace};

/// Looks at all dependencies, and at the SDK through the stated release.
pub(crate) fn run() -> Result<()> {
    let stated = Release::parse(env!("CARGO_PKG_RUST_VERSION"))?;
    let packages = packages()?;
    let newer = newer_than(stated, &packages);
    if !newer.is_empty() {
        let mend = format!(
            "take an older version of it in Cargo.lock, or state a newer rust-version than \
             {stated} in Cargo.toml and README.md"
        );
        return Err(Failure::failed(newer.join("\n"), mend).into());
    }
    let count = packages.len();
    say::line(&format!(
        "msrv: none of {count} packages needs a Rust newer than {stated}"
    ));

    let used = Release::of("rustc", &[]).context("cannot run rustc")?;
    if used == stated {
        say::line(&format!("msrv: all of this runs on Rust {stated}"));
        return Ok(());
    }
    check_by(stated, used)
}

/// Checks the SDK by the stated release where another one runs the rest.
fn check_by(stated: Release, used: Release) -> Result<()> {
    // Either name may be the one that was installed.
    let names = [stated.to_string(), format!("{stated}.0")];
    let is_here = |name: &&String| Release::of("rustup", &["run", name, "rustc"]) == Some(stated);
    let Some(toolchain) = names.iter().find(is_here) else {
        let what = format!("Rust {stated} is not here, so that {used} proves nothing about it");
        if std::env::var_os("CI").is_none() {
            say::line(&format!("msrv: {what}"));
            return Ok(());
        }
        let mend = format!("rustup toolchain install {stated} --profile minimal");
        return Err(Failure::failed(what, mend).into());
    };
    let check = "cargo check --quiet --all-features --package omise-types --package omise-client";
    let status = Command::new("rustup")
        .current_dir(workspace::root())
        .args(["run", toolchain])
        .args(check.split(' '))
        .arg("--target-dir")
        .arg(workspace::target()?.join("msrv"))
        .status()
        .context("cannot run rustup")?;
    if status.success() {
        say::line(&format!(
            "msrv: the SDK passes `cargo check` on Rust {stated}"
        ));
        return Ok(());
    }
    let mend = "use what that release has, or state a newer rust-version in Cargo.toml and \
                README.md, then run `cargo xtask msrv`";
    Err(Failure::failed(format!("the SDK does not build on Rust {stated}"), mend).into())
}

fn newer_than(stated: Release, packages: &[Package]) -> Vec<String> {
    let mut newer = Vec::new();
    for Package {
        name,
        version,
        rust_version,
    } in packages
    {
        let Some(needed) = rust_version else { continue };
        if Release::parse(needed).is_ok_and(|needed| needed <= stated) {
            continue;
        }
        newer.push(format!(
            "{name} {version} needs Rust {needed}, the workspace says {stated}"
        ));
    }
    newer
}

/// A release of Rust. Its patches add nothing that one could need.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
struct Release {
    major: u32,
    minor: u32,
}

impl Release {
    /// Reads `1.95` or `1.95.0`.
    fn parse(text: &str) -> Result<Release> {
        let mut parts = text.split('.').map(str::parse);
        match (parts.next(), parts.next()) {
            (Some(Ok(major)), Some(Ok(minor))) => Ok(Release { major, minor }),
            _ => anyhow::bail!("`{text}` is no release of Rust"),
        }
    }

    /// What a compiler says it is, if there is one.
    fn of(program: &str, arguments: &[&str]) -> Option<Release> {
        let mut command = Command::new(program);
        let output = command.args(arguments).arg("--version").output().ok()?;
        let said = String::from_utf8(output.stdout).ok()?;
        // `rustc 1.95.0 (59807616e 2026-04-14)`
        Release::parse(said.split_whitespace().nth(1)?).ok()
    }
}

impl fmt::Display for Release {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.major, self.minor)
    }
}

#[derive(Deserialize)]
struct Package {
    name: String,
    version: String,
    rust_version: Option<String>,
}

/// All packages of Cargo.lock, for whatever feature and platform.
fn packages() -> Result<Vec<Package>> {
    #[derive(Deserialize)]
    struct Metadata {
        packages: Vec<Package>,
    }
    let output = workspace::cargo()
        .args(["metadata", "--format-version", "1", "--all-features"])
        .output()
        .context("cannot run cargo metadata")?;
    let metadata: Metadata = serde_json::from_slice(&output.stdout).context("cargo metadata")?;
    Ok(metadata.packages)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn package(rust_version: Option<&str>) -> Package {
        Package {
            name: "a".to_owned(),
            version: "1.0.0".to_owned(),
            rust_version: rust_version.map(str::to_owned),
        }
    }

    #[test]
    fn a_dependency_that_needs_a_newer_rust_is_told() {
        let stated = Release::parse("1.95").expect("it is a release");
        for rust_version in [None, Some("1.56"), Some("1.95"), Some("1.95.1")] {
            assert!(newer_than(stated, &[package(rust_version)]).is_empty());
        }
        assert_eq!(
            newer_than(stated, &[package(Some("1.96"))]),
            ["a 1.0.0 needs Rust 1.96, the workspace says 1.95"]
        );
        assert_eq!(newer_than(stated, &[package(Some("new"))]).len(), 1);
        assert_eq!(newer_than(stated, &[package(Some("2.0"))]).len(), 1);
    }

    #[test]
    fn the_compiler_in_use_says_its_release() {
        let used = Release::of("rustc", &[]).expect("it built this");
        let stated = Release::parse(env!("CARGO_PKG_RUST_VERSION")).expect("it is a release");
        assert!(used >= stated);
        assert_eq!(Release::of("no-such-compiler", &[]), None);
    }
}
