//! The operations and the versions of the API as Rust.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::Ident;

use crate::names::variant;
use omise_contract::Spec;
use omise_contract::document::{ApiVersion, Method, Operation, Repeatable};
use omise_contract::{PUBLIC_KEY, SECRET_KEY};

/// Emits the operations and what the document says of each.
pub(crate) fn operations(spec: &Spec) -> TokenStream {
    let operations: Vec<_> = spec.operations().collect();
    let variants: Vec<Ident> = operations
        .iter()
        .map(|(_, _, operation)| variant(&operation.operation_id))
        .collect();
    let ids = operations
        .iter()
        .map(|(_, _, operation)| &operation.operation_id);
    let summaries = operations.iter().map(|(path, method, operation)| {
        format!("{}: `{} {path}`.", operation.summary, method.as_str())
    });
    let methods = operations.iter().map(|(_, method, _)| method.as_str());
    let paths = operations.iter().map(|(path, _, _)| path);
    let roles = operations
        .iter()
        .map(|(_, _, operation)| key_roles(spec, operation));
    let effects = operations
        .iter()
        .map(|(_, method, operation)| operation.effect.unwrap_or(*method != Method::Get));
    let policies = operations
        .iter()
        .map(|(_, _, operation)| retry_policy(operation));
    quote! {
        /// An operation of the API.
        #[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
        #[non_exhaustive]
        pub enum Operation {
            #(#[doc = #summaries] #variants,)*
        }

        impl Operation {
            /// Every operation.
            pub const ALL: &'static [Operation] = &[#(Operation::#variants),*];

            /// The `operationId` of the specification.
            pub const fn id(self) -> &'static str {
                match self {
                    #(Operation::#variants => #ids,)*
                }
            }

            /// The method of HTTP.
            pub const fn method(self) -> &'static str {
                match self {
                    #(Operation::#variants => #methods,)*
                }
            }

            /// The path, its parameters in braces.
            pub const fn path(self) -> &'static str {
                match self {
                    #(Operation::#variants => #paths,)*
                }
            }

            /// The kinds of keys that it takes.
            pub const fn key_roles(self) -> &'static [crate::KeyRole] {
                match self {
                    #(Operation::#variants => #roles,)*
                }
            }

            /// Whether it changes something at the service, such as creating an object.
            pub const fn has_effect(self) -> bool {
                match self {
                    #(Operation::#variants => #effects,)*
                }
            }

            /// When a client may send it again.
            pub const fn retry_policy(self) -> crate::RetryPolicy {
                match self {
                    #(Operation::#variants => #policies,)*
                }
            }
        }
    }
}

/// Emits the versions of the API.
pub(crate) fn versions(spec: &Spec) -> TokenStream {
    let versions = spec.api_versions().map(|row| {
        let name = &row.version;
        let state = match row.sources {
            ApiVersion::Described => quote!(Described),
            ApiVersion::NotDescribed => quote!(NotDescribed),
            ApiVersion::WithoutSources => quote!(WithoutSources),
        };
        quote!((#name, crate::ApiVersion::#state))
    });
    let described = &spec
        .api_versions()
        .find(|row| row.sources == ApiVersion::Described)
        .expect("checked: one version is described")
        .version;
    let header = &spec
        .document()
        .components
        .parameters
        .values()
        .find(|parameter| !parameter.versions.is_empty())
        .expect("checked: one parameter has the versions")
        .name
        .to_ascii_lowercase();
    let spec_version = &spec.document().info.version;
    let sha256 = spec.sha256();
    quote! {
        /// The version of the specification, `info.version` of `openapi/source.yaml`.
        pub const SPEC_VERSION: &str = #spec_version;

        /// The SHA-256 of `openapi/source.yaml` as it was when this was emitted from it, in small
        /// hexadecimal digits: what `sha256sum openapi/source.yaml` prints for the same document.
        pub const SPEC_SHA256: &str = #sha256;

        /// The version of the API that the specification describes, a value of `Omise-Version`.
        pub const API_VERSION: &str = #described;

        /// The header that selects a version of the API, in small letters.
        pub const API_VERSION_HEADER: &str = #header;

        /// Every version of the API, oldest first.
        pub const API_VERSIONS: &[(&str, crate::ApiVersion)] = &[#(#versions),*];
    }
}

fn retry_policy(operation: &Operation) -> TokenStream {
    let policy = &operation.retry;
    let repeatable = match policy.repeatable {
        Repeatable::Always => quote!(Always),
        Repeatable::WithIdempotencyKey => quote!(WithIdempotencyKey),
    };
    let statuses = &policy.statuses;
    let attempts = policy.attempts;
    let [base_delay, max_delay, max_retry_after] = [
        policy.base_delay_ms,
        policy.max_delay_ms,
        policy.max_retry_after_ms,
    ]
    .map(|ms| quote!(::std::time::Duration::from_millis(#ms)));
    quote! {
        crate::RetryPolicy {
            repeatable: crate::Repeatable::#repeatable,
            statuses: &[#(#statuses),*],
            attempts: #attempts,
            base_delay: #base_delay,
            max_delay: #max_delay,
            max_retry_after: #max_retry_after,
        }
    }
}

fn key_roles(spec: &Spec, operation: &Operation) -> TokenStream {
    let requirements = spec.security(operation).iter();
    let schemes = requirements.flat_map(|requirement| requirement.keys());
    let roles = schemes.map(|scheme| match scheme.as_str() {
        PUBLIC_KEY => format_ident!("Public"),
        SECRET_KEY => format_ident!("Secret"),
        _ => unreachable!("checked: there are these two security schemes"),
    });
    quote!(&[#(crate::KeyRole::#roles),*])
}

#[cfg(test)]
mod tests {
    use omise_contract::SOURCE_YAML;

    use super::*;

    /// What is emitted of whether `createSource` has an effect, with one change of the document.
    #[track_caller]
    fn check_effect(find: &str, replace: &str, expected: bool) {
        assert!(SOURCE_YAML.contains(find), "{find}");
        let changed = SOURCE_YAML.replacen(find, replace, 1);
        let spec = Spec::read(&changed).expect("a sound document");
        let emitted = crate::tables(&spec).expect("tables");
        let (_, effects) = emitted.split_once("fn has_effect").expect("the method");
        let expected = format!("Operation::CreateSource => {expected},");
        let (of_create, _) = effects
            .split_once("Operation::RetrieveSource")
            .expect("both");
        assert!(of_create.contains(&expected), "{of_create}");
    }

    /// One that may always be sent again can move money all the same, such as the expiry of a charge.
    #[test]
    fn an_operation_that_may_be_repeated_may_have_an_effect() {
        let keyed = "repeatable: with_idempotency_key";
        check_effect(keyed, "repeatable: always", true);
    }

    #[test]
    fn an_operation_has_the_effect_that_the_document_says() {
        check_effect("x-omise-effect: true", "x-omise-effect: false", false);
    }
}
