//! The official Python and Node clients, unmodified, against the server.
//!
//! They are installed once, from the registries this machine is set up for, into the target
//! directory. Without `python3` or `npm`, or without a registry to install from, a test says so and
//! passes; where `CI` is set it fails, so that nobody mistakes a skipped test for a proof.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Context;
use omise_tests::process::{PUBLIC_KEY, SECRET_KEY, ServeProcess};
use omise_tests::programs::{needed, npm, output_of, pip};
use serde::Deserialize;
use serde_json::{Value, json};

const SERVER: &str = env!("CARGO_BIN_EXE_omise-under-test");
const INSTALLED: &str = env!("CARGO_TARGET_TMPDIR");
const CLIENTS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/clients");

/// The requests that every official client is put through.
fn sources_file() -> PathBuf {
    Path::new(CLIENTS).join("sources.json")
}

#[test]
fn the_official_python_client_is_served() {
    let test = "the_official_python_client_is_served";
    let Some(python) = needed(test, install_python_client()) else {
        return;
    };
    let server = ServeProcess::in_memory(Path::new(SERVER)).expect("the server starts");

    let script = Path::new(CLIENTS).join("python/check.py");
    let seen: Seen<PythonError> = run_check(
        Command::new(python)
            .arg(script)
            .args([&server.url(), SECRET_KEY])
            .arg(sources_file()),
    )
    .expect("the check runs");

    check_sources(&seen.created, &seen.retrieved_equal);
    // The client has a class for some codes; the others arrive as its base class, without their
    // code.
    let errors = [
        (
            "unknown key",
            "AuthenticationFailureError",
            "authentication failed",
        ),
        (
            "empty key",
            "AuthenticationFailureError",
            "authentication failed",
        ),
        (
            "unknown key on retrieve",
            "AuthenticationFailureError",
            "authentication failed",
        ),
        (
            "absent id",
            "NotFoundError",
            "source src_test_0000000000000000000 was not found",
        ),
        (
            "amount is not a number",
            "BaseError",
            "amount is not a number",
        ),
        (
            "amount too small",
            "BaseError",
            "amount must be at least 2000",
        ),
        (
            "unknown type",
            "BaseError",
            "type is currently not supported",
        ),
        ("nothing given", "BaseError", "amount is not a number"),
        ("unknown route", "NotFoundError", ""),
    ];
    assert_eq!(
        seen.errors.len(),
        errors.len(),
        "an error that nobody checks: {:?}",
        seen.errors
    );
    for (situation, class, message) in errors {
        let error = &seen.errors[situation];
        assert_eq!(
            error.class.as_deref(),
            Some(class),
            "{situation}: {error:?}"
        );
        assert!(
            error
                .message
                .as_deref()
                .is_some_and(|text| text.contains(message)),
            "{situation}: {error:?}"
        );
    }
}

#[test]
fn the_official_node_client_is_served() {
    let test = "the_official_node_client_is_served";
    let Some(project) = needed(test, install_node_client()) else {
        return;
    };
    let server = ServeProcess::in_memory(Path::new(SERVER)).expect("the server starts");

    let mut node = Command::new("node");
    node.arg(project.join("check.js"))
        .args([&server.url(), PUBLIC_KEY, SECRET_KEY])
        .arg(sources_file());
    let seen: Seen<Value> = run_check(node.env("OMISE_SCHEME", "http")).expect("the check runs");

    check_sources(&seen.created, &seen.retrieved_equal);
    // This client rejects with the error object itself.
    let errors = [
        (
            "unknown key",
            "authentication_failure",
            "authentication failed",
        ),
        (
            "empty key",
            "authentication_failure",
            "authentication failed",
        ),
        (
            "unknown key on retrieve",
            "authentication_failure",
            "authentication failed",
        ),
        (
            "absent id",
            "not_found",
            "source src_test_0000000000000000000 was not found",
        ),
        (
            "amount is not a number",
            "bad_request",
            "amount is not a number",
        ),
        (
            "amount too small",
            "bad_request",
            "amount must be at least 2000",
        ),
        (
            "unknown type",
            "bad_request",
            "type is currently not supported",
        ),
        ("nothing given", "bad_request", "amount is not a number"),
        ("no body at all", "bad_request", ""),
        ("unknown route", "not_found", ""),
    ];
    assert_eq!(
        seen.errors.len(),
        errors.len(),
        "an error that nobody checks: {:?}",
        seen.errors
    );
    for (situation, code, message) in errors {
        let error = &seen.errors[situation];
        assert_eq!(error["object"], "error", "{situation}: {error}");
        assert_eq!(error["code"], code, "{situation}: {error}");
        let location = format!("https://www.omise.co/api-errors#{}", code.replace('_', "-"));
        assert_eq!(error["location"], location, "{situation}: {error}");
        assert!(
            error["message"]
                .as_str()
                .is_some_and(|text| text.contains(message)),
            "{situation}: {error}"
        );
    }
}

