//! The compiler, asked about programs that use `omise-types`.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use omise_contract::{SOURCE_YAML, Spec};
use serde_json::Value;

/// An error of the compiler.
#[derive(Debug, PartialEq)]
pub struct Error {
    /// Such as `E0061`.
    pub code: String,
    /// As it is shown to people.
    pub text: String,
}

/// A package of `omise-types` and programs that use it.
///
/// It has the sources and what their build script would write, but not the build script: with that
/// the generator would be compiled once more, which takes a minute.
pub struct Package {
    folder: PathBuf,
    target: PathBuf,
}

impl Package {
    /// Writes the package, without programs.
    ///
    /// `files_of_tests` is cargo's folder for them, which is in its target folder. What is compiled
    /// there already, such as the dependencies, is not compiled again.
    pub fn new(files_of_tests: &Path) -> Package {
        let package = Package {
            folder: files_of_tests.join("compiler"),
            target: files_of_tests
                .parent()
                .expect("it is in the target folder")
                .to_owned(),
        };
        let workspace = Path::new(env!("CARGO_MANIFEST_DIR"))
            .parent()
            .expect("this is in it");
        let types = workspace.join("crates/omise-types");
        let read = |path: PathBuf| fs::read_to_string(path).expect("it is there");
        let of_workspace = read(workspace.join("Cargo.toml"));
        let of_types = read(types.join("Cargo.toml"));
        let manifest = [
            "[package]\nname = \"compiler\"\nedition = \"2024\"\n\n[workspace]\n",
            &format!(
                "[lib]\nname = \"omise_types\"\npath = {:?}\n\n",
                types.join("src/lib.rs")
            ),
            section(&of_types, "features"),
            section(&of_types, "dependencies"),
            section(&of_workspace, "workspace.dependencies"),
            section(&of_workspace, "profile.dev"),
        ];
        package.write("Cargo.toml", &manifest.concat());
        package.write("Cargo.lock", &read(workspace.join("Cargo.lock")));

        let spec = Spec::read(&SOURCE_YAML).expect("the specification is in order");
        for (name, emitted) in [
            ("types.rs", omise_codegen::types(&spec)),
            ("tables.rs", omise_codegen::tables(&spec)),
            ("payment_methods.rs", omise_codegen::payment_methods(&spec)),
        ] {
            package.write(
                &format!("out/{name}"),
                &emitted.expect("the build has emitted the same"),
            );
        }
        package
    }

    /// Compiles expressions as the program `name` and answers with the errors of each.
    ///
    /// Each is a function on a line of its own, so that the compiler runs once and the line of an
    /// error says whose it is. It checks a function whatever is wrong in another.
    pub fn errors(&self, name: &str, expressions: &[String]) -> Vec<Vec<Error>> {
        let mut program = String::new();
        for expression in expressions {
            assert!(!expression.contains('\n'), "{expression}");
            program.push_str(&format!(
                "const _: fn() = || {{ let _ = {expression}; }};\n"
            ));
        }
        program.push_str("use omise_types::{money::*, payment_methods::*, *};\nfn main() {}\n");
        self.write(&format!("src/bin/{name}.rs"), &program);

        let output = Command::new(env!("CARGO"))
            .args(["check", "--offline", "--message-format=json", "--bin", name])
            .arg("--target-dir")
            .arg(&self.target)
            .env("OUT_DIR", self.folder.join("out"))
            .current_dir(&self.folder)
            .output()
            .expect("cargo runs");
        let mut errors: Vec<Vec<Error>> = expressions.iter().map(|_| Vec::new()).collect();
        let mut is_reached = false;
        for line in output.stdout.split(|byte| *byte == b'\n') {
            let message: Value = serde_json::from_slice(line).unwrap_or_default();
            if message["target"]["name"] == name {
                is_reached = true;
                if let Some((line, error)) = error(&message["message"]) {
                    errors[line - 1].push(error);
                }
            }
        }
        let is_compiled = errors.iter().all(Vec::is_empty);
        let [told, progress] =
            [&output.stdout, &output.stderr].map(|text| String::from_utf8_lossy(text));
        assert!(is_reached, "{told}{progress}");
        assert_eq!(output.status.success(), is_compiled, "{told}{progress}");
        errors
    }

    /// Writes a file that is not as it should be; cargo goes by the time of the last change.
    fn write(&self, path: &str, text: &str) {
        let path = self.folder.join(path);
        if fs::read_to_string(&path).is_ok_and(|before| before == text) {
            return;
        }
        fs::create_dir_all(path.parent().expect("it is in the folder")).expect("a folder");
        fs::write(path, text).expect("it is written");
    }
}

/// A section of a manifest, with its head.
fn section<'a>(manifest: &'a str, name: &str) -> &'a str {
    let head = format!("[{name}]\n");
    let start = manifest.find(&head).expect("the manifest has the section");
    let section = &manifest[start..];
    let end = section.find("\n[").map_or(section.len(), |end| end + 1);
    &section[..end]
}

/// An error and the line that it is about; the one that counts the errors has none.
fn error(message: &Value) -> Option<(usize, Error)> {
    let mut places = message["spans"].as_array()?.iter();
    let place = places.find(|place| place["is_primary"] == true)?;
    let line = usize::try_from(place["line_start"].as_u64()?).ok()?;
    let error = Error {
        code: message["code"]["code"]
            .as_str()
            .unwrap_or_default()
            .to_owned(),
        text: message["rendered"].as_str()?.to_owned(),
    };
    (message["level"] == "error").then_some((line, error))
}
