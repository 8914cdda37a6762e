//! Writes the requests of `typed_requests.rs` and the calls of `docs/calls.rs` into `OUT_DIR`.

use omise_contract::{Problems, Spec};
use omise_docs::Language;

fn main() {
    omise_codegen::build("typed_requests.rs", omise_codegen::typed_requests);
    omise_codegen::build("docs_calls.rs", docs_calls);
}

/// A module for each Rust call of the documentation page, and a program that runs all that create;
/// with an argument it runs the one that retrieves.
fn docs_calls(spec: &Spec) -> Result<String, Problems> {
    let mut calls = omise_docs::calls(spec)?;
    calls.retain(|call| call.language == Language::Rust);
    let modules = calls.iter().map(|call| {
        let (name, text) = (&call.source_type, &call.text);
        format!("mod {name} {{\n{text}\npub(super) fn run() -> super::Outcome {{ main() }}\n}}\n")
    });
    let runs = calls.iter().map(|call| {
        let name = &call.source_type;
        format!("    print!(\"{name} \");\n    {name}::run()?;\n")
    });
    let retrieval = omise_docs::operation_calls(spec)?;
    let mut retrieval = retrieval.iter();
    let retrieval = retrieval
        .find(|call| call.language == Language::Rust && call.operation == "retrieveSource")
        .map_or("", |call| &call.text);
    Ok(format!(
        "mod retrieval {{\n{retrieval}\npub(super) fn run() -> super::Outcome {{ main() }}\n}}\n\
         type Outcome = Result<(), Box<dyn std::error::Error>>;\n{}\n\
         fn main() -> Outcome {{\n    \
         if std::env::args().len() > 1 {{\n        return retrieval::run();\n    }}\n{}    Ok(())\n}}\n",
        modules.collect::<String>(),
        runs.collect::<String>()
    ))
}
