//! The runners of other languages, each as a team would run it: they pass the server, and say of a
//! flawed one what the runner of this workspace says.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use anyhow::ensure;
use omise_conformance::Suite;
use omise_tests::flawed::{FAULTS, Flawed};
use omise_tests::process::{PUBLIC_KEY, SECRET_KEY, ServeProcess};
use omise_tests::programs::{self, needed, npm, output_of};

use super::{SERVER, failures};

const RUNNERS: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../openapi/conformance/runners"
);
const INSTALLED: &str = env!("CARGO_TARGET_TMPDIR");

/// Runs TypeScript, as teams do.
const TSX: &str = "tsx@4.23.15";

/// A fault of each kind: of a status, of a header, of a member, of the order of members, between
/// two requests, and of words.
const SEEN: [&str; 6] = [
    "a creation is answered with 201",
    "no version is echoed",
    "a null is left out",
    "an attribute comes before another",
    "what is retrieved differs from what was created",
    "only the first reason is told",
];

#[tokio::test]
async fn the_python_runner_sees_what_this_one_sees() {
    let runner = output_of(Command::new("python3").arg("--version"));
    let runner = runner.map(|_| PathBuf::from("python3"));
    if let Some(python) = needed("the_python_runner_sees_what_this_one_sees", runner) {
        check_runner(&|| with_script(&python, "run.py")).await;
    }
}

#[tokio::test]
async fn the_typescript_runner_sees_what_this_one_sees() {
    if let Some(tsx) = needed(
        "the_typescript_runner_sees_what_this_one_sees",
        install_tsx(),
    ) {
        check_runner(&|| with_script(&tsx, "run.ts")).await;
    }
}

#[tokio::test]
async fn the_go_runner_sees_what_this_one_sees() {
    if let Some(runner) = needed("the_go_runner_sees_what_this_one_sees", build_go()) {
        check_runner(&|| Command::new(&runner)).await;
    }
}

async fn check_runner(command: &dyn Fn() -> Command) {
    let suite = Suite::embedded();
    let all = suite.cases().count();
    let server = ServeProcess::in_memory(Path::new(SERVER)).expect("the server starts");
    let output = run(command(), &server.url(), &[]);
    assert_eq!(last_line(&output), format!("{all} passed, 0 failed"));
    assert_eq!(output.status.code(), Some(0));

    let ours = suite
        .cases()
        .filter(|case| case.needs_one_of(["emulator"]).is_some());
    let output = run(command(), &server.url(), &["emulator", "country:ZZ"]);
    let left = all - ours.count();
    assert_eq!(last_line(&output), format!("{left} passed, 0 failed"));

    for name in SEEN {
        let fault = FAULTS.iter().find(|fault| fault.name == name);
        let flawed = Flawed::new(Some(fault.expect("a fault of this name")));
        let send = async |request| Ok::<_, String>(flawed.answer(request).await);
        let expected: BTreeSet<String> = failures(&suite, send)
            .await
            .into_iter()
            .filter_map(|(case, _)| Some(case.split_once('/')?.1.to_owned()))
            .collect();
        let address = flawed.serve().expect("it serves");
        let output = run(command(), &format!("http://{address}"), &[]);
        assert_eq!(failed(&output), expected, "{name}");
        assert_eq!(output.status.code(), Some(1), "{name}");
    }
}

fn run(mut command: Command, url: &str, skip: &[&str]) -> Output {
    command.args([url, PUBLIC_KEY, SECRET_KEY]).args(skip);
    command.output().expect("the runner runs")
}

fn text(output: &Output) -> String {
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(stderr.is_empty(), "{stderr}");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn last_line(output: &Output) -> String {
    text(output).lines().last().unwrap_or_default().to_owned()
}

/// The ids at the beginnings of the lines, the last one left out.
fn failed(output: &Output) -> BTreeSet<String> {
    let text = text(output);
    let lines = text.lines().filter_map(|line| line.split_once(": "));
    lines.map(|(id, _)| id.to_owned()).collect()
}

fn with_script(program: &Path, script: &str) -> Command {
    let mut command = Command::new(program);
    command.arg(Path::new(RUNNERS).join(script));
    command
}

fn install_tsx() -> anyhow::Result<PathBuf> {
    let project = npm(&Path::new(INSTALLED).join("conformance-typescript"), &[TSX])?;
    Ok(project.join("node_modules/.bin/tsx"))
}

fn build_go() -> anyhow::Result<PathBuf> {
    let folder = Path::new(INSTALLED).join("conformance-go");
    fs::create_dir_all(&folder)?;
    let program = folder.join("run");
    output_of(
        Command::new(programs::go(Path::new(INSTALLED))?)
            .args(["build", "-o"])
            .arg(&program)
            .arg("run.go")
            .current_dir(RUNNERS)
            .env("GOCACHE", folder.join("cache"))
            .env("GOTOOLCHAIN", "local"),
    )?;
    ensure!(program.is_file(), "go built nothing");
    Ok(program)
}
