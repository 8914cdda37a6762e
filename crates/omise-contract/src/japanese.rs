//! The document with its prose in Japanese.

use crate::overlay::Overlay;
use crate::tree::Node;
use crate::{Problems, Spec};

/// Reads a document as its translation makes it.
///
/// # Errors
///
/// If either is no YAML, the translation does not fit the document, or what comes out is no
/// document that can be read.
pub fn japanese(document: &str, translation: &str) -> Result<Spec, Problems> {
    let untranslatable =
        |error: &dyn std::fmt::Display| Problems::one("", format!("cannot be translated: {error}"));
    let overlay = Overlay::read(translation).map_err(|error| untranslatable(&error))?;
    let mut tree = Node::read(document).map_err(|problem| Problems(vec![problem]))?;
    overlay
        .apply(&mut tree)
        .map_err(|error| untranslatable(&error))?;
    // JSON is YAML.
    let translated = serde_json::to_string(&tree).map_err(|error| untranslatable(&error))?;
    Spec::read(&translated)
}

#[cfg(test)]
mod tests {
    use crate::{SOURCE_JA_YAML, SOURCE_YAML};

    use super::*;

    #[test]
    fn the_prose_is_japanese_and_the_facts_are_the_same() {
        let english = Spec::read(&SOURCE_YAML).expect("the specification is in order");
        let japanese = japanese(&SOURCE_YAML, &SOURCE_JA_YAML).expect("the translation fits");
        assert_ne!(
            english.document().info.description,
            japanese.document().info.description
        );
        let [english, japanese] = [&english, &japanese].map(|spec| {
            let rows = spec.payment_methods();
            rows.map(|(name, row)| (name, &row.flow, &row.required))
                .collect::<Vec<_>>()
        });
        assert_eq!(english, japanese);
    }

    #[test]
    fn a_translation_that_does_not_fit_is_told() {
        let translation = "{overlay: 1.0.0, actions: [{target: 'x', update: {}}]}";
        let problems = japanese(&SOURCE_YAML, translation).expect_err("`x` is no path");
        assert!(
            problems.to_string().contains("cannot be translated"),
            "{problems}"
        );
    }
}
