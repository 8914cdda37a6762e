//! The document as Rust types: exactly the part of OpenAPI 3.0 that `openapi/source.yaml` uses.
//!
//! A keyword outside of that part is refused, with its path, instead of being dropped in silence:
//! what the generator does not understand cannot slip into the contract.

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A whole document.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Document {
    /// The version of OpenAPI, `3.0.3`.
    pub openapi: String,
    /// Title, version, description, contact and licence.
    pub info: Info,
    /// Where the API is documented.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub external_docs: Option<ExternalDocs>,
    /// Where the API is served.
    pub servers: Vec<Server>,
    /// The groups of operations.
    pub tags: Vec<Tag>,
    /// The keys that an operation takes where it does not say.
    pub security: Vec<SecurityRequirement>,
    /// The operations by path and method.
    pub paths: IndexMap<String, IndexMap<Method, Operation>>,
    /// What is referred to by name.
    pub components: Components,
}

/// Names of security schemes; the values are always empty, as Basic has no scopes.
pub type SecurityRequirement = IndexMap<String, Vec<String>>;

/// What the document says of itself.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Info {
    /// The name of the API.
    pub title: String,
    /// The version of the document, semver.
    pub version: String,
    /// What the API is for.
    pub description: String,
    /// Who keeps the document.
    pub contact: Value,
    /// Under which licence it may be used.
    pub license: Value,
}

/// A link to a document for people.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct ExternalDocs {
    /// What is found there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Its address.
    pub url: String,
}

/// A group of operations.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Tag {
    /// Its name.
    pub name: String,
    /// What it holds.
    pub description: String,
    /// Where it is documented.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub external_docs: Option<ExternalDocs>,
}

/// A method of HTTP, as a path item spells it.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Hash, PartialEq, Serialize)]
// As a text, so that it is told in the path of a problem below it.
#[serde(rename_all = "lowercase", try_from = "String")]
pub enum Method {
    /// `GET`.
    Get,
    /// `POST`.
    Post,
    /// `PUT`.
    Put,
    /// `PATCH`.
    Patch,
    /// `DELETE`.
    Delete,
}

impl TryFrom<String> for Method {
    type Error = String;

    fn try_from(name: String) -> Result<Method, String> {
        let methods = [
            Method::Get,
            Method::Post,
            Method::Put,
            Method::Patch,
            Method::Delete,
        ];
        let named = methods
            .into_iter()
            .find(|method| method.as_str().to_lowercase() == name);
        named.ok_or_else(|| format!("unknown field `{name}`, expected a method in small letters"))
    }
}

impl Method {
    /// The method as a request spells it.
    pub fn as_str(self) -> &'static str {
        match self {
            Method::Get => "GET",
            Method::Post => "POST",
            Method::Put => "PUT",
            Method::Patch => "PATCH",
            Method::Delete => "DELETE",
        }
    }
}

/// One operation.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Operation {
    /// Its name, camel case, for ever.
    pub operation_id: String,
    /// The groups it belongs to.
    pub tags: Vec<String>,
    /// What it does, in a few words.
    pub summary: String,
    /// What it does.
    pub description: String,
    /// Where it is documented.
    pub external_docs: ExternalDocs,
    /// The keys that it takes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub security: Option<Vec<SecurityRequirement>>,
    /// Its path and header parameters.
    #[serde(default)]
    pub parameters: Vec<Reference>,
    /// When a client may send it again.
    #[serde(rename = "x-omise-retry")]
    pub retry: RetryPolicy,
    /// Whether it changes something at the service. Without it, every method but `GET` does.
    #[serde(rename = "x-omise-effect", skip_serializing_if = "Option::is_none")]
    pub effect: Option<bool>,
    /// Its body.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_body: Option<RequestBody>,
    /// Its answers by status.
    pub responses: IndexMap<String, MaybeReference<Response>>,
}

impl Operation {
    /// The status of its success.
    pub fn success(&self) -> Option<&str> {
        let mut statuses = self.responses.keys();
        let success = statuses.find(|status| status.starts_with('2'));
        success.map(String::as_str)
    }
}

/// When a client may send a request again that had no success: `x-omise-retry`.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct RetryPolicy {
    /// Whether it may be sent again if it may have reached the service.
    pub repeatable: Repeatable,
    /// The statuses after which it is sent again, if it is repeatable.
    pub statuses: Vec<u16>,
    /// How often it is sent at most, the first time included.
    pub attempts: u32,
    /// The longest wait before the second attempt; it doubles with each further one.
    pub base_delay_ms: u64,
    /// The longest wait before any attempt.
    pub max_delay_ms: u64,
    /// The longest wait that a service may ask for with `Retry-After`.
    pub max_retry_after_ms: u64,
}

