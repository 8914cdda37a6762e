//! Other forms of the document, each derived from it: what tools want that do not read it as it is.

mod arazzo;
mod bundle;
mod examples;
mod form;
mod nodes;
mod openapi31;
mod operations;
mod postman;
mod strict;

use crate::problem::Problems;
use crate::spec::Spec;
use crate::tree::Node;

pub use bundle::{Bundle, SUMS, digest};

/// A file that the page offers beside itself.
#[derive(Clone, Debug)]
pub struct File {
    /// Its name, without a folder.
    pub name: &'static str,
    /// Its media type.
    pub media_type: &'static str,
    /// What is in it.
    pub text: String,
}

const YAML: &str = "application/yaml; charset=utf-8";
const JSON: &str = "application/json; charset=utf-8";

/// The name of the document among the files.
pub const DOCUMENT: &str = "source.yaml";

/// The names of the files.
pub const FILES: [&str; 6] = [
    DOCUMENT,
    "source.json",
    "source.ja.overlay.yaml",
    "source.strict.yaml",
    "source.openapi-3.1.yaml",
    "source.form.overlay.yaml",
];

/// Makes every file from the document and its translation.
///
/// # Errors
///
/// If the document cannot be read, or has not what a view is made of.
pub fn files(document: &str, translation: &str) -> Result<Vec<File>, Problems> {
    let spec = Spec::read(document)?;
    let tree = Node::read(document).map_err(|problem| Problems(vec![problem]))?;
    let text = |name| {
        let from = |what: &str| format!("{what} of {DOCUMENT}; that file counts.");
        Ok(match name {
            DOCUMENT => document.to_owned(),
            "source.json" => nodes::json(&tree)?,
            "source.ja.overlay.yaml" => translation.to_owned(),
            "source.strict.yaml" => {
                nodes::yaml(&from("The strict view"), &strict::view(&tree, &spec)?)?
            }
            "source.openapi-3.1.yaml" => {
                nodes::yaml(&from("The edition in OpenAPI 3.1"), &openapi31::of(&tree)?)?
            }
            _ => nodes::yaml(
                &from("The form overlay"),
                &form::overlay(&tree, &spec, DOCUMENT)?,
            )?,
        })
    };
    let files = FILES.into_iter().map(|name| {
        let text: anyhow::Result<String> = text(name);
        Ok(File {
            name,
            media_type: if name.ends_with(".json") { JSON } else { YAML },
            text: text
                .map_err(|error| Problems::one(name, format!("cannot be made: {error:#}")))?,
        })
    });
    files.collect()
}

#[cfg(test)]
mod tests {
    use crate::overlay::Overlay;
    use crate::{SOURCE_JA_YAML, SOURCE_YAML};

    use super::*;

    #[test]
    fn every_file_can_be_read_by_what_it_is_for() {
        let files = files(&SOURCE_YAML, &SOURCE_JA_YAML).expect("the document has all of it");
        let text = |name: &str| {
            let file = files.iter().find(|file| file.name == name);
            &file.expect(name).text
        };
        let document = Node::read(&SOURCE_YAML).expect("it is YAML");
        assert_eq!(*text(DOCUMENT), *SOURCE_YAML);
        let json: serde_json::Value = serde_json::from_str(text("source.json")).expect("JSON");
        assert_eq!(json, document.to_value());
        for name in ["source.ja.overlay.yaml", "source.form.overlay.yaml"] {
            let overlay = Overlay::read(text(name)).expect(name);
            let met = overlay.apply(&mut document.clone()).expect(name);
            assert!(met.iter().all(|count| *count == 1), "{name}");
            let extends = Node::read(text(name)).expect(name);
            let extends = extends.get("extends").and_then(Node::text);
            assert_eq!(extends, Some(DOCUMENT), "{name}");
        }
        let strict = Node::read(text("source.strict.yaml")).expect("YAML");
        let request = strict.at(&["components", "schemas", "SourceParameters", "oneOf"]);
        let spec = Spec::read(&SOURCE_YAML).expect("the specification is in order");
        let methods = spec.payment_methods().count();
        assert_eq!(request.map(|all| all.elements().len()), Some(methods));
        let twin = Node::read(text("source.openapi-3.1.yaml")).expect("YAML");
        assert_eq!(twin.get("openapi").and_then(Node::text), Some("3.1.1"));
    }
}
