//! The SDK on wasm32-unknown-unknown: compiled, bound to JavaScript, and run by Node against the
//! server and against servers that fail.
//!
//! Without the target, `node`, or a registry to take the crates of that target from, the test says
//! so and passes; where `CI` is set it fails.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::bail;
use omise_tests::process::{PUBLIC_KEY, ServeProcess, authorization};
use omise_tests::programs::{needed, output_of};
use omise_tests::redact::filters;
use serde::Deserialize;
use serde_json::{Value, json};
use wasm_bindgen_cli_support::Bindgen;

const SERVER: &str = env!("CARGO_BIN_EXE_omise-under-test");
const TARGET: &str = "wasm32-unknown-unknown";

/// What the check script prints.
#[derive(Deserialize)]
struct Seen {
    created: Value,
    retrieved: Value,
    /// The message with which a call failed, if it did.
    failures: BTreeMap<String, Option<String>>,
    /// How many requests arrived.
    requests: BTreeMap<String, u32>,
    headers: Value,
    options: Value,
}

#[test]
fn the_client_runs_in_javascript() {
    if needed("the_client_runs_in_javascript", prerequisites()).is_none() {
        return;
    }
    let module = module().expect("the example is built and bound");
    let server = ServeProcess::in_memory(Path::new(SERVER)).expect("the server starts");
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("clients/wasm/check.js");
    let seen = output_of(
        Command::new("node")
            .arg(script)
            .arg(module)
            .args([&server.url(), PUBLIC_KEY]),
    );
    let seen: Seen = serde_json::from_str(&seen.expect("the check runs")).expect("it prints this");

    assert_eq!(seen.created["type"], "promptpay");
    assert_eq!(seen.created["amount"], 10_000);
    assert_eq!(seen.retrieved, seen.created);

    let mut failures = String::new();
    for (situation, failure) in &seen.failures {
        let requests = seen.requests.get(situation);
        let requests = requests.map_or(String::new(), |requests| format!(" ({requests} sent)"));
        let failure = failure.as_deref().unwrap_or("no failure");
        writeln!(failures, "{situation}{requests}: {failure}").expect("a string takes all");
    }
    insta::with_settings!({ filters => filters() }, {
        insta::assert_snapshot!("failures", failures);
    });

    assert_eq!(seen.headers["authorization"], authorization(PUBLIC_KEY));
    assert_eq!(seen.headers["content-type"], "application/json");
    assert_eq!(seen.headers["omise-version"], "2019-05-29");
    assert_eq!(seen.headers["user-agent"], "node");
    assert_eq!(
        seen.options,
        json!({
            "redirect": "manual",
            "credentials": "omit",
            "cache": "no-store",
            "referrerPolicy": "no-referrer",
        })
    );
}

/// What this machine must have.
fn prerequisites() -> anyhow::Result<()> {
    output_of(Command::new("node").arg("--version"))?;
    let libraries = ["--print", "target-libdir", "--target", TARGET];
    let libraries = output_of(Command::new("rustc").args(libraries))?;
    if !Path::new(libraries.trim()).exists() {
        bail!("there is no target {TARGET}; `rustup target add {TARGET}` installs it");
    }
    output_of(cargo().args(["fetch", "--locked", "--target", TARGET]))?;
    Ok(())
}

/// Builds the example, binds it to JavaScript, and tells where that is.
fn module() -> anyhow::Result<PathBuf> {
    let example = "javascript";
    output_of(
        cargo()
            .args(["build", "--locked", "--package", "omise-client"])
            .args(["--no-default-features", "--example", example])
            .args(["--target", TARGET, "--target-dir"])
            .arg(target()),
    )?;
    let built = target().join(TARGET).join("debug/examples");
    let module = Path::new(env!("CARGO_TARGET_TMPDIR")).join("wasm");
    Bindgen::new()
        .input_path(built.join(example).with_extension("wasm"))
        .nodejs(true)?
        .typescript(false)
        .generate(&module)?;
    Ok(module.join(example).with_extension("js"))
}

fn cargo() -> Command {
    let mut cargo = Command::new(env!("CARGO"));
    cargo.current_dir(env!("CARGO_MANIFEST_DIR"));
    cargo
}

/// Where this test itself was compiled to, less the profile.
fn target() -> &'static Path {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).parent();
    folder.expect("it is a folder of the target folder")
}
