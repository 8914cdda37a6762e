//! `cargo xtask tidy`: the invariants of README that no linter checks.
//!
//! One rule is one function; it returns every problem that it finds.

mod circles;
mod code;
mod crates;

use anyhow::Result;

use crate::failure::Failure;
use crate::{say, workspace};

/// A file of text that is or could be committed.
struct File {
    // Its path from the root.
    path: String,
    text: String,
}

/// Checks the repository as it is on disk now.
pub(crate) fn run() -> Result<()> {
    let mut files = Vec::new();
    for path in workspace::files()? {
        // A picture has no text to look at.
        if let Ok(text) = workspace::read(&path) {
            files.push(File { path, text });
        }
    }
    let metadata = workspace::metadata()?;
    let spec = workspace::spec()?;
    let payment_methods = spec.payment_methods().map(|(name, _)| name.clone());
    let payment_methods: Vec<String> = payment_methods.collect();
    let problems = [
        the_top_level_is_as_agreed(&top_level()?),
        no_path_of_a_developers_machine_is_committed(&files),
        no_test_is_ignored(&files),
        readme_has_the_test_command_of_the_ci(&files),
        crates::arrows_are_listed(&metadata),
        crates::crates_stay_apart(&metadata),
        crates::no_dependency_needs_a_newer_rust(&metadata),
        crates::manifests_inherit(&files),
        code::wire_values(&files, &payment_methods),
        circles::circles_of_files(&files),
    ];
    let problems = problems.concat();
    if problems.is_empty() {
        say::line(&format!("tidy: no problem in {} files", files.len()));
        return Ok(());
    }
    let what = format!("{}\ntidy: {} problems", problems.join("\n"), problems.len());
    let fix = "edit what is named above, then run `cargo xtask tidy`";
    Err(Failure::failed(what, fix).into())
}

fn top_level() -> Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in std::fs::read_dir(workspace::root())? {
        names.push(entry?.file_name().to_string_lossy().into_owned());
    }
    names.sort();
    Ok(names)
}

/// README shows the repository at one glance; a new name at the top is a new thing to explain.
fn the_top_level_is_as_agreed(names: &[String]) -> Vec<String> {
    const EXPECTED: [&str; 6] = [
        "Cargo.toml",
        "README.md",
        "crates",
        "openapi",
        "tests",
        "xtask",
    ];
    const ALLOWED: [&str; 5] = [
        "CHANGELOG.md",
        "Cargo.lock",
        "LICENSE",
        "deny.toml",
        "target",
    ];
    let is_agreed = |name: &String| {
        let name = name.as_str();
        EXPECTED.contains(&name) || ALLOWED.contains(&name) || name.starts_with('.')
    };
    let unexpected = names.iter().filter(|name| !is_agreed(name));
    let unexpected = unexpected.map(|name| format!("{name}: does not belong at the top level"));
    let missing = EXPECTED
        .iter()
        .filter(|name| !names.iter().any(|found| found == *name));
    let missing = missing.map(|name| format!("{name}: is missing at the top level"));
    unexpected.chain(missing).collect()
}

/// What works only where it was written does not work.
fn no_path_of_a_developers_machine_is_committed(files: &[File]) -> Vec<String> {
    // Put together, so that this file is not the first to be found.
    let folders = ["home", "root", "tmp"].map(|folder| format!("/{folder}/"));
    problems_of_lines(files, |line| {
        let found = folders.iter().find(|folder| begins_a_path(line, folder))?;
        Some(format!("has the absolute path {found}"))
    })
}

/// Whether a line has a path that begins with the folder, and not one that goes through it.
fn begins_a_path(line: &str, folder: &str) -> bool {
    line.match_indices(folder).any(|(index, _)| {
        let before = line[..index].chars().next_back();
        !before.is_some_and(|before| before.is_alphanumeric() || "._-/~}".contains(before))
    })
}

/// A test that is not run proves nothing.
fn no_test_is_ignored(files: &[File]) -> Vec<String> {
    problems_of_lines(files, |line| {
        let is_ignored = line.trim_start().starts_with("#[ignore");
        is_ignored.then(|| "ignores a test".to_owned())
    })
}

fn problems_of_lines(files: &[File], problem: impl Fn(&str) -> Option<String>) -> Vec<String> {
    let mut problems = Vec::new();
    for File { path, text } in files {
        let lines = text.lines().enumerate();
        let found = lines.filter_map(|(index, line)| Some((index + 1, problem(line)?)));
        problems.extend(found.map(|(line, problem)| format!("{path}:{line}: {problem}")));
    }
    problems
}

/// README's command is the one that is proven on every change, word for word.
fn readme_has_the_test_command_of_the_ci(files: &[File]) -> Vec<String> {
    let text = |path: &str| {
        let file = files.iter().find(|file| file.path == path);
        file.map_or("", |file| file.text.as_str())
    };
    let command = text(".ci/run")
        .trim_end()
        .lines()
        .next_back()
        .unwrap_or_default();
    let command = command.strip_prefix("check ").unwrap_or(command);
    if command.starts_with("cargo test") && text("README.md").contains(command) {
        return Vec::new();
    }
    vec![format!(
        "README.md: must have `{command}`, the last line of .ci/run"
    )]
}

#[cfg(test)]
impl File {
    fn of(path: &str, text: &str) -> File {
        File {
            path: path.to_owned(),
            text: text.to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_name_at_the_top_level_and_a_missing_one_are_found() {
        let names = [
            "Cargo.toml",
            "README.md",
            ".ci",
            "crates",
            "notes.txt",
            "tests",
            "xtask",
        ];
        assert_eq!(
            the_top_level_is_as_agreed(&names.map(str::to_owned)),
            [
                "notes.txt: does not belong at the top level",
                "openapi: is missing at the top level"
            ]
        );
    }

    #[test]
    fn an_absolute_path_is_found_with_its_line() {
        let folder = format!("/{}/", "home");
        let text = format!("fine\nopen {folder}me/notes\nsee https://example.com{folder}page\n");
        assert_eq!(
            no_path_of_a_developers_machine_is_committed(&[File::of("a.md", &text)]),
            [format!("a.md:2: has the absolute path {folder}")]
        );
    }

    #[test]
    fn an_ignored_test_is_found() {
        let text = "#[test]\n#[ignore = \"slow\"]\nfn a() {}\n";
        let problems = no_test_is_ignored(&[File::of("tests/a.rs", text)]);
        assert_eq!(problems, ["tests/a.rs:2: ignores a test"]);
    }

    #[test]
    fn readme_must_have_the_last_line_of_the_ci() {
        let script = "#!/bin/sh\nset -eu\ncargo xtask tidy\ncheck cargo test --workspace\n";
        for (readme, problems) in [("`cargo test --workspace`", 0), ("`cargo test`", 1)] {
            let files = [File::of(".ci/run", script), File::of("README.md", readme)];
            assert_eq!(
                readme_has_the_test_command_of_the_ci(&files).len(),
                problems
            );
        }
        assert_eq!(readme_has_the_test_command_of_the_ci(&[]).len(), 1);
    }
}
