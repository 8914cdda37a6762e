//! Files of any kind.

use super::Repository;

/// README shows the house in one glance; a new thing at the top is a new thing to explain.
pub(super) fn the_top_level_is_as_agreed(repository: &Repository) -> Vec<String> {
    const EXPECTED: [&str; 6] = [
        "Cargo.toml",
        "README.md",
        "crates",
        "openapi",
        "tests",
        "xtask",
    ];
    const ALLOWED: [&str; 3] = ["CHANGELOG.md", "Cargo.lock", "target"];
    let is_agreed = |name: &str| {
        EXPECTED.contains(&name)
            || ALLOWED.contains(&name)
            || name.starts_with('.')
            || name.starts_with("LICENSE")
    };
    let unexpected = repository.top_level.iter().filter(|name| !is_agreed(name));
    let unexpected = unexpected.map(|name| format!("{name}: does not belong at the top level"));
    let missing = EXPECTED
        .iter()
        .filter(|name| !repository.top_level.iter().any(|found| found == *name));
    let missing = missing.map(|name| format!("{name}: is missing at the top level"));
    unexpected.chain(missing).collect()
}

/// What works only where it was written does not work.
pub(super) fn no_path_of_a_developers_machine_is_committed(repository: &Repository) -> Vec<String> {
    // Put together, so that this file is not the first to be found.
    let folders = ["home", "root", "tmp"].map(|folder| format!("/{folder}/"));
    let mut problems = Vec::new();
    for file in &repository.files {
        for (index, line) in file.text.lines().enumerate() {
            for folder in &folders {
                if holds_absolute(line, folder) {
                    problems.push(format!(
                        "{}:{}: has the absolute path {folder}",
                        file.path,
                        index + 1
                    ));
                }
            }
        }
    }
    problems
}

/// Whether a line has a path that begins with the folder, and not one that goes through it.
fn holds_absolute(line: &str, folder: &str) -> bool {
    line.match_indices(folder).any(|(index, _)| {
        let before = line[..index].chars().next_back();
        !before.is_some_and(|before| before.is_alphanumeric() || "._-/~}".contains(before))
    })
}

/// README's command is the one that is proven on every change, word for word.
pub(super) fn readme_has_the_test_command_of_the_ci(repository: &Repository) -> Vec<String> {
    const SCRIPT: &str = ".ci/run";
    let Some(script) = repository.file(SCRIPT) else {
        return vec![format!("{SCRIPT}: is missing")];
    };
    let lines = script.text.lines().map(str::trim);
    let mut commands = lines.filter(|line| !line.is_empty() && !line.starts_with('#'));
    let Some(last) = commands.next_back() else {
        return vec![format!("{SCRIPT}: runs nothing")];
    };
    let command = last.strip_prefix("exec ").unwrap_or(last);
    let readme = repository.file("README.md");
    if readme.is_some_and(|readme| readme.text.contains(command)) {
        return Vec::new();
    }
    vec![format!(
        "README.md: must have `{command}`, which {SCRIPT} runs last"
    )]
}

/// rustfmt folds code and leaves comments and Markdown as they are.
pub(super) fn prose_is_within_100_columns(repository: &Repository) -> Vec<String> {
    const COLUMNS: usize = 100;
    let mut problems = Vec::new();
    for file in &repository.files {
        for (index, line) in file.text.lines().enumerate() {
            let columns = line.chars().count();
            if columns > COLUMNS && prose(&file.path, line).is_some_and(can_be_folded) {
                problems.push(format!(
                    "{}:{}: has {columns} columns, more than {COLUMNS}",
                    file.path,
                    index + 1
                ));
            }
        }
    }
    problems
}

/// What a line says to people, without the mark of a comment; nothing if the line is code.
fn prose<'a>(path: &str, line: &'a str) -> Option<&'a str> {
    let line = line.trim_start();
    let (_, extension) = path.rsplit_once('.')?;
    match extension {
        "md" => Some(line),
        "rs" => Some(line.strip_prefix("//")?.trim_start_matches(['/', '!'])),
        "toml" => line.strip_prefix('#'),
        _ => None,
    }
}

/// A row of a table is one line, and an address is one word, with a mark or a name before it.
fn can_be_folded(prose: &str) -> bool {
    let is_row = prose.trim_start().starts_with('|');
    !is_row && prose.split_whitespace().count() > 2
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stranger_at_the_top_level_is_told() {
        let mut repository = Repository::of(&[]);
        repository.top_level = [
            "Cargo.toml",
            "LICENSE",
            "README.md",
            ".ci",
            "crates",
            "notes.txt",
            "openapi",
            "tests",
            "xtask",
        ]
        .map(str::to_owned)
        .to_vec();
        assert_eq!(
            the_top_level_is_as_agreed(&repository),
            ["notes.txt: does not belong at the top level"]
        );
        repository
            .top_level
            .retain(|name| name != "notes.txt" && name != "openapi");
        assert_eq!(
            the_top_level_is_as_agreed(&repository),
            ["openapi: is missing at the top level"]
        );
    }

    #[test]
    fn an_absolute_path_is_told_with_its_line() {
        let folder = format!("/{}/", "home");
        let text = format!("fine\nopen {folder}me/notes\nsee https://example.com{folder}page\n");
        let repository = Repository::of(&[("a.md", text.as_str())]);
        let problems = no_path_of_a_developers_machine_is_committed(&repository);
        assert_eq!(
            problems,
            [format!("a.md:2: has the absolute path {folder}")]
        );
    }

    #[test]
    fn a_test_command_that_readme_words_otherwise_is_told() {
        let script = "#!/bin/sh\nset -eu\ncargo xtask ci --no-test\nexec cargo test --workspace\n";
        let same = Repository::of(&[
            (".ci/run", script),
            ("README.md", "`cargo test --workspace`"),
        ]);
        assert!(readme_has_the_test_command_of_the_ci(&same).is_empty());
        let other = Repository::of(&[(".ci/run", script), ("README.md", "`cargo test`")]);
        assert_eq!(readme_has_the_test_command_of_the_ci(&other).len(), 1);
        assert_eq!(
            readme_has_the_test_command_of_the_ci(&Repository::of(&[])).len(),
            1
        );
    }

    #[test]
    fn prose_that_is_too_wide_is_told_with_its_line() {
        let words = "word ".repeat(20);
        for (path, text) in [
            ("a.md", format!("{words}end\n")),
            ("a.rs", format!("    /// {words}\n")),
            ("a.rs", format!("// {words}\n")),
            ("a.toml", format!("# {words}\n")),
        ] {
            let repository = Repository::of(&[(path, text.as_str())]);
            let problems = prose_is_within_100_columns(&repository);
            assert_eq!(problems.len(), 1, "{text}");
            assert!(problems[0].starts_with(&format!("{path}:1: has 10")));
        }
    }

    #[test]
    fn what_cannot_be_folded_and_what_is_no_prose_may_be_wide() {
        let words = "word ".repeat(30);
        let address = format!("https://example.com/{}", "a".repeat(100));
        for (path, text) in [
            ("a.md", format!("| {words} |\n")),
            ("a.md", format!("[name]: {address}\n")),
            ("a.rs", format!("/// - <{address}>\n")),
            ("a.rs", format!("const A: &str = \"{words}\";\n")),
            ("a.toml", format!("description = \"{words}\"\n")),
            ("a.yaml", format!("# {words}\n")),
        ] {
            let repository = Repository::of(&[(path, text.as_str())]);
            let problems = prose_is_within_100_columns(&repository);
            assert_eq!(problems, Vec::<String>::new());
        }
    }
}
