//! Examples: that each is what its schema says, and that what they claim together is true.

use std::collections::HashSet;

use crate::Problem;
use crate::document::{Example, MaybeReference, MediaType, MethodRow, Schema};
use indexmap::IndexMap;
use jsonschema::Validator;
use serde_json::{Map, Value, json};

use super::node::Node;
use super::{Document, problem};
use crate::compat::effective::{Cell, cells};

// The rules below go by these names of the document.
const REQUEST: &str = "SourceParameters";
const SOURCE: &str = "Source";
const ERROR: &str = "ErrorBody";
const PAYMENT_METHODS: &str = "components.schemas.SourceType.x-omise-payment-methods";

/// Every example beside a schema, those of properties too.
pub(super) fn of_properties_satisfy_their_schema(document: &Document<'_>) -> Vec<Problem> {
    let strict = Strict::new(document);
    let mut problems = Vec::new();
    document.each_schema(|path, schema| {
        if let Some(example) = &schema.example {
            let place = format!("{path}.example");
            problems.extend(strict.check(&place, schema, example));
        }
    });
    problems
}

/// Every example of a parameter or a header.
pub(super) fn of_parameters_and_headers_satisfy_their_schema(
    document: &Document<'_>,
) -> Vec<Problem> {
    let strict = Strict::new(document);
    let components = &document.spec.document().components;
    let parameters = components.parameters.iter().map(|(name, parameter)| {
        let place = format!("components.parameters.{name}.example");
        (place, &parameter.schema, &parameter.example)
    });
    let headers = components.headers.iter().map(|(name, header)| {
        let place = format!("components.headers.{name}.example");
        (place, &header.schema, &header.example)
    });
    parameters
        .chain(headers)
        .flat_map(|(place, schema, example)| strict.check(&place, schema, example))
        .collect()
}

/// Every whole body, against the schema of the place where it is used.
pub(super) fn of_bodies_satisfy_their_schema(document: &Document<'_>) -> Vec<Problem> {
    let strict = Strict::new(document);
    let mut problems = Vec::new();
    for schema in document.spec.schemas().keys() {
        let examples: Vec<_> = document.examples_of(schema).collect();
        if examples.is_empty() {
            continue;
        }
        let target = json!({"$ref": format!("#/$defs/{schema}")});
        match strict.validator(target) {
            Err(error) => problems.push(problem(format!("components.schemas.{schema}"), error)),
            Ok(validator) => {
                for (name, example) in examples {
                    let place = format!("components.examples.{name}.value");
                    problems.extend(errors(&place, &validator, &example.value));
                }
            }
        }
    }
    problems
}

/// A body goes by one name, wherever it is used, so that a reader finds its pair.
pub(super) fn of_bodies_go_by_the_name_of_their_component(document: &Document<'_>) -> Vec<Problem> {
    let mut problems = Vec::new();
    document.each_media(|path, media| {
        let suffix = match media.schema.name() {
            REQUEST => "Request",
            SOURCE => "Source",
            _ => return,
        };
        for (name, example) in &media.examples {
            let expected = format!("{name}{suffix}");
            if example.name() != expected {
                problems.push(problem(
                    format!("{path}.examples.{name}"),
                    format!("must point at `{expected}`"),
                ));
            }
        }
    });
    problems
}

/// Every request satisfies the row of its payment method, in its currency and over its term.
pub(super) fn of_requests_are_accepted(document: &Document<'_>) -> Vec<Problem> {
    let cells = cells(document.spec.document());
    let mut problems = Vec::new();
    for (name, example) in document.examples_of(REQUEST) {
        let place = format!("components.examples.{name}.value");
        let text = |member: &str| {
            example.value[member]
                .as_str()
                .unwrap_or_default()
                .to_owned()
        };
        let months = example.value["installment_term"].as_u64();
        let cell = Cell {
            method: text("type"),
            currency: text("currency"),
            months: months.and_then(|months| u32::try_from(months).ok()),
        };
        match cells.get(&cell).map(jsonschema::validator_for) {
            Some(Ok(validator)) => problems.extend(errors(&place, &validator, &example.value)),
            _ => problems.push(problem(
                place,
                "is of no row: its payment method takes another currency or term",
            )),
        }
    }
    problems
}

