//! The files of a package.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context, Result, bail};
use omise_codegen::Spec;
use omise_types::{SPEC_SHA256, SPEC_VERSION};

use super::{CRATES, manifest};
use crate::emit::Emitted;
use crate::workspace;

/// A crate as it leaves the workspace.
pub(super) struct Package {
    pub(super) name: &'static str,
    // Their paths from the root of the package.
    pub(super) files: BTreeMap<String, String>,
}

/// What a source file says to take in what build.rs wrote.
const INCLUDED: &str = "concat!(env!(\"OUT_DIR\"), \"/";

/// Where the emitted files are, beside the file that takes them in.
pub(super) const GENERATED: &str = "generated";

impl Package {
    /// Reads all crates that leave the workspace, as they are on disk now.
    pub(super) fn read_all() -> Result<Vec<Package>> {
        let spec = workspace::spec()?;
        let files = workspace::files()?;
        let packages = CRATES.iter().map(|name| Package::read(name, &files, &spec));
        packages.collect()
    }

    fn read(name: &'static str, of_the_workspace: &[String], spec: &Spec) -> Result<Package> {
        let folder = format!("crates/{name}/");
        let mut files = BTreeMap::new();
        for path in of_the_workspace {
            let Some(inside) = path.strip_prefix(&folder) else {
                continue;
            };
            if inside.starts_with("src/") || ["CHANGELOG.md", "README.md"].contains(&inside) {
                files.insert(inside.to_owned(), workspace::read(path)?);
            }
        }
        let toml = workspace::read(&format!("{folder}Cargo.toml"))?;
        files.insert("Cargo.toml".to_owned(), manifest::package(&toml));
        files.insert("LICENSE".to_owned(), workspace::read("LICENSE")?);
        files.insert("specification.json".to_owned(), specification());
        let mut package = Package { name, files };
        package.has_what_a_package_has()?;
        package.take_in_what_is_emitted(spec)?;
        Ok(package)
    }

    fn has_what_a_package_has(&self) -> Result<()> {
        for path in ["CHANGELOG.md", "README.md", "src/lib.rs"] {
            if !self.files.contains_key(path) {
                bail!("crates/{}/{path} is missing", self.name);
            }
        }
        Ok(())
    }

    /// Puts what build.rs would write beside the sources that include it.
    fn take_in_what_is_emitted(&mut self, spec: &Spec) -> Result<()> {
        let mut emitted = BTreeMap::new();
        for (path, text) in &mut self.files {
            let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
            while let Some(begin) = text.find(INCLUDED) {
                let name_begin = begin + INCLUDED.len();
                let rest = &text[name_begin..];
                let name_end = rest
                    .find("\")")
                    .with_context(|| format!("{path}: no `\")`"))?;
                let name = rest[..name_end].to_owned();
                let Some(kind) = Emitted::of_file(&name) else {
                    bail!("{path} includes {name}, which `cargo xtask emit` does not know");
                };
                let end = name_begin + name_end + "\")".len();
                text.replace_range(begin..end, &format!("\"{GENERATED}/{name}\""));
                emitted.insert(format!("{folder}/{GENERATED}/{name}"), kind.rust(spec)?);
            }
            if path.ends_with(".rs") && text.contains("OUT_DIR") {
                bail!("{path} uses OUT_DIR otherwise than `{INCLUDED}NAME\")`");
            }
        }
        self.files.extend(emitted);
        Ok(())
    }

    /// Writes the files into a folder.
    pub(super) fn write(&self, folder: &Path) -> Result<()> {
        for (path, text) in &self.files {
            let path = folder.join(path);
            if let Some(parent) = path.parent() {
                std::fs::create_dir_all(parent)?;
            }
            std::fs::write(&path, text)
                .with_context(|| format!("cannot write {}", path.display()))?;
        }
        Ok(())
    }

