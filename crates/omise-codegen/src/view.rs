//! The document as Rust needs it: a changed copy, in memory.
//!
//! The shared document is written for every language and is never bent for Rust. What Rust needs
//! otherwise is changed here, just before the document is handed to progenitor:
//!
//! - an object or an open enum written in place becomes a component named by its `title`;
//! - the body of a request is named after its operation: `CreateSourceRequest` for `createSource`.
//!   The document has another name for it, because generators of other languages derive this one;
//! - an amount, a time and a currency become references to our own types;
//! - bounds and one-value enums go: replies are read tolerantly and requests are checked by the
//!   rules, not by the types;
//! - `nullable` goes: every optional member is an `Option`, and [`mod@crate::types`] decides from
//!   the document itself which of them are written as null.
//!
//! One type is decided by a name, where all others follow from the shape: a text whose name ends
//! with `currency` is a [`Currency`](NEWTYPES). An attribute that may be null cannot point at the
//! component of that name, since OpenAPI 3.0 lets nothing stand beside a reference; and unlike an
//! amount and a time it has no `format` that tells it from other texts.

use heck::ToUpperCamelCase;
use indexmap::IndexMap;

use omise_contract::document::{
    Components, Document, Kind, MaybeReference, Operation, Response, Schema,
};
use omise_contract::{NEWTYPES, Problems, Spec};

/// Names of the document that are one type in Rust: the request's closed list of payment methods
/// and the answer's open string.
pub(crate) const ALIASES: [(&str, &str); 1] = [("SourceTypeCode", "SourceType")];

/// A document and the shapes that it got beyond those of the shared one.
pub(crate) struct View {
    /// The changed document.
    pub(crate) document: Document,
    /// Every object by its Rust name, as the shared document writes it.
    pub(crate) objects: IndexMap<String, Schema>,
    /// Every open enum by its Rust name, with the values known today.
    pub(crate) open_enums: IndexMap<String, OpenEnum>,
    /// Every id by its Rust name.
    pub(crate) ids: Vec<String>,
}

/// A string with known values that may get more.
#[derive(Clone, Default)]
pub(crate) struct OpenEnum {
    /// What it is.
    pub(crate) description: String,
    /// The values known today.
    pub(crate) values: Vec<String>,
}

/// Changes a copy of the document for Rust.
pub(crate) fn view(spec: &Spec) -> Result<View, Problems> {
    let mut builder = Builder {
        spec,
        request_names: request_names(spec),
        schemas: IndexMap::new(),
        objects: IndexMap::new(),
        open_enums: IndexMap::new(),
    };
    for (name, schema) in spec.schemas() {
        builder.component(name, schema)?;
    }
    for name in NEWTYPES {
        let placeholder = Schema {
            kind: Some(Kind::String),
            ..Schema::default()
        };
        builder.schemas.insert(name.to_owned(), placeholder);
    }

    let mut document = spec.document().clone();
    let Components {
        examples, headers, ..
    } = &mut document.components;
    examples.clear();
    headers.clear();
    document.components.schemas = builder.schemas;
    for response in document.components.responses.values_mut() {
        strip(response);
    }
    for operation in document.paths.values_mut().flat_map(IndexMap::values_mut) {
        for response in operation.responses.values_mut() {
            if let MaybeReference::Here(response) = response {
                strip(response);
            }
        }
        let request_name = request_name(operation);
        for media in operation
            .request_body
            .iter_mut()
            .flat_map(|body| body.content.values_mut())
        {
            media.examples.clear();
            media.schema.reference = schema_path(&request_name);
        }
    }
    Ok(View {
        document,
        objects: builder.objects,
        open_enums: builder.open_enums,
        ids: spec.ids().map(|(name, _)| name.to_owned()).collect(),
    })
}

/// The names in Rust of the schemas that requests have as their bodies.
fn request_names(spec: &Spec) -> IndexMap<String, String> {
    let mut names = IndexMap::new();
    for (_, _, operation) in spec.operations() {
        let bodies = operation.request_body.iter();
        for media in bodies.flat_map(|body| body.content.values()) {
            names.insert(media.schema.name().to_owned(), request_name(operation));
        }
    }
    names
}

/// The name in Rust of an operation's body.
pub(crate) fn request_name(operation: &Operation) -> String {
    format!("{}Request", operation.operation_id.to_upper_camel_case())
}

fn strip(response: &mut Response) {
    response.headers.clear();
    for media in response.content.values_mut() {
        media.examples.clear();
    }
}

struct Builder<'a> {
    spec: &'a Spec,
    request_names: IndexMap<String, String>,
    schemas: IndexMap<String, Schema>,
    objects: IndexMap<String, Schema>,
    open_enums: IndexMap<String, OpenEnum>,
}

