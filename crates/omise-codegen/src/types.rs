//! The wire types: what progenitor emits, made to read tolerantly, write completely and keep quiet
//! about what is sensitive.

use std::collections::HashSet;

use indexmap::IndexMap;
use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::token::Brace;
use syn::visit_mut::{self, VisitMut};
use syn::{
    Attribute, Field, Fields, FieldsNamed, GenericArgument, Ident, Item, ItemStruct, PathArguments,
    PathSegment, Type, parse_quote,
};

use crate::generator::{self, Types};
use crate::sensitive;
use crate::view::{View, request_name};
use omise_contract::document::{Kind, MaybeReference, Operation, Schema};
use omise_contract::{Problems, Spec};

/// Emits the structs of the document.
pub(crate) fn emit(spec: &Spec, view: &View) -> Result<TokenStream, Problems> {
    let requests = reachable_from_requests(spec);
    let mut emitted = HashSet::new();
    let mut tokens = TokenStream::new();
    for item in structs(generator::run(view, Types::Here)?)? {
        let name = item.ident.to_string();
        let Some(schema) = view.objects.get(&name) else {
            return Err(Problems::one(
                "components.schemas",
                format!("progenitor emits `{name}`, which is not an object of the document"),
            ));
        };
        tokens.extend(improve(spec, item, schema, requests.contains(&name))?);
        if answers(spec).any(|answer| answer == name) {
            tokens.extend(answer(spec, &name, schema));
        }
        emitted.insert(name);
    }
    // A type that silently went missing would be found only by whoever needs it.
    match view.objects.keys().find(|name| !emitted.contains(*name)) {
        None => Ok(tokens),
        Some(name) => Err(Problems::one(
            format!("components.schemas.{name}"),
            "progenitor emits nothing for it",
        )),
    }
}

fn structs(tokens: TokenStream) -> Result<Vec<ItemStruct>, Problems> {
    let file: syn::File = syn::parse2(tokens).map_err(|error| {
        Problems::one(
            "",
            format!("what progenitor emits is not valid Rust: {error}"),
        )
    })?;
    let types = file.items.into_iter().find_map(|item| match item {
        Item::Mod(module) if module.ident == "types" => module.content,
        _ => None,
    });
    let (_, items) = types.unwrap_or_default();
    Ok(items
        .into_iter()
        .filter_map(|item| match item {
            Item::Struct(item) => Some(item),
            _ => None,
        })
        .collect())
}

/// The objects that operations answer with when they succeed.
fn answers(spec: &Spec) -> impl Iterator<Item = &str> {
    spec.operations()
        .flat_map(|(_, _, operation)| answers_of(operation))
}

/// The objects that an operation answers with when it succeeds.
pub(crate) fn answers_of(operation: &Operation) -> impl Iterator<Item = &str> {
    let successes = operation
        .responses
        .iter()
        .filter_map(|(status, response)| match response {
            MaybeReference::Here(response) if status.starts_with('2') => Some(response),
            _ => None,
        });
    successes.flat_map(|response| response.content.values().map(|media| media.schema.name()))
}

/// Says what of an answer must be read: what is always there, amounts, currencies, ids, statuses.
fn answer(spec: &Spec, name: &str, schema: &Schema) -> TokenStream {
    let mut paths = schema.required.clone();
    strict_paths(spec, schema, "", &mut paths);
    let mut known = HashSet::new();
    paths.retain(|path| known.insert(path.clone()));
    let name = format_ident!("{name}");
    quote! {
        impl crate::Answer for #name {
            const STRICT: &'static [&'static str] = &[#(#paths),*];
        }
    }
}

fn strict_paths(spec: &Spec, schema: &Schema, prefix: &str, paths: &mut Vec<String>) {
    for (name, property) in schema.properties.iter().flatten() {
        let element = sensitive::element(spec, property);
        let path = format!("{prefix}{name}");
        let is_amount =
            element.kind == Some(Kind::Integer) && element.format.as_deref() == Some("int64");
        let is_currency = element.kind == Some(Kind::String) && name.ends_with("currency");
        let is_status = [element.title.as_deref(), property.points_at()]
            .into_iter()
            .flatten()
            .any(|title| title.ends_with("Status"));
        if is_amount || is_currency || is_status || name == "id" {
            paths.push(path.clone());
        }
        strict_paths(spec, element, &format!("{path}."), paths);
    }
}

// Requests are written without what was not given; answers are written with every attribute.
fn reachable_from_requests(spec: &Spec) -> HashSet<String> {
    let mut found = HashSet::new();
    for (_, _, operation) in spec.operations() {
        let bodies = operation.request_body.iter();
        for media in bodies.flat_map(|body| body.content.values()) {
            reach(spec, media.schema.name(), &mut found);
            found.insert(request_name(operation));
        }
    }
    found
}

