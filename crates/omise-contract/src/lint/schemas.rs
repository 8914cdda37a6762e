//! Schemas: what generators of other languages need them to be.

use std::collections::HashSet;

use crate::Problem;
use crate::document::{Kind, MaybeReference, Schema};

use super::{Document, problem};

/// Names that a generator has for a class of its own, in at least one language.
const TAKEN: [&str; 20] = [
    "ApiClient",
    "ApiError",
    "ApiException",
    "ApiResponse",
    "Client",
    "Configuration",
    "Error",
    "ErrorResponse",
    "Exception",
    "HeaderSelector",
    "Model",
    "ObjectSerializer",
    "Option",
    "Pair",
    "Request",
    "RequestBuilder",
    "Response",
    "ServerConfiguration",
    "ServerVariable",
    "StringUtil",
];

/// What generators write into an enum themselves, for a value that it does not have.
const TAKEN_VALUE: &str = "unknown_default_open_api";

/// A schema with such a name is renamed by some generators and breaks what others write.
pub(super) fn names_are_no_generators_own(document: &Document<'_>) -> Vec<Problem> {
    let mut problems = Vec::new();
    for name in document.spec.schemas().keys() {
        if TAKEN.contains(&name.as_str()) {
            let place = format!("components.schemas.{name}");
            problems.push(problem(place, "is a name that generators use themselves"));
        }
    }
    document.each_schema(|path, schema| {
        let title = schema.title.as_deref();
        if title.is_some_and(|title| TAKEN.contains(&title)) {
            let place = format!("{path}.title");
            problems.push(problem(place, "is a name that generators use themselves"));
        }
    });
    problems
}

/// Generators name the parts of an operation after it: `CreateSourceRequest`, `CreateSourceBody` or
/// `CreateSource200Response` for `createSource`. A schema of that name is declared twice.
pub(super) fn names_begin_with_no_operation(document: &Document<'_>) -> Vec<Problem> {
    let operations: Vec<&str> = document
        .operations()
        .map(|(_, operation)| operation.operation_id.as_str())
        .collect();
    let operation_of = |name: &str| {
        let mut operations = operations.iter();
        operations.find(|operation| {
            let head = name.get(..operation.len());
            head.is_some_and(|head| head.eq_ignore_ascii_case(operation))
        })
    };
    let mut problems = Vec::new();
    let mut check = |place: String, name: &str| {
        if let Some(operation) = operation_of(name) {
            let what = format!("begins with the name of the operation `{operation}`");
            problems.push(problem(place, what));
        }
    };
    for name in document.spec.schemas().keys() {
        check(format!("components.schemas.{name}"), name);
    }
    document.each_schema(|path, schema| {
        if let Some(title) = &schema.title {
            check(format!("{path}.title"), title);
        }
    });
    problems
}

/// A value with such a name makes a Python client that is a syntax error.
pub(super) fn values_are_no_generators_own(document: &Document<'_>) -> Vec<Problem> {
    let mut problems = Vec::new();
    document.each_schema(|path, schema| {
        let values = schema.values.iter().chain(&schema.extensible_enum);
        if values.flatten().any(|value| value == TAKEN_VALUE) {
            let what = format!("`{TAKEN_VALUE}` is a value that generators add themselves");
            problems.push(problem(path, what));
        }
    });
    problems
}

/// What only some payment methods require is said in the table, not by the schema.
pub(super) fn new_sources_require_three_parameters(document: &Document<'_>) -> Vec<Problem> {
    let request = document.spec.schemas().get("SourceParameters");
    let required = request.map(|request| request.required.as_slice());
    if required.is_some_and(|required| required == ["amount", "currency", "type"]) {
        return Vec::new();
    }
    vec![problem(
        "components.schemas.SourceParameters.required",
        "is not `[amount, currency, type]`",
    )]
}

/// Without bounds anybody with a public key decides how much a service stores.
pub(super) fn requests_are_bounded(document: &Document<'_>) -> Vec<Problem> {
    let mut problems = Vec::new();
    document.each_schema_of(document.schemas_of_requests(), |path, schema| {
        let is_free = schema.kind == Some(Kind::String) && schema.values.is_none();
        // A currency is one of the table's; it has no other values.
        if is_free && schema.currencies.is_none() && schema.max_length.is_none() {
            problems.push(problem(path, "is a text without `maxLength`"));
        }
        if schema.kind == Some(Kind::Array) && schema.max_items.is_none() {
            problems.push(problem(path, "is a list without `maxItems`"));
        }
    });
    problems
}

