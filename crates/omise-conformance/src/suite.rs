use omise_openapi::CONFORMANCE;

use crate::{Case, CaseFile};

/// The cases that this version of the crate was built with.
///
/// # Example
///
/// ```
/// use omise_conformance::Suite;
///
/// let suite = Suite::embedded();
/// assert!(suite.cases().count() >= 200);
/// ```
#[derive(Clone, Debug)]
pub struct Suite {
    files: Vec<(&'static str, CaseFile)>,
}

impl Suite {
    /// The suite.
    pub fn embedded() -> Suite {
        let read = |(name, text): &(&'static str, &str)| {
            let file = serde_json::from_str(text);
            (
                *name,
                file.unwrap_or_else(|error| panic!("{name}: {error}")),
            )
        };
        Suite {
            files: CONFORMANCE.iter().map(read).collect(),
        }
    }

    /// The version of the suite, by semantic versioning.
    pub fn version(&self) -> &str {
        &self.files[0].1.version
    }

    /// The files by their names, without `.json`.
    pub fn files(&self) -> impl Iterator<Item = (&'static str, &CaseFile)> {
        self.files.iter().map(|(name, file)| (*name, file))
    }

    /// Every case.
    pub fn cases(&self) -> impl Iterator<Item = &Case> {
        self.files.iter().flat_map(|(_, file)| &file.cases)
    }

    /// The case of that id.
    pub fn case(&self, id: &str) -> Option<&Case> {
        self.cases().find(|case| case.id == id)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_file_of_the_folder_is_in_the_suite() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../openapi/conformance");
        let entries = std::fs::read_dir(folder).expect("the folder is there");
        let names = entries.map(|entry| entry.expect("an entry").file_name());
        let names = names.filter_map(|name| name.into_string().ok());
        let files: BTreeSet<String> = names
            .filter_map(|name| name.strip_suffix(".json").map(str::to_owned))
            .filter(|name| name != "case.schema")
            .collect();
        let listed = CONFORMANCE
            .iter()
            .map(|(name, _)| (*name).to_owned())
            .collect();
        assert_eq!(files, listed);
    }
}
