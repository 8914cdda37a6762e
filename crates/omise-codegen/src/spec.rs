//! The specification: read from YAML, checked, and ready to be turned into Rust.

use std::fmt;

use indexmap::IndexMap;

use crate::check;
use crate::document::{ApiVersion, CurrencyRow, Document, MethodRow, Schema};

/// A document that has passed every check that generation relies on.
#[derive(Clone, Debug)]
pub struct Spec {
    document: Document,
}

impl Spec {
    /// Reads and checks a document.
    ///
    /// # Errors
    ///
    /// Every problem that was found, each with its path in the document. A document that is not YAML
    /// or does not have the shape of [`Document`] gives one problem.
    pub fn read(yaml: &str) -> Result<Spec, Problems> {
        let mut path = String::new();
        let document = serde_saphyr::with_deserializer_from_str(yaml, |deserializer| {
            serde_path_to_error::deserialize::<_, Document>(deserializer).map_err(|error| {
                path = error.path().to_string();
                error.into_inner()
            })
        });
        let document =
            document.map_err(|error| Problems::one(path, first_line(&error.to_string())))?;
        let spec = Spec { document };
        let problems = check::check(&spec);
        if problems.is_empty() {
            Ok(spec)
        } else {
            Err(Problems(problems))
        }
    }

    /// The whole document.
    pub fn document(&self) -> &Document {
        &self.document
    }

    /// The named shapes.
    pub fn schemas(&self) -> &IndexMap<String, Schema> {
        &self.document.components.schemas
    }

    /// The table of payment methods, by wire value; empty if the document has none.
    pub fn payment_methods(&self) -> impl Iterator<Item = (&String, &MethodRow)> {
        let table = self.schemas().get("SourceType");
        table
            .and_then(|schema| schema.payment_methods.as_ref())
            .into_iter()
            .flatten()
    }

    /// The table of currencies, by code; empty if the document has none.
    pub fn currencies(&self) -> impl Iterator<Item = (&String, &CurrencyRow)> {
        let table = self.schemas().get("Currency");
        table
            .and_then(|schema| schema.currencies.as_ref())
            .into_iter()
            .flatten()
    }

    /// One currency's row.
    pub fn currency(&self, code: &str) -> Option<&CurrencyRow> {
        self.currencies()
            .find(|(name, _)| *name == code)
            .map(|(_, row)| row)
    }

    /// The versions of the API, oldest first.
    pub fn api_versions(&self) -> impl Iterator<Item = (&String, &ApiVersion)> {
        let parameters = self.document.components.parameters.values();
        parameters.flat_map(|parameter| &parameter.versions)
    }

    /// The parameters of a new source, in their order.
    pub fn parameters(&self) -> impl Iterator<Item = (&String, &Schema)> {
        let request = self.schemas().get("CreateSourceRequest");
        request
            .and_then(|schema| schema.properties.as_ref())
            .into_iter()
            .flatten()
    }
}

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
    pub(crate) fn one(path: impl Into<String>, message: impl Into<String>) -> Problems {
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

// The YAML reader adds a picture of the place below its first line; the path says it already.
fn first_line(text: &str) -> String {
    text.lines().next().unwrap_or_default().to_owned()
}
