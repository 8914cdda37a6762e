//! What the specification turns into, as snapshots. `cargo xtask emit` rewrites all of them.

use omise_contract::{Problems, SOURCE_YAML, Spec};

#[test]
fn types() {
    check("types", omise_codegen::types);
}

#[test]
fn tables() {
    check("tables", omise_codegen::tables);
}

#[test]
fn payment_methods() {
    check("payment_methods", omise_codegen::payment_methods);
}

#[test]
fn client() {
    check("client", omise_codegen::client);
}

#[expect(
    clippy::print_stderr,
    reason = "a failing check says which command fixes it; the text is shown with a failure only"
)]
fn check(name: &str, emit: fn(&Spec) -> Result<String, Problems>) {
    let spec = Spec::read(&SOURCE_YAML).expect("the build has read the same document");
    let rust = emit(&spec).expect("the build has emitted the same");
    eprintln!("to fix a difference: cargo xtask emit");
    let mut settings = insta::Settings::clone_current();
    // Nothing in the header of a snapshot changes when this file does.
    settings.set_omit_expression(true);
    settings.set_description("Written by `cargo xtask emit`.");
    // Where a spoilt copy of the snapshots is; tests/tampering.rs says so.
    if let Some(folder) = std::env::var_os("XTASK_SNAPSHOTS") {
        settings.set_snapshot_path(folder);
    }
    settings.bind(|| insta::assert_snapshot!(name, rust));
}
