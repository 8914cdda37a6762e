//! `cargo xtask compat`: what a change of `openapi/source.yaml` does to those who follow it.
//!
//! The version must step as far as the changes ask, and the changelog must have a line for each. A
//! breaking change is allowed: an unmarked one is not.

mod against;
#[cfg(test)]
mod tests;

use anyhow::{Context, Result};
use clap::Args;
use omise_contract::compat::{Bump, Change, Changelog, compare, lines, of_the_first};
use omise_contract::document::Document;
use semver::Version;

use crate::failure::Failure;
use crate::{say, workspace};
use against::Edition;

const CHANGELOG: &str = "openapi/CHANGELOG.md";

/// What `compat` compares with, and whether it writes.
#[derive(Args, Debug, Default)]
pub(crate) struct Options {
    /// Compare with this file, or with the document of this commit, instead of what was published
    #[arg(long, value_name = "REF|FILE", conflicts_with = "write")]
    against: Option<String>,
    /// Write the section of this version in openapi/CHANGELOG.md
    #[arg(long)]
    write: bool,
}

/// Compares, and demands the version and the changelog.
pub(crate) fn run(options: &Options) -> Result<()> {
    let new = workspace::spec()?.document().clone();
    if let Some(against) = &options.against {
        let old = against::named(against)?;
        let comparison = compare(&old.document, &new);
        comparison.report(&old.name, say::line);
        return demand_step(&old, &new, &comparison.changes);
    }
    let published = against::published()?;
    let lines = match &published {
        None => {
            say::line("compat: nothing is published yet, so no version is followed by anybody");
            of_the_first(&new)
        }
        Some(old) => {
            let comparison = compare(&old.document, &new);
            comparison.report(&old.name, say::line);
            demand_step(old, &new, &comparison.changes)?;
            lines(&comparison.changes)
        }
    };
    branch(&new, published.as_ref())?;
    keep_the_changelog(&new, published.as_ref(), &lines, options.write)
}

/// Fails if the version is not as far from the old one as the changes ask.
fn demand_step(old: &Edition, new: &Document, changes: &[Change]) -> Result<()> {
    let (before, after) = (old.version()?, version(new)?);
    let least = Bump::of(changes).least_after(&before);
    if after >= least {
        return Ok(());
    }
    let what = format!(
        "info.version is {after}; what changed since {} asks for {least} or later",
        old.name
    );
    let mend = format!(
        "set info.version in {} to {least}, then run `cargo xtask compat --write`",
        workspace::SOURCE_YAML
    );
    Err(Failure::failed(what, mend).into())
}

fn version(document: &Document) -> Result<Version> {
    Version::parse(&document.info.version).context("info.version")
}

/// Shows what this branch does. A version that is not published yet is in the making: it may take
/// up more without another step, and only must not go back.
fn branch(new: &Document, published: Option<&Edition>) -> Result<()> {
    let old = match against::merge_base()? {
        Ok(old) => old,
        Err(reason) => {
            say::line(&format!(
                "compat: not compared with the main branch: {reason}"
            ));
            return Ok(());
        }
    };
    compare(&old.document, new).report(
        &format!("{}, where this branch begins", old.name),
        say::line,
    );
    let is_published =
        published.is_some_and(|one| one.document.info.version == old.document.info.version);
    if is_published {
        // What was published has been compared already, and no later edition has its version.
        return Ok(());
    }
    demand_step(&old, new, &[])
}

fn keep_the_changelog(
    new: &Document,
    published: Option<&Edition>,
    lines: &[String],
    write: bool,
) -> Result<()> {
    let version = &new.info.version;
    let path = workspace::root().join(CHANGELOG);
    let text = std::fs::read_to_string(&path).unwrap_or_default();
    let mut changelog = Changelog::read(&text);
    let is_published = published.is_some_and(|old| old.document.info.version == *version);
    if write && !is_published {
        changelog.set(version, lines);
        std::fs::write(&path, changelog.write())
            .with_context(|| format!("cannot write {CHANGELOG}"))?;
        say::line(&format!("compat: {CHANGELOG} has the section {version}"));
    }
    demand_sections(&changelog, new, published, lines)?;
    say::line(&format!("compat: {CHANGELOG} has every line of {version}"));
    Ok(())
}

/// Fails if the changelog lacks a line, or has another section than was published.
fn demand_sections(
    changelog: &Changelog,
    new: &Document,
    published: Option<&Edition>,
    lines: &[String],
) -> Result<()> {
    let version = &new.info.version;
    let of_published = published.and_then(|old| old.changelog.as_deref());
    let of_published = of_published.map(Changelog::read).unwrap_or_default();
    if let Some(version) = changelog.differs_from(&of_published).first() {
        let what = format!("{CHANGELOG}: the section {version} is not the one that was published");
        let mend = format!("restore it from openapi/published/{version}/CHANGELOG.md");
        return Err(Failure::failed(what, mend).into());
    }
    if let Some(disorder) = changelog.disorder() {
        let what = format!("{CHANGELOG}: {disorder}");
        return Err(Failure::failed(what, "put the newest version first").into());
    }
    let is_published = published.is_some_and(|old| old.document.info.version == *version);
    if is_published {
        return Ok(());
    }
    let what = match changelog.has(version, lines) {
        Some(true) => return Ok(()),
        Some(false) => format!("{CHANGELOG}: the section {version} is not what changed"),
        None => format!("{CHANGELOG} has no section {version}"),
    };
    let missing: Vec<String> = lines.iter().map(|line| format!("  - {line}")).collect();
    let what = format!("{what}; it must have:\n{}", missing.join("\n"));
    Err(Failure::out_of_date(what, "cargo xtask compat --write").into())
}
