//! Reads a document and checks it.

use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::check::check;
use crate::document::Document;
use crate::problem::{Problem, Problems};
use crate::rule::all as rule;
use crate::spec::Spec;

impl Spec {
    /// Reads and checks a document.
    ///
    /// # Errors
    ///
    /// Every problem that was found, each with its path in the document. A document that is not
    /// YAML or does not have the shape of [`Document`] gives one problem.
    pub fn read(yaml: &str) -> Result<Spec, Problems> {
        let mut path = String::new();
        let document = serde_saphyr::with_deserializer_from_str(yaml, |deserializer| {
            serde_path_to_error::deserialize::<_, Document>(deserializer).map_err(|error| {
                path = error.path().to_string();
                error.into_inner()
            })
        });
        let document =
            document.map_err(|error| Problems(vec![unread(yaml, path, &error.to_string())]))?;
        let sha256 = sha256(yaml);
        let spec = Spec::unchecked(document, sha256);
        let problems = check(&spec);
        if problems.is_empty() {
            Ok(spec)
        } else {
            Err(Problems(problems))
        }
    }
}

fn sha256(text: &str) -> String {
    let digest = Sha256::digest(text);
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// What is wrong with a text that is no [`Document`]; `path` and `reason` are its reader's words.
fn unread(yaml: &str, path: String, reason: &str) -> Problem {
    let is_yaml = serde_saphyr::from_str::<Value>(yaml).is_ok();
    let rule = if !is_yaml {
        rule::it_is_yaml
    } else if reason.contains("unknown field") || reason.contains("unknown variant") {
        rule::every_member_is_known
    } else if reason.contains("missing field") {
        rule::no_member_is_missing
    } else {
        rule::every_member_has_its_type
    };
    // Below its first line it draws a picture of the place, and one first line ends with advice to
    // programmers.
    let first = reason.lines().next().unwrap_or_default();
    let first = first.strip_prefix("error: ").unwrap_or(first);
    let first = first
        .split(", set DuplicateKeyPolicy")
        .next()
        .unwrap_or_default();
    // It writes a question mark for a member that it was still reading.
    rule.broken(path.trim_end_matches(".?"), first)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_digest_is_that_of_the_standard() {
        // The vector of FIPS 180-2, appendix B.1.
        assert_eq!(
            sha256("abc"),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        );
    }
}
