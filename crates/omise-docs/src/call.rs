//! The call that creates a source, as a program of each language.
//!
//! A program is complete: it can be pasted and run as it stands. It reads the key from the
//! environment, talks to the first server of the document unless told otherwise, and prints the id
//! and the flow of the source. Beside Rust, which has the SDK, each language uses the HTTP client
//! that it brings along.

mod curl;
mod go;
mod java;
mod php;
mod python;
mod rust;
mod typescript;

use heck::ToShoutySnakeCase;
use omise_codegen::{Constructor, constructors};
use omise_contract::document::{Method, MethodRow, Operation, Schema};
use omise_contract::{Problems, Spec, example_request};
use serde_json::Value;

use crate::language::Language;
use crate::value::{self, Style};

/// A call that creates a source of a payment method.
#[derive(Clone, Debug)]
pub struct Call {
    /// The payment method, as it stands on the wire.
    pub source_type: String,
    /// The language.
    pub language: Language,
    /// The program.
    pub text: String,
}

/// A call for every payment method in every language, in the order of the table.
///
/// # Errors
///
/// For an example of the document that cannot be written in a language.
pub fn calls(spec: &Spec) -> Result<Vec<Call>, Problems> {
    let constructors = constructors(spec)?;
    let mut calls = Vec::new();
    for (source_type, row) in spec.payment_methods() {
        let mut typed = constructors.iter();
        let typed = typed.find(|constructor| constructor.source_type() == source_type);
        let creation = Program::creation(spec, source_type, row, typed)?;
        for language in Language::ALL {
            calls.push(Call {
                source_type: source_type.clone(),
                language,
                text: creation.write(language)?,
            });
        }
    }
    Ok(calls)
}

/// A call of an operation, as it stands beside the operation.
#[derive(Clone, Debug)]
pub struct OperationCall {
    /// The operation, by its `operationId`.
    pub operation: String,
    /// The language.
    pub language: Language,
    /// The program.
    pub text: String,
    /// Whether the program takes the id of an object as its argument.
    pub takes_id: bool,
}

/// A call of every operation in every language, in the order of the document.
///
/// An operation with a body creates: its call is that of the payment method in its first example.
/// An operation whose path has the id of an object gets that id as its argument.
///
/// # Errors
///
/// For an operation of another kind, or an example that cannot be written in a language.
pub fn operation_calls(spec: &Spec) -> Result<Vec<OperationCall>, Problems> {
    let mut written = Vec::new();
    for (path, method, operation) in spec.operations() {
        let creation = operation.request_body.is_some();
        let creations = match first_type(spec, operation) {
            Some(source_type) if creation => calls_of(spec, source_type)?,
            _ => Vec::new(),
        };
        for language in Language::ALL {
            let text = if creation {
                let mut calls = creations.iter();
                let call = calls.find(|call| call.language == language);
                call.map(|call| call.text.clone())
                    .ok_or_else(|| missing("x-omise-payment-methods"))?
            } else {
                Program::retrieval(spec, path, method, operation)?.write(language)?
            };
            written.push(OperationCall {
                operation: operation.operation_id.clone(),
                language,
                text,
                takes_id: !creation,
            });
        }
    }
    Ok(written)
}

/// The payment method in the first example of an operation's body.
pub(crate) fn first_type<'a>(spec: &'a Spec, operation: &Operation) -> Option<&'a str> {
    let media = operation.request_body.as_ref()?.content.values().next()?;
    let example = media.examples.values().next()?;
    let example = spec.document().components.examples.get(example.name())?;
    example.value["type"].as_str()
}

/// The calls that create a source of a payment method.
fn calls_of(spec: &Spec, source_type: &str) -> Result<Vec<Call>, Problems> {
    let mut calls = calls(spec)?;
    calls.retain(|call| call.source_type == source_type);
    Ok(calls)
}

/// What a program does, whatever the language.
struct Program<'a> {
    server: String,
    method: &'static str,
    // Without a body the argument of the program, an id, comes behind it.
    path: &'a str,
    // The status of a success.
    success: &'a str,
    // The security scheme of the key, as the document names it.
    key: &'a str,
    operation: &'a str,
    body: Option<Body<'a>>,
}

/// The request for a source of a payment method.
struct Body<'a> {
    spec: &'a Spec,
    schema: &'a Schema,
    request: Value,
    typed: Option<&'a Constructor>,
}