/// Whether a request may be sent again if it may have reached the service.
#[derive(Clone, Copy, Debug, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Repeatable {
    /// It may: a second one changes nothing.
    Always,
    /// Only with an idempotency key, at a service that honours it.
    WithIdempotencyKey,
}

/// Where the API is served.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Server {
    /// Its address; names in braces stand for variables.
    pub url: String,
    /// What it is.
    pub description: String,
    /// What may stand for each name.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub variables: IndexMap<String, ServerVariable>,
}

/// What may stand for a name in the address of a server.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct ServerVariable {
    /// The values.
    #[serde(rename = "enum")]
    pub values: Vec<String>,
    /// The value where nothing is said.
    pub default: String,
}

impl Server {
    /// The address where nothing is said of the variables.
    pub fn address(&self) -> String {
        let variables = self.variables.iter();
        variables.fold(self.url.clone(), |url, (name, variable)| {
            url.replace(&format!("{{{name}}}"), &variable.default)
        })
    }

    /// Every address that it can have.
    pub fn addresses(&self) -> Vec<String> {
        let mut addresses = vec![self.url.clone()];
        for (name, variable) in &self.variables {
            let name = format!("{{{name}}}");
            let with = |url: &String| {
                let values = variable.values.iter();
                let urls = values.map(|value| url.replace(&name, value));
                urls.collect::<Vec<_>>()
            };
            addresses = addresses.iter().flat_map(with).collect();
        }
        addresses
    }
}

/// A reference and nothing else.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Reference {
    /// Where it points.
    #[serde(rename = "$ref")]
    pub reference: String,
}

impl Reference {
    /// The last part of where it points: the name of a component.
    pub fn name(&self) -> &str {
        let parts = self.reference.rsplit_once('/');
        parts.map_or(&self.reference, |(_, name)| name)
    }
}

/// A reference or the thing itself.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(untagged)]
pub enum MaybeReference<T> {
    /// A reference.
    Reference(Reference),
    /// The thing itself.
    Here(T),
}

/// A parameter in the path or in a header.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Parameter {
    /// Its name.
    pub name: String,
    /// `path` or `header`.
    #[serde(rename = "in")]
    pub location: String,
    /// Whether it must be given.
    pub required: bool,
    /// What it is.
    pub description: String,
    /// Its shape.
    pub schema: Schema,
    /// A value it may have.
    pub example: Value,
    /// The versions of the API and what each has to do with this document.
    #[serde(
        default,
        rename = "x-omise-versions",
        skip_serializing_if = "Vec::is_empty"
    )]
    pub versions: Vec<VersionRow>,
}

/// A version of the API.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct VersionRow {
    /// Its date, as `Omise-Version` has it.
    pub version: String,
    /// Whether it has sources, and in which shape.
    pub sources: ApiVersion,
}

/// What a version of the API has to do with the document.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ApiVersion {
    /// It is the one that the document describes.
    Described,
    /// It has sources, in another shape than the document describes.
    NotDescribed,
    /// It has no sources.
    #[serde(rename = "none")]
    WithoutSources,
}

/// A header of an answer.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Header {
    /// What it is.
    pub description: String,
    /// Its shape.
    pub schema: Schema,
    /// A value it may have.
    pub example: Value,
}

/// The body of a request.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct RequestBody {
    /// What it is.
    pub description: String,
    /// Whether it must be given.
    pub required: bool,
    /// Its shape by media type.
    pub content: IndexMap<String, MediaType>,
}

/// An answer.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Response {
    /// When it is given.
    pub description: String,
    /// Its headers.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub headers: IndexMap<String, Reference>,
    /// Its shape by media type.
    pub content: IndexMap<String, MediaType>,
    /// The operations that can be called with what it says.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub links: IndexMap<String, Link>,
}

/// An operation that can be called with what an answer says.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Link {
    /// The operation.
    pub operation_id: String,
    /// Its parameters: where in the answer each is found.
    pub parameters: IndexMap<String, String>,
}

/// A body of one media type.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct MediaType {
    /// Its shape.
    pub schema: Reference,
    /// Whole bodies, by name.
    #[serde(default)]
    pub examples: IndexMap<String, Reference>,
}

