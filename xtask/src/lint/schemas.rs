//! Schemas: what generators of other languages need them to be.

use std::collections::HashSet;

use omise_codegen::Problem;
use omise_codegen::document::{Kind, MaybeReference, Schema};

use super::{Document, problem};

/// Names that a generator has for a class of its own, in at least one language.
const TAKEN: [&str; 7] = [
    "Error",
    "ApiError",
    "ErrorResponse",
    "Configuration",
    "Response",
    "ApiResponse",
    "Pair",
];

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

/// Schemas in Pascal case, attributes and parameters in snake case, as on the wire.
pub(super) fn names_are_spelled_alike(document: &Document<'_>) -> Vec<Problem> {
    let mut problems = Vec::new();
    for name in document.spec.schemas().keys() {
        let is_pascal = name.starts_with(|first: char| first.is_ascii_uppercase())
            && name.bytes().all(|byte| byte.is_ascii_alphanumeric());
        if !is_pascal {
            let place = format!("components.schemas.{name}");
            problems.push(problem(place, "must be in Pascal case"));
        }
    }
    document.each_property(|path, name, _, _| {
        let is_snake =
            |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
        if !name.bytes().all(is_snake) {
            problems.push(problem(path, "must be in snake case"));
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
            problems.push(problem(place, "needs a description"));
        }
    }
    document.each_property(|path, _, property, _| {
        if property.description.is_none() && property.reference.is_none() {
            problems.push(problem(path, "needs a description"));
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
            problems.push(problem(place, "needs an example"));
        }
    }
    document.each_property(|path, _, property, _| {
        // What a property points at is a named schema and has been looked at above.
        if is_scalar(property) && property.example.is_none() {
            problems.push(problem(path, "needs an example"));
        }
    });
    problems
}

fn is_scalar(schema: &Schema) -> bool {
    !matches!(schema.kind, None | Some(Kind::Object | Kind::Array))
}

/// No two generators understand these alike.
///
/// omise-codegen refuses them as unknown members of a schema; this holds for the whole document.
pub(super) fn nothing_says_default_or_polymorphic(document: &Document<'_>) -> Vec<Problem> {
    const REFUSED: [&str; 5] = [
        "default",
        "additionalProperties",
        "oneOf",
        "anyOf",
        "discriminator",
    ];
    let mut problems = Vec::new();
    document.root.visit("", &mut |path, node| {
        // An attribute of the API may have any name.
        let members = node.members().filter(|_| !path.ends_with(".properties"));
        for (name, _) in members {
            if REFUSED.contains(&name.as_str()) {
                let place = super::node::join(path, name);
                problems.push(problem(place, "is not understood alike by all generators"));
            }
        }
    });
    problems
}

/// A constraint or a closed list in an answer makes old clients fail to read a good one.
pub(super) fn replies_are_open(document: &Document<'_>) -> Vec<Problem> {
    let mut problems = Vec::new();
    document.each_schema_of_replies(|path, schema| {
        if schema.minimum.is_some() {
            problems.push(problem(
                format!("{path}.minimum"),
                "an answer must not be constrained",
            ));
        }
        if let Some(values) = &schema.values {
            let names_the_object = path.ends_with(".properties.object") && values.len() == 1;
            if !names_the_object {
                problems.push(problem(
                    format!("{path}.enum"),
                    "a closed list must not be in an answer; write `x-extensible-enum`",
                ));
            }
        }
    });
    problems
}

/// The API sends what does not apply as `null`; what it leaves out instead says so.
pub(super) fn optional_attributes_of_replies_may_be_null(document: &Document<'_>) -> Vec<Problem> {
    let mut problems = Vec::new();
    document.each_schema_of_replies(|path, schema| {
        for (name, property) in schema.properties.iter().flatten() {
            let is_exempt = schema.required.contains(name)
                || property.kind == Some(Kind::Array)
                || is_left_out(property);
            if !is_exempt && !property.nullable {
                problems.push(problem(
                    format!("{path}.properties.{name}"),
                    "is optional in an answer, so it must be nullable, or its description must say \
                     when it is left out",
                ));
            }
        }
    });
    problems
}

/// Whether the description says that an attribute is left out rather than null.
pub(super) fn is_left_out(property: &Schema) -> bool {
    let description = property.description.as_deref();
    description.is_some_and(|description| description.contains("left out"))
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
        .map(|(path, _)| problem(path, "must name a page of the documentation"))
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
    fn each_schema_of_replies(&self, mut see: impl FnMut(&str, &Schema)) {
        let mut seen: HashSet<String> = HashSet::new();
        let mut to_follow = self.schemas_of_answers();
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
