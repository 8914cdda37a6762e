//! The public API of a crate as lines, one an item.

use std::collections::BTreeSet;
use std::path::Path;

use anyhow::{Context, Result};
use public_api::{Builder, PublicItem};
use rustdoc_types::{Crate, FORMAT_VERSION, Id, Item, ItemEnum};
use serde::Deserialize;

use crate::failure::Failure;

/// Reads what rustdoc wrote of a crate.
///
/// What every type has (auto traits, blanket implementations) is left out, and so are the functions
/// of an implemented trait: the line of the implementation says them.
pub(super) fn lines(json: &Path) -> Result<Vec<String>> {
    let text =
        std::fs::read_to_string(json).with_context(|| format!("cannot read {}", json.display()))?;
    has_the_format_that_is_read(&text)?;
    let documented: Crate = serde_json::from_str(&text).context("what rustdoc wrote")?;
    let api = Builder::from_rustdoc_json(json)
        .omit_blanket_impls(true)
        .omit_auto_trait_impls(true)
        .build()?;

    let mut seen = BTreeSet::new();
    let items = api.items();
    let items = items.filter(|item| !is_said_by_a_trait(&documented, item));
    let lines = items.map(|item| line(&documented, item));
    // What derives PartialEq has this too, and nobody can name it.
    let lines = lines.filter(|line| !line.starts_with("impl core::marker::StructuralPartialEq "));
    // An implementation stands beside the trait and beside the type, if both are of the crate.
    Ok(lines.filter(|line| seen.insert(line.clone())).collect())
}

fn has_the_format_that_is_read(text: &str) -> Result<()> {
    #[derive(Deserialize)]
    struct Head {
        format_version: u32,
    }
    let head: Head = serde_json::from_str(text).context("what rustdoc wrote")?;
    if head.format_version == FORMAT_VERSION {
        return Ok(());
    }
    let what = format!(
        "rustdoc writes format {}, this task reads {FORMAT_VERSION}",
        head.format_version
    );
    let mend = "run `cargo +1.95 xtask api`, or change `public-api` and `rustdoc-types` in \
                Cargo.toml to what reads the other format";
    Err(Failure::failed(what, mend).into())
}

fn is_said_by_a_trait(documented: &Crate, item: &PublicItem) -> bool {
    let inner = |id: Id| documented.index.get(&id).map(|item| &item.inner);
    let is_of_a_trait = item.parent_id().and_then(inner).is_some_and(
        |parent| matches!(parent, ItemEnum::Impl(implementation) if implementation.trait_.is_some()),
    );
    is_of_a_trait && matches!(inner(item.id()), Some(ItemEnum::Function(_)))
}

/// The line of an item; of something that is exported again, with what it is.
fn line(documented: &Crate, item: &PublicItem) -> String {
    let Some(Item {
        inner: ItemEnum::Use(exported),
        ..
    }) = documented.index.get(&item.id())
    else {
        return item.to_string();
    };
    let path = exported.id.and_then(|id| documented.paths.get(&id));
    let path = path.map_or_else(
        || exported.source.clone(),
        |summary| summary.path.join("::"),
    );
    format!("{item} = {path}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_format_is_told_with_the_toolchain_that_has_this_one() {
        let other = format!(r#"{{"format_version": {}}}"#, FORMAT_VERSION + 1);
        let error = has_the_format_that_is_read(&other).expect_err("it is not the one");
        assert!(error.to_string().contains("cargo +1.95"));
        let same = format!(r#"{{"format_version": {FORMAT_VERSION}}}"#);
        assert!(has_the_format_that_is_read(&same).is_ok());
    }
}
