//! `cargo xtask clients`: clients in other languages, generated, compiled and called.
//!
//! Each generator writes its client to `target/clients/<name>`; the driver that stands for it in
//! `tests/clients/generated` is what a team would write on top. It calls `omise serve`, and a
//! service that answers what the API may answer one day, and prints what it read.

mod answers;
mod generators;
mod guide;
mod marked;
mod service;
mod table;
mod toolchain;
mod verdict;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use anyhow::{Result, anyhow};
use clap::Args;
use clap::builder::PossibleValuesParser;

use crate::failure::Failure;
use crate::server::{PUBLIC_KEY, SECRET_KEY};
use crate::{say, workspace};
use answers::Answers;
use generators::{GENERATORS, Generator};
use service::Services;
use table::Row;
use verdict::{CHECKS, Cell, Expectations};

/// Which clients, and whether their table is written.
#[derive(Args, Debug, Default)]
pub(crate) struct Options {
    /// Only the half that fits into every change
    #[arg(long)]
    quick: bool,
    /// Only these generators
    #[arg(
        long,
        value_name = "NAME",
        value_delimiter = ',',
        value_parser = PossibleValuesParser::new(GENERATORS.map(|generator| generator.name)),
        conflicts_with = "quick"
    )]
    only: Vec<String>,
    /// Only compare; exit with 2 if the table or the guide is out of date
    #[arg(long)]
    check: bool,
}

/// Generates, compiles and calls, and writes down what was seen.
pub(crate) fn run(options: &Options) -> Result<()> {
    bring_up_to_date(guide::FILE, options.check, guide::up_to_date)?;
    let rows = Trial::start()?.rows(&options.chosen())?;
    let mistakes: Vec<String> = rows.iter().flat_map(Row::mistakes).collect();
    if mistakes.is_empty() || !options.check {
        bring_up_to_date(table::FILE, options.check, |file| {
            table::with_rows(file, &rows)
        })?;
    }
    if mistakes.is_empty() {
        say::line(&format!(
            "clients: {} of {} tried",
            rows.len(),
            GENERATORS.len()
        ));
        return Ok(());
    }
    let mend = "make openapi/source.yaml say it in a way that every generator understands, or \
                mend the driver in tests/clients/generated, then run `cargo xtask clients`";
    Err(Failure::failed(mistakes.join("\n"), mend).into())
}

impl Options {
    fn chosen(&self) -> Vec<&'static Generator> {
        let is_chosen = |generator: &&Generator| {
            let is_named = self.only.iter().any(|name| name == generator.name);
            is_named || (self.only.is_empty() && (generator.is_quick || !self.quick))
        };
        GENERATORS.iter().filter(is_chosen).collect()
    }
}

/// Writes a file as it should be, or says that it is not so.
fn bring_up_to_date(
    path: &str,
    is_check: bool,
    up_to_date: impl FnOnce(&str) -> Result<String>,
) -> Result<()> {
    let old = workspace::read(path)?;
    let new = up_to_date(&old)?;
    if new == old {
        return Ok(());
    }
    if is_check {
        let changed = new.lines().filter(|line| !old.contains(line));
        let changed: Vec<&str> = changed.collect();
        let what = format!(
            "{path} is out of date; it should have\n{}",
            changed.join("\n")
        );
        return Err(Failure::out_of_date(what, "cargo xtask clients").into());
    }
    fs::write(workspace::root().join(path), new)?;
    say::line(&format!("clients: {path} is written"));
    Ok(())
}

/// What every client is tried with.
struct Trial {
    services: Services,
    answers: Arc<Answers>,
    expectations: Expectations,
}

impl Trial {
    fn start() -> Result<Trial> {
        let spec = workspace::spec()?;
        let answers = Arc::new(Answers::of_document(&spec)?);
        Ok(Trial {
            expectations: Expectations::of_document(&spec, &answers)?,
            services: Services::start(answers.clone())?,
            answers,
        })
    }

