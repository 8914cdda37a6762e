//! What stands in braces in a text of a case.

use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::{Json, Keys};

/// The names that a text may have in braces, with their values.
#[derive(Clone)]
pub(crate) struct Names(BTreeMap<String, Json>);

impl Names {
    pub(crate) fn new(keys: &Keys) -> Names {
        let keys = [("public_key", &keys.public), ("secret_key", &keys.secret)];
        let named = keys.map(|(name, key)| (name.to_owned(), Json::Text(key.clone())));
        Names(named.into())
    }

    pub(crate) fn get(&self, name: &str) -> Option<&Json> {
        self.0.get(name)
    }

    pub(crate) fn insert(&mut self, name: &str, value: Json) {
        self.0.insert(name.to_owned(), value);
    }

    /// Puts the values into a text, and after that encodes what `{base64:...}` holds.
    pub(crate) fn fill(&self, text: &str) -> String {
        let mut filled = text.to_owned();
        for (name, value) in &self.0 {
            if let Json::Text(value) = value {
                filled = filled.replace(&format!("{{{name}}}"), value);
            }
        }
        while let Some((before, rest)) = filled.split_once("{base64:") {
            let Some((plain, after)) = rest.split_once('}') else {
                break;
            };
            filled = format!("{before}{}{after}", STANDARD.encode(plain));
        }
        filled
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_filled(text: &str, expected: &str) {
        let mut names = Names::new(&Keys {
            public: "pkey".to_owned(),
            secret: "skey".to_owned(),
        });
        names.insert("id", Json::Text("src_1".to_owned()));
        names.insert("source", Json::Null);
        assert_eq!(names.fill(text), expected);
    }

    #[test]
    fn names_stand_for_their_values() {
        check_filled("/sources/{id}", "/sources/src_1");
        check_filled("{public_key} {secret_key}", "pkey skey");
    }

    #[test]
    fn what_is_to_be_encoded_is_filled_before() {
        check_filled("Basic {base64:{secret_key}:x}", "Basic c2tleTp4");
        check_filled("{base64:} {base64:a}", " YQ==");
    }

    #[test]
    fn other_braces_stay() {
        check_filled("{nobody} [0-9]{2} {base64:", "{nobody} [0-9]{2} {base64:");
        check_filled("{source}", "{source}");
    }
}
