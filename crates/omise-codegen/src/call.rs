//! The calls of the client: for each operation a type that holds what it sends.

use heck::{ToSnakeCase, ToUpperCamelCase};
use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::{
    FnArg, GenericArgument, ImplItem, Item, PatType, PathArguments, ReturnType, Signature, Type,
    parse_quote,
};

use crate::parameter::body;
use crate::sensitive;
use omise_contract::document::{Method, Operation, Repeatable};
use omise_contract::{Problems, Spec};

/// Emits a call for each operation of the client that progenitor emitted.
///
/// # Errors
///
/// For an operation that progenitor emitted no method for.
pub(crate) fn calls(spec: &Spec, client: &syn::File) -> Result<TokenStream, Problems> {
    let calls = spec.operations().map(|(path, method, operation)| {
        let name = operation.operation_id.to_snake_case();
        let signature = signatures(client).find(|signature| signature.ident == name);
        let signature = signature.ok_or_else(|| {
            Problems::one(
                format!("paths.{path}.{}", method.as_str().to_lowercase()),
                "progenitor emits nothing for it",
            )
        })?;
        Ok(call(spec, path, method, operation, signature))
    });
    calls.collect()
}

fn signatures(client: &syn::File) -> impl Iterator<Item = &Signature> {
    let items = client.items.iter().filter_map(|item| match item {
        Item::Impl(item) if item.trait_.is_none() => Some(&item.items),
        _ => None,
    });
    items.flatten().filter_map(|item| match item {
        ImplItem::Fn(method) if method.sig.asyncness.is_some() => Some(&method.sig),
        _ => None,
    })
}

fn call(
    spec: &Spec,
    path: &str,
    method: Method,
    operation: &Operation,
    signature: &Signature,
) -> TokenStream {
    let name = format_ident!("{}", operation.operation_id.to_upper_camel_case());
    let send = &signature.ident;
    let answer = answer(signature);
    let body = body(spec, operation);
    let headers: Vec<String> = headers(spec, operation).collect();

    let mut fields = Vec::new();
    let mut arguments = Vec::new();
    let mut ids = Vec::new();
    for argument in signature.inputs.iter().filter_map(typed) {
        let syn::Pat::Ident(pattern) = &*argument.pat else {
            continue;
        };
        let ident = &pattern.ident;
        if headers.iter().any(|header| *ident == header[..]) {
            // The client adds the headers itself, and marks those that are sensitive.
            arguments.push(quote!(None));
        } else if ident == "body" {
            let (ty, argument) = owned(&argument.ty, &quote!(self.request));
            fields.push(quote!(pub(crate) request: #ty));
            arguments.push(argument);
        } else {
            let (ty, argument) = owned(&argument.ty, &quote!(self.#ident));
            if is_id(spec, &ty) {
                ids.push(quote! {
                    visit(<#ty as ::omise_types::ObjectId>::OBJECT, self.#ident.is_live());
                });
            }
            fields.push(quote!(pub(crate) #ident: #ty));
            arguments.push(argument);
        }
    }
    let check = body.map(|_| {
        quote! {
            fn request(&self) -> Option<&dyn crate::check::Request> {
                Some(&self.request)
            }
        }
    });
    let each_sensitive = body
        .filter(|schema| sensitive::holds(spec, schema))
        .map(|_| {
            quote! {
                fn each_sensitive(&self, visit: &mut dyn FnMut(&str)) {
                    self.request.each_sensitive(visit);
                }
            }
        });
    let each_id = (!ids.is_empty()).then(|| {
        quote! {
            fn each_id(&self, visit: &mut dyn FnMut(&'static str, bool)) {
                #(#ids)*
            }
        }
    });
    let is_keyed = matches!(operation.retry.repeatable, Repeatable::WithIdempotencyKey);
    let keyed = is_keyed.then(|| quote!(impl crate::call::Keyed for #name {}));
    let doc = format!(
        "The call `{}`: `{} {path}`.\n\n\
         [`Client::{send}`](crate::Client::{send}) makes it, in a [`Pending`](crate::Pending).",
        operation.operation_id,
        method.as_str(),
    );
    quote! {
        #[doc = #doc]
        #[derive(Clone, Debug)]
        pub struct #name {
            #(#fields),*
        }

        impl crate::call::Call for #name {
            const OPERATION: ::omise_types::Operation = ::omise_types::Operation::#name;
            type Answer = #answer;
        }

        impl crate::call::Build for #name {
            fn build(&self, client: &Client) -> Option<::http::Request<::bytes::Bytes>> {
                crate::capture::capture(client.#send(#(#arguments),*))
            }

            #check
            #each_sensitive
            #each_id
        }

        #keyed
    }
}

/// Whether a type is that of an id.
fn is_id(spec: &Spec, ty: &Type) -> bool {
    let Type::Path(path) = ty else {
        return false;
    };
    let name = path.path.segments.last();
    name.is_some_and(|name| spec.ids().any(|(id, _)| name.ident == id))
}

/// The names of an operation's headers, as progenitor names its arguments.
fn headers(spec: &Spec, operation: &Operation) -> impl Iterator<Item = String> {
    let parameters = &spec.document().components.parameters;
    let named = operation.parameters.iter();
    named
        .filter_map(|reference| parameters.get(reference.name()))
        .filter(|parameter| parameter.location == "header")
        .map(|parameter| parameter.name.to_snake_case())
}

fn typed(argument: &FnArg) -> Option<&PatType> {
    match argument {
        FnArg::Typed(argument) => Some(argument),
        FnArg::Receiver(_) => None,
    }
}

/// The type that holds an argument, and the argument as it is taken from a field of that type:
/// `SourceId` and `&self.id` for `&'a SourceId`.
fn owned(ty: &Type, field: &TokenStream) -> (Type, TokenStream) {
    match ty {
        Type::Reference(reference) => (text_or(&reference.elem), quote!(&#field)),
        _ => match in_brackets(ty) {
            Some(Type::Reference(reference)) => {
                let inner = text_or(&reference.elem);
                let is_text = inner != *reference.elem;
                let argument = if is_text {
                    quote!(#field.as_deref())
                } else {
                    quote!(#field.as_ref())
                };
                (parse_quote!(Option<#inner>), argument)
            }
            // A number or a flag, with or without `Option`.
            _ => (ty.clone(), field.clone()),
        },
    }
}

fn text_or(ty: &Type) -> Type {
    let text: Type = parse_quote!(str);
    if *ty == text {
        parse_quote!(String)
    } else {
        ty.clone()
    }
}

/// The type of an operation's answer: the first argument of the first argument of its result.
fn answer(signature: &Signature) -> Type {
    let ReturnType::Type(_, result) = &signature.output else {
        unreachable!("progenitor's methods answer with a result");
    };
    let value = in_brackets(result).and_then(in_brackets);
    value
        .expect("progenitor's methods answer with a value")
        .clone()
}

/// The first type between the brackets of another.
pub(crate) fn in_brackets(ty: &Type) -> Option<&Type> {
    let Type::Path(path) = ty else {
        return None;
    };
    let PathArguments::AngleBracketed(arguments) = &path.path.segments.last()?.arguments else {
        return None;
    };
    arguments.args.iter().find_map(|argument| match argument {
        GenericArgument::Type(ty) => Some(ty),
        _ => None,
    })
}
