//! Walks the facts of two editions, and judges each difference by the table of judgements.

use std::collections::HashSet;

use super::change::{Change, Class};
use super::facts::{self, LABEL, USES};
use super::judgements::{BOTH, Case, Happened, Means, ROWS};
use crate::document::Document;
use crate::tree::Node;

/// Every change from one document to the other, what breaks first.
pub(super) fn compare(old: &Document, new: &Document) -> Vec<Change> {
    let [before, after] = facts::of(old, new);
    let mut comparison = Comparison::default();
    comparison.walk(&Here::default(), Some(&before), Some(&after));
    if comparison.changes.is_empty() {
        comparison.spelling(old, new);
    }
    comparison.changes.sort_by_key(|change| change.class);
    comparison.changes
}

/// Where the comparison stands.
#[derive(Clone, Debug, Default)]
struct Here {
    place: Vec<String>,
    label: String,
    // The label of what this is a part of.
    above: String,
    // Whether requests meet it, and responses.
    uses: (bool, bool),
}

#[derive(Default)]
struct Comparison {
    changes: Vec<Change>,
    // What is shared by operations is compared once for each of them.
    seen: HashSet<Change>,
}

impl Comparison {
    fn walk(&mut self, here: &Here, old: Option<&Node>, new: Option<&Node>) {
        if is_same(old, new) {
            return;
        }
        let here = here.with(new.or(old));
        let cases = here.row().map_or(&[][..], |(cases, _)| cases);
        let judged = |happened| cases.iter().any(|(known, ..)| *known == happened);
        match (old, new) {
            (Some(old), None) if judged(Happened::Gone) && !is_list(old) => {
                self.judge(&here, Happened::Gone, old, &Node::Null);
            }
            (None, Some(new)) if judged(Happened::New) && !is_list(new) => {
                let required = ["is required", "required"].map(|name| new.get(name));
                let is_required = required.contains(&Some(&Node::Bool(true)));
                let happened = if is_required && judged(Happened::NewAndRequired) {
                    Happened::NewAndRequired
                } else {
                    Happened::New
                };
                self.judge(&here, happened, &Node::Null, new);
            }
            _ if judged(Happened::Differs) => {
                let [old, new] = [old, new].map(|side| side.unwrap_or(&Node::Null));
                self.judge(&here, Happened::Differs, old, new);
            }
            _ if [old, new].into_iter().flatten().all(is_map) => self.members(&here, old, new),
            _ if [old, new].into_iter().flatten().all(is_list) => self.elements(&here, old, new),
            _ => {
                let [old, new] = [old, new].map(|side| side.unwrap_or(&Node::Null));
                self.judge(&here, Happened::Changed, old, new);
            }
        }
    }

    fn members(&mut self, here: &Here, old: Option<&Node>, new: Option<&Node>) {
        let names = |side: Option<&Node>| -> Vec<String> {
            let members = side.into_iter().flat_map(Node::members);
            members.map(|(name, _)| name.clone()).collect()
        };
        let (before, after) = (names(old), names(new));
        let get = |side: Option<&Node>, name: &str| side.and_then(|side| side.get(name)).cloned();
        let of_another_type =
            get(old, "type") != get(new, "type") && old.is_some() && new.is_some();
        let gone = before.iter().filter(|name| !after.contains(name));
        for name in after.iter().chain(gone) {
            // All but these is of one type.
            let is_of_every_type = ["type", "description", "example", "is required", "name"];
            if [LABEL, USES].contains(&name.as_str())
                || (of_another_type && !is_of_every_type.contains(&name.as_str()))
            {
                continue;
            }
            let below = here.below(name);
            self.walk(&below, get(old, name).as_ref(), get(new, name).as_ref());
        }
        let stays = |name: &&String| before.contains(name) && after.contains(name);
        if before.iter().filter(stays).ne(after.iter().filter(stays)) && here.has(Happened::Moved) {
            self.judge(here, Happened::Moved, &Node::Null, &Node::Null);
        }
    }

