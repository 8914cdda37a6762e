//! The crates as dependencies by git, as a program in another repository has them.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use omise_tests::programs::{needed, output_of};

const MAIN: &str = r#"
use omise_client::money::Thb;
use omise_client::payment_methods::Promptpay;
use omise_testing::TestService;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), omise_client::Error> {
    let client = TestService::start().client();
    let source = client.create_source(Promptpay::new(Thb::new(10_000))).await?;
    println!("{} {}", source.id, omise_conformance::Suite::embedded().cases().count());
    Ok(())
}
"#;

fn root() -> PathBuf {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR"));
    tests
        .parent()
        .expect("tests is a folder of the root")
        .to_owned()
}

fn git(folder: &Path, arguments: &[&str]) -> String {
    let mut command = Command::new("git");
    command.current_dir(folder).args(arguments);
    output_of(&mut command).expect("git does it")
}

/// A repository with the files as they are on disk now, and a tag as a release has one.
fn repository(folder: &Path, tag: &str) {
    let root = root();
    let files = [
        "ls-files",
        "-z",
        "--cached",
        "--others",
        "--exclude-standard",
    ];
    for file in git(&root, &files).split('\0') {
        let (from, to) = (root.join(file), folder.join(file));
        if from.is_file() {
            fs::create_dir_all(to.parent().expect("a folder")).expect("a folder");
            fs::copy(from, to).expect("a copy");
        }
    }
    git(folder, &["init", "--quiet", "--initial-branch=main"]);
    git(folder, &["add", "--all"]);
    let somebody = ["-c", "user.name=test", "-c", "user.email=test@localhost"];
    git(
        folder,
        &[&somebody[..], &["commit", "--quiet", "--message=all"]].concat(),
    );
    git(folder, &["tag", tag]);
}

#[test]
fn a_git_dependency_is_vendored_and_built_offline() {
    // The same place each time: Cargo keeps a copy of every repository that it has met.
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("git-dependency");
    let _ = fs::remove_dir_all(&folder);
    let tag = format!("v{}", env!("CARGO_PKG_VERSION"));
    let origin = folder.join("repository");
    fs::create_dir_all(&origin).expect("a folder");
    repository(&origin, &tag);

    let consumer = folder.join("consumer");
    fs::create_dir_all(consumer.join("src")).expect("a folder");
    fs::write(consumer.join("src/main.rs"), MAIN).expect("a file");
    let source = format!("git = \"file://{}\", tag = \"{tag}\"", origin.display());
    let manifest = format!(
        "[package]\nname = \"git-consumer\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n\
         [workspace]\n\n[dependencies]\nomise-client = {{ {source} }}\n\
         omise-conformance = {{ {source} }}\nomise-testing = {{ {source} }}\n\
         tokio = {{ version = \"1\", features = [\"macros\", \"rt\"] }}\n\n\
         [profile.dev]\ndebug = \"line-tables-only\"\n"
    );
    fs::write(consumer.join("Cargo.toml"), manifest).expect("a file");
    // The versions that this workspace is tested with.
    fs::copy(root().join("Cargo.lock"), consumer.join("Cargo.lock")).expect("a copy");

    let cargo = |arguments: &[&str]| {
        let mut command = Command::new(env!("CARGO"));
        command.current_dir(&consumer).args(arguments);
        output_of(&mut command)
    };
    let Some(configuration) = needed("vendoring", cargo(&["vendor", "--quiet"])) else {
        return;
    };
    fs::create_dir(consumer.join(".cargo")).expect("a folder");
    fs::write(consumer.join(".cargo/config.toml"), configuration).expect("a file");
    // Nothing of the repository can be read from now on.
    fs::remove_dir_all(&origin).expect("it is removed");

    let target = root().join("target/git-dependency");
    let target = target.to_str().expect("UTF-8");
    let run = cargo(&["run", "--quiet", "--offline", "--target-dir", target]);
    let printed = run.expect("it is built and runs");
    assert!(printed.starts_with("src_test_"), "{printed}");
}