    /// The emitted files that are not, byte for byte, what build.rs wrote into a folder.
    pub(super) fn differences(&self, out_dir: &Path) -> Vec<String> {
        let mut differences = Vec::new();
        for (path, text) in &self.files {
            let Some((_, name)) = path.split_once(&format!("/{GENERATED}/")) else {
                continue;
            };
            let difference = match std::fs::read_to_string(out_dir.join(name)) {
                Ok(built) if built == *text => continue,
                Ok(built) => {
                    let mut lines = built.lines().zip(text.lines());
                    let same = lines.position(|(built, packed)| built != packed);
                    let line = same.unwrap_or(built.lines().count().min(text.lines().count())) + 1;
                    format!("line {line} is not what build.rs wrote")
                }
                Err(_) => "build.rs wrote no such file".to_owned(),
            };
            differences.push(format!("{}/{path}: {difference}", self.name));
        }
        differences
    }
}

/// Which document a package is from.
fn specification() -> String {
    let path = workspace::SOURCE_YAML;
    format!(
        "{{\n  \"document\": \"{path}\",\n  \"version\": \"{SPEC_VERSION}\",\n  \
         \"sha256\": \"{SPEC_SHA256}\"\n}}\n"
    )
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;

    fn packages() -> Vec<Package> {
        Package::read_all().expect("what is on disk can be packed")
    }

    /// Where build.rs of omise-types wrote for this program, which is linked with it.
    fn out_dir() -> PathBuf {
        let program = std::env::current_exe().expect("it runs");
        let profile = program
            .ancestors()
            .nth(2)
            .expect("it is in target/debug/deps");
        let built = std::fs::read_dir(profile.join("build")).expect("something was built");
        let out_dirs = built.filter_map(|entry| {
            let path = entry.ok()?.path();
            let is_of_types = path.file_name()?.to_str()?.starts_with("omise-types-");
            let out_dir = path.join("out");
            let written = std::fs::metadata(out_dir.join("types.rs")).ok()?;
            is_of_types.then_some((written.modified().ok()?, out_dir))
        });
        // What is left of another build is older: a change of the document makes build.rs run.
        let (_, newest) = out_dirs.max().expect("omise-types was built");
        newest
    }

    #[test]
    fn a_package_has_the_emitted_code_as_a_file_and_no_build_script() {
        let [types, client] = packages().try_into().ok().expect("there are two");
        assert!(client.files.contains_key("src/generated/client.rs"));
        for name in ["types", "tables"] {
            assert!(
                types
                    .files
                    .contains_key(&format!("src/generated/{name}.rs"))
            );
        }
        for Package { name, files } in [&types, &client] {
            assert!(!files.contains_key("build.rs"), "{name}");
            assert!(!files["Cargo.toml"].contains("omise-codegen"), "{name}");
            assert!(
                !files.values().any(|text| text.contains("OUT_DIR")),
                "{name}"
            );
            assert!(files["LICENSE"].contains("MIT"), "{name}");
            assert!(files["specification.json"].contains(SPEC_SHA256), "{name}");
        }
    }

    #[test]
    fn the_emitted_code_of_a_package_has_the_hash_of_the_specification() {
        let [types, _] = packages().try_into().ok().expect("there are two");
        assert!(types.files["src/generated/tables.rs"].contains(SPEC_SHA256));
    }

    #[test]
    fn emitted_code_is_what_build_rs_wrote_and_a_difference_is_told_with_its_line() {
        let [mut types, client] = packages().try_into().ok().expect("there are two");
        assert_eq!(types.differences(&out_dir()), Vec::<String>::new());

        let path = "src/generated/tables.rs";
        let whole = types.files[path].clone();
        let mut told = |text: String| {
            types.files.insert(path.to_owned(), text);
            types.differences(&out_dir())
        };
        assert_eq!(
            told(whole.replacen('\n', "\n\n", 1)),
            ["omise-types/src/generated/tables.rs: line 2 is not what build.rs wrote"]
        );
        // Cut at its end, where no line is another.
        let (cut, _) = whole.trim_end().rsplit_once('\n').expect("it has lines");
        let line = whole.lines().count();
        assert_eq!(
            told(cut.to_owned()),
            [format!(
                "omise-types/{path}: line {line} is not what build.rs wrote"
            )]
        );

        let expected = "omise-client/src/generated/client.rs: build.rs wrote no such file";
        assert_eq!(client.differences(&out_dir()), [expected]);
    }
}