    /// A list is compared as a set whose order counts.
    fn elements(&mut self, here: &Here, old: Option<&Node>, new: Option<&Node>) {
        let elements =
            |side: Option<&Node>| side.map_or(Vec::new(), |side| side.elements().to_vec());
        let (old, new) = (elements(old), elements(new));
        for gone in old.iter().filter(|one| !new.contains(one)) {
            self.judge(here, Happened::Gone, gone, &Node::Null);
        }
        for one in new.iter().filter(|one| !old.contains(one)) {
            self.judge(here, Happened::New, &Node::Null, one);
        }
        let stays = |one: &&Node| old.contains(one) && new.contains(one);
        if old.iter().filter(stays).ne(new.iter().filter(stays)) {
            self.judge(here, Happened::Moved, &Node::Null, &Node::Null);
        }
    }

    fn judge(&mut self, here: &Here, happened: Happened, old: &Node, new: &Node) {
        let row = here.row().and_then(|(cases, names)| {
            let case = cases.iter().find(|(known, ..)| *known == happened);
            case.map(|(_, means, words)| (*means, *words, names))
        });
        let path = here.place.join(".");
        let Some((mut means, words, names)) = row else {
            let line = format!("`{path}` changed in a way that has no class");
            return self.add(here, BOTH, &path, line);
        };
        loop {
            means = match means {
                Means::By(judge) => judge(old, new),
                Means::ByName(judge) => judge(here.place.last().map_or("", String::as_str)),
                _ => break,
            };
        }
        self.add(here, means, &path, here.write(words, &names, old, new));
    }

    fn add(&mut self, here: &Here, means: Means, path: &str, line: String) {
        let (requests, responses) = match means {
            Means::Part(requests, responses) => (requests && here.uses.0, responses && here.uses.1),
            Means::Breaks(requests, responses) => (requests, responses),
            _ => (false, false),
        };
        let mut classes = Vec::new();
        classes.extend(requests.then_some(Class::BreakingRequests));
        classes.extend(responses.then_some(Class::BreakingResponses));
        let topic = match means {
            Means::Nothing => return,
            Means::Topic(topic) => {
                classes.push(Class::Documentation);
                Some((topic, line.clone()))
            }
            _ if classes.is_empty() => {
                classes.push(Class::Safe);
                None
            }
            _ => None,
        };
        let line = topic
            .as_ref()
            .map_or(line.clone(), |(topic, _)| format!("{topic}: {line}"));
        for class in classes {
            let change = Change {
                path: path.to_owned(),
                class,
                line: line.clone(),
                topic: topic.clone(),
            };
            let of_any_place = Change {
                path: String::new(),
                ..change.clone()
            };
            if self.seen.insert(of_any_place) {
                self.changes.push(change);
            }
        }
    }

    /// Where the documents are written otherwise and say the same.
    fn spelling(&mut self, old: &Document, new: &Document) {
        let mut old = old.clone();
        old.info.version.clone_from(&new.info.version);
        let tree = |document: &Document| {
            let json = serde_json::to_string(document).expect("a document is JSON");
            serde_json::from_str::<Node>(&json).expect("JSON is a tree")
        };
        if let Some(path) = first_difference(&tree(&old), &tree(new)) {
            let means = Means::Topic("Written otherwise, to the same effect");
            self.add(&Here::default(), means, &path, format!("`{path}`"));
        }
    }
}

/// The place of the first difference of two trees; the order of members counts.
fn first_difference(old: &Node, new: &Node) -> Option<String> {
    if is_same(Some(old), Some(new)) {
        return None;
    }
    let below = new.members().find_map(|(name, after)| {
        let path = first_difference(old.get(name)?, after)?;
        Some(format!("{name}.{path}"))
    });
    Some(below.map_or(String::new(), |path| path.trim_end_matches('.').to_owned()))
}

impl Here {
    fn below(&self, name: &str) -> Here {
        let mut here = self.clone();
        here.place.push(name.to_owned());
        here
    }