/// What is referred to by name.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Components {
    /// Path and header parameters.
    pub parameters: IndexMap<String, Parameter>,
    /// Headers of answers.
    pub headers: IndexMap<String, Header>,
    /// Answers.
    pub responses: IndexMap<String, Response>,
    /// Shapes.
    pub schemas: IndexMap<String, Schema>,
    /// Whole bodies.
    pub examples: IndexMap<String, Example>,
    /// Kinds of keys.
    pub security_schemes: IndexMap<String, SecurityScheme>,
}

/// A whole body.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Example {
    /// What it shows.
    pub summary: String,
    /// The body.
    pub value: Value,
}

/// A kind of key.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct SecurityScheme {
    /// `http`.
    #[serde(rename = "type")]
    pub kind: String,
    /// `basic`.
    pub scheme: String,
    /// How it is used.
    pub description: String,
}

/// A shape, in the part of JSON Schema that the document uses.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Schema {
    /// Points at the shape; nothing may stand beside it.
    #[serde(rename = "$ref", skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
    /// The kind of value.
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    pub kind: Option<Kind>,
    /// The name of a shape that is written in place.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// `int64` (an amount), `int32`, `double` or `date-time`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub format: Option<String>,
    /// The only values.
    #[serde(rename = "enum", skip_serializing_if = "Option::is_none")]
    pub values: Option<Vec<String>>,
    /// The least value.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub minimum: Option<i64>,
    /// The most characters of a text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_length: Option<u32>,
    /// The most elements of a list.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_items: Option<u32>,
    /// Whether the value may be null.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub nullable: bool,
    /// What it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// The members that must be there.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub required: Vec<String>,
    /// The members, in the order of the wire.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub properties: Option<IndexMap<String, Schema>>,
    /// The elements; `type: object` alone is one of which nothing more is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub items: Option<Box<Schema>>,
    /// A value it may have.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub example: Option<Value>,
    /// The values known today of a string that may get more.
    #[serde(rename = "x-extensible-enum", skip_serializing_if = "Option::is_none")]
    pub extensible_enum: Option<Vec<String>>,
    /// The table of currencies.
    #[serde(rename = "x-omise-currencies", skip_serializing_if = "Option::is_none")]
    pub currencies: Option<IndexMap<String, CurrencyRow>>,
    /// The table of payment methods.
    #[serde(
        rename = "x-omise-payment-methods",
        skip_serializing_if = "Option::is_none"
    )]
    pub payment_methods: Option<IndexMap<String, MethodRow>>,
    /// The parameters that every payment method takes.
    #[serde(
        default,
        rename = "x-omise-every-type",
        skip_serializing_if = "Vec::is_empty"
    )]
    pub every_type: Vec<String>,
    /// A parameter that is another name of the one given.
    #[serde(rename = "x-omise-alias-of", skip_serializing_if = "Option::is_none")]
    pub alias_of: Option<String>,
    /// The prefix of the ids of one kind of object: `src` for a source.
    #[serde(rename = "x-omise-id", skip_serializing_if = "Option::is_none")]
    pub id_prefix: Option<String>,
    /// The catalogue of messages of errors.
    #[serde(rename = "x-omise-messages", skip_serializing_if = "Option::is_none")]
    pub messages: Option<IndexMap<String, MessageRow>>,
    /// Whether a text is sensitive and kept out of `Debug`, errors and logs. Every text says it.
    #[serde(rename = "x-omise-sensitive", skip_serializing_if = "Option::is_none")]
    pub sensitive: Option<bool>,
}

impl Schema {
    /// The component that the shape points at.
    pub fn points_at(&self) -> Option<&str> {
        let reference = self.reference.as_deref();
        reference.and_then(|reference| reference.strip_prefix("#/components/schemas/"))
    }

    /// Whether the shape is an object of which nothing more is known.
    pub fn is_any_object(&self) -> bool {
        self.kind == Some(Kind::Object) && self.properties.is_none()
    }
}

/// The kind of a value.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// An object.
    Object,
    /// A list.
    Array,
    /// A text.
    String,
    /// A whole number.
    Integer,
    /// A number.
    Number,
    /// True or false.
    Boolean,
}

impl Kind {
    /// Its word in JSON Schema.
    pub fn as_str(self) -> &'static str {
        match self {
            Kind::Object => "object",
            Kind::Array => "array",
            Kind::String => "string",
            Kind::Integer => "integer",
            Kind::Number => "number",
            Kind::Boolean => "boolean",
        }
    }
}

