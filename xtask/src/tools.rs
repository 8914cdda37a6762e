//! Programs of other languages, from their registries, at stated versions.
//!
//! Each set of packages is installed once, into a folder of its own under `target/tools`; the name
//! of the folder is what it holds, so that another version is another folder.

use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Mutex, PoisonError};

use anyhow::{Context, Result, bail};

use crate::{say, workspace};

/// Installs packages for Node, each as `name@version`, and gives the folder that has
/// `node_modules`; the programs are in `node_modules/.bin`.
pub(crate) fn npm(packages: &[&str]) -> Result<PathBuf> {
    once("npm", packages, |folder| {
        // Without one, npm takes the next folder above that has it for the place to install into.
        fs::write(folder.join("package.json"), "{\"private\": true}\n")?;
        let mut command = Command::new("npm");
        command
            .current_dir(folder)
            .args([
                "install",
                "--no-audit",
                "--no-fund",
                "--no-package-lock",
                "--loglevel=error",
            ])
            .args(packages);
        run(&mut command)
    })
}

/// Installs packages for Python, each as `name==version`, and gives the folder of the virtual
/// environment; the programs are in `bin`.
pub(crate) fn pip(packages: &[&str]) -> Result<PathBuf> {
    once("pip", packages, |folder| {
        run(Command::new("python3").args(["-m", "venv"]).arg(folder))?;
        let mut command = Command::new(folder.join("bin/python"));
        command
            .args([
                "-m",
                "pip",
                "install",
                "--quiet",
                "--disable-pip-version-check",
            ])
            .args(packages);
        run(&mut command)
    })
}

/// Held while a set is looked for and installed: two threads may want the same.
static INSTALLING: Mutex<()> = Mutex::new(());

fn once(
    kind: &str,
    packages: &[&str],
    install: impl FnOnce(&Path) -> Result<()>,
) -> Result<PathBuf> {
    let _alone = INSTALLING.lock().unwrap_or_else(PoisonError::into_inner);
    let mut hasher = DefaultHasher::new();
    packages.hash(&mut hasher);
    let name = format!("{kind}-{:016x}", hasher.finish());
    let folder = workspace::target()?.join("tools").join(name);
    let installed = folder.join("installed");
    if installed.exists() {
        return Ok(folder);
    }
    say::line(&format!("{kind}: installing {}", packages.join(" ")));
    // What an installation that broke off has left.
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    fs::create_dir_all(&folder)?;
    install(&folder).with_context(|| format!("{kind} could not install {}", packages.join(" ")))?;
    fs::write(installed, packages.join("\n"))?;
    Ok(folder)
}

fn run(command: &mut Command) -> Result<()> {
    let output = command
        .output()
        .with_context(|| format!("cannot run {command:?}"))?;
    if !output.status.success() {
        bail!(
            "{command:?} failed:\n{}{}",
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr)
        );
    }
    Ok(())
}
