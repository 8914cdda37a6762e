//! Clients in other languages: generated, compiled, and called.
//!
//! Each folder of `generated` has what one generator needs: `generate.sh`, `build.sh`, `run.sh` and
//! a driver, which stands for what a team writes on top of the client. A driver takes calls as
//! lines of JSON and answers what the client read (`generated/lines.py` describes the lines). The
//! calls follow from the document, so that a new operation is called without a change here.
//!
//! `cargo test -p omise-tests --test clients` runs all, with `quick::` behind it what CI runs on
//! every change, with `full::java` one.

mod calls;
mod driver;

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, bail};
use omise_contract::{SOURCE_YAML, Spec};
use omise_tests::process::ServeProcess;
use omise_tests::programs::needed;
use omise_tests::scripted::ScriptedServer;

use calls::Calls;
use driver::Driver;

macro_rules! generators {
    ($($module:ident { $($test:ident $name:literal,)* })*) => {
        $(mod $module {
            $(#[test]
            fn $test() {
                super::check($name);
            })*
        })*

        const GENERATORS: &[&str] = &[$($($name,)*)*];
    };
}

generators! {
    quick {
        typescript_fetch "typescript-fetch",
        openapi_typescript "openapi-typescript",
        hey_api "hey-api",
        python "python",
        openapi_python_client "openapi-python-client",
        datamodel_code_generator "datamodel-code-generator",
        go "go",
    }
    full {
        orval "orval",
        java "java",
        kotlin "kotlin",
        swift6 "swift6",
        php "php",
        ruby "ruby",
        csharp "csharp",
        rust "rust",
        progenitor "progenitor",
    }
}

/// Generates, compiles and calls a client. What this machine lacks is said and the test passes,
/// unless `CI` is set.
#[track_caller]
fn check(generator: &str) {
    if needed(generator, script(generator, "generate")).is_none() {
        return;
    }
    if !folder(generator).join("build.sh").exists() {
        // It is generated, and there is no compiler for it in any registry that we use.
        return;
    }
    if needed(generator, script(generator, "build")).is_none() {
        return;
    }
    let wrong = wrong(generator).expect("the driver answers");
    assert!(
        wrong.is_empty(),
        "{} of its answers are wrong:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

/// What the client reads or sends in another way than the document has it.
fn wrong(generator: &str) -> anyhow::Result<Vec<String>> {
    let spec = Spec::read(&SOURCE_YAML).map_err(|problems| anyhow::anyhow!("{problems}"))?;
    let calls = Calls::of_document(&spec)?;
    let mut driver = Driver::start(run(generator, "run"))?;
    let service = ScriptedServer::start()?;
    let server = ServeProcess::in_memory(Path::new(env!("CARGO_BIN_EXE_omise-under-test")))?;
    let mut wrong = calls.answered_by_examples(&mut driver, &service)?;
    wrong.extend(calls.answered_by_server(&mut driver, &server)?);
    Ok(wrong)
}

fn folder(generator: &str) -> PathBuf {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/clients/generated");
    Path::new(folder).join(generator)
}

/// A script of a generator, ready to be run.
fn run(generator: &str, script: &str) -> Command {
    let mut command = Command::new(folder(generator).join(format!("{script}.sh")));
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent();
    command.env(
        "CARGO_TARGET_DIR",
        target.expect("it is in the target folder"),
    );
    // Many HTTP libraries obey these, and the services are on this machine.
    for proxy in ["http_proxy", "https_proxy", "all_proxy"] {
        command.env_remove(proxy).env_remove(proxy.to_uppercase());
    }
    command
}

/// Runs a script to its end. The error is that something is missing; anything else is a failure.
fn script(generator: &str, name: &str) -> anyhow::Result<()> {
    const MISSING: i32 = 77;
    let mut command = run(generator, name);
    // They reach registries, perhaps through a proxy.
    for proxy in ["http_proxy", "https_proxy", "all_proxy"] {
        for name in [proxy.to_owned(), proxy.to_uppercase()] {
            if let Some(value) = std::env::var_os(&name) {
                command.env(name, value);
            }
        }
    }
    let output = command.output().context("cannot run a script")?;
    let stderr = String::from_utf8_lossy(&output.stderr);
    if output.status.code() == Some(MISSING) {
        bail!("{stderr}");
    }
    let stdout = String::from_utf8_lossy(&output.stdout);
    assert!(
        output.status.success(),
        "{generator}/{name}.sh failed:\n{stdout}{stderr}"
    );
    Ok(())
}

#[test]
fn every_folder_is_tested() {
    let folder = folder("");
    let entries = std::fs::read_dir(folder).expect("there are generators");
    let entries = entries.map(|entry| entry.expect("it can be listed"));
    let folders = entries.filter(|entry| entry.path().is_dir());
    let mut names: Vec<String> = folders
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    let mut tested = GENERATORS.to_vec();
    tested.sort_unstable();
    assert_eq!(names, tested);
}
