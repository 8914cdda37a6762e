//! `cargo xtask tidy`: the invariants of README, and what no linter sees.
//!
//! One rule is one function over the repository; each gives every problem that it finds.

mod crates;
mod files;
mod rust;

use anyhow::Result;
use omise_contract::Spec;

use crate::failure::Failure;
use crate::{say, workspace};
use crates::Graph;

type Rule = fn(&Repository) -> Vec<String>;

const RULES: [Rule; 13] = [
    files::the_top_level_is_as_agreed,
    files::no_path_of_a_developers_machine_is_committed,
    files::readme_has_the_test_command_of_the_ci,
    files::prose_is_within_100_columns,
    crates::dependencies_point_one_way,
    crates::the_generator_is_in_no_runtime_graph,
    crates::manifests_inherit_from_the_workspace,
    crates::roots_say_what_they_are,
    rust::nothing_is_unsafe,
    rust::no_test_is_ignored,
    rust::nothing_is_left_to_do,
    rust::wire_values_stand_in_the_specification_only,
    rust::files_can_be_read,
];

/// Checks the repository as it is on disk now.
pub(crate) fn run() -> Result<()> {
    let repository = Repository::read()?;
    let mut problems = Vec::new();
    for rule in RULES {
        problems.extend(rule(&repository));
    }
    if problems.is_empty() {
        say::line(&format!(
            "tidy: {} files, {} crates: no problem in {} rules",
            repository.files.len(),
            repository.graph.members.len(),
            RULES.len()
        ));
        return Ok(());
    }
    let what = format!("{}\ntidy: {} problems", problems.join("\n"), problems.len());
    let mend = "edit what is named above, then run `cargo xtask tidy`";
    Err(Failure::failed(what, mend).into())
}

/// What the rules look at.
struct Repository {
    // What stands directly in the root.
    top_level: Vec<String>,
    // Every file that is text and is or could be committed.
    files: Vec<File>,
    graph: Graph,
    // The wire values of the payment methods.
    payment_methods: Vec<String>,
}

/// A file of text.
struct File {
    // Its path from the root.
    path: String,
    text: String,
}

impl Repository {
    fn read() -> Result<Repository> {
        let mut files = Vec::new();
        for path in workspace::files()? {
            // A picture has no text to look at.
            if let Ok(text) = workspace::read(&path) {
                files.push(File { path, text });
            }
        }
        let mut top_level = Vec::new();
        for entry in std::fs::read_dir(workspace::root())? {
            top_level.push(entry?.file_name().to_string_lossy().into_owned());
        }
        top_level.sort();
        let spec: Spec = workspace::spec()?;
        Ok(Repository {
            top_level,
            files,
            graph: Graph::read()?,
            payment_methods: spec
                .payment_methods()
                .map(|(name, _)| name.clone())
                .collect(),
        })
    }

    fn file(&self, path: &str) -> Option<&File> {
        self.files.iter().find(|file| file.path == path)
    }
}

#[cfg(test)]
impl Repository {
    /// A repository of a few files, for the tests of the rules.
    fn of(files: &[(&str, &str)]) -> Repository {
        let files = files.iter().map(|(path, text)| File {
            path: (*path).to_owned(),
            text: (*text).to_owned(),
        });
        Repository {
            top_level: Vec::new(),
            files: files.collect(),
            graph: Graph::default(),
            payment_methods: vec!["promptpay".to_owned(), "econtext".to_owned()],
        }
    }
}
