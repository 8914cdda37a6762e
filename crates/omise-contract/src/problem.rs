//! What is wrong with a document, and where.

use std::fmt;

/// A place of the document and what is wrong there.
#[derive(Clone, Debug, PartialEq)]
pub struct Problem {
    /// The path in the document, its members joined by points.
    pub path: String,
    /// What is wrong, as a lowercase fragment.
    pub message: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = if self.path.is_empty() {
            "(document)"
        } else {
            &self.path
        };
        write!(f, "openapi/source.yaml: {path}: {}", self.message)
    }
}

/// Everything that is wrong with a document.
#[derive(Clone, Debug, PartialEq)]
pub struct Problems(pub Vec<Problem>);

impl Problems {
    /// A single problem: its path, and what is wrong there.
    pub fn one(path: impl Into<String>, message: impl Into<String>) -> Problems {
        Problems(vec![Problem {
            path: path.into(),
            message: message.into(),
        }])
    }
}

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, problem) in self.0.iter().enumerate() {
            if index > 0 {
                f.write_str("\n")?;
            }
            write!(f, "{problem}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Problems {}