/// An open list in a request tells a caller nothing: whoever writes the value has to know it.
pub(super) fn requests_are_closed(document: &Document<'_>) -> Vec<Problem> {
    let mut problems = Vec::new();
    document.each_schema_of(document.schemas_of_requests(), |path, schema| {
        if schema.extensible_enum.is_some() {
            let place = format!("{path}.x-extensible-enum");
            problems.push(problem(place, "is an open list in a request"));
        }
    });
    problems
}

/// Only a named open list can be swapped for a type by hand, in Rust and elsewhere.
pub(super) fn codes_of_replies_are_named(document: &Document<'_>) -> Vec<Problem> {
    let schemas = document.spec.schemas();
    let is_open = |name: &str| {
        let named = schemas.get(name);
        named.is_some_and(|named| named.extensible_enum.is_some())
    };
    let codes = [
        ("Source", "type"),
        ("Source", "flow"),
        ("ErrorBody", "code"),
    ];
    codes
        .into_iter()
        .filter(|(schema, property)| {
            let properties = schemas.get(*schema).and_then(|one| one.properties.as_ref());
            let property = properties.and_then(|properties| properties.get(*property));
            !property.and_then(Schema::points_at).is_some_and(is_open)
        })
        .map(|(schema, property)| {
            let place = format!("components.schemas.{schema}.properties.{property}");
            problem(place, "is no named open list")
        })
        .collect()
}

/// What is always there is never null: else every client has to look twice.
pub(super) fn required_attributes_of_replies_are_never_null(
    document: &Document<'_>,
) -> Vec<Problem> {
    let mut problems = Vec::new();
    document.each_schema_of_replies(|path, schema| {
        for name in &schema.required {
            let property = schema.properties.as_ref().and_then(|all| all.get(name));
            if property.is_some_and(|property| property.nullable) {
                let place = format!("{path}.properties.{name}");
                problems.push(problem(place, "is required, and may be null"));
            }
        }
    });
    problems
}

/// A named schema that may be null may be so wherever it is used.
pub(super) fn named_schemas_are_never_null(document: &Document<'_>) -> Vec<Problem> {
    let schemas = document.spec.schemas().iter();
    schemas
        .filter(|(_, schema)| schema.nullable)
        .map(|(name, _)| {
            let place = format!("components.schemas.{name}.nullable");
            problem(place, "leaks to every place that refers to the schema")
        })
        .collect()
}

/// Schemas in Pascal case, attributes and parameters in snake case, as on the wire.
pub(super) fn names_are_spelled_alike(document: &Document<'_>) -> Vec<Problem> {
    let mut problems = Vec::new();
    for name in document.spec.schemas().keys() {
        let is_pascal = name.starts_with(|first: char| first.is_ascii_uppercase())
            && name.bytes().all(|byte| byte.is_ascii_alphanumeric());
        if !is_pascal {
            let place = format!("components.schemas.{name}");
            problems.push(problem(place, "is not in Pascal case"));
        }
    }
    document.each_property(|path, name, _, _| {
        let is_snake =
            |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
        if !name.bytes().all(is_snake) {
            problems.push(problem(path, "is not in snake case"));
        }
    });
    problems
}

/// Every schema and every property says what it is, itself or where it points.
pub(super) fn everything_is_described(document: &Document<'_>) -> Vec<Problem> {
    let mut problems = Vec::new();
    for (name, schema) in document.spec.schemas() {
        if schema.description.is_none() {
            let place = format!("components.schemas.{name}");
            problems.push(problem(place, "has no description"));
        }
    }
    document.each_property(|path, _, property, _| {
        if property.description.is_none() && property.reference.is_none() {
            problems.push(problem(path, "has no description"));
        }
    });
    problems
}

/// Documentation, mocks and the tests of every payment method are made of these examples.
pub(super) fn scalars_have_an_example(document: &Document<'_>) -> Vec<Problem> {
    let mut problems = Vec::new();
    let schemas = document.spec.schemas();
    for (name, schema) in schemas {
        if is_scalar(schema) && schema.example.is_none() {
            let place = format!("components.schemas.{name}");
            problems.push(problem(place, "has no example"));
        }
    }
    document.each_property(|path, _, property, _| {
        // What a property points at is a named schema and has been looked at above.
        if is_scalar(property) && property.example.is_none() {
            problems.push(problem(path, "has no example"));
        }
    });
    problems
}

fn is_scalar(schema: &Schema) -> bool {
    !matches!(schema.kind, None | Some(Kind::Object | Kind::Array))
}

