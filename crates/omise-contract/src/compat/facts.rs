//! What two editions say, each fact in one place, so that a change of one fact is one difference.
//!
//! A document may write one thing in several ways: a parameter behind a reference, a key that is
//! the default, a limit that is the currency's. Here each is written out. What is not named below
//! is taken over as it is written, so that a new member of the document is compared too.
//!
//! Two members are for the comparison and no facts: [`LABEL`] and [`USES`].

use indexmap::IndexMap;
use serde::Serialize;

use super::judgements::VERSIONS;
use super::methods;
use super::reach::{Reach, Uses};
use crate::document::{
    ApiVersion, Document, Kind, MaybeReference, MediaType, Method, MethodRow, Operation, Response,
    Schema, SecurityRequirement, Server,
};
use crate::tree::Node;

/// What people call this part.
pub(super) const LABEL: &str = "@label";

/// Who meets this part: `requests`, `responses` or both.
pub(super) const USES: &str = "@uses";

/// The facts of both editions.
pub(super) fn of(old: &Document, new: &Document) -> [Node; 2] {
    let reach = Reach::new(old, new);
    let edition = |document, other, is_new| Edition {
        document,
        other,
        is_new,
        reach: &reach,
    };
    [
        edition(old, new, false).facts(),
        edition(new, old, true).facts(),
    ]
}

struct Edition<'a> {
    document: &'a Document,
    other: &'a Document,
    is_new: bool,
    reach: &'a Reach,
}

