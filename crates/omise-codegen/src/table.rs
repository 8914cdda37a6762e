//! The tables as Rust: payment methods, currencies and parameters of a new source.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::Ident;

use crate::document::{ApiVersion, ConstraintRow, Kind, LimitsRow, MethodRow, Schema};
use crate::open_enum::variant;
use crate::spec::Spec;

/// Emits the table of payment methods.
pub(crate) fn payment_methods(spec: &Spec) -> TokenStream {
    let rows = spec.payment_methods().map(|(key, row)| {
        let source_type = variant(key);
        let MethodRow { label, see, .. } = row;
        let flow = variant(&row.flow);
        let flow_by_country = row.flow_by_country.iter().map(|(country, flow)| {
            let flow = variant(flow);
            quote!((crate::Country::literal(#country), crate::Flow::#flow))
        });
        let countries = &row.countries;
        let currencies = row.currencies.iter().map(|currency| {
            let LimitsRow { min, max } = limits(spec, row, currency);
            quote!((
                crate::Currency::literal(#currency),
                crate::Limits { min: crate::Amount::literal(#min), max: crate::Amount::literal(#max) },
            ))
        });
        let required = row.required.iter().map(|name| variant(name));
        let optional = row.optional.iter().map(|name| variant(name));
        let banks = &row.banks;
        let installment_terms = row.installment_terms.iter().map(|months| {
            let min = installment_minimum(spec, row, *months);
            quote!(crate::InstallmentTerm { months: #months, min: crate::Amount::literal(#min) })
        });
        let interest_is_merchants = row.installment_interest.is_some();
        let constraints = row.constraints.iter().map(|(name, constraint)| {
            let name = variant(name);
            let constraint = constraint_tokens(constraint);
            quote!((crate::Parameter::#name, #constraint))
        });
        let charge_expiry_hours = row.charge_expiry_hours;
        let discontinued = option(row.discontinued.as_deref());
        let (evidence, ours) = (&row.evidence, &row.ours);
        let note = option(row.note.as_deref());
        quote! {
            crate::PaymentMethod {
                source_type: crate::SourceType::#source_type,
                label: #label,
                flow: crate::Flow::#flow,
                flow_by_country: &[#(#flow_by_country),*],
                countries: &[#(crate::Country::literal(#countries)),*],
                currencies: &[#(#currencies),*],
                required: &[#(crate::Parameter::#required),*],
                optional: &[#(crate::Parameter::#optional),*],
                banks: &[#(#banks),*],
                installment_terms: &[#(#installment_terms),*],
                interest_is_merchants: #interest_is_merchants,
                constraints: &[#(#constraints),*],
                charge_expiry_hours: #charge_expiry_hours,
                discontinued: #discontinued,
                evidence: &[#(#evidence),*],
                ours: &[#(#ours),*],
                see: #see,
                note: #note,
            }
        }
    });
    quote! {
        pub(crate) static PAYMENT_METHODS: &[crate::PaymentMethod] = &[#(#rows),*];
    }
}

/// Emits the table of currencies.
pub(crate) fn currencies(spec: &Spec) -> TokenStream {
    let rows = spec.currencies().map(|(code, row)| {
        let (country, decimals) = (&row.country, row.decimals);
        quote! {
            crate::CurrencyTerms {
                currency: crate::Currency::literal(#code),
                country: crate::Country::literal(#country),
                decimals: #decimals,
            }
        }
    });
    quote! {
        pub(crate) static CURRENCIES: &[crate::CurrencyTerms] = &[#(#rows),*];
    }
}

/// Emits the parameters of a new source.
pub(crate) fn parameters(spec: &Spec) -> TokenStream {
    let (names, schemas): (Vec<&String>, Vec<&Schema>) = spec.parameters().unzip();
    let variants: Vec<Ident> = names.iter().map(|name| variant(name)).collect();
    let descriptions: Vec<String> = schemas
        .iter()
        .map(|schema| resolve(spec, schema).1)
        .collect();
    let shapes = schemas.iter().map(|schema| shape(spec, schema));
    let of_type = |test: fn(&Schema) -> bool| {
        let chosen = schemas
            .iter()
            .zip(&variants)
            .filter(move |(schema, _)| test(schema));
        chosen.map(|(_, variant)| variant)
    };
    let every_type: Vec<_> = of_type(|schema| schema.every_type).collect();
    let payer_data: Vec<_> = of_type(|schema| schema.payer_data).collect();
    let aliases: Vec<TokenStream> = schemas
        .iter()
        .zip(&variants)
        .filter_map(|(schema, alias)| {
            let name = variant(schema.alias_of.as_deref()?);
            Some(quote!(Parameter::#alias => Some(Parameter::#name),))
        })
        .collect();
    let examples = schemas
        .iter()
        .map(|schema| example(spec, schema).to_string());
    quote! {
        /// A parameter of a new source, in the order in which reasons for a refusal are reported.
        #[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
        #[non_exhaustive]
        pub enum Parameter {
            #(#[doc = #descriptions] #variants,)*
        }

        impl Parameter {
            /// Every parameter.
            pub const ALL: &'static [Parameter] = &[#(Parameter::#variants),*];

            /// The parameters that every payment method takes if they are sent.
            pub const EVERY_TYPE: &'static [Parameter] = &[#(Parameter::#every_type),*];

            /// The name as it stands on the wire.
            pub const fn name(self) -> &'static str {
                match self {
                    #(Parameter::#variants => #names,)*
                }
            }

            /// What it is, as the specification says it.
            pub const fn description(self) -> &'static str {
                match self {
                    #(Parameter::#variants => #descriptions,)*
                }
            }

            /// The shape of its value.
            pub const fn shape(self) -> &'static crate::Shape {
                match self {
                    #(Parameter::#variants => &#shapes,)*
                }
            }

            /// The parameter that this one is only another name of.
            pub const fn alias_of(self) -> Option<Parameter> {
                match self {
                    #(#aliases)*
                    _ => None,
                }
            }

            /// Whether its value says something of the payer and is kept out of logs.
            pub const fn is_payer_data(self) -> bool {
                matches!(self, #(Parameter::#payer_data)|*)
            }

            /// A value that it may have, as JSON.
            pub const fn example(self) -> &'static str {
                match self {
                    #(Parameter::#variants => #examples,)*
                }
            }
        }
    }
}

/// The documentation of a payment method's variant.
pub(crate) fn row_doc(spec: &Spec, key: &str, row: &MethodRow) -> String {
    let mut doc = format!("`{key}`: {}.\n\n", row.label);
    let amounts = row.currencies.iter().map(|currency| {
        let LimitsRow { min, max } = limits(spec, row, currency);
        format!("{min} to {max} {currency}")
    });
    let amounts: Vec<String> = amounts.collect();
    doc += &format!("Flow `{}`; {}", row.flow, amounts.join(", "));
    for (list, names) in [("requires", &row.required), ("takes", &row.optional)] {
        if !names.is_empty() {
            doc += &format!("; {list} `{}`", names.join("`, `"));
        }
    }
    doc += ".";
    if let Some(date) = &row.discontinued {
        doc += &format!(" Discontinued ({date}).");
    }
    if let Some(note) = &row.note {
        doc += &format!("\n\n{note}");
    }
    doc
}

fn limits(spec: &Spec, row: &MethodRow, currency: &str) -> LimitsRow {
    let own = row.amount.get(currency).copied();
    own.or_else(|| {
        let row = spec.currency(currency)?;
        Some(LimitsRow {
            min: row.min,
            max: row.max,
        })
    })
    .unwrap_or(LimitsRow { min: 1, max: 1 })
}

fn installment_minimum(spec: &Spec, row: &MethodRow, months: u32) -> i64 {
    let limits = row
        .currencies
        .iter()
        .map(|currency| limits(spec, row, currency).min);
    let monthly = row.installment_monthly_minimum.unwrap_or(0) * i64::from(months);
    let own = row.installment_minimums.get(&months.to_string()).copied();
    limits.min().unwrap_or(0).max(monthly).max(own.unwrap_or(0))
}

fn constraint_tokens(constraint: &ConstraintRow) -> TokenStream {
    if let Some(characters) = constraint.max_length {
        quote!(crate::Constraint::MaxLength(#characters))
    } else if let Some([least, most]) = constraint.digits {
        quote!(crate::Constraint::Digits(#least, #most))
    } else {
        quote!(crate::Constraint::Email)
    }
}

fn option(text: Option<&str>) -> TokenStream {
    match text {
        Some(text) => quote!(Some(#text)),
        None => quote!(None),
    }
}

// A parameter's shape, and its own description or that of the component that it points at.
fn resolve<'a>(spec: &'a Spec, schema: &'a Schema) -> (&'a Schema, String) {
    let named = schema.points_at().and_then(|name| spec.schemas().get(name));
    let shape = named.unwrap_or(schema);
    let description = schema.description.as_ref().or(shape.description.as_ref());
    (shape, description.cloned().unwrap_or_default())
}

fn shape(spec: &Spec, schema: &Schema) -> TokenStream {
    let (schema, _) = resolve(spec, schema);
    match schema.kind {
        Some(Kind::Integer) => {
            let min = schema.minimum.unwrap_or(i64::MIN);
            let max = match schema.format.as_deref() {
                Some("int32") => i64::from(i32::MAX),
                _ => i64::MAX,
            };
            quote!(crate::Shape::Integer { min: #min, max: #max })
        }
        Some(Kind::Boolean) => quote!(crate::Shape::Boolean),
        Some(Kind::Array) => {
            let items = schema.items.as_deref().map(|items| shape(spec, items));
            quote!(crate::Shape::Array(&#items))
        }
        Some(Kind::Object) => {
            let properties = schema.properties.iter().flatten();
            let members = properties.map(|(name, property)| {
                let required = schema.required.contains(name);
                let shape = shape(spec, property);
                quote!(crate::Member { name: #name, is_required: #required, shape: #shape })
            });
            quote!(crate::Shape::Object(&[#(#members),*]))
        }
        // The values of `type` are the table's, and the rules have a message of their own for it.
        _ => match &schema.values {
            Some(values) if schema.payment_methods.is_none() => {
                quote!(crate::Shape::OneOf(&[#(#values),*]))
            }
            _ => quote!(crate::Shape::Text),
        },
    }
}

/// A value that a shape may have, put together from the examples of its parts.
pub(crate) fn example(spec: &Spec, schema: &Schema) -> serde_json::Value {
    let (schema, _) = resolve(spec, schema);
    if let Some(example) = &schema.example {
        return example.clone();
    }
    match schema.kind {
        Some(Kind::Array) => {
            let element = schema.items.as_deref().map(|items| example(spec, items));
            element.into_iter().collect()
        }
        _ => {
            let properties = schema.properties.iter().flatten();
            let members =
                properties.map(|(name, property)| (name.clone(), example(spec, property)));
            serde_json::Value::Object(members.collect())
        }
    }
}

/// Emits the versions of the API.
pub(crate) fn versions(spec: &Spec) -> TokenStream {
    let versions = spec.api_versions().map(|(name, version)| {
        let state = match version {
            ApiVersion::Described => quote!(Described),
            ApiVersion::NotDescribed => quote!(NotDescribed),
            ApiVersion::WithoutSources => quote!(WithoutSources),
        };
        quote!((#name, crate::ApiVersion::#state))
    });
    let described = spec
        .api_versions()
        .find(|(_, version)| **version == ApiVersion::Described);
    let described = described.map(|(name, _)| name);
    let spec_version = &spec.document().info.version;
    quote! {
        /// The version of the specification, `info.version` of `openapi/source.yaml`.
        pub const SPEC_VERSION: &str = #spec_version;

        /// The version of the API that the specification describes, a value of `Omise-Version`.
        pub const API_VERSION: &str = #described;

        /// Every version of the API, oldest first.
        pub const API_VERSIONS: &[(&str, crate::ApiVersion)] = &[#(#versions),*];
    }
}

/// The variants of `Operation` and what the document says of each.
pub(crate) fn operations(spec: &Spec) -> TokenStream {
    let document = spec.document();
    let operations: Vec<_> = document
        .paths
        .iter()
        .flat_map(|(path, methods)| methods.iter().map(move |(method, one)| (path, method, one)))
        .collect();
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
    let roles = operations.iter().map(|(_, _, operation)| {
        let requirements = operation.security.as_ref().unwrap_or(&document.security);
        let schemes = requirements
            .iter()
            .flat_map(|requirement| requirement.keys());
        let roles = schemes.map(|scheme| match scheme.as_str() {
            "publicKey" => format_ident!("Public"),
            _ => format_ident!("Secret"),
        });
        quote!(&[#(crate::KeyRole::#roles),*])
    });
    quote! {
        /// An operation of the API.
        #[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
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
        }
    }
}
