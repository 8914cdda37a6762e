//! OpenAPI Overlay 1.0: a document of changes to a document.
//!
//! What an overlay means is stated in <https://spec.openapis.org/overlay/v1.0.0.html>.

use std::fmt;

use indexmap::IndexMap;
use serde::Deserialize;
use serde_json::Value;
use serde_json_path::{JsonPath, PathElement};

use crate::tree::Node;

/// An overlay.
#[derive(Clone, Debug, Deserialize)]
pub struct Overlay {
    /// The changes, in their order.
    pub actions: Vec<Action>,
}

/// One change.
#[derive(Clone, Debug, Deserialize)]
pub struct Action {
    /// What is changed: a `JSONPath`.
    pub target: String,
    /// What is merged into an object, or added to a list.
    pub update: Option<Node>,
    /// Whether what is targeted goes.
    #[serde(default)]
    pub remove: bool,
}

/// What keeps an overlay from being applied.
#[derive(Clone, Debug, PartialEq)]
pub struct OverlayError {
    /// Which action it is, from 0, and its target; none if it is the whole overlay.
    pub action: Option<(usize, String)>,
    /// What is wrong, as a lowercase fragment.
    pub message: String,
}

impl Overlay {
    /// Reads an overlay.
    ///
    /// # Errors
    ///
    /// The text is no YAML, has no actions, or is of another version than 1.0.
    pub fn read(yaml: &str) -> Result<Overlay, OverlayError> {
        #[derive(Deserialize)]
        struct Head {
            overlay: String,
        }
        let whole = |error: serde_saphyr::Error| OverlayError {
            action: None,
            message: error.to_string(),
        };
        let head: Head = serde_saphyr::from_str(yaml).map_err(whole)?;
        if !head.overlay.starts_with("1.0.") {
            return Err(OverlayError {
                action: None,
                message: format!("overlay must be 1.0.x, not {}", head.overlay),
            });
        }
        serde_saphyr::from_str(yaml).map_err(whole)
    }

    /// Changes a document, and gives for each action how many nodes its target has met.
    ///
    /// # Errors
    ///
    /// A target is no `JSONPath`, or what it meets cannot take the update. The document is then
    /// half-changed and of no use.
    pub fn apply(&self, document: &mut Node) -> Result<Vec<usize>, OverlayError> {
        // The paths are looked up in a copy that follows every change.
        let mut value = document.to_value();
        let mut met = Vec::with_capacity(self.actions.len());
        for (index, action) in self.actions.iter().enumerate() {
            let count = action.apply(document, &mut value);
            met.push(count.map_err(|message| OverlayError {
                action: Some((index, action.target.clone())),
                message,
            })?);
        }
        Ok(met)
    }
}

impl Action {
    fn apply(&self, document: &mut Node, value: &mut Value) -> Result<usize, String> {
        let target = JsonPath::parse(&self.target).map_err(|error| error.to_string())?;
        let found = target.query_located(value).dedup();
        let mut places: Vec<Vec<Step>> = found
            .locations()
            .map(|path| path.iter().map(Step::from).collect())
            .collect();
        places.sort();
        if self.remove {
            // Backwards, so that an element that goes moves none that is still to go.
            for place in places.iter().rev() {
                remove(document, place)?;
            }
        } else if let Some(update) = &self.update {
            for place in &places {
                merge(find(document, place), update)?;
            }
        } else {
            return Err("must have `update` or `remove`".to_owned());
        }
        if self.remove {
            *value = document.to_value();
        } else {
            for place in &places {
                *value
                    .pointer_mut(&pointer(place))
                    .expect("it was found here") = find(document, place).to_value();
            }
        }
        Ok(places.len())
    }
}

/// A step down the tree.
#[derive(Eq, Ord, PartialEq, PartialOrd)]
enum Step {
    Name(String),
    Index(usize),
}

impl From<&PathElement<'_>> for Step {
    fn from(element: &PathElement<'_>) -> Step {
        match element {
            PathElement::Name(name) => Step::Name((*name).to_owned()),
            PathElement::Index(index) => Step::Index(*index),
        }
    }
}

fn find<'a>(document: &'a mut Node, place: &[Step]) -> &'a mut Node {
    place
        .iter()
        .fold(document, |node, step| match (node, step) {
            (Node::Map(members), Step::Name(name)) => &mut members[name.as_str()],
            (Node::List(elements), Step::Index(index)) => &mut elements[*index],
            _ => unreachable!("the path was found in a copy of this document"),
        })
}

fn pointer(place: &[Step]) -> String {
    let steps = place.iter().map(|step| match step {
        Step::Name(name) => format!("/{}", name.replace('~', "~0").replace('/', "~1")),
        Step::Index(index) => format!("/{index}"),
    });
    steps.collect()
}

fn remove(document: &mut Node, place: &[Step]) -> Result<(), String> {
    let Some((last, above)) = place.split_last() else {
        return Err("the whole document cannot be removed".to_owned());
    };
    match (find(document, above), last) {
        (Node::Map(members), Step::Name(name)) => {
            members.shift_remove(name);
        }
        (Node::List(elements), Step::Index(index)) => {
            elements.remove(*index);
        }
        _ => unreachable!("the path was found in a copy of this document"),
    }
    Ok(())
}