/// Requests and sources come in pairs. A source with a charge has none: no request makes it.
pub(super) fn of_requests_have_a_source_and_sources_a_request(
    document: &Document<'_>,
) -> Vec<Problem> {
    let mut problems = Vec::new();
    for (name, _) in document.examples_of(REQUEST) {
        let stem = name.strip_suffix("Request").unwrap_or(name);
        if document.example(&format!("{stem}Source")).is_none() {
            problems.push(problem(
                format!("components.examples.{name}"),
                format!("has no `{stem}Source`"),
            ));
        }
    }
    for (name, example) in document.examples_of(SOURCE) {
        let has_charge = example.value["charge_status"] != json!("unknown");
        let stem = name.strip_suffix("Source").unwrap_or(name);
        if !has_charge && document.example(&format!("{stem}Request")).is_none() {
            problems.push(problem(
                format!("components.examples.{name}"),
                format!("has no `{stem}Request`"),
            ));
        }
    }
    problems
}

/// A source has what the request of the same name gives, and its `location` follows from its id.
///
/// Whether the rest of it is what the server makes is held by a test, which has the server's rules.
pub(super) fn of_sources_are_what_the_request_makes(document: &Document<'_>) -> Vec<Problem> {
    let ids = document.spec.schemas().get("SourceId");
    let ids = ids
        .and_then(|ids| ids.example.as_ref())
        .and_then(Value::as_str);
    let prefix = ids
        .and_then(|id| id.rsplit_once('_'))
        .map_or("", |(prefix, _)| prefix);
    let mut problems = Vec::new();
    for (name, request) in document.examples_of(REQUEST) {
        let stem = name.strip_suffix("Request").unwrap_or(name);
        let name = format!("{stem}Source");
        let Some(source) = document.example(&name) else {
            continue;
        };
        let place = format!("components.examples.{name}.value");
        let given = request.value.as_object().into_iter().flatten();
        for (member, given) in given.filter(|(member, _)| source.value.get(*member).is_some()) {
            let claimed = &source.value[member];
            // Members that the request leaves out may be null in the source.
            if !is_part_of(given, claimed) {
                problems.push(problem(
                    format!("{place}.{member}"),
                    format!("is {claimed}, but the request gives {given}"),
                ));
            }
        }
        let id = source.value["id"].as_str().unwrap_or_default();
        if prefix.is_empty() || !id.starts_with(prefix) {
            problems.push(problem(
                format!("{place}.id"),
                format!("must begin with `{prefix}`"),
            ));
        }
        let location = format!("/sources/{id}");
        if source.value["location"] != json!(location) {
            problems.push(problem(
                format!("{place}.location"),
                format!("must be {location}"),
            ));
        }
    }
    problems
}

/// Whether all that a request gives is in an answer, which may have more members.
fn is_part_of(given: &Value, answered: &Value) -> bool {
    match (given, answered) {
        (Value::Object(given), Value::Object(answered)) => given.iter().all(|(name, value)| {
            answered
                .get(name)
                .is_some_and(|answered| is_part_of(value, answered))
        }),
        (Value::Array(given), Value::Array(answered)) => {
            given.len() == answered.len()
                && given
                    .iter()
                    .zip(answered)
                    .all(|(given, answered)| is_part_of(given, answered))
        }
        _ => given == answered,
    }
}

/// The catalogue says of each text whether it was recorded.
pub(super) fn of_errors_are_in_the_catalogue(document: &Document<'_>) -> Vec<Problem> {
    let mut problems = Vec::new();
    for (name, example) in document.examples_of(ERROR) {
        let member = |name: &str| example.value[name].as_str().unwrap_or_default();
        if !document.spec.has_message(member("message"), member("code")) {
            problems.push(problem(
                format!("components.examples.{name}.value.message"),
                "has no template in x-omise-messages, or one of another code",
            ));
        }
    }
    problems
}

/// The API always sends every attribute.
pub(super) fn of_sources_have_every_attribute(document: &Document<'_>) -> Vec<Problem> {
    let source = document.spec.schemas().get(SOURCE);
    let properties = source.and_then(|source| source.properties.as_ref());
    let mut problems = Vec::new();
    for (name, example) in document.examples_of(SOURCE) {
        for attribute in properties.into_iter().flatten().map(|(name, _)| name) {
            if example.value.get(attribute).is_none() {
                problems.push(problem(
                    format!("components.examples.{name}.value"),
                    format!("`{attribute}` is missing"),
                ));
            }
        }
    }
    problems
}

