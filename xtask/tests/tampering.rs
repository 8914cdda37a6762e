//! What is committed and follows from something else, spoilt in a copy of the repository: the gate
//! that holds it must fail, name the file and say what mends it.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use tempfile::TempDir;

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");
const XTASK: &str = env!("CARGO_BIN_EXE_xtask");

/// A file, what is done to it, the gate that must fail, with which code, and what it must say.
struct Tampering {
    file: &'static str,
    edit: Edit,
    gate: &'static str,
    code: i32,
    says: &'static [&'static str],
}

enum Edit {
    /// The first text, which must be there, becomes the second.
    Replace(&'static str, &'static str),
    /// The same, and the sums are written anew, as a careful hand would.
    ReplaceWithSums(&'static str, &'static str),
    /// The file goes.
    Remove,
    /// A file is there that was not.
    Add(&'static str),
    /// The folder of the file gets another name.
    Rename(&'static str),
}

use Edit::{Add, Remove, Rename, Replace, ReplaceWithSums};

// `V` stands for the version that is published.
const TAMPERINGS: &[Tampering] = &[
    // What was published.
    Tampering {
        file: "openapi/published/V/source-V.yaml",
        edit: Replace("minimum: 1\n", "minimum: 2\n"),
        gate: "publish --check",
        code: 1,
        says: &["source-V.yaml: is not what SHA256SUMS says", "git checkout"],
    },
    Tampering {
        file: "openapi/published/V/source-V.ja.overlay.yaml",
        edit: ReplaceWithSums("ソースを作成する", "ソースをつくる"),
        gate: "publish --check",
        code: 1,
        says: &[
            "source-V.ja.overlay.yaml: was changed after it was published",
            "SHA256SUMS",
        ],
    },
    Tampering {
        file: "openapi/published/V/source-V.yaml",
        edit: Remove,
        gate: "publish --check",
        code: 1,
        says: &["source-V.yaml: is missing", "git checkout"],
    },
    Tampering {
        file: "openapi/published/V/CHANGELOG.md",
        edit: Replace("First published version", "The first version"),
        gate: "publish --check",
        code: 1,
        says: &["published/V/CHANGELOG.md: is not what"],
    },
    Tampering {
        file: "openapi/published/V/SHA256SUMS",
        edit: Replace("  source-V.json", "  source-V.jsn"),
        gate: "publish --check",
        code: 1,
        says: &["SHA256SUMS: was changed after it was published"],
    },
    Tampering {
        file: "openapi/published/V/SHA256SUMS",
        edit: Remove,
        gate: "publish --check",
        code: 1,
        says: &["SHA256SUMS: is missing"],
    },
    Tampering {
        file: "openapi/published/V/source-V.go",
        edit: Add("package source\n"),
        gate: "publish --check",
        code: 1,
        says: &[
            "source-V.go: is not a file of this version",
            "delete what was added",
        ],
    },
    Tampering {
        file: "openapi/published/V/source-V.yaml",
        edit: Rename("9.9.9"),
        gate: "publish --check",
        code: 1,
        says: &["published/V/SHA256SUMS: was published and is gone"],
    },
    Tampering {
        file: "openapi/source.yaml",
        edit: Replace("summary: Create a source", "summary: Create one source"),
        gate: "publish --check",
        code: 2,
        says: &[
            "published/V/SHA256SUMS: openapi/ makes artefacts with other digests now",
            "raise info.version",
        ],
    },
    Tampering {
        file: "openapi/source.yaml",
        edit: Replace("summary: Create a source", "summary: Create one source"),
        gate: "compat",
        code: 1,
        says: &["info.version"],
    },
    Tampering {
        file: "openapi/CHANGELOG.md",
        edit: Replace("First published version", "The first version"),
        gate: "publish --check",
        code: 2,
        says: &["published/V/SHA256SUMS: openapi/ makes artefacts with other digests now"],
    },
    // What follows from the document.
    Tampering {
        file: "openapi/source.ja.yaml",
        edit: Replace("x-omise-of: \"89acff72\"", "x-omise-of: \"00000000\""),
        gate: "lint",
        code: 1,
        says: &["openapi/source.ja.yaml: $.externalDocs", "x-omise-of"],
    },
    Tampering {
        file: "openapi/conformance/table-creations.json",
        edit: Replace("\"status\": 200", "\"status\": 201"),
        gate: "conformance",
        code: 101,
        says: &[
            "table-creations.json is not what the table",
            "cargo test -p omise-conformance --test files",
        ],
    },
    Tampering {
        file: "openapi/conformance/table-limits.json",
        edit: Remove,
        gate: "conformance",
        code: 101,
        says: &[
            "table-limits.json is not what the table",
            "cargo test -p omise-conformance --test files",
        ],
    },
    Tampering {
        file: "openapi/conformance/routes.json",
        edit: Replace("\"status\":", "\"state\":"),
        gate: "conformance",
        code: 101,
        says: &["routes.json"],
    },
    // What the document turns into.
    Tampering {
        file: "xtask/tests/snapshots/emitted__types.snap",
        edit: Replace("pub struct Source {", "pub struct Sources {"),
        gate: "emit --check",
        code: 101,
        says: &["test types ... FAILED", "cargo xtask emit"],
    },
    Tampering {
        file: "xtask/tests/snapshots/emitted__tables.snap",
        edit: Replace("15000", "15001"),
        gate: "emit --check",
        code: 101,
        says: &["test tables ... FAILED", "cargo xtask emit"],
    },
    Tampering {
        file: "xtask/tests/snapshots/emitted__client.snap",
        edit: Remove,
        gate: "emit --check",
        code: 101,
        says: &["test client ... FAILED", "cargo xtask emit"],
    },
];

#[test]
fn everything_that_is_tampered_with_is_caught_and_named() {
    assert!(TAMPERINGS.len() >= 18);
    let whole = Copy::new();
    for gate in [
        "publish --check",
        "compat",
        "lint",
        "conformance",
        "emit --check",
    ] {
        let output = whole.run(gate);
        assert!(output.status.success(), "{gate}: {}", text(&output));
    }
    for tampering in TAMPERINGS {
        let copy = whole.again();
        let file = whole.named(tampering.file);
        copy.edit(&file, &tampering.edit);
        let output = copy.run(tampering.gate);
        let text = text(&output);
        assert_eq!(output.status.code(), Some(tampering.code), "{file}: {text}");
        for words in tampering.says {
            let words = whole.named(words);
            assert!(text.contains(&words), "{file}: no {words:?} in {text}");
        }
    }
}

/// A copy of what the gates look at, with its version published and committed.
struct Copy {
    folder: TempDir,
    version: String,
}

impl Copy {
    fn new() -> Copy {
        let folder = tempfile::tempdir().expect("a folder");
        for part in ["openapi", "xtask/tests/snapshots"] {
            copy(&Path::new(ROOT).join(part), &folder.path().join(part));
        }
        let yaml = fs::read_to_string(folder.path().join("openapi/source.yaml")).expect("a file");
        let version = yaml
            .lines()
            .find_map(|line| line.strip_prefix("  version: "));
        let version = version.expect("it has a version").to_owned();
        let copy = Copy { folder, version };
        copy.git(&["init", "--quiet", "--initial-branch=main"]);
        let output = copy.run("publish");
        assert!(output.status.success(), "{}", text(&output));
        copy.git(&["add", "--all"]);
        let who = ["-c", "user.name=tests", "-c", "user.email=tests@localhost"];
        copy.git(&[&who[..], &["commit", "--quiet", "--message=all"]].concat());
        copy
    }

    /// The same once more, its history included.
    fn again(&self) -> Copy {
        let folder = tempfile::tempdir().expect("a folder");
        copy(self.folder.path(), folder.path());
        Copy {
            folder,
            version: self.version.clone(),
        }
    }

    /// The text with the version in it.
    fn named(&self, text: &str) -> String {
        text.replace("published/V", &format!("published/{}", self.version))
            .replace("source-V", &format!("source-{}", self.version))
    }

    fn edit(&self, file: &str, edit: &Edit) {
        let path = self.folder.path().join(file);
        match *edit {
            Replace(old, new) => self.replace(&path, old, new),
            ReplaceWithSums(old, new) => {
                self.replace(&path, old, new);
                self.write_sums(path.parent().expect("it is in a folder"));
            }
            Remove => fs::remove_file(&path).expect("it is there"),
            Add(text) => fs::write(&path, text).expect("it can be written"),
            Rename(name) => {
                let folder = path.parent().expect("it is in a folder");
                fs::rename(folder, folder.with_file_name(name)).expect("it can be renamed");
            }
        }
    }

    fn replace(&self, path: &Path, old: &str, new: &str) {
        let (old, new) = (self.named(old), self.named(new));
        let text = fs::read_to_string(path).expect("it is text");
        assert!(text.contains(&old), "{} has no {old:?}", path.display());
        fs::write(path, text.replacen(&old, &new, 1)).expect("it can be written");
    }

    /// Gives the files that are there their digests; the other lines stay.
    fn write_sums(&self, folder: &Path) {
        let path = folder.join("SHA256SUMS");
        let sums = fs::read_to_string(&path).expect("there are sums");
        let line = |line: &str| match line.split_once("  ") {
            Some((_, name)) if folder.join(name).is_file() => {
                let bytes = fs::read(folder.join(name)).expect("it is there");
                format!("{}  {name}\n", omise_contract::publish::digest(&bytes))
            }
            _ => format!("{line}\n"),
        };
        let sums: String = sums.lines().map(line).collect();
        fs::write(path, sums).expect("it can be written");
    }

    fn run(&self, gate: &str) -> Output {
        let root = self.folder.path();
        // These two are tests of the workspace, over files that the environment names.
        let test = match gate {
            "emit --check" => Some(["xtask", "emitted"]),
            "conformance" => Some(["omise-conformance", "files"]),
            _ => None,
        };
        let mut command = if let Some([package, test]) = test {
            let mut cargo = Command::new(env!("CARGO"));
            cargo
                .args(["test", "--package", package, "--test", test])
                .current_dir(ROOT)
                .env("INSTA_UPDATE", "no")
                .env("XTASK_SNAPSHOTS", root.join("xtask/tests/snapshots"))
                .env("CONFORMANCE_FOLDER", root.join("openapi/conformance"));
            cargo
        } else {
            let mut xtask = Command::new(XTASK);
            xtask.arg("--root").arg(root).args(gate.split(' '));
            xtask
        };
        command.output().expect("the gate runs")
    }

    fn git(&self, arguments: &[&str]) {
        let output = Command::new("git")
            .args(arguments)
            .current_dir(self.folder.path())
            .output()
            .expect("git runs");
        assert!(output.status.success(), "{}", text(&output));
    }
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder can be made");
    for entry in fs::read_dir(from).expect("a folder") {
        let entry = entry.expect("an entry");
        let (from, to) = (entry.path(), to.join(entry.file_name()));
        if from.is_dir() {
            copy(&from, &to);
        } else {
            fs::copy(&from, &to).expect("a file can be copied");
        }
    }
}

fn text(output: &Output) -> String {
    let stdout = String::from_utf8_lossy(&output.stdout);
    format!("{stdout}{}", String::from_utf8_lossy(&output.stderr))
}
