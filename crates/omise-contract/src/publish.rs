//! The artefacts of the document: what tools want that do not read it as it is, each derived from
//! it and from its translation.

mod arazzo;
mod bundle;
mod examples;
mod form;
mod nodes;
mod openapi31;
mod operations;
mod postman;
mod strict;

use anyhow::{Result, ensure};

use crate::overlay::Overlay;
use crate::spec::Spec;
use crate::tree::Node;
use nodes::{json, yaml};

pub use bundle::{Bundle, SUMS, digest};

/// How the names of the artefacts end, after `source` and, where they are published, the version.
pub const ENDINGS: [&str; 8] = [
    "yaml",
    "json",
    "ja.overlay.yaml",
    "strict.yaml",
    "openapi-3.1.yaml",
    "form.overlay.yaml",
    "postman_collection.json",
    "arazzo.yaml",
];

/// The media type of an artefact.
pub fn media_type(ending: &str) -> &'static str {
    if ending.ends_with("json") {
        "application/json; charset=utf-8"
    } else {
        "application/yaml; charset=utf-8"
    }
}

/// Makes every artefact, in the order of [`ENDINGS`]. `name` is that of the document without its
/// ending: what points from one artefact to another needs it.
///
/// # Errors
///
/// If the document cannot be read, or has not what an artefact is made of.
pub fn artefacts(name: &str, document: &str, translation: &str) -> Result<[String; ENDINGS.len()]> {
    let spec = Spec::read(document)?;
    let tree = Node::read(document).map_err(|problem| anyhow::anyhow!("{}", problem.message))?;
    let version = &spec.document().info.version;
    let file = format!("{name}.yaml");
    let head = |what: &str| format!("{what} of {file}; that file counts.");
    let form = form::overlay(&tree, &spec, &file)?;
    let form = yaml(&head("The form overlay"), &form)?;
    changes_one_place_with_each_action(&form, &tree)?;
    Ok([
        document.to_owned(),
        json(&tree)?,
        translation.to_owned(),
        yaml(&head("The strict view"), &strict::view(&tree, &spec)?)?,
        yaml(&head("The edition in OpenAPI 3.1"), &openapi31::of(&tree)?)?,
        form,
        json(&postman::collection(&tree, &spec, version)?)?,
        yaml(
            &head("The workflows"),
            &arazzo::workflows(&tree, &spec, version, &file)?,
        )?,
    ])
}

/// An overlay that meets nothing, or several places, changes the wrong thing in silence.
fn changes_one_place_with_each_action(overlay: &str, document: &Node) -> Result<()> {
    let met = Overlay::read(overlay)?.apply(&mut document.clone())?;
    let wrong = met.iter().position(|count| *count != 1);
    ensure!(
        wrong.is_none(),
        "action {wrong:?} of the form overlay must meet one place"
    );
    Ok(())
}

#[cfg(test)]
mod tests {
    use crate::{SOURCE_JA_YAML, SOURCE_YAML};

    use super::*;

    #[test]
    fn every_file_can_be_read_by_what_it_is_for() {
        let texts = artefacts("source", &SOURCE_YAML, &SOURCE_JA_YAML).expect("it has all of it");
        let text = |ending: &str| {
            let index = ENDINGS.iter().position(|known| *known == ending);
            &texts[index.expect(ending)]
        };
        let document = Node::read(&SOURCE_YAML).expect("it is YAML");
        assert_eq!(*text("yaml"), *SOURCE_YAML);
        let json: serde_json::Value = serde_json::from_str(text("json")).expect("JSON");
        assert_eq!(json, document.to_value());
        for name in ["ja.overlay.yaml", "form.overlay.yaml"] {
            let overlay = Overlay::read(text(name)).expect(name);
            let met = overlay.apply(&mut document.clone()).expect(name);
            assert!(met.iter().all(|count| *count == 1), "{name}");
            let extends = Node::read(text(name)).expect(name);
            let extends = extends.get("extends").and_then(Node::text);
            assert_eq!(extends, Some("source.yaml"), "{name}");
        }
        let strict = Node::read(text("strict.yaml")).expect("YAML");
        let request = strict.at(&["components", "schemas", "SourceParameters", "oneOf"]);
        let spec = Spec::read(&SOURCE_YAML).expect("the specification is in order");
        let methods = spec.payment_methods().count();
        assert_eq!(request.map(|all| all.elements().len()), Some(methods));
        let twin = Node::read(text("openapi-3.1.yaml")).expect("YAML");
        assert_eq!(twin.get("openapi").and_then(Node::text), Some("3.1.1"));
    }
}
