//! The files of a package.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Stdio;

use anyhow::{Context, Result, bail, ensure};
use cargo_metadata::{Message, Metadata};
use omise_contract::Spec;
use serde_json::json;

use super::manifest;
use crate::workspace;

/// A crate as it leaves the workspace.
pub(super) struct Package {
    pub(super) name: String,
    // Their paths from the root of the package.
    files: BTreeMap<String, Vec<u8>>,
}

/// What a source file says to take in what build.rs wrote.
const INCLUDED: &str = "concat!(env!(\"OUT_DIR\"), \"/";

/// Where the emitted files are, beside the file that takes them in.
const GENERATED: &str = "generated";

impl Package {
    /// Builds the crates, and reads their files as they are on disk now.
    pub(super) fn build_all(metadata: &Metadata, names: &BTreeSet<String>) -> Result<Vec<Package>> {
        let spec = workspace::spec()?;
        let files = workspace::files()?;
        let out_dirs = build(metadata, names)?;
        let packages = names.iter().map(|name| {
            let mut package = Package::read(name, names, &files, &spec)?;
            package.take_in_what_is_emitted(out_dirs.get(name))?;
            Ok(package)
        });
        packages.collect()
    }

    fn read(name: &str, names: &BTreeSet<String>, all: &[String], spec: &Spec) -> Result<Package> {
        let folder = format!("crates/{name}/");
        let toml = workspace::read(&format!("{folder}Cargo.toml"))?;
        let specification = json!({
            "document": workspace::SOURCE_YAML,
            "version": spec.document().info.version,
            "sha256": spec.sha256(),
        });
        let mut files = BTreeMap::from([
            (
                "Cargo.toml".to_owned(),
                manifest::package(&toml, names, spec)?.into(),
            ),
            ("LICENSE".to_owned(), workspace::read("LICENSE")?.into()),
            (
                "specification.json".to_owned(),
                format!("{specification:#}\n").into(),
            ),
        ]);
        for path in all {
            let Some(inside) = path.strip_prefix(&folder) else {
                continue;
            };
            let is_code = inside.starts_with("src/") || inside.starts_with("migrations/");
            if is_code || ["CHANGELOG.md", "README.md"].contains(&inside) {
                files.insert(inside.to_owned(), workspace::read(path)?.into());
            }
        }
        for path in ["README.md", "src/lib.rs"] {
            ensure!(files.contains_key(path), "{folder}{path} is missing");
        }
        Ok(Package {
            name: name.to_owned(),
            files,
        })
    }

    /// Puts what build.rs wrote beside the sources that include it.
    fn take_in_what_is_emitted(&mut self, out_dir: Option<&PathBuf>) -> Result<()> {
        let mut emitted = BTreeMap::new();
        for (path, bytes) in &mut self.files {
            let Some((folder, _)) = path.rsplit_once('/').filter(|_| path.ends_with(".rs")) else {
                continue;
            };
            let mut text = String::from_utf8(std::mem::take(bytes))?;
            while let Some((before, rest)) = text.split_once(INCLUDED) {
                let (name, after) = rest.split_once("\")").context("an include has no end")?;
                let out_dir = out_dir.with_context(|| format!("{path}: no build.rs ran"))?;
                let written = std::fs::read(out_dir.join(name))
                    .with_context(|| format!("build.rs wrote no {name}"))?;
                emitted.insert(format!("{folder}/{GENERATED}/{name}"), written);
                text = format!("{before}\"{GENERATED}/{name}\"{after}");
            }
            if text.contains("OUT_DIR") {
                bail!("{path} uses OUT_DIR otherwise than `{INCLUDED}NAME\")`");
            }
            *bytes = text.into();
        }
        self.files.extend(emitted);
        Ok(())
    }

    /// Writes the files into a folder.
    pub(super) fn write(&self, folder: &Path) -> Result<()> {
        for (path, bytes) in &self.files {
            let path = folder.join(path);
            std::fs::create_dir_all(path.parent().unwrap_or(folder))?;
            std::fs::write(&path, bytes)
                .with_context(|| format!("cannot write {}", path.display()))?;
        }
        Ok(())
    }
}

/// Builds crates, and tells where the build.rs of each that has one wrote.
fn build(metadata: &Metadata, names: &BTreeSet<String>) -> Result<BTreeMap<String, PathBuf>> {
    let mut command = workspace::cargo();
    command.args([
        "check",
        "--quiet",
        "--message-format=json-render-diagnostics",
    ]);
    command.args(names.iter().map(|name| format!("--package={name}")));
    let output = command
        .stderr(Stdio::inherit())
        .output()
        .context("cannot run cargo")?;
    ensure!(output.status.success(), "cargo check failed");
    let mut out_dirs = BTreeMap::new();
    for message in Message::parse_stream(output.stdout.as_slice()) {
        if let Message::BuildScriptExecuted(script) = message? {
            let name = metadata[&script.package_id].name.to_string();
            out_dirs.insert(name, script.out_dir.into());
        }
    }
    Ok(out_dirs)
}
