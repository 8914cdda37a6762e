//! `cargo xtask docs`: the documentation page, as `omise serve` answers it at `/docs`.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use clap::Args;

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

/// Writes the page and, beside it, the document.
pub(crate) fn run(options: &Options) -> Result<()> {
    let english = workspace::spec()?;
    let page = omise_docs::page(&english, &english, DOCUMENT).map_err(|problems| {
        Failure::failed(
            problems.to_string(),
            format!(
                "edit {}, then run `cargo xtask docs`",
                workspace::SOURCE_YAML
            ),
        )
    })?;
    let out = match &options.out {
        Some(out) => std::path::absolute(out)?,
        None => workspace::target()?.join("docs/index.html"),
    };
    let folder = out.parent().unwrap_or(Path::new("."));
    std::fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    write(&out, &page.html)?;
    write(
        &folder.join(DOCUMENT),
        &workspace::read(workspace::SOURCE_YAML)?,
    )?;
    say::line(&format!(
        "docs: {}, {} bytes",
        out.display(),
        page.html.len()
    ));
    Ok(())
}

fn write(path: &Path, text: &str) -> Result<()> {
    std::fs::write(path, text).with_context(|| format!("cannot write {}", path.display()))
}
