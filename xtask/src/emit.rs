//! `cargo xtask emit`: the snapshots of all that the specification turns into.
//!
//! The emitted Rust lives in `OUT_DIR` and is not committed; these snapshots are how a reviewer
//! sees it. `xtask/tests/emitted.rs` makes and compares them; this task says whether it may write.

use anyhow::{Context, Result};
use clap::{Args, ValueEnum};
use omise_contract::{Problems, Spec};

use crate::failure::Failure;
use crate::{say, workspace};

/// What `emit` does beside rewriting the snapshots.
#[derive(Args, Debug)]
pub(crate) struct Options {
    /// Only compare; exit with 2 if a snapshot is out of date
    #[arg(long, conflicts_with = "show")]
    check: bool,
    /// Only print what is emitted
    #[arg(long, value_name = "WHAT")]
    show: Option<Emitted>,
}

/// What omise-codegen emits.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Emitted {
    /// The wire types
    Types,
    /// The tables of payment methods, currencies, parameters and operations
    Tables,
    /// What is typed by payment method: amounts of money, new sources, the view of a source
    PaymentMethods,
    /// The operations of the client
    Client,
}

/// Rewrites the snapshots, compares them or prints one.
pub(crate) fn run(options: &Options) -> Result<()> {
    if let Some(emitted) = options.show {
        let rust = emitted.rust(&workspace::spec()?)?;
        say::line(rust.trim_end());
        return Ok(());
    }
    if options.check {
        return check();
    }
    if !test("always")? {
        let mend = "edit what is named above, then run `cargo xtask emit`";
        return Err(Failure::failed("the snapshots could not be written", mend).into());
    }
    say::line("emit: the snapshots are written; `git diff xtask/tests/snapshots` has what changed");
    Ok(())
}

/// Compares the snapshots with what would be written.
pub(crate) fn check() -> Result<()> {
    if !test("no")? {
        return Err(Failure::out_of_date("a snapshot is out of date", "cargo xtask emit").into());
    }
    say::line("emit: all snapshots are up to date");
    Ok(())
}

/// Runs the test of the snapshots; `update` tells insta what to do with one that differs.
fn test(update: &str) -> Result<bool> {
    let status = workspace::cargo()
        .args(["test", "--quiet", "--package", "xtask", "--test", "emitted"])
        .env("INSTA_UPDATE", update)
        .status()
        .context("cannot run cargo test")?;
    Ok(status.success())
}

impl Emitted {
    pub(crate) fn rust(self, spec: &Spec) -> Result<String, Problems> {
        match self {
            Emitted::Types => omise_codegen::types(spec),
            Emitted::Tables => omise_codegen::tables(spec),
            Emitted::PaymentMethods => omise_codegen::payment_methods(spec),
            Emitted::Client => omise_codegen::client(spec),
        }
    }
}