/// A message of errors, or a part of one that names several reasons.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct MessageRow {
    /// The text; names in braces stand for what differs.
    pub template: String,
    /// The status that it comes with.
    pub status: u16,
    /// The code that it comes with.
    pub code: String,
    /// How it is known: `recorded`, `documented`, or `assumed` where this project chose the words.
    pub evidence: String,
    /// The exact texts that were recorded, of a template with names in braces.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub seen: Vec<String>,
    /// Where it was recorded or is documented.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
}

impl MessageRow {
    /// Whether the text has the form of the template.
    pub fn fits(&self, text: &str) -> bool {
        let mut parts = Vec::new();
        let mut rest = self.template.as_str();
        while let Some((before, after)) = rest.split_once('{') {
            parts.push(before);
            rest = after.split_once('}').map_or("", |(_, after)| after);
        }
        let Some((first, middle)) = parts.split_first() else {
            return text == self.template;
        };
        let inner = text.strip_prefix(first);
        let Some(mut inner) = inner.and_then(|inner| inner.strip_suffix(rest)) else {
            return false;
        };
        // Something stands for each name.
        for part in middle {
            let Some(at) = inner
                .char_indices()
                .skip(1)
                .map(|(at, _)| at)
                .find(|at| inner.get(*at..).is_some_and(|rest| rest.starts_with(part)))
            else {
                return false;
            };
            inner = &inner[at + part.len()..];
        }
        !inner.is_empty()
    }

    /// Whether it is known that the service says exactly this.
    pub fn knows(&self, text: &str) -> bool {
        let is_whole = !self.template.contains('{') && self.template == text;
        self.evidence != "assumed" && (is_whole || self.seen.iter().any(|seen| seen == text))
    }
}

/// A row of the table of currencies.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct CurrencyRow {
    /// The country whose accounts have it.
    pub country: String,
    /// The decimals in which people write it.
    pub decimals: u8,
    /// The least amount, in the smallest unit.
    pub min: i64,
    /// The greatest amount, in the smallest unit.
    pub max: i64,
    /// How the row is known.
    pub evidence: Vec<String>,
    /// The members that are a default of this project.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ours: Vec<String>,
    /// The page of the documentation.
    pub see: String,
}

/// A row of the table of payment methods.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct MethodRow {
    /// Its name for people.
    pub label: String,
    /// How the payer completes the payment.
    pub flow: String,
    /// The flow for accounts of a country where it differs.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub flow_by_country: IndexMap<String, String>,
    /// The countries whose accounts may have it.
    pub countries: Vec<String>,
    /// The currencies it takes.
    pub currencies: Vec<String>,
    /// The limits of an amount, where they are not the currency's.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub amount: IndexMap<String, LimitsRow>,
    /// The parameters that it requires beside amount, currency and type.
    pub required: Vec<String>,
    /// The parameters that it takes beside those that every one takes.
    #[serde(default)]
    pub optional: Vec<String>,
    /// The values of `bank`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub banks: Vec<String>,
    /// The values of `installment_term`, months.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub installment_terms: Vec<u32>,
    /// The least monthly payment, in the smallest unit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub installment_monthly_minimum: Option<i64>,
    /// The least amount for a term, in the smallest unit.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub installment_minimums: IndexMap<String, i64>,
    /// Who bears the interest, where that is not for the request to say.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub installment_interest: Option<String>,
    /// The formats of parameters.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub constraints: IndexMap<String, ConstraintRow>,
    /// How long a charge stays pending, in hours.
    pub charge_expiry_hours: u32,
    /// When it was discontinued.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub discontinued: Option<String>,
    /// How the row is known.
    pub evidence: Vec<String>,
    /// How it is known that accounts of a country have it, where `evidence` does not say so.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub evidence_by_country: IndexMap<String, Vec<String>>,
    /// The members that are a default of this project.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ours: Vec<String>,
    /// The page of the documentation.
    pub see: String,
    /// What else there is to know.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// The limits of an amount.
#[derive(Clone, Copy, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct LimitsRow {
    /// The least amount, in the smallest unit.
    pub min: i64,
    /// The greatest amount, in the smallest unit.
    pub max: i64,
}

/// The format of a parameter.
#[derive(Clone, Copy, Debug, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ConstraintRow {
    /// At most so many characters.
    MaxLength(u32),
    /// Digits only, from so many to so many.
    Digits(u32, u32),
    /// A form that has a name.
    Format(Format),
}

/// A form of a text that has a name.
#[derive(Clone, Copy, Debug, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// An address of mail.
    Email,
}