/// The members of an answer are shown in the order in which they are sent.
pub(super) fn of_answers_keep_the_order_of_the_wire(document: &Document<'_>) -> Vec<Problem> {
    let mut problems = Vec::new();
    for schema in [SOURCE, ERROR] {
        let properties = document.spec.schemas().get(schema);
        let properties = properties.and_then(|schema| schema.properties.as_ref());
        let Some(properties) = properties else {
            continue;
        };
        for (name, _) in document.examples_of(schema) {
            let node = document.root.at(&["components", "examples", name, "value"]);
            let members = node.into_iter().flat_map(Node::members);
            let places = members.filter_map(|(member, _)| properties.get_index_of(member));
            let places: Vec<usize> = places.collect();
            if let Some(wrong) = places.windows(2).find(|pair| pair[0] > pair[1]) {
                let member = |index: usize| properties.get_index(index).map(|(name, _)| name);
                let (first, second) = (member(wrong[1]), member(wrong[0]));
                problems.push(problem(
                    format!("components.examples.{name}.value"),
                    format!(
                        "`{}` must stand before `{}`",
                        first.map_or("", String::as_str),
                        second.map_or("", String::as_str)
                    ),
                ));
            }
        }
    }
    problems
}

/// A reader finds a source of each flow.
pub(super) fn of_sources_show_every_flow(document: &Document<'_>) -> Vec<Problem> {
    let flows = document.spec.schemas().get("Flow");
    let flows = flows.and_then(|schema| schema.extensible_enum.as_ref());
    let shown: HashSet<&str> = document
        .examples_of(SOURCE)
        .filter_map(|(_, example)| example.value["flow"].as_str())
        .collect();
    let flows = flows.into_iter().flatten();
    flows
        .filter(|flow| !shown.contains(flow.as_str()))
        .map(|flow| problem("components.examples", format!("none has the flow `{flow}`")))
        .collect()
}

/// A reader finds a request with each set of parameters that a payment method requires, and with
/// each parameter that one takes.
pub(super) fn of_requests_show_every_family(document: &Document<'_>) -> Vec<Problem> {
    let rows = || document.spec.payment_methods();
    let requests: Vec<&Value> = document
        .examples_of(REQUEST)
        .map(|(_, example)| &example.value)
        .collect();
    let mut shown = Vec::new();
    for request in &requests {
        let of_request = rows().find(|(key, _)| request["type"] == json!(key));
        let family = of_request.map(|(_, row)| required(row));
        // By the table as it is now: the rules that accept a request are those that were built.
        let is_whole = |family: &Vec<&str>| family.iter().all(|name| request.get(name).is_some());
        shown.extend(family.filter(is_whole));
    }

    let mut problems = Vec::new();
    let mut told = HashSet::new();
    for (key, row) in rows() {
        let place = format!("{PAYMENT_METHODS}.{key}");
        let family = required(row);
        if !shown.contains(&family) && told.insert(family.join(", ")) {
            let what = format!("no example requires [{}]", family.join(", "));
            problems.push(problem(&place, what));
        }
        for name in row.required.iter().chain(&row.optional) {
            let is_shown = requests.iter().any(|request| request.get(name).is_some());
            if !is_shown && told.insert(name.clone()) {
                problems.push(problem(&place, format!("no example has `{name}`")));
            }
        }
    }
    problems
}

fn required(row: &MethodRow) -> Vec<&str> {
    let mut names: Vec<&str> = row.required.iter().map(String::as_str).collect();
    names.sort_unstable();
    names
}

/// An error links to its own code, and the code is one of the document's.
pub(super) fn of_errors_point_at_their_code(document: &Document<'_>) -> Vec<Problem> {
    let codes = document
        .spec
        .schemas()
        .get("ErrorCode")
        .and_then(|schema| schema.extensible_enum.as_ref());
    let mut problems = Vec::new();
    for (name, example) in document.examples_of(ERROR) {
        let place = format!("components.examples.{name}.value");
        let code = example.value["code"].as_str().unwrap_or_default();
        if !codes.is_some_and(|codes| codes.iter().any(|known| known == code)) {
            problems.push(problem(
                format!("{place}.code"),
                format!("`{code}` is not one of ErrorCode"),
            ));
        }
        let expected = format!("https://www.omise.co/api-errors#{}", code.replace('_', "-"));
        if example.value["location"] != json!(expected) {
            problems.push(problem(
                format!("{place}.location"),
                format!("must be {expected}"),
            ));
        }
    }
    problems
}

/// Every failure of the document is shown at least once.
pub(super) fn of_errors_show_every_status(document: &Document<'_>) -> Vec<Problem> {
    let responses = document.spec.document().components.responses.iter();
    responses
        .filter(|(_, response)| {
            response
                .content
                .values()
                .all(|media| media.examples.is_empty())
        })
        .map(|(name, _)| problem(format!("components.responses.{name}"), "has no example"))
        .collect()
}

