//! `cargo xtask docs`: the documentation page, as `omise serve` answers it at `/docs`.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use clap::Args;
use omise_contract::publish::{ENDINGS, artefacts};
use omise_contract::{Problems, Spec};
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

/// Writes the page and, beside it, the files that it offers.
pub(crate) fn run(options: &Options) -> Result<()> {
    let document = workspace::read(workspace::SOURCE_YAML)?;
    let translation = workspace::read(workspace::SOURCE_JA_YAML)?;
    let refused = |problems: Problems| {
        let fix = "run `cargo xtask lint`, edit what it names, then run `cargo xtask docs`";
        Failure::failed(problems.to_string(), fix)
    };
    let page = page(&document, &translation).map_err(refused)?;
    let texts = artefacts("source", &document, &translation)?;
    let out = match &options.out {
        Some(out) => std::path::absolute(out)?,
        None => workspace::target()?.join("docs/index.html"),
    };
    let folder = out.parent().unwrap_or(Path::new("."));
    std::fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    write(&out, &page.html)?;
    for (ending, text) in ENDINGS.iter().zip(texts) {
        write(&folder.join(format!("source.{ending}")), &text)?;
    }
    let (name, bytes) = (out.display(), page.html.len());
    say::line(&format!("docs: {name}, {bytes} bytes"));
    Ok(())
}

fn page(document: &str, translation: &str) -> Result<Page, Problems> {
    let english = Spec::read(document)?;
    let japanese = omise_contract::japanese(document, translation)?;
    omise_docs::page(&english, &japanese, "")
}

fn write(path: &Path, text: &str) -> Result<()> {
    std::fs::write(path, text).with_context(|| format!("cannot write {}", path.display()))
}