    /// The same, with the label and the uses that the part has of its own.
    fn with(&self, part: Option<&Node>) -> Here {
        let mut here = self.clone();
        if let Some(label) = part.and_then(|part| part.get(LABEL)).and_then(Node::text) {
            here.above = std::mem::replace(&mut here.label, label.to_owned());
        }
        if let Some(uses) = part.and_then(|part| part.get(USES)) {
            let uses = |name| uses.get(name) == Some(&Node::Bool(true));
            here.uses = (uses("requests"), uses("responses"));
        }
        here
    }

    /// The first row that fits the place, and what each `*` of it stands for.
    fn row(&self) -> Option<(&'static [Case], Vec<&str>)> {
        ROWS.iter().find_map(|(pattern, cases)| {
            let pattern: Vec<&str> = pattern.split('.').collect();
            let place = match pattern.as_slice() {
                ["**", end @ ..] => (end, self.place.len().checked_sub(end.len())?),
                all => (all, 0),
            };
            let (pattern, from) = place;
            let place = &self.place[from..];
            let fits = |(part, name): (&&str, &String)| *part == "*" || *part == name.as_str();
            if pattern.len() != place.len() || !pattern.iter().zip(place).all(fits) {
                return None;
            }
            let stars = pattern.iter().zip(place).filter(|(part, _)| **part == "*");
            Some((*cases, stars.map(|(_, name)| name.as_str()).collect()))
        })
    }

    fn has(&self, happened: Happened) -> bool {
        self.row()
            .is_some_and(|(cases, _)| cases.iter().any(|(known, ..)| *known == happened))
    }

    /// The words of a row, filled in. `{new:a|b}` is `a` if the new value is true, else `b`.
    fn write(&self, words: &str, names: &[&str], old: &Node, new: &Node) -> String {
        let mut line = words
            .replace("{label}", &self.label)
            .replace("{above}", &self.above);
        if let Some((before, rest)) = line.clone().split_once("{new:") {
            let (choice, after) = rest.split_once('}').unwrap_or((rest, ""));
            let (yes, no) = choice.split_once('|').unwrap_or((choice, ""));
            let word = if *new == Node::Bool(true) { yes } else { no };
            line = format!("{before}{word}{after}");
        }
        let place = [old, new].into_iter().find_map(|node| node.get("place"));
        line = line.replace("{place}", place.and_then(Node::text).unwrap_or_default());
        for (index, name) in names.iter().enumerate() {
            line = line.replace(&format!("{{{}}}", index + 1), name);
        }
        line.replace("{old}", &shown(old))
            .replace("{new}", &shown(new))
    }
}

/// A value as a line says it.
fn shown(node: &Node) -> String {
    let number = |node: &Node| node.to_value().to_string();
    if let Some([least, most]) = node.get("digits").map(Node::elements) {
        let [least, most] = [number(least), number(most)];
        return if least == most {
            format!("{least} digits")
        } else {
            format!("{least} to {most} digits")
        };
    }
    if let Some(most) = node.get("max_length") {
        return format!("at most {} characters", number(most));
    }
    if node.get("format").is_some() {
        return "an e-mail address".to_owned();
    }
    node.text().map_or_else(|| number(node), str::to_owned)
}

/// Whether two trees are the same, the order of members included.
fn is_same(old: Option<&Node>, new: Option<&Node>) -> bool {
    match (old, new) {
        (Some(old @ Node::Map(_)), Some(new @ Node::Map(_))) => {
            let same =
                |((old_name, old), (new_name, new)): ((&String, &Node), (&String, &Node))| {
                    old_name == new_name && is_same(Some(old), Some(new))
                };
            old.members().count() == new.members().count()
                && old.members().zip(new.members()).all(same)
        }
        (Some(Node::List(old)), Some(Node::List(new))) => {
            let same = |(old, new): (&Node, &Node)| is_same(Some(old), Some(new));
            old.len() == new.len() && old.iter().zip(new).all(same)
        }
        _ => old == new,
    }
}

fn is_map(node: &Node) -> bool {
    matches!(node, Node::Map(_))
}

fn is_list(node: &Node) -> bool {
    matches!(node, Node::List(_))
}
