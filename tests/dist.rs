//! The packages of `cargo xtask dist`, used as a stranger does: nothing of this workspace is near.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use omise_contract::{SOURCE_YAML, Spec};
use omise_tests::process::{PUBLIC_KEY, SECRET_KEY, ServeProcess};
use omise_tests::programs::output_of;
use serde_json::Value;

/// What a user of the SDK must not have to build.
const GENERATORS: [&str; 5] = [
    "omise-codegen",
    "omise-docs",
    "progenitor",
    "progenitor-impl",
    "typify",
];

fn root() -> &'static Path {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR"));
    tests.parent().expect("tests is a folder of the root")
}

/// The folder that all of the workspace is built into: what comes from elsewhere is built once.
fn target() -> &'static Path {
    let files_of_tests = Path::new(env!("CARGO_TARGET_TMPDIR"));
    files_of_tests
        .parent()
        .expect("it is in the folder that cargo builds into")
}

fn cargo(folder: &Path, arguments: &str) -> String {
    cargo_into(target(), folder, arguments)
}

fn cargo_into(target: &Path, folder: &Path, arguments: &str) -> String {
    let mut command = Command::new(env!("CARGO"));
    command.current_dir(folder).args(arguments.split(' '));
    if std::env::var_os("CARGO_PROFILE_DEV_DEBUG").is_none() {
        // As the workspace has it: with another profile everything would be built again.
        command.env("CARGO_PROFILE_DEV_DEBUG", "line-tables-only");
    }
    command.env("CARGO_TARGET_DIR", target);
    output_of(&mut command).unwrap_or_else(|error| panic!("cargo {arguments}: {error:#}"))
}

/// Makes the packages, and a program beside them that depends on nothing else.
fn packages_and_consumer(folder: &Path) -> PathBuf {
    cargo(root(), &format!("xtask dist --out {}", folder.display()));
    let name = concat!("omise-sdk-", env!("CARGO_PKG_VERSION"));
    let manifest = format!(
        "[package]\nname = \"omise-dist-consumer\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n\
         [workspace]\nexclude = [\"{name}\"]\n\n[dependencies]\n\
         omise-client = {{ path = \"{name}/omise-client\" }}\n\
         tokio = {{ version = \"1\", features = [\"macros\", \"rt\"] }}\n\n[dev-dependencies]\n\
         omise-testing = {{ path = \"{name}/omise-testing\" }}\n"
    );
    fs::write(folder.join("Cargo.toml"), manifest).expect("a file");
    fs::create_dir(folder.join("src")).expect("a folder");
    fs::write(folder.join("src/main.rs"), include_str!("dist/consumer.rs")).expect("a file");
    // Offline there are the versions only that this workspace has.
    for folder in [folder, &folder.join(name)] {
        fs::copy(root().join("Cargo.lock"), folder.join("Cargo.lock")).expect("a copy");
    }
    folder.join(name)
}

#[test]
fn the_packages_build_and_work_without_this_workspace() {
    // Not below the repository: nothing of it must be found by looking upward.
    let folder = tempfile::tempdir().expect("a folder");
    let packages = packages_and_consumer(folder.path());
    the_emitted_files_are_those_of_the_document(&packages);

    let tree = cargo(
        folder.path(),
        "tree --offline --quiet --prefix none --edges normal,build,dev",
    );
    for generator in GENERATORS {
        assert!(
            !tree.contains(&format!("\n{generator} v")),
            "{generator} is built:\n{tree}"
        );
    }
    cargo(folder.path(), "build --offline --quiet");
    a_source_is_created_and_retrieved();
    cargo(&packages, "test --doc --workspace --offline --quiet");
    // Under a name of its own: cargo takes a package of one name, version and folder for the same,
    // and would build what an earlier run of this test has packed.
    let own = folder.path().join("target");
    std::os::unix::fs::symlink(target(), &own).expect("a link");
    cargo_into(&own, &packages, "package --workspace --offline --quiet");
}

/// The packages are made from what build.rs wrote. Emitted anew, it is the same to the byte.
fn the_emitted_files_are_those_of_the_document(packages: &Path) {
    let spec = Spec::read(&SOURCE_YAML).expect("the document is sound");
    let rust = |rust: Result<String, _>| rust.expect("it was emitted once").into_bytes();
    let emitted = [
        ("omise-types", "types.rs", rust(omise_codegen::types(&spec))),
        (
            "omise-types",
            "tables.rs",
            rust(omise_codegen::tables(&spec)),
        ),
        (
            "omise-types",
            "payment_methods.rs",
            rust(omise_codegen::payment_methods(&spec)),
        ),
        (
            "omise-client",
            "client.rs",
            rust(omise_codegen::client(&spec)),
        ),
    ];
    for (package, name, bytes) in emitted {
        let file = packages.join(package).join("src/generated").join(name);
        assert!(
            fs::read(&file).ok() == Some(bytes),
            "{package}: {name} has other bytes"
        );
    }
    for package in fs::read_dir(packages).expect("a folder") {
        let folder = package.expect("an entry").path();
        if folder.is_dir() {
            let specification = fs::read_to_string(folder.join("specification.json"));
            assert!(specification.expect("a file").contains(spec.sha256()));
            assert!(folder.join("LICENSE").exists(), "{}", folder.display());
            assert!(!folder.join("build.rs").exists(), "{}", folder.display());
        }
    }
}

fn a_source_is_created_and_retrieved() {
    let spec = Spec::read(&SOURCE_YAML).expect("the document is sound");
    let example = &spec.document().components.examples["PromptpayRequest"].value;
    let terms = ["amount", "currency", "type"].map(|name| match &example[name] {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    });
    let server = Path::new(env!("CARGO_BIN_EXE_omise-under-test"));
    let server = ServeProcess::in_memory(server).expect("it starts");
    let mut command = Command::new(target().join("debug/omise-dist-consumer"));
    command
        .args([&server.url(), PUBLIC_KEY, SECRET_KEY])
        .args(&terms);
    let printed = output_of(&mut command).expect("it runs");

    let lines: Vec<&str> = printed.lines().collect();
    let [created, retrieved, specification] = lines.as_slice() else {
        panic!("it printed:\n{printed}");
    };
    let created = created
        .strip_prefix("created ")
        .expect("it says what it created");
    assert!(created.starts_with("src_test_"), "{printed}");
    assert!(
        created.ends_with(&format!(" {}", terms.join(" "))),
        "{printed}"
    );
    assert_eq!(retrieved.strip_prefix("retrieved "), Some(created));
    assert_eq!(*specification, format!("specification {}", spec.sha256()));
}