impl Edition<'_> {
    fn facts(&self) -> Node {
        let mut facts = node(self.document);
        let mut info = node(&self.document.info);
        // The version says how great the changes are and is none of them.
        take(&mut info, "version");
        set(&mut facts, "info", info);
        let servers = &self.document.servers;
        let addresses = servers.iter().flat_map(Server::addresses);
        set(&mut facts, "servers", texts(addresses));
        let first = servers.first().map(Server::address).unwrap_or_default();
        set(&mut facts, "first server", Node::Text(first));
        let about = servers
            .iter()
            .map(|one| (one.url.clone(), text(&one.description)));
        set(&mut facts, "about servers", Node::Map(about.collect()));
        let tags = self.document.tags.iter();
        let tags = tags.map(|tag| (tag.name.clone(), labelled(node(tag), &tag.name)));
        set(&mut facts, "tags", Node::Map(tags.collect()));
        take(&mut facts, "security");
        take(&mut facts, "paths");
        set(&mut facts, "operations", self.operations());
        let components = &self.document.components;
        take(&mut facts, "components");
        set(&mut facts, "schemas", self.schemas());
        set(&mut facts, "examples", node(&components.examples));
        let schemes = components.security_schemes.iter().map(|(name, scheme)| {
            let mut facts = labelled(node(scheme), name);
            take(&mut facts, "type");
            let sent = format!("{} {}", scheme.kind, scheme.scheme);
            set(&mut facts, "scheme", Node::Text(sent));
            (name.clone(), facts)
        });
        set(&mut facts, "keys", Node::Map(schemes.collect()));
        let currencies = components
            .schemas
            .values()
            .find_map(|one| one.currencies.as_ref());
        set(
            &mut facts,
            "currencies",
            currencies.map_or(Node::Map(IndexMap::new()), node),
        );
        let rows = methods::of(self.document).iter();
        let rows = rows.map(|(name, row)| (name.clone(), self.method(name, row)));
        set(&mut facts, "payment methods", Node::Map(rows.collect()));
        facts
    }

    /// Operations by the name that they had before: found by their place, else by their name.
    fn operations(&self) -> Node {
        let mut operations = IndexMap::new();
        for (place, method, operation) in placed(self.document) {
            let same_place = placed(self.other).find(|(other, ..)| *other == place);
            let key = match same_place {
                Some((.., former)) if self.is_new => &former.operation_id,
                _ => &operation.operation_id,
            };
            operations.insert(key.clone(), self.operation(key, place, method, operation));
        }
        Node::Map(operations)
    }

    fn operation(&self, key: &str, place: String, method: Method, operation: &Operation) -> Node {
        let components = &self.document.components;
        let mut facts = labelled(node(operation), &format!("`{key}`"));
        set(&mut facts, "place", Node::Text(place));
        set(
            &mut facts,
            "first tag",
            text(operation.tags.first().map_or("", String::as_str)),
        );
        let keys = operation
            .security
            .as_ref()
            .unwrap_or(&self.document.security);
        set(&mut facts, "security", texts(security(keys)));
        let effect = operation.effect.unwrap_or(method != Method::Get);
        set(&mut facts, "x-omise-effect", Node::Bool(effect));
        let statuses = operation.retry.statuses.iter().map(u16::to_string);
        let statuses = statuses.collect::<Vec<_>>().join(", ");
        if let Some(retry) = member(&mut facts, "x-omise-retry") {
            set(retry, "statuses", Node::Text(statuses));
        }
        let mut parameters = IndexMap::new();
        for reference in &operation.parameters {
            let Some(parameter) = components.parameters.get(reference.name()) else {
                continue;
            };
            let label = format!("the {} parameter `{}`", parameter.location, parameter.name);
            let mut of_parameter = labelled(node(parameter), &label);
            for known in ["name", "in"] {
                take(&mut of_parameter, known);
            }
            let versions = parameter.versions.iter();
            let versions = versions.map(|row| (row.version.clone(), text(words_of(row.sources))));
            set(
                &mut of_parameter,
                "x-omise-versions",
                Node::Map(versions.collect()),
            );
            let schema = self.schema(&parameter.schema, &parameter.name, Uses::REQUESTS);
            set(&mut of_parameter, "schema", schema);
            parameters.insert(label, of_parameter);
        }
        set(&mut facts, "parameters", Node::Map(parameters));
        if let (Some(body), Some(of_body)) =
            (&operation.request_body, member(&mut facts, "requestBody"))
        {
            set(
                of_body,
                "content",
                self.content(&body.content, &format!("`{key}`")),
            );
        }
        let responses = operation.responses.iter().map(|(status, response)| {
            let of_status = format!("{status} of `{key}`");
            let (label, response) = match response {
                MaybeReference::Here(response) => (of_status, Some(response)),
                MaybeReference::Reference(reference) => (
                    format!("`{}`", reference.name()),
                    components.responses.get(reference.name()),
                ),
            };
            let facts = response.map_or(Node::Null, |one| self.response(one, &label));
            (status.clone(), facts)
        });
        set(&mut facts, "responses", Node::Map(responses.collect()));
        facts
    }

    fn response(&self, response: &Response, label: &str) -> Node {
        let mut facts = labelled(node(response), &format!("the answer {label}"));
        let headers = response.headers.iter().filter_map(|(name, reference)| {
            let header = self.document.components.headers.get(reference.name())?;
            let mut facts = labelled(node(header), &format!("`{name}`"));
            set(
                &mut facts,
                "schema",
                self.schema(&header.schema, name, Uses::RESPONSES),
            );
            Some((name.clone(), facts))
        });
        set(&mut facts, "headers", Node::Map(headers.collect()));
        set(
            &mut facts,
            "content",
            self.content(&response.content, label),
        );
        facts
    }

    fn content(&self, content: &IndexMap<String, MediaType>, label: &str) -> Node {
        let content = content.iter().map(|(kind, media)| {
            let mut facts = node(media);
            let schema = self.former(media.schema.name());
            set(&mut facts, "schema", text(schema));
            (kind.clone(), facts)
        });
        labelled(
            Node::Map(content.collect()),
            &format!("the body of {label}"),
        )
    }

    fn schemas(&self) -> Node {
        let schemas = self
            .document
            .components
            .schemas
            .iter()
            .map(|(name, schema)| {
                let mut facts = self.schema(schema, name, self.reach.uses(name));
                set(&mut facts, "name", text(name));
                (self.former(name).to_owned(), facts)
            });
        Node::Map(schemas.collect())
    }

    fn schema(&self, schema: &Schema, label: &str, uses: Uses) -> Node {
        let mut facts = labelled(node(schema), &format!("`{label}`"));
        set(&mut facts, USES, node(&uses));
        take(&mut facts, "$ref");
        take(&mut facts, "format");
        let shape = match schema.points_at() {
            Some(name) => format!("`{}`", self.former(name)),
            None => kind_of(schema),
        };
        set(&mut facts, "type", Node::Text(shape));
        set(&mut facts, "nullable", Node::Bool(schema.nullable));
        let open = (schema.values.is_some(), schema.extensible_enum.is_some());
        let open = match open {
            (true, _) => "a closed list of values",
            (_, true) => "an open list of values",
            _ => "no list of values",
        };
        set(&mut facts, "values", text(open));
        // The table lists the payment methods, and is compared itself.
        let is_table = |values: &Vec<String>| values.iter().eq(methods::of(self.document).keys());
        for (name, values) in [
            ("enum", &schema.values),
            ("x-extensible-enum", &schema.extensible_enum),
        ] {
            if values.as_ref().is_some_and(is_table) {
                take(&mut facts, name);
            }
        }
        for table in ["x-omise-currencies", "x-omise-payment-methods"] {
            if take(&mut facts, table).is_some() {
                set(&mut facts, table, Node::Bool(true));
            }
        }
        if let Some(items) = &schema.items {
            let items = self.schema(items, &format!("{label}[]"), uses);
            set(&mut facts, "items", items);
        }
        if let Some(properties) = &schema.properties {
            let properties = properties.iter().map(|(name, property)| {
                let mut facts = self.schema(property, &format!("{label}.{name}"), uses);
                set(
                    &mut facts,
                    "is required",
                    Node::Bool(schema.required.contains(name)),
                );
                set(
                    &mut facts,
                    "of every type",
                    Node::Bool(schema.every_type.contains(name)),
                );
                (name.clone(), facts)
            });
            set(&mut facts, "properties", Node::Map(properties.collect()));
        }
        facts
    }

    fn method(&self, name: &str, row: &MethodRow) -> Node {
        let mut facts = labelled(node(row), &format!("`{name}`"));
        let flows = row.countries.iter().map(|country| {
            let flow = row.flow_by_country.get(country).unwrap_or(&row.flow);
            (country.clone(), text(flow))
        });
        set(&mut facts, "flow", Node::Map(flows.collect()));
        take(&mut facts, "flow_by_country");
        let limits = row.currencies.iter().filter_map(|currency| {
            let other = methods::of(self.other).get(name);
            let is_own = row.amount.contains_key(currency)
                || other.is_some_and(|other| other.amount.contains_key(currency));
            let limits = methods::limits(self.document, row, currency).filter(|_| is_own)?;
            Some((currency.clone(), node(&limits)))
        });
        set(&mut facts, "amount", Node::Map(limits.collect()));
        let terms = row.installment_terms.iter().map(|months| {
            let least = row.installment_minimums.get(&months.to_string());
            let least = least.map_or(Node::Map(IndexMap::new()), |least| {
                Node::Map(IndexMap::from([(
                    "min".to_owned(),
                    Node::Number((*least).into()),
                )]))
            });
            (months.to_string(), least)
        });
        set(&mut facts, "installment_terms", Node::Map(terms.collect()));
        take(&mut facts, "installment_minimums");
        let interest = row.installment_interest.as_deref();
        set(
            &mut facts,
            "installment_interest",
            text(interest.unwrap_or("whom a request says")),
        );
        let required = row.required.iter().map(|name| (name, true));
        let optional = row.optional.iter().map(|name| (name, false));
        let parameters = required.chain(optional).map(|(name, is_required)| {
            let mut facts = IndexMap::from([("is required".to_owned(), Node::Bool(is_required))]);
            facts.extend(
                row.constraints
                    .get(name)
                    .map(|form| ("form".to_owned(), node(form))),
            );
            (name.clone(), Node::Map(facts))
        });
        let parameters = Node::Map(parameters.collect());
        for member in ["required", "optional", "constraints"] {
            take(&mut facts, member);
        }
        set(&mut facts, "parameters", parameters);
        facts
    }

    fn former<'n>(&'n self, name: &'n str) -> &'n str {
        if self.is_new {
            self.reach.former_name(name)
        } else {
            name
        }
    }
}