    /// Tries generators, two at a time: what one waits for, a registry mostly, the other does not.
    fn rows(&self, generators: &[&'static Generator]) -> Result<Vec<Row>> {
        let left = Mutex::new(generators.iter());
        let next = || left.lock().unwrap_or_else(PoisonError::into_inner).next();
        let work = || -> Result<Vec<Row>> {
            let mut rows = Vec::new();
            while let Some(generator) = next() {
                rows.extend(self.row(generator)?);
            }
            Ok(rows)
        };
        let (one, other) = std::thread::scope(|scope| {
            let other = scope.spawn(work);
            (work(), other.join())
        });
        let mut rows = one?;
        rows.extend(other.map_err(|_| anyhow!("a trial panicked"))??);
        Ok(rows)
    }

    /// Tries a generator; nothing if this machine cannot.
    fn row(&self, generator: &'static Generator) -> Result<Option<Row>> {
        if let Some(reason) = unavailable(generator) {
            if generator.is_quick && std::env::var_os("CI").is_some() {
                let what = format!("{} cannot be left out in CI", generator.name);
                return Err(Failure::failed(what, reason).into());
            }
            say::line(&format!(
                "clients: {} is skipped; to run it: {reason}",
                generator.name
            ));
            return Ok(None);
        }
        let started = Instant::now();
        let row = self.tried(generator)?;
        let word = if row.mistakes().is_empty() {
            "well"
        } else {
            "NOT WELL"
        };
        let seconds = started.elapsed().as_secs_f64();
        say::line(&format!(
            "clients: {}: {word} in {seconds:.1} s",
            generator.name
        ));
        Ok(Some(row))
    }

    fn tried(&self, generator: &'static Generator) -> Result<Row> {
        let mut row = Row {
            generator,
            generates: Cell::Yes,
            compiles: Cell::NotRun,
            checks: vec![Cell::NotRun; CHECKS.len()],
        };
        let folder = match generate(generator) {
            Ok(folder) => folder,
            Err(error) => {
                row.generates = Cell::No(format!("{error:#}"));
                return Ok(row);
            }
        };
        if generator.driver.is_none() {
            return Ok(row);
        }
        match generator.toolchain.compile(&folder) {
            Ok(mut driver) => {
                row.compiles = Cell::Yes;
                row.checks = self.judged(&mut driver);
            }
            Err(error) => row.compiles = Cell::No(format!("{error:#}")),
        }
        if generator.command.is_empty() {
            row.generates = row.compiles.clone();
        }
        Ok(row)
    }

    fn judged(&self, driver: &mut Command) -> Vec<Cell> {
        // Many HTTP libraries obey these, and the services are on this machine.
        for proxy in ["http_proxy", "https_proxy", "all_proxy"] {
            driver.env_remove(proxy).env_remove(proxy.to_uppercase());
        }
        let Services {
            server, answers, ..
        } = &self.services;
        driver.args([server, answers, PUBLIC_KEY, SECRET_KEY]);
        driver.args(self.answers.iter().map(|answer| answer.case));
        match toolchain::succeed(driver) {
            Ok(printed) => self.expectations.judge(&printed),
            Err(error) => vec![Cell::No(format!("{error:#}")); CHECKS.len()],
        }
    }
}

/// What this machine needs for a generator; nothing if it has all.
fn unavailable(generator: &Generator) -> Option<String> {
    let missing = toolchain::missing(generator.package, generator.toolchain);
    if !missing.is_empty() {
        return Some(format!("apt-get install {}", missing.join(" ")));
    }
    let installed = generator.package.folder();
    let installed = installed.and_then(|_| generator.toolchain.install());
    installed
        .err()
        .map(|error| format!("reach the registry, which said: {error:#}"))
}

/// Calls a generator in a folder of its own, with what is written by hand beside what it writes.
fn generate(generator: &Generator) -> Result<PathBuf> {
    let folder = workspace::target()?.join("clients").join(generator.name);
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    fs::create_dir_all(folder.join("client"))?;
    copy(&workspace::root().join(generator.folder()), &folder)?;
    let document = workspace::root().join(workspace::SOURCE_YAML);
    fs::copy(document, folder.join("source.yaml"))?;

    let mut words = generator.command.split_whitespace();
    let Some(program) = words.next() else {
        return Ok(folder);
    };
    let mut command = Command::new(generator.package.program(program)?);
    command.current_dir(&folder).args(words);
    command.env("PATH", generator.package.path()?);
    toolchain::succeed(&mut command)?;
    Ok(folder)
}

/// Copies the files of a folder, if there is one.
fn copy(from: &Path, to: &Path) -> Result<()> {
    if from.exists() {
        for entry in fs::read_dir(from)? {
            let entry = entry?;
            fs::copy(entry.path(), to.join(entry.file_name()))?;
        }
    }
    Ok(())
}