impl<'a> Program<'a> {
    fn creation(
        spec: &'a Spec,
        source_type: &str,
        row: &MethodRow,
        typed: Option<&'a Constructor>,
    ) -> Result<Program<'a>, Problems> {
        let (path, method, operation) = operation(spec)?;
        let schema = spec.schemas().get("SourceParameters");
        let body = Body {
            spec,
            schema: schema.ok_or_else(|| missing("components.schemas.SourceParameters"))?,
            request: Value::Object(example_request(spec, source_type, row)),
            typed,
        };
        Program::new(spec, path, method, operation, Some(body))
    }

    fn retrieval(
        spec: &'a Spec,
        path: &'a str,
        method: Method,
        operation: &'a Operation,
    ) -> Result<Program<'a>, Problems> {
        let before_id = path.strip_suffix("{id}");
        let before_id = before_id.ok_or_else(|| missing(&format!("paths.{path}")))?;
        Program::new(spec, before_id, method, operation, None)
    }

    fn new(
        spec: &'a Spec,
        path: &'a str,
        method: Method,
        operation: &'a Operation,
        body: Option<Body<'a>>,
    ) -> Result<Program<'a>, Problems> {
        Ok(Program {
            server: crate::server(spec)?,
            method: method.as_str(),
            path,
            success: operation.success().ok_or_else(|| missing("paths"))?,
            key: key(spec, operation)?,
            operation: &operation.operation_id,
            body,
        })
    }

    fn write(&self, language: Language) -> Result<String, Problems> {
        Ok(match language {
            Language::Curl => curl::write(self),
            Language::Rust => rust::write(self)?,
            Language::Python => python::write(self),
            Language::TypeScript => typescript::write(self),
            Language::Go => go::write(self),
            Language::Java => java::write(self),
            Language::Php => php::write(self),
        })
    }

    fn key_variable(&self) -> String {
        variable(self.key)
    }

    /// The body in a style, if there is one. `level` is how deep the line stands that it begins on.
    fn body(&self, style: &Style, level: usize) -> Option<String> {
        let body = self.body.as_ref()?;
        let schema = Some(body.schema);
        Some(value::write(body.spec, schema, &body.request, style, level))
    }

    /// One text with a body, another with an id.
    fn either<'t>(&self, with_body: &'t str, with_id: &'t str) -> &'t str {
        if self.body.is_some() {
            with_body
        } else {
            with_id
        }
    }
}

/// The variable of the environment from which every call reads the key: `OMISE_PUBLIC_KEY`.
pub(crate) fn key_variable(spec: &Spec) -> Result<String, Problems> {
    let (_, _, operation) = operation(spec)?;
    Ok(variable(key(spec, operation)?))
}

fn variable(key: &str) -> String {
    format!("OMISE_{}", key.to_shouty_snake_case())
}

/// The operation that takes a body.
fn operation(spec: &Spec) -> Result<(&str, Method, &Operation), Problems> {
    let mut operations = spec.operations();
    let found = operations.find(|(_, _, operation)| operation.request_body.is_some());
    found.ok_or_else(|| missing("paths"))
}

/// The first key that an operation takes.
fn key<'a>(spec: &'a Spec, operation: &'a Operation) -> Result<&'a str, Problems> {
    let mut keys = spec.security(operation).iter().flat_map(|one| one.keys());
    let key = keys.next();
    key.map(String::as_str).ok_or_else(|| missing("security"))
}

fn missing(path: &str) -> Problems {
    crate::problem(path, "has not what a call needs")
}

#[cfg(test)]
mod tests {
    use heck::ToUpperCamelCase;
    use omise_contract::SOURCE_YAML;

    use super::*;

    fn spec() -> Spec {
        Spec::read(&SOURCE_YAML).expect("the specification is in order")
    }

    #[test]
    fn every_payment_method_has_a_call_in_every_language() {
        let spec = spec();
        let calls = calls(&spec).expect("every example can be written");
        assert_eq!(calls.len(), 7 * spec.payment_methods().count());
        for call in calls {
            // Rust has a type for it, which says the currency as well.
            let is_said = call.text.contains(&call.source_type)
                || call.text.contains(&call.source_type.to_upper_camel_case());
            assert!(is_said, "{call:?}");
        }
    }

    #[test]
    fn a_call_holds_no_key() {
        for call in calls(&spec()).expect("every example can be written") {
            assert!(call.text.contains("OMISE_PUBLIC_KEY"), "{call:?}");
            assert!(!call.text.contains("key_test_"), "{call:?}");
        }
        for call in operation_calls(&spec()).expect("every operation can be called") {
            assert!(call.text.contains("OMISE_"), "{call:?}");
            assert!(!call.text.contains("key_test_"), "{call:?}");
        }
    }

    #[test]
    fn no_call_goes_to_the_live_service() {
        let spec = spec();
        let calls = calls(&spec).expect("every example can be written");
        let of_operations = operation_calls(&spec).expect("every operation can be called");
        let texts = calls.iter().map(|call| &call.text);
        for text in texts.chain(of_operations.iter().map(|call| &call.text)) {
            assert!(text.contains("http://127.0.0.1"), "{text}");
            assert!(!text.contains("omise.co"), "{text}");
        }
    }

    #[test]
    fn every_operation_has_a_call_in_every_language() {
        let spec = spec();
        let calls = operation_calls(&spec).expect("every operation can be called");
        let called: Vec<(&str, Language)> = calls
            .iter()
            .map(|call| (call.operation.as_str(), call.language))
            .collect();
        let expected: Vec<(&str, Language)> = spec
            .operations()
            .flat_map(|(_, _, operation)| {
                Language::ALL.map(|language| (operation.operation_id.as_str(), language))
            })
            .collect();
        assert_eq!(called, expected);
    }
}
