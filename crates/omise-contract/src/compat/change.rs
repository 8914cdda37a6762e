//! A change of the document, and what it means to those who follow the document.

use std::fmt;

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