fn placed(document: &Document) -> impl Iterator<Item = (String, Method, &Operation)> {
    document.paths.iter().flat_map(|(url, methods)| {
        methods
            .iter()
            .map(move |(method, one)| (format!("{} {url}", method.as_str()), *method, one))
    })
}

/// The keys of a list of requirements, in words. A list without any lets everybody in.
fn security(requirements: &[SecurityRequirement]) -> Vec<String> {
    let words = |requirement: &SecurityRequirement| {
        let mut keys: Vec<String> = requirement
            .iter()
            .map(|(scheme, scopes)| match scopes.as_slice() {
                [] => format!("`{scheme}`"),
                scopes => format!("`{scheme}` with {}", scopes.join(", ")),
            })
            .collect();
        keys.sort_unstable();
        if keys.is_empty() {
            "requests without a key".to_owned()
        } else {
            keys.join(" together with ")
        }
    };
    if requirements.is_empty() {
        return vec![words(&SecurityRequirement::default())];
    }
    requirements.iter().map(words).collect()
}

fn words_of(version: ApiVersion) -> &'static str {
    let [without, other, described] = VERSIONS;
    match version {
        ApiVersion::WithoutSources => without,
        ApiVersion::NotDescribed => other,
        ApiVersion::Described => described,
    }
}

fn kind_of(schema: &Schema) -> String {
    let kind = match schema.kind {
        None => "of any kind",
        Some(Kind::Object) => "an object",
        Some(Kind::Array) => "a list",
        Some(Kind::String) => "a string",
        Some(Kind::Integer) => "an integer",
        Some(Kind::Number) => "a number",
        Some(Kind::Boolean) => "a boolean",
    };
    match &schema.format {
        None => kind.to_owned(),
        Some(format) => format!("{kind} ({format})"),
    }
}

fn node<T: Serialize>(part: &T) -> Node {
    let text = serde_json::to_string(part).expect("a part of a document is JSON");
    serde_json::from_str(&text).expect("JSON is a tree")
}

fn labelled(mut facts: Node, label: &str) -> Node {
    set(&mut facts, LABEL, text(label));
    facts
}

fn text(text: &str) -> Node {
    Node::Text(text.to_owned())
}

fn texts(texts: impl IntoIterator<Item = String>) -> Node {
    Node::List(texts.into_iter().map(Node::Text).collect())
}

fn member<'n>(facts: &'n mut Node, name: &str) -> Option<&'n mut Node> {
    match facts {
        Node::Map(members) => members.get_mut(name),
        _ => None,
    }
}

fn set(facts: &mut Node, name: &str, value: Node) {
    if let Node::Map(members) = facts {
        members.insert(name.to_owned(), value);
    }
}

fn take(facts: &mut Node, name: &str) -> Option<Node> {
    match facts {
        Node::Map(members) => members.shift_remove(name),
        _ => None,
    }
}
