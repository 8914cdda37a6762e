//! The specification: read from YAML, checked, and ready to be turned into Rust.

use indexmap::IndexMap;
use serde_json::Value;

use crate::document::{
    CurrencyRow, Document, Kind, MessageRow, Method, MethodRow, Operation, Schema,
    SecurityRequirement, VersionRow,
};

/// A document that has passed every check that generation relies on.
#[derive(Clone, Debug)]
pub struct Spec {
    document: Document,
    sha256: String,
}

impl Spec {
    /// A document that is not yet checked.
    pub(crate) fn unchecked(document: Document, sha256: String) -> Spec {
        Spec { document, sha256 }
    }

    /// The whole document.
    pub fn document(&self) -> &Document {
        &self.document
    }

    /// The SHA-256 of the document's bytes, in small hexadecimal digits.
    pub fn sha256(&self) -> &str {
        &self.sha256
    }

    /// The operations with their paths and methods.
    pub fn operations(&self) -> impl Iterator<Item = (&str, Method, &Operation)> {
        self.document.paths.iter().flat_map(|(path, methods)| {
            let methods = methods.iter();
            methods.map(|(method, operation)| (path.as_str(), *method, operation))
        })
    }

    /// The keys that an operation takes, its own or those of the document.
    pub fn security<'a>(&'a self, operation: &'a Operation) -> &'a [SecurityRequirement] {
        let own = operation.security.as_ref();
        own.unwrap_or(&self.document.security)
    }

    /// The named shapes.
    pub fn schemas(&self) -> &IndexMap<String, Schema> {
        &self.document.components.schemas
    }

    /// The ids: the name of each, such as `SourceId`, and its prefix.
    pub fn ids(&self) -> impl Iterator<Item = (&str, &str)> {
        let schemas = self.schemas().iter();
        schemas.filter_map(|(name, schema)| Some((name.as_str(), schema.id_prefix.as_deref()?)))
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

    /// The catalogue of messages of errors, by name; empty if the document has none.
    pub fn messages(&self) -> impl Iterator<Item = (&String, &MessageRow)> {
        let body = self.schemas().get("ErrorBody");
        let properties = body.and_then(|body| body.properties.as_ref());
        let message = properties.and_then(|properties| properties.get("message"));
        message
            .and_then(|message| message.messages.as_ref())
            .into_iter()
            .flatten()
    }

    /// Whether it is known that the service says exactly this: it was recorded or is documented.
    ///
    /// A message that names several reasons is known if each of them is; how they are joined was
    /// recorded.
    pub fn knows_message(&self, text: &str) -> bool {
        let knows = |part: &str| self.messages().any(|(_, message)| message.knows(part));
        knows(text) || reasons(text).all(knows)
    }

    /// Whether each reason of a message has a template of the catalogue, for this code.
    pub fn has_message(&self, text: &str, code: &str) -> bool {
        let has = |part: &str| {
            let mut messages = self.messages();
            messages.any(|(_, message)| message.fits(part) && message.code == code)
        };
        has(text) || reasons(text).all(has)
    }

    /// One currency's row.
    pub fn currency(&self, code: &str) -> Option<&CurrencyRow> {
        self.currencies()
            .find(|(name, _)| *name == code)
            .map(|(_, row)| row)
    }

    /// The versions of the API, oldest first.
    pub fn api_versions(&self) -> impl Iterator<Item = &VersionRow> {
        let parameters = self.document.components.parameters.values();
        parameters.flat_map(|parameter| &parameter.versions)
    }

    /// The parameters of a new source, in their order.
    pub fn parameters(&self) -> impl Iterator<Item = (&String, &Schema)> {
        let request = self.schemas().get("SourceParameters");
        request
            .and_then(|schema| schema.properties.as_ref())
            .into_iter()
            .flatten()
    }

    /// The parameters that every payment method takes.
    pub fn every_type(&self) -> &[String] {
        let request = self.schemas().get("SourceParameters");
        request.map_or(&[], |request| &request.every_type)
    }

    /// The shape that is meant: the component that a schema points at, or itself.
    pub fn resolve<'a>(&'a self, schema: &'a Schema) -> &'a Schema {
        let named = schema.points_at().and_then(|name| self.schemas().get(name));
        named.unwrap_or(schema)
    }

    /// What a schema says of itself, or the component that it points at.
    pub fn description<'a>(&'a self, schema: &'a Schema) -> Option<&'a String> {
        let own = schema.description.as_ref();
        own.or(self.resolve(schema).description.as_ref())
    }

    /// A value that a shape may have, put together from the examples of its parts.
    pub fn example(&self, schema: &Schema) -> Value {
        let schema = self.resolve(schema);
        if let Some(example) = &schema.example {
            return example.clone();
        }
        match schema.kind {
            Some(Kind::Array) => {
                let element = schema.items.as_deref().map(|items| self.example(items));
                element.into_iter().collect()
            }
            _ => {
                let properties = schema.properties.iter().flatten();
                let members =
                    properties.map(|(name, property)| (name.clone(), self.example(property)));
                Value::Object(members.collect())
            }
        }
    }
}

/// The reasons that a message names.
fn reasons(text: &str) -> impl Iterator<Item = &str> {
    let parts = text.split(", and ").flat_map(|part| part.split(", "));
    parts.flat_map(|part| part.split(" and "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::SOURCE_YAML;

    #[test]
    fn a_message_is_known_if_each_of_its_reasons_was_recorded() {
        let spec = Spec::read(&SOURCE_YAML).expect("the document is right");
        for known in [
            "amount is not a number",
            "currency is currently not supported and amount is not a number",
            "amount must be at least 150, currency must be JPY, name cannot be blank, \
             email is in invalid format, and phone_number must contain 10-11 digit characters",
        ] {
            assert!(spec.knows_message(known), "{known}");
        }
        for assumed in [
            "amount must be at least 2000",
            "amount must be at least 150 and currency must be THB",
            "barcode cannot be blank",
            "service not found",
            "",
        ] {
            assert!(!spec.knows_message(assumed), "{assumed}");
        }
    }

    #[test]
    fn a_template_fits_what_has_something_in_each_place() {
        let message = |template: &str| MessageRow {
            template: template.to_owned(),
            status: 400,
            code: "bad_request".to_owned(),
            evidence: "assumed".to_owned(),
            seen: Vec::new(),
            source: None,
        };
        let digits = message("{parameter} must contain {min}-{max} digit characters");
        assert!(digits.fits("phone_number must contain 10-11 digit characters"));
        assert!(!digits.fits("phone_number must contain 10 digit characters"));
        assert!(!digits.fits(" must contain 10-11 digit characters"));
        assert!(message("internal error").fits("internal error"));
        assert!(!message("internal error").fits("internal errors"));
        assert!(message("source {id} was not found").fits("source a was not found"));
        assert!(!message("source {id} was not found").fits("source  was not found"));
    }
}