/// Merges an update into what a target has met.
fn merge(target: &mut Node, update: &Node) -> Result<(), String> {
    match (target, update) {
        (Node::Map(members), Node::Map(updates)) => {
            merge_members(members, updates);
            Ok(())
        }
        (Node::List(elements), update) => {
            elements.push(update.clone());
            Ok(())
        }
        (Node::Map(_), _) => Err("an object takes an object as its update".to_owned()),
        _ => Err("the target must be an object or a list".to_owned()),
    }
}

/// Merges member by member: objects again so, lists end to end; all else is replaced.
fn merge_members(members: &mut IndexMap<String, Node>, updates: &IndexMap<String, Node>) {
    for (name, update) in updates {
        match (members.get_mut(name), update) {
            (Some(Node::Map(members)), Node::Map(updates)) => merge_members(members, updates),
            (Some(Node::List(elements)), Node::List(more)) => elements.extend(more.iter().cloned()),
            (Some(member), update) => *member = update.clone(),
            (None, update) => {
                members.insert(name.clone(), update.clone());
            }
        }
    }
}

impl fmt::Display for OverlayError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some((index, target)) = &self.action {
            write!(f, "actions[{index}] ({target}): ")?;
        }
        f.write_str(&self.message)
    }
}

impl std::error::Error for OverlayError {}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const DOCUMENT: &str = r#"
        { "info": { "title": "One", "tags": ["a"] },
          "list": [ { "n": 1 }, { "n": 2 }, { "n": 1 } ],
          "a/b~c": { "deep": {} } }"#;

    fn apply(actions: Value) -> Result<(Value, Vec<usize>), OverlayError> {
        let overlay = json!({
            "overlay": "1.0.0",
            "info": { "title": "Changes", "version": "1" },
            "actions": actions,
        });
        let overlay = Overlay::read(&overlay.to_string())?;
        let mut document = Node::read(DOCUMENT).expect("it is YAML");
        let met = overlay.apply(&mut document)?;
        Ok((document.to_value(), met))
    }

    #[test]
    fn an_update_replaces_texts_extends_lists_and_keeps_the_rest() {
        let update = json!({ "title": "Two", "tags": ["b"], "more": { "x": 1 } });
        let (document, met) = apply(json!([{ "target": "$.info", "update": update }])).unwrap();
        assert_eq!(
            document["info"],
            json!({ "title": "Two", "tags": ["a", "b"], "more": { "x": 1 } })
        );
        assert_eq!(met, [1]);
    }

    #[test]
    fn an_update_of_a_list_is_added_to_it() {
        let (document, _) = apply(json!([{ "target": "$.list", "update": { "n": 3 } }])).unwrap();
        assert_eq!(document["list"][3], json!({ "n": 3 }));
    }

    #[test]
    fn what_several_nodes_meet_happens_to_all_of_them() {
        let (document, met) = apply(json!([
            { "target": "$.list[?@.n == 1]", "update": { "seen": true } },
            { "target": "$.list[?@.seen]", "remove": true },
            { "target": "$.nowhere", "remove": true },
        ]))
        .unwrap();
        assert_eq!(document["list"], json!([{ "n": 2 }]));
        assert_eq!(met, [2, 2, 0]);
    }

    #[test]
    fn a_node_that_is_met_twice_or_out_of_order_is_changed_once() {
        let (document, met) = apply(json!([
            { "target": "$.list[2,0,0]", "update": { "tags": ["x"] } },
            { "target": "$.list[2,0,2]", "remove": true },
        ]))
        .unwrap();
        assert_eq!(document["list"], json!([{ "n": 2 }]));
        assert_eq!(met, [2, 2]);
    }

    #[test]
    fn an_action_sees_what_those_before_it_have_done() {
        let (document, met) = apply(json!([
            { "target": "$['a/b~c'].deep", "update": { "new": {} } },
            { "target": "$['a/b~c'].deep.new", "update": { "text": "here" } },
        ]))
        .unwrap();
        assert_eq!(document["a/b~c"]["deep"]["new"]["text"], "here");
        assert_eq!(met, [1, 1]);
    }

    #[track_caller]
    fn check_refused(action: Value, expected: &str) {
        let error = apply(json!([action])).unwrap_err().to_string();
        assert!(error.contains(expected), "{error}");
    }

    #[test]
    fn what_cannot_be_applied_names_the_action_and_its_target() {
        check_refused(
            json!({ "target": "$.info.title", "update": { "x": 1 } }),
            "actions[0] ($.info.title): the target must be an object or a list",
        );
        check_refused(
            json!({ "target": "$.info", "update": "text" }),
            "an object takes an object",
        );
        check_refused(
            json!({ "target": "info", "remove": true }),
            "actions[0] (info): ",
        );
        check_refused(
            json!({ "target": "$", "remove": true }),
            "the whole document",
        );
        check_refused(
            json!({ "target": "$.info" }),
            "must have `update` or `remove`",
        );
    }

    #[test]
    fn another_version_of_overlays_is_refused() {
        let error = Overlay::read("{overlay: 2.0.0, actions: []}").unwrap_err();
        assert_eq!(error.to_string(), "overlay must be 1.0.x, not 2.0.0");
    }
}
