//! The files of a package.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context, Result, bail};
use omise_contract::Spec;
use omise_types::{SPEC_SHA256, SPEC_VERSION};

use super::{CRATES, manifest};
use crate::emit::Emitted;
use crate::workspace;

/// A crate as it leaves the workspace.
pub(super) struct Package {
    pub(super) name: &'static str,
    // Their paths from the root of the package.
    pub(super) files: BTreeMap<String, Vec<u8>>,
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
            let is_included = ["migrations/", "src/"]
                .iter()
                .any(|it| inside.starts_with(it))
                || ["CHANGELOG.md", "README.md"].contains(&inside);
            if is_included {
                files.insert(inside.to_owned(), workspace::read(path)?.into());
            }
        }
        let toml = workspace::read(&format!("{folder}Cargo.toml"))?;
        let more = [
            ("Cargo.toml", manifest::package(&toml)),
            ("LICENSE", workspace::read("LICENSE")?),
            ("specification.json", specification()),
        ];
        files.extend(more.map(|(path, text)| (path.to_owned(), text.into())));
        let mut package = Package { name, files };
        package.has_what_a_package_has()?;
        package.take_in_what_is_emitted(spec)?;
        Ok(package)
    }

    fn has_what_a_package_has(&self) -> Result<()> {
        for path in ["README.md", "src/lib.rs"] {
            if !self.files.contains_key(path) {
                bail!("crates/{}/{path} is missing", self.name);
            }
        }
        Ok(())
    }

    /// Puts what build.rs would write beside the sources that include it.
    fn take_in_what_is_emitted(&mut self, spec: &Spec) -> Result<()> {
        let mut emitted = BTreeMap::new();
        for (path, bytes) in &mut self.files {
            if !path.ends_with(".rs") {
                continue;
            }
            let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
            let mut text = String::from_utf8(std::mem::take(bytes))?;
            while let Some(begin) = text.find(INCLUDED) {
                let name_begin = begin + INCLUDED.len();
                let rest = &text[name_begin..];
                let name_end = rest
                    .find("\")")
                    .with_context(|| format!("{path}: no `\")`"))?;
                let name = rest[..name_end].to_owned();
                let folder = format!("{folder}/{GENERATED}");
                if !emitted.contains_key(&format!("{folder}/{name}")) {
                    let made = emit(&name, spec)?.into_iter();
                    emitted.extend(made.map(|(name, bytes)| (format!("{folder}/{name}"), bytes)));
                }
                if !emitted.contains_key(&format!("{folder}/{name}")) {
                    bail!("{path} includes {name}, which nothing emits");
                }
                let end = name_begin + name_end + "\")".len();
                text.replace_range(begin..end, &format!("\"{GENERATED}/{name}\""));
            }
            if text.contains("OUT_DIR") {
                bail!("{path} uses OUT_DIR otherwise than `{INCLUDED}NAME\")`");
            }
            *bytes = text.into();
        }
        self.files.extend(emitted);
        Ok(())
    }

    /// Whether build.rs wrote some of its files.
    pub(super) fn has_emitted_files(&self) -> bool {
        let folder = format!("/{GENERATED}/");
        self.files.keys().any(|path| path.contains(&folder))
    }

    /// Writes the files into a folder.
    pub(super) fn write(&self, folder: &Path) -> Result<()> {
        for (path, bytes) in &self.files {
            let path = folder.join(path);
            if let Some(parent) = path.parent() {
                std::fs::create_dir_all(parent)?;
            }
            std::fs::write(&path, bytes)
                .with_context(|| format!("cannot write {}", path.display()))?;
        }
        Ok(())
    }

    /// The emitted files that are not, byte for byte, what build.rs wrote into a folder.
    pub(super) fn differences(&self, out_dir: &Path) -> Vec<String> {
        let mut differences = Vec::new();
        for (path, bytes) in &self.files {
            let Some((_, name)) = path.split_once(&format!("/{GENERATED}/")) else {
                continue;
            };
            let difference = match std::fs::read(out_dir.join(name)) {
                Ok(built) if built == *bytes => continue,
                Ok(built) => {
                    let lines = |bytes| <[u8]>::split(bytes, |byte| *byte == b'\n');
                    let pairs = lines(&built).zip(lines(bytes));
                    let line = 1 + pairs.take_while(|(built, packed)| built == packed).count();
                    format!("line {line} is not what build.rs wrote")
                }
                Err(_) => "build.rs wrote no such file".to_owned(),
            };
            differences.push(format!("{}/{path}: {difference}", self.name));
        }
        differences
    }
}

/// The file of this name that build.rs writes, and those that it writes together with it.
fn emit(name: &str, spec: &Spec) -> Result<Vec<(String, Vec<u8>)>> {
    match Emitted::of_file(name) {
        Some(kind) => Ok(vec![(name.to_owned(), kind.rust(spec)?.into())]),
        None => Ok(Vec::new()),
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

    fn package<'a>(packages: &'a mut [Package], name: &str) -> &'a mut Package {
        let mut packages = packages.iter_mut();
        let package = packages.find(|package| package.name == name);
        package.expect("it leaves the workspace")
    }

    fn text<'a>(package: &'a Package, path: &str) -> &'a str {
        std::str::from_utf8(&package.files[path]).expect("UTF-8")
    }

    #[test]
    fn a_package_has_what_is_emitted_as_a_file_and_no_build_script() {
        let mut packages = packages();
        for (name, path) in [
            ("omise-client", "src/generated/client.rs"),
            ("omise-types", "src/generated/types.rs"),
            ("omise-types", "src/generated/tables.rs"),
        ] {
            let files = &package(&mut packages, name).files;
            assert!(files.contains_key(path), "{name} {path}");
        }
        for package in &packages {
            let name = package.name;
            assert!(!package.files.contains_key("build.rs"), "{name}");
            let manifest = text(package, "Cargo.toml");
            assert!(!manifest.contains("omise-codegen"), "{name}");
            assert!(!manifest.contains("build-dependencies"), "{name}");
            assert!(manifest.contains("Omise"), "{name}: the description");
            for key in ["description", "keywords", "categories"] {
                assert!(manifest.contains(&format!("\n{key}")), "{name}: {key}");
            }
            let sources = package.files.keys().filter(|path| path.ends_with(".rs"));
            for path in sources {
                assert!(!text(package, path).contains("OUT_DIR"), "{name}/{path}");
            }
            assert!(text(package, "LICENSE").contains("MIT"), "{name}");
            let specification = text(package, "specification.json");
            assert!(specification.contains(SPEC_SHA256), "{name}");
        }
    }

    #[test]
    fn the_emitted_code_of_a_package_has_the_hash_of_the_specification() {
        let mut packages = packages();
        let types = package(&mut packages, "omise-types");
        assert!(text(types, "src/generated/tables.rs").contains(SPEC_SHA256));
    }

    #[test]
    fn emitted_code_is_what_build_rs_wrote_and_a_difference_is_told_with_its_line() {
        let mut packages = packages();
        let client = package(&mut packages, "omise-client");
        let expected = "omise-client/src/generated/client.rs: build.rs wrote no such file";
        assert_eq!(client.differences(&out_dir()), [expected]);

        let types = package(&mut packages, "omise-types");
        assert_eq!(types.differences(&out_dir()), Vec::<String>::new());
        let path = "src/generated/tables.rs";
        let whole = text(types, path).to_owned();
        let mut told = |text: String| {
            types.files.insert(path.to_owned(), text.into());
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
    }
}