impl Builder<'_> {
    fn component(&mut self, name: &str, schema: &Schema) -> Result<(), Problems> {
        let path = format!("components.schemas.{name}");
        let request_name = self.request_names.get(name).cloned();
        let name = request_name.as_deref().unwrap_or(name);
        let shown = if let Some(values) = schema.extensible_enum.as_ref().or(schema.values.as_ref())
        {
            let alias = ALIASES.iter().find(|(alias, _)| *alias == name);
            let rust_name = alias.map_or(name, |(_, rust_name)| rust_name);
            self.open_enum(rust_name, schema, values, &path)?;
            Self::placeholder(schema)
        } else if schema.kind == Some(Kind::Object) {
            self.object(name, schema, &path)?
        } else {
            Self::placeholder(schema)
        };
        self.schemas.insert(name.to_owned(), shown);
        Ok(())
    }

    fn placeholder(schema: &Schema) -> Schema {
        Schema {
            kind: Some(Kind::String),
            description: schema.description.clone(),
            ..Schema::default()
        }
    }

    fn object(&mut self, name: &str, schema: &Schema, path: &str) -> Result<Schema, Problems> {
        let shown = Schema {
            kind: Some(Kind::Object),
            description: schema.description.clone(),
            required: schema.required.clone(),
            properties: Some(
                schema
                    .properties
                    .iter()
                    .flatten()
                    .map(|(member, property)| {
                        let path = format!("{path}.properties.{member}");
                        Ok((member.clone(), self.property(member, property, &path)?))
                    })
                    .collect::<Result<_, Problems>>()?,
            ),
            ..Schema::default()
        };
        self.objects.insert(name.to_owned(), schema.clone());
        Ok(shown)
    }

    fn property(&mut self, member: &str, schema: &Schema, path: &str) -> Result<Schema, Problems> {
        if let Some(target) = schema.points_at() {
            return Ok(reference(target));
        }
        if let Some(values) = &schema.extensible_enum {
            let name = title(schema);
            self.open_enum(name, schema, values, path)?;
            let placeholder = Self::placeholder(schema);
            self.schemas.entry(name.to_owned()).or_insert(placeholder);
            return Ok(reference(name));
        }
        let description = schema.description.clone();
        match (schema.kind, schema.format.as_deref()) {
            // Any value is read, as nothing is known of it.
            (Some(Kind::Object), _) if schema.is_any_object() => Ok(Schema::default()),
            (Some(Kind::Object), _) => {
                let name = title(schema);
                // Generators of other languages name a class by its title: one title, one shape.
                if self.schemas.contains_key(name) || self.spec.schemas().contains_key(name) {
                    return Err(Problems::one(
                        path,
                        format!("`title: {name}` is the name of another schema"),
                    ));
                }
                let shown = self.object(name, schema, path)?;
                self.schemas.insert(name.to_owned(), shown);
                Ok(reference(name))
            }
            (Some(Kind::Array), _) => {
                let items = schema.items.as_deref();
                let items = items.expect("checked: an array has items");
                let items = self.property(member, items, &format!("{path}.items"))?;
                Ok(Schema {
                    kind: schema.kind,
                    description,
                    items: Some(Box::new(items)),
                    ..Schema::default()
                })
            }
            (Some(Kind::String), Some("date-time")) => Ok(reference("Timestamp")),
            (Some(Kind::String), _) if member.ends_with("currency") => Ok(reference("Currency")),
            (Some(Kind::Integer), Some("int64")) => Ok(reference("Amount")),
            _ => Ok(Schema {
                kind: schema.kind,
                format: schema.format.clone(),
                description,
                ..Schema::default()
            }),
        }
    }

    fn open_enum(
        &mut self,
        name: &str,
        schema: &Schema,
        values: &[String],
        path: &str,
    ) -> Result<(), Problems> {
        match self.open_enums.get(name) {
            Some(known) if known.values != values => Err(Problems::one(
                path,
                format!("`{name}` has other values elsewhere in the document"),
            )),
            Some(_) => Ok(()),
            None => {
                let open_enum = OpenEnum {
                    description: schema.description.clone().unwrap_or_default(),
                    values: values.to_vec(),
                };
                self.open_enums.insert(name.to_owned(), open_enum);
                Ok(())
            }
        }
    }
}

/// The name in Rust of what is written in place.
fn title(schema: &Schema) -> &str {
    let title = schema.title.as_deref();
    title.expect("checked: what is written in place has a title")
}

fn reference(name: &str) -> Schema {
    Schema {
        reference: Some(schema_path(name)),
        ..Schema::default()
    }
}

fn schema_path(name: &str) -> String {
    format!("#/components/schemas/{name}")
}