fn reach(spec: &Spec, name: &str, found: &mut HashSet<String>) {
    let Some(schema) = spec.schemas().get(name) else {
        return;
    };
    if schema.kind == Some(Kind::Object) && found.insert(name.to_owned()) {
        for property in schema.properties.iter().flat_map(IndexMap::values) {
            let element = property.items.as_deref().unwrap_or(property);
            if let Some(name) = element.points_at() {
                reach(spec, name, found);
            }
        }
    }
}

fn improve(
    spec: &Spec,
    mut item: ItemStruct,
    schema: &Schema,
    is_request: bool,
) -> Result<TokenStream, Problems> {
    let mut members = members(&item, schema)?;
    for member in &mut members {
        let serde = serde(member, is_request);
        let attributes = &mut member.field.attrs;
        // progenitor says nothing of a member that points at another schema.
        attributes.retain(|attribute| {
            let path = attribute.path();
            !(path.is_ident("doc") || path.is_ident("serde"))
        });
        if let Some(description) = spec.description(member.property) {
            attributes.push(parse_quote!(#[doc = #description]));
        }
        attributes.extend(serde);
    }
    let debug = debug(spec, &item.ident, &members);
    let constructor = if takes_fields(spec, schema) {
        named_constructor(spec, &item.ident, &members)
    } else {
        constructor(&item.ident, &members)
    };
    let each_sensitive = each_sensitive(spec, &item.ident, &members)?;
    let fields = members.into_iter().map(|member| member.field);
    item.fields = Fields::Named(FieldsNamed {
        brace_token: Brace::default(),
        named: fields.collect(),
    });

    item.attrs
        .retain(|attribute| !attribute.path().is_ident("derive"));
    let default = schema.required.is_empty().then(|| quote!(Default,));
    item.attrs.push(parse_quote! {
        #[derive(Clone, #default PartialEq, ::serde::Deserialize, ::serde::Serialize)]
    });
    item.attrs.push(parse_quote! {
        #[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))]
    });
    item.attrs.push(parse_quote!(#[non_exhaustive]));
    Ok(quote! {
        #item
        #constructor
        #each_sensitive
        #debug
    })
}

/// A member of an object: what progenitor emits for it, and what the document says of it.
struct Member<'a> {
    field: Field,
    ident: Ident,
    wire_name: &'a str,
    property: &'a Schema,
    is_required: bool,
}

/// The members in the order of the wire; progenitor sorts them by name.
fn members<'a>(item: &ItemStruct, schema: &'a Schema) -> Result<Vec<Member<'a>>, Problems> {
    let properties = schema.properties.as_ref();
    let properties = properties.expect("checked: an object has properties");
    let mut members = Vec::new();
    for field in &item.fields {
        let ident = field.ident.clone().expect("an object's fields are named");
        // progenitor puts an underscore behind a name that is a keyword of Rust.
        let name = ident.to_string();
        let Some((index, wire_name, property)) = properties.get_full(name.trim_end_matches('_'))
        else {
            return Err(Problems::one(
                format!("components.schemas.{}", item.ident),
                format!("progenitor emits `{name}`, which is not a property"),
            ));
        };
        let mut field = field.clone();
        NoForeignType.visit_type_mut(&mut field.ty);
        let member = Member {
            field,
            ident,
            wire_name,
            property,
            is_required: schema.required.contains(wire_name),
        };
        members.push((index, member));
    }
    members.sort_by_key(|(index, _)| *index);
    Ok(members.into_iter().map(|(_, member)| member).collect())
}

/// Puts a type of ours where progenitor has one of a crate that is not for users to see.
struct NoForeignType;

impl VisitMut for NoForeignType {
    fn visit_path_mut(&mut self, path: &mut syn::Path) {
        let undescribed: syn::Path = parse_quote!(::serde_json::Value);
        if *path == undescribed {
            *path = parse_quote!(crate::Json);
        }
        visit_mut::visit_path_mut(self, path);
    }
}

fn serde(member: &Member<'_>, is_request: bool) -> Vec<Attribute> {
    let Member {
        wire_name,
        property,
        ..
    } = member;
    let mut attributes = Vec::new();
    if member.ident != wire_name {
        attributes.push(parse_quote!(#[serde(rename = #wire_name)]));
    }
    if member.is_required {
        return attributes;
    }
    if property.kind == Some(Kind::Array) {
        attributes.push(parse_quote! {
            #[serde(default, deserialize_with = "crate::reading::null_as_empty")]
        });
        if is_request {
            attributes.push(parse_quote!(#[serde(skip_serializing_if = "Vec::is_empty")]));
        }
        return attributes;
    }
    if property.kind == Some(Kind::Integer) && property.format.as_deref() == Some("int32") {
        attributes.push(parse_quote! {
            #[serde(default, deserialize_with = "crate::reading::number_or_digits")]
        });
    }
    if !property.nullable {
        attributes.push(parse_quote!(#[serde(skip_serializing_if = "Option::is_none")]));
    }
    attributes
}

// What is sensitive is shown as present or absent, never as itself.
fn debug(spec: &Spec, name: &Ident, members: &[Member<'_>]) -> TokenStream {
    let shown = members.iter().map(|member| {
        let ident = &member.ident;
        let label = ident.to_string();
        let element = sensitive::element(spec, member.property);
        if !sensitive::is_sensitive_text(spec, element) {
            quote!(.field(#label, &self.#ident))
        } else if is_option(&member.field) {
            quote!(.field(#label, &self.#ident.as_ref().map(|_| crate::Redacted)))
        } else if member.property.kind == Some(Kind::Array) {
            let shown = quote!(self.#ident.iter().map(|_| crate::Redacted).collect::<Vec<_>>());
            quote!(.field(#label, &#shown))
        } else {
            quote!(.field(#label, &crate::Redacted))
        }
    });
    let label = name.to_string();
    quote! {
        impl ::std::fmt::Debug for #name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                f.debug_struct(#label)#(#shown)*.finish()
            }
        }
    }
}

// Of an object that holds nothing sensitive there is nothing to visit, so it gets no such method.
fn each_sensitive(
    spec: &Spec,
    name: &Ident,
    members: &[Member<'_>],
) -> Result<Option<TokenStream>, Problems> {
    let mut visits = Vec::new();
    for member in members {
        if !sensitive::holds(spec, member.property) {
            continue;
        }
        let is_text = sensitive::is_sensitive_text(spec, sensitive::element(spec, member.property));
        if is_text && innermost(&member.field.ty) != "String" {
            return Err(Problems::one(
                format!("components.schemas.{name}.{}", member.wire_name),
                "is sensitive, so it must be a plain text: without values, without a format, and \
                 no type of its own in Rust",
            ));
        }
        let ident = &member.ident;
        visits.push(if is_option(&member.field) {
            let visit = visit(spec, member.property, &quote!(one));
            quote!(if let Some(one) = &self.#ident { #visit })
        } else {
            visit(spec, member.property, &quote!(self.#ident))
        });
    }
    if visits.is_empty() {
        return Ok(None);
    }
    Ok(Some(quote! {
        impl #name {
            /// Visits every sensitive text that is here or in what is here, in the order of the
            /// wire.
            ///
            /// An error or a log that has to quote a text it did not make can look for these in it
            /// and leave them out.
            #[doc(hidden)]
            pub fn each_sensitive<'a>(&'a self, visit: &mut dyn FnMut(&'a str)) {
                #(#visits)*
            }
        }
    }))
}

// The place is a value or a reference to one; what is written of it reads the same for both.
fn visit(spec: &Spec, schema: &Schema, place: &TokenStream) -> TokenStream {
    let schema = spec.resolve(schema);
    match (schema.kind, &schema.items) {
        (Some(Kind::Array), Some(items)) => {
            let visit = visit(spec, items, &quote!(one));
            quote!(for one in #place.iter() { #visit })
        }
        (Some(Kind::Object), _) => quote!(#place.each_sensitive(visit);),
        _ => quote!(visit(#place.as_str());),
    }
}

fn constructor(name: &Ident, members: &[Member<'_>]) -> Option<TokenStream> {
    let mut arguments = Vec::new();
    let mut values = Vec::new();
    for member in members {
        let (ident, ty) = (&member.ident, &member.field.ty);
        if let Some([only]) = member.property.values.as_deref() {
            values.push(quote!(#ident: #only.to_owned()));
        } else if member.is_required {
            arguments.push(quote!(#ident: #ty));
            values.push(quote!(#ident));
        } else {
            values.push(quote!(#ident: Default::default()));
        }
    }
    if arguments.is_empty() {
        return None;
    }
    let doc = format!("A `{name}` with what is always there and nothing else.");
    Some(quote! {
        impl #name {
            #[doc = #doc]
            pub fn new(#(#arguments),*) -> Self {
                Self { #(#values),* }
            }
        }
    })
}

/// Whether so many texts are required that their order would not be remembered.
pub(crate) fn takes_fields(spec: &Spec, schema: &Schema) -> bool {
    let properties = schema.properties.iter().flatten();
    let required = properties.filter(|(name, _)| schema.required.contains(*name));
    let texts = required.filter(|(name, property)| {
        let property = spec.resolve(property);
        let is_plain = property.values.is_none()
            && property.extensible_enum.is_none()
            && property.format.is_none();
        property.kind == Some(Kind::String) && is_plain && !name.ends_with("currency")
    });
    texts.count() > 2
}

/// The struct whose fields are what an object requires.
pub(crate) fn fields_name(name: &Ident) -> Ident {
    format_ident!("{name}Fields")
}

/// A constructor that takes what is required by name.
fn named_constructor(spec: &Spec, name: &Ident, members: &[Member<'_>]) -> Option<TokenStream> {
    let fields_name = fields_name(name);
    let required: Vec<Member<'_>> = members
        .iter()
        .filter(|member| member.is_required)
        .map(|member| Member {
            field: member.field.clone(),
            ident: member.ident.clone(),
            ..*member
        })
        .collect();
    let debug = debug(spec, &fields_name, &required);
    let fields = required.iter().map(|member| {
        let (ident, ty) = (&member.ident, &member.field.ty);
        let doc = spec.description(member.property);
        quote!(#[doc = #doc] pub #ident: #ty)
    });
    let values = members.iter().map(|member| {
        let ident = &member.ident;
        if member.is_required {
            quote!(#ident: fields.#ident)
        } else {
            quote!(#ident: Default::default())
        }
    });
    let fields_doc = format!("What a [`{name}`] requires, by name.");
    let new_doc = format!("A `{name}` with what it requires and nothing else.");
    Some(quote! {
        #[doc = #fields_doc]
        #[derive(Clone, PartialEq)]
        pub struct #fields_name {
            #(#fields),*
        }

        #debug

        impl #name {
            #[doc = #new_doc]
            pub fn new(fields: #fields_name) -> Self {
                Self { #(#values),* }
            }
        }
    })
}

fn is_option(field: &Field) -> bool {
    last_segment(&field.ty).is_some_and(|segment| segment.ident == "Option")
}

/// The name of a type or, of an option or a list, that of what is in it.
fn innermost(ty: &Type) -> String {
    let Some(segment) = last_segment(ty) else {
        return String::new();
    };
    match &segment.arguments {
        PathArguments::AngleBracketed(arguments) => match arguments.args.first() {
            Some(GenericArgument::Type(inner)) => innermost(inner),
            _ => String::new(),
        },
        _ => segment.ident.to_string(),
    }
}

fn last_segment(ty: &Type) -> Option<&PathSegment> {
    match ty {
        Type::Path(path) => path.path.segments.last(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use omise_contract::SOURCE_YAML;

    #[track_caller]
    fn check_refused(find: &str, replace: &str, path: &str) {
        assert!(SOURCE_YAML.contains(find), "{find}");
        let spec = Spec::read(&SOURCE_YAML.replacen(find, replace, 1)).expect("a sound document");
        let problems = crate::types(&spec).expect_err("it cannot be hidden");
        let [problem] = &problems.0[..] else {
            panic!("{problems}");
        };
        assert_eq!(problem.path, path);
        assert!(
            problem.message.contains("must be a plain text"),
            "{problem}"
        );
    }

    #[test]
    fn a_sensitive_text_with_a_type_of_its_own_is_refused() {
        check_refused(
            "          format: date-time\n          description: When the source was created.\n          \
             x-omise-sensitive: false\n",
            "          format: date-time\n          description: When the source was created.\n          \
             x-omise-sensitive: true\n",
            "components.schemas.Source.created_at",
        );
        check_refused(
            "The currency that the payer paid in, as its ISO 4217 code.\n              \
             x-omise-sensitive: false\n",
            "The currency that the payer paid in, as its ISO 4217 code.\n              \
             x-omise-sensitive: true\n",
            "components.schemas.References.customer_currency",
        );
    }

    #[test]
    fn a_sensitive_text_with_values_is_refused() {
        check_refused(
            "x-extensible-enum: [merchant, customer]\n          x-omise-sensitive: false\n",
            "x-extensible-enum: [merchant, customer]\n          x-omise-sensitive: true\n",
            "components.schemas.Source.absorption_type",
        );
        check_refused(
            "enum: [WEB, IOS, ANDROID]\n      x-omise-sensitive: false\n",
            "enum: [WEB, IOS, ANDROID]\n      x-omise-sensitive: true\n",
            "components.schemas.CreateSourceRequest.platform_type",
        );
    }

    #[test]
    fn a_list_of_sensitive_texts_is_hidden_and_visited() {
        let list = "          items:\n            type: object\n          example: []\n";
        assert!(SOURCE_YAML.contains(list));
        let texts = list.replace("object\n", "string\n            x-omise-sensitive: true\n");
        let spec = Spec::read(&SOURCE_YAML.replace(list, &texts)).expect("a sound document");
        let emitted = crate::types(&spec).expect("plain texts");
        for expected in [
            "pub discounts: ::std::vec::Vec<::std::string::String>",
            "&self.discounts.iter().map(|_| crate::Redacted)",
            "for one in self.discounts.iter() {",
        ] {
            assert!(emitted.contains(expected), "{expected}");
        }
    }
}
