//! `cargo xtask docs`: the documentation page, as `omise serve` answers it at `/docs`.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use clap::Args;
use omise_codegen::{Problems, Spec};
use omise_docs::Page;

use crate::failure::Failure;
use crate::{say, workspace};

/// Where the page goes.
#[derive(Args, Debug)]
pub(crate) struct Options {
    /// The file of the page; target/docs/index.html unless said otherwise
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

/// The document, beside the page that links to it.
const DOCUMENT: &str = "source.yaml";

/// Its prose in Japanese.
const SOURCE_JA_YAML: &str = "openapi/source.ja.yaml";

/// Writes the page and, beside it, the document.
pub(crate) fn run(options: &Options) -> Result<()> {
    let document = workspace::read(workspace::SOURCE_YAML)?;
    let translation = workspace::read(SOURCE_JA_YAML)?;
    let page = page(&document, &translation).map_err(|problems| {
        let mend = "run `cargo xtask lint`, edit what it names, then run `cargo xtask docs`";
        Failure::failed(problems.to_string(), mend)
    })?;
    let out = match &options.out {
        Some(out) => std::path::absolute(out)?,
        None => workspace::target()?.join("docs/index.html"),
    };
    let folder = out.parent().unwrap_or(Path::new("."));
    std::fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    write(&out, &page.html)?;
    write(&folder.join(DOCUMENT), &document)?;
    let (name, bytes) = (out.display(), page.html.len());
    say::line(&format!("docs: {name}, {bytes} bytes"));
    Ok(())
}

fn page(document: &str, translation: &str) -> Result<Page, Problems> {
    let english = Spec::read(document)?;
    let japanese = omise_docs::japanese(document, translation)?;
    omise_docs::page(&english, &japanese, DOCUMENT)
}

fn write(path: &Path, text: &str) -> Result<()> {
    std::fs::write(path, text).with_context(|| format!("cannot write {}", path.display()))
}