/// A constraint or a closed list in an answer makes old clients fail to read a good one.
pub(super) fn replies_are_open(document: &Document<'_>) -> Vec<Problem> {
    let mut problems = Vec::new();
    document.each_schema_of_replies(|path, schema| {
        let bounds = [
            ("minimum", schema.minimum.is_some()),
            ("maxLength", schema.max_length.is_some()),
            ("maxItems", schema.max_items.is_some()),
        ];
        for (member, _) in bounds.iter().filter(|(_, is_there)| *is_there) {
            problems.push(problem(format!("{path}.{member}"), "constrains an answer"));
        }
        if let Some(values) = &schema.values {
            let names_the_object = path.ends_with(".properties.object") && values.len() == 1;
            if !names_the_object {
                problems.push(problem(
                    format!("{path}.enum"),
                    "is a closed list in an answer",
                ));
            }
        }
    });
    problems
}

/// The API sends what does not apply as `null`, and an empty list for a list.
pub(super) fn optional_attributes_of_replies_may_be_null(document: &Document<'_>) -> Vec<Problem> {
    let mut problems = Vec::new();
    document.each_schema_of_replies(|path, schema| {
        for (name, property) in schema.properties.iter().flatten() {
            let is_exempt = schema.required.contains(name) || property.kind == Some(Kind::Array);
            if !is_exempt && !property.nullable {
                problems.push(problem(
                    format!("{path}.properties.{name}"),
                    "is optional in an answer and cannot be null",
                ));
            }
        }
    });
    problems
}

/// A row of a table without its page cannot be checked by a reader.
pub(super) fn rows_name_their_page(document: &Document<'_>) -> Vec<Problem> {
    let methods = document.spec.payment_methods().map(|(name, row)| {
        let table = "components.schemas.SourceType.x-omise-payment-methods";
        (format!("{table}.{name}.see"), &row.see)
    });
    let currencies = document.spec.currencies().map(|(name, row)| {
        let table = "components.schemas.Currency.x-omise-currencies";
        (format!("{table}.{name}.see"), &row.see)
    });
    let rows = methods.chain(currencies);
    rows.filter(|(_, see)| see.is_empty() || see.contains(char::is_whitespace))
        .map(|(path, _)| problem(path, "names no page of the documentation"))
        .collect()
}

impl Document<'_> {
    /// Visits every schema of the components, those in place too.
    pub(super) fn each_schema(&self, mut see: impl FnMut(&str, &Schema)) {
        for (name, schema) in self.spec.schemas() {
            walk(&format!("components.schemas.{name}"), schema, &mut see);
        }
    }

    /// Visits every property: its path, its name, itself, and the schema that it belongs to.
    pub(super) fn each_property(&self, mut see: impl FnMut(&str, &str, &Schema, &Schema)) {
        self.each_schema(|path, schema| {
            for (name, property) in schema.properties.iter().flatten() {
                see(&format!("{path}.properties.{name}"), name, property, schema);
            }
        });
    }

    /// Visits every schema that an answer is made of.
    fn each_schema_of_replies(&self, see: impl FnMut(&str, &Schema)) {
        self.each_schema_of(self.schemas_of_answers(), see);
    }

    /// Visits every schema that these lead to.
    fn each_schema_of(&self, names: Vec<String>, mut see: impl FnMut(&str, &Schema)) {
        let mut seen: HashSet<String> = HashSet::new();
        let mut to_follow = names;
        while let Some(name) = to_follow.pop() {
            let Some(schema) = self.spec.schemas().get(&name) else {
                continue;
            };
            if !seen.insert(name.clone()) {
                continue;
            }
            walk(
                &format!("components.schemas.{name}"),
                schema,
                &mut |path, schema| {
                    to_follow.extend(schema.points_at().map(str::to_owned));
                    see(path, schema);
                },
            );
        }
    }

    fn schemas_of_requests(&self) -> Vec<String> {
        let bodies = self.operations();
        let bodies = bodies.filter_map(|(_, operation)| operation.request_body.as_ref());
        let media = bodies.flat_map(|body| body.content.values());
        media.map(|media| media.schema.name().to_owned()).collect()
    }

    fn schemas_of_answers(&self) -> Vec<String> {
        let shared = &self.spec.document().components.responses;
        let mut names = Vec::new();
        for (_, operation) in self.operations() {
            for response in operation.responses.values() {
                let response = match response {
                    MaybeReference::Here(response) => Some(response),
                    MaybeReference::Reference(reference) => shared.get(reference.name()),
                };
                let content = response.into_iter().flat_map(|response| &response.content);
                names.extend(content.map(|(_, media)| media.schema.name().to_owned()));
            }
        }
        names
    }
}

fn walk(path: &str, schema: &Schema, see: &mut impl FnMut(&str, &Schema)) {
    see(path, schema);
    for (name, property) in schema.properties.iter().flatten() {
        walk(&format!("{path}.properties.{name}"), property, see);
    }
    if let Some(items) = &schema.items {
        walk(&format!("{path}.items"), items, see);
    }
}