impl Document<'_> {
    fn example(&self, name: &str) -> Option<&Example> {
        self.spec.document().components.examples.get(name)
    }

    /// Visits every body that an operation takes or gives.
    fn each_media(&self, mut see: impl FnMut(&str, &MediaType)) {
        let shared = &self.spec.document().components.responses;
        let mut see_all = |path: &str, content: &IndexMap<String, MediaType>| {
            for (media_type, media) in content {
                see(&format!("{path}.content.{media_type}"), media);
            }
        };
        for (path, operation) in self.operations() {
            if let Some(body) = &operation.request_body {
                see_all(&format!("{path}.requestBody"), &body.content);
            }
            for (status, response) in &operation.responses {
                if let MaybeReference::Here(response) = response {
                    see_all(&format!("{path}.responses.{status}"), &response.content);
                }
            }
        }
        for (name, response) in shared {
            see_all(&format!("components.responses.{name}"), &response.content);
        }
    }

    /// The examples that are used as bodies of a schema, by their name.
    fn examples_of(&self, schema: &str) -> impl Iterator<Item = (&str, &Example)> {
        let mut names: HashSet<String> = HashSet::new();
        self.each_media(|_, media| {
            if media.schema.name() == schema {
                let examples = media.examples.values();
                names.extend(examples.map(|example| example.name().to_owned()));
            }
        });
        let examples = self.spec.document().components.examples.iter();
        examples
            .filter(move |(name, _)| names.contains(*name))
            .map(|(name, example)| (name.as_str(), example))
    }
}

/// The schemas of the document as JSON Schema, stricter than the document is.
///
/// A reader of the API must be ready for values and attributes that are not in the document; an
/// example has no business to hold any, and one that does has a slip of the pen.
struct Strict {
    named: Value,
}

impl Strict {
    fn new(document: &Document<'_>) -> Strict {
        let schemas = document.spec.schemas().iter();
        let named: Map<String, Value> = schemas
            .map(|(name, schema)| (name.clone(), strict(schema)))
            .collect();
        Strict {
            named: Value::Object(named),
        }
    }

    /// Checks an example against a schema that may point at a named one.
    fn check(&self, place: &str, schema: &Schema, example: &Value) -> Vec<Problem> {
        match self.validator(strict(schema)) {
            Ok(validator) => errors(place, &validator, example),
            Err(error) => vec![problem(place, error)],
        }
    }

    fn validator(&self, mut schema: Value) -> Result<Validator, String> {
        // Most schemas point nowhere, and the named ones take their time.
        if schema.to_string().contains("$ref") {
            schema["$defs"] = self.named.clone();
        }
        jsonschema::draft202012::options()
            .should_validate_formats(true)
            .build(&schema)
            .map_err(|error| format!("its schema is none: {error}"))
    }
}

fn errors(place: &str, validator: &Validator, example: &Value) -> Vec<Problem> {
    let errors = validator.iter_errors(example);
    errors
        .map(|error| {
            let inside = error.instance_path().to_string().replace('/', ".");
            problem(format!("{place}{inside}"), error.to_string())
        })
        .collect()
}

fn strict(schema: &Schema) -> Value {
    let target = |name: &str| json!({"$ref": format!("#/$defs/{name}")});
    if let Some(name) = schema.points_at() {
        return target(name);
    }
    let mut strict = Map::new();
    if let Some(kind) = schema.kind {
        let kind = kind.as_str();
        let kinds = if schema.nullable {
            json!([kind, "null"])
        } else {
            json!(kind)
        };
        strict.insert("type".to_owned(), kinds);
    }
    if let Some(values) = schema.values.as_ref().or(schema.extensible_enum.as_ref()) {
        let mut values: Vec<Value> = values.iter().map(|value| json!(value)).collect();
        values.extend(schema.nullable.then_some(Value::Null));
        strict.insert("enum".to_owned(), Value::Array(values));
    }
    if let Some(minimum) = schema.minimum {
        strict.insert("minimum".to_owned(), json!(minimum));
    }
    if let Some(most) = schema.max_length {
        strict.insert("maxLength".to_owned(), json!(most));
    }
    if let Some(most) = schema.max_items {
        strict.insert("maxItems".to_owned(), json!(most));
    }
    match schema.format.as_deref() {
        Some("int32") => {
            strict.insert("maximum".to_owned(), json!(i32::MAX));
        }
        Some("date-time") => {
            strict.insert("format".to_owned(), json!("date-time"));
        }
        _ => {}
    }
    if let Some(properties) = &schema.properties {
        let properties: Map<String, Value> = properties
            .iter()
            .map(|(name, property)| (name.clone(), self::strict(property)))
            .collect();
        strict.insert("properties".to_owned(), Value::Object(properties));
        strict.insert("additionalProperties".to_owned(), json!(false));
        strict.insert("required".to_owned(), json!(schema.required));
    }
    if let Some(items) = &schema.items {
        strict.insert("items".to_owned(), self::strict(items));
    }
    Value::Object(strict)
}
