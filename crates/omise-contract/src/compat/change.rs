//! A change of the document, and what it means to those who follow the document.

use std::fmt;

use serde::Serialize;

/// Who has to do something about a change.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum Class {
    /// A request that was right, or the code that makes it, is no longer.
    BreakingRequests,
    /// A reader of answers meets what it was promised not to meet.
    BreakingResponses,
    /// More is possible; nobody has to do anything.
    Safe,
    /// Words, examples, and what is known of the facts.
    Documentation,
}

impl Class {
    /// Whether somebody has to do something.
    pub fn is_breaking(self) -> bool {
        matches!(self, Class::BreakingRequests | Class::BreakingResponses)
    }
}

impl fmt::Display for Class {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Class::BreakingRequests => "breaking for requests",
            Class::BreakingResponses => "breaking for responses",
            Class::Safe => "safe",
            Class::Documentation => "documentation",
        })
    }
}

/// One change.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct Change {
    /// Where it is, in the document that has it: the new one unless something went.
    pub path: String,
    /// What it means.
    pub class: Class,
    /// What changed, in the words of the API. Without the mark of a breaking change.
    pub line: String,
    /// For documentation: what happened and to what, so that the changelog can list many in one.
    pub topic: Option<(&'static str, String)>,
}

impl Change {
    /// The line of the changelog.
    pub fn marked(&self) -> String {
        if self.class.is_breaking() {
            format!("[breaking] {}", self.line)
        } else {
            self.line.clone()
        }
    }
}

/// Where a shape is used. Whoever sends fears what a reader does not mind, and the other way round.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Uses {
    pub(super) requests: bool,
    pub(super) responses: bool,
}

impl Uses {
    pub(super) const REQUESTS: Uses = Uses {
        requests: true,
        responses: false,
    };
    pub(super) const RESPONSES: Uses = Uses {
        requests: false,
        responses: true,
    };
    pub(super) const BOTH: Uses = Uses {
        requests: true,
        responses: true,
    };

    pub(super) fn add(&mut self, other: Uses) {
        self.requests |= other.requests;
        self.responses |= other.responses;
    }
}

/// What a change does in one direction.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Effect {
    Breaks,
    Safe,
}

/// Where a comparison stands.
#[derive(Clone, Debug)]
pub(super) struct Site {
    /// The path in the document.
    pub(super) path: String,
    /// What people call it; it stands in backticks.
    pub(super) name: String,
    pub(super) uses: Uses,
}

impl Site {
    pub(super) fn new(path: impl Into<String>, name: impl Into<String>, uses: Uses) -> Site {
        Site {
            path: path.into(),
            name: name.into(),
            uses,
        }
    }

    /// A place below.
    pub(super) fn below(&self, path: &str, name: &str) -> Site {
        Site {
            path: format!("{}.{path}", self.path),
            name: format!("{}{name}", self.name),
            uses: self.uses,
        }
    }
}

/// All changes found so far, each once.
#[derive(Debug, Default)]
pub(super) struct Changes(Vec<Change>);

impl Changes {
    /// Adds a change of a known class.
    pub(super) fn add(&mut self, class: Class, path: impl Into<String>, line: impl Into<String>) {
        self.push(Change {
            path: path.into(),
            class,
            line: line.into(),
            topic: None,
        });
    }

    /// Adds a change that whoever sends and whoever reads judge differently.
    pub(super) fn judge(&mut self, site: &Site, requests: Effect, responses: Effect, line: String) {
        let judgements = [
            (site.uses.requests, requests, Class::BreakingRequests),
            (site.uses.responses, responses, Class::BreakingResponses),
        ];
        let breaking =
            judgements.map(|(used, effect, class)| (used && effect == Effect::Breaks, class));
        for (_, class) in breaking.iter().filter(|(breaks, _)| *breaks) {
            self.add(*class, &site.path, &line);
        }
        if !breaking.iter().any(|(breaks, _)| *breaks) {
            self.add(Class::Safe, &site.path, line);
        }
    }

    /// Adds a change that breaks whoever meets it.
    pub(super) fn breaks(&mut self, site: &Site, line: String) {
        self.judge(site, Effect::Breaks, Effect::Breaks, line);
    }

    /// Adds a change of words, examples or notes: what happened, and to what.
    pub(super) fn words(&mut self, path: impl Into<String>, topic: &'static str, name: &str) {
        self.push(Change {
            path: path.into(),
            class: Class::Documentation,
            line: format!("{topic}: {name}"),
            topic: Some((topic, name.to_owned())),
        });
    }

    /// Adds a change of words if two texts, examples or notes differ.
    pub(super) fn words_if_changed<T: Serialize>(
        &mut self,
        old: &T,
        new: &T,
        path: impl Into<String>,
        topic: &'static str,
        name: &str,
    ) {
        if !same(old, new) {
            self.words(path, topic, name);
        }
    }

    /// The changes: what breaks first, else in the order of the document.
    pub(super) fn sorted(mut self) -> Vec<Change> {
        self.0.sort_by_key(|change| change.class);
        self.0
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    // What is shared by operations is compared once for each of them.
    fn push(&mut self, change: Change) {
        if !self.0.contains(&change) {
            self.0.push(change);
        }
    }
}

/// Whether two parts of documents are written the same, order included.
pub(super) fn same<T: Serialize + ?Sized>(old: &T, new: &T) -> bool {
    let text = |part: &T| serde_json::to_string(part).expect("a part of a document is JSON");
    text(old) == text(new)
}

pub(super) const REWORDED: &str = "Reworded";
pub(super) const EXAMPLES: &str = "Examples";
pub(super) const ORDER: &str = "In another order";
pub(super) const SPELLING: &str = "Written otherwise, to the same effect";
pub(super) const NOTES: &str = "What is known of it";