/// What a check script prints.
#[derive(Deserialize)]
struct Seen<E> {
    created: BTreeMap<String, Value>,
    retrieved_equal: BTreeMap<String, bool>,
    errors: BTreeMap<String, E>,
}

#[derive(Debug, Deserialize)]
struct PythonError {
    class: Option<String>,
    message: Option<String>,
}

fn check_sources(created: &BTreeMap<String, Value>, retrieved_equal: &BTreeMap<String, bool>) {
    for (name, source) in created {
        assert_eq!(source["object"], "source", "{name}: {source}");
        assert_eq!(source["livemode"], false, "{name}: {source}");
        assert_eq!(source["charge_status"], "unknown", "{name}: {source}");
        let id = source["id"].as_str().unwrap_or_default();
        assert!(id.starts_with("src_test_"), "{name}: {source}");
        assert_eq!(
            source["location"],
            format!("/sources/{id}"),
            "{name}: {source}"
        );
    }
    assert!(
        retrieved_equal.len() >= 10,
        "only {} sources were retrieved",
        retrieved_equal.len()
    );
    for (name, is_equal) in retrieved_equal {
        assert!(
            is_equal,
            "{name}: retrieved something else than was created"
        );
    }

    // What was sent comes back, in the types of the API whatever types the client used.
    let expected = json!({
        "promptpay": {"amount": 10000, "currency": "THB", "type": "promptpay", "flow": "offline"},
        "lower-case currency": {"currency": "THB"},
        "amount as text": {"amount": 10000},
        "absent as null": {"type": "alipay", "email": null, "installment_term": null},
        "econtext": {
            "amount": 1500,
            "currency": "JPY",
            "flow": "offline",
            "name": "ヤマダタロウ",
            "email": "taro@example.com",
            "phone_number": "09012345678",
            "mobile_number": "09012345678",
        },
        "fpx": {"bank": "maybank2u", "email": "a@example.com", "flow": "redirect"},
        "installment_kbank": {
            "installment_term": 6,
            "zero_interest_installments": true,
            "flow": "redirect",
        },
        "truemoney": {"phone_number": "0812345678", "flow": "redirect"},
        "alipayplus_upm": {"barcode": "2897991359827699709", "flow": "offline"},
        "atome": {"amount": 250000, "phone_number": "+66812345678", "flow": "redirect"},
        "with a version": {"type": "promptpay"},
    });
    for (name, attributes) in expected.as_object().expect("an object") {
        for (attribute, value) in attributes.as_object().expect("an object") {
            assert_eq!(&created[name][attribute], value, "{name}: {attribute}");
        }
    }
    let atome = &created["atome"];
    assert_eq!(
        atome["shipping"]["street1"], "1448/4 Praditmanutham Road",
        "{atome}"
    );
    assert_eq!(atome["items"][0]["quantity"], 2, "{atome}");
    assert_eq!(atome["items"][1]["sku"], "3427843", "{atome}");
}

/// Runs a check script and reads the JSON on its stdout.
fn run_check<E: for<'de> Deserialize<'de>>(command: &mut Command) -> anyhow::Result<Seen<E>> {
    // Both clients obey these, and the server is on this machine.
    for proxy in [
        "http_proxy",
        "https_proxy",
        "all_proxy",
        "HTTP_PROXY",
        "HTTPS_PROXY",
        "ALL_PROXY",
    ] {
        command.env_remove(proxy);
    }
    let stdout = output_of(command)?;
    serde_json::from_str(&stdout).with_context(|| format!("the check printed {stdout:?}"))
}

/// Installs the client and returns its interpreter.
pub(crate) fn install_python_client() -> anyhow::Result<PathBuf> {
    let folder = Path::new(INSTALLED).join("official-python-client");
    Ok(pip(&folder, &["omise==0.16.0"])?.join("bin/python"))
}

/// Installs the client and returns its directory, in which scripts find it.
pub(crate) fn install_node_client() -> anyhow::Result<PathBuf> {
    let folder = Path::new(INSTALLED).join("official-node-client");
    let project = npm(&folder, &["omise@1.1.0"])?;
    // Node looks for packages beside the script, so the script goes where they are.
    let check = Path::new(CLIENTS).join("node/check.js");
    fs::copy(check, project.join("check.js"))?;
    Ok(project)
}
