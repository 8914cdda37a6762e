//! `cargo xtask lint`: the rules of `openapi/source.yaml` and of its translation, and whether the
//! document turns into Rust.

use anyhow::Result;
use omise_contract::lint::{lint, lint_translation};
use omise_contract::{Problem, Problems, Spec};

use crate::failure::Failure;
use crate::{say, workspace};

const README: &str = "openapi/README.md";

/// Checks the document as it is on disk now.
pub(crate) fn run() -> Result<()> {
    let text = workspace::read(workspace::SOURCE_YAML)?;
    let readme = workspace::read(README)?;
    let japanese = workspace::read(workspace::SOURCE_JA_YAML)?;
    let document = lint(&text, &readme)
        .and_then(|summary| {
            emission(&text)
                .map(|()| summary)
                .map_err(|problems| problems.0)
        })
        .map_err(|problems| problems.iter().map(Problem::to_string).collect::<Vec<_>>());
    let mut lines = Vec::new();
    for checked in [document, lint_translation(&text, &japanese)] {
        match checked {
            Ok(summary) => say::line(&summary),
            Err(problems) => lines.extend(problems),
        }
    }
    if lines.is_empty() {
        return Ok(());
    }
    let what = format!("{}\nlint: {} problems", lines.join("\n"), lines.len());
    let mend = format!(
        "edit {} or {}, then run `cargo xtask lint`",
        workspace::SOURCE_YAML,
        workspace::SOURCE_JA_YAML
    );
    Err(Failure::failed(what, mend).into())
}

/// A document that keeps every rule turns into Rust.
fn emission(text: &str) -> Result<(), Problems> {
    let spec = Spec::read(text)?;
    for emit in [
        omise_codegen::types,
        omise_codegen::tables,
        omise_codegen::payment_methods,
        omise_codegen::client,
    ] {
        emit(&spec)?;
    }
    Ok(())
}
