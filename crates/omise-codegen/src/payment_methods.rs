//! A type for each current payment method: its constructor takes what the method requires, and its
//! setters what it allows.

use std::collections::HashSet;

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use crate::argument::{
    Argument, COMMON_PARAMETERS, bank, current, of_every_type, optional, required,
};
use crate::constructor;
use crate::money;
use crate::names::variant;
use crate::open_enum;
use crate::provenance::provenance;
use crate::view::OpenEnum;
use omise_contract::document::{ConstraintRow, Format, LimitsRow, MethodRow};
use omise_contract::{Problems, Spec};

/// Emits the types. The discontinued payment methods have none: they are for reading.
pub(crate) fn emit(spec: &Spec) -> Result<TokenStream, Problems> {
    let mut names = Vec::new();
    let mut tokens = TokenStream::new();
    for (key, row) in current(spec) {
        tokens.extend(one(spec, key, row)?);
        names.push(variant(key));
    }
    let every_type = every_type(spec)?;
    Ok(quote! {
        #tokens
        crate::payment_methods::payment_method!(#(#names)*);
        #every_type
    })
}

fn one(spec: &Spec, key: &str, row: &MethodRow) -> Result<TokenStream, Problems> {
    let name = variant(key);
    let doc = doc(spec, key, row)?;
    let amount = money::amount(spec, row);
    let required = required(spec, key, row)?;
    let optional = optional(spec, key, row)?;
    let parameters = required.iter().map(Argument::parameter);
    let fields = required.iter().map(Argument::ident);
    let values = required.iter().map(Argument::value);
    let setters = optional.iter().map(|argument| argument.setter(spec));
    let new = new_doc(spec, &required);
    let request = quote!(crate::payment_methods::request::<Self, _>(amount));
    let body = if required.is_empty() {
        quote!(Self(#request))
    } else {
        quote! {
            let mut request = #request;
            #(request.#fields = #values;)*
            Self(request)
        }
    };
    let banks = banks(spec, key, row)?;
    Ok(quote! {
        #[doc = #doc]
        #[derive(Clone, Debug, PartialEq)]
        #[must_use = "nothing is sent by making a request"]
        pub struct #name(crate::CreateSourceRequest);

        impl #name {
            #[doc = #new]
            pub fn new(amount: #amount, #(#parameters),*) -> Self {
                #body
            }

            #(#setters)*
        }

        #banks
    })
}

/// The setters that every type has, as a trait.
fn every_type(spec: &Spec) -> Result<TokenStream, Problems> {
    let arguments = of_every_type(spec)?;
    let setters = arguments.iter().map(|argument| {
        let (ident, parameter, value) = (argument.ident(), argument.parameter(), argument.value());
        let doc = spec.description(argument.schema);
        quote! {
            #[doc = #doc]
            #[must_use]
            fn #ident(mut self, #parameter) -> Self {
                self.request_mut().#ident = #value;
                self
            }
        }
    });
    let name = format_ident!("{COMMON_PARAMETERS}");
    Ok(quote! {
        /// The parameters that every payment method takes, as setters.
        ///
        /// # Example
        ///
        /// ```
        /// use omise_types::money::Thb;
        /// use omise_types::payment_methods::{CommonParameters as _, Promptpay};
        ///
        /// let request = Promptpay::new(Thb::new(10_000)).ip("203.0.113.7");
        /// ```
        pub trait #name: crate::payment_methods::PaymentMethodRequest {
            #(#setters)*
        }

        impl<R: crate::payment_methods::PaymentMethodRequest> #name for R {}
    })
}

fn banks(spec: &Spec, key: &str, row: &MethodRow) -> Result<TokenStream, Problems> {
    if row.banks.is_empty() {
        return Ok(TokenStream::new());
    }
    let mut taken = HashSet::from([variant("other")]);
    let mut banks = row.banks.iter();
    if let Some(bank) = banks.find(|bank| !taken.insert(variant(bank))) {
        return Err(Problems::one(
            format!("components.schemas.SourceType.x-omise-payment-methods.{key}.banks"),
            format!("`{bank}` has the name in Rust of another"),
        ));
    }
    let open_enum = OpenEnum {
        description: format!(
            "A bank of [`{}`]. A code that is newer than this version is made with `from`.",
            variant(key)
        ),
        values: row.banks.clone(),
    };
    Ok(open_enum::one(spec, &bank(key).to_string(), &open_enum))
}

fn new_doc(spec: &Spec, required: &[Argument<'_>]) -> String {
    let mut doc = "Begins a new source with what the payment method requires.\n\n\
                   - `amount`: What is to be paid, in a currency that the payment method takes."
        .to_owned();
    for Argument { name, schema, .. } in required {
        let description = spec.description(schema).map_or("", String::as_str);
        doc += &format!("\n- `{name}`: {description}");
    }
    doc
}

fn doc(spec: &Spec, key: &str, row: &MethodRow) -> Result<String, Problems> {
    let mut doc = format!("A new source of type `{key}`: {}.\n", row.label);
    for (label, text) in facts(spec, row) {
        doc += &format!("\n- {label}: {text}");
    }
    if let Some(note) = &row.note {
        doc += &format!("\n\n{note}");
    }
    let example = constructor::documentation(spec, key, row)?;
    doc += &format!("\n\n# Example\n\n```\n{example}```");
    Ok(doc)
}

/// What a row says, with a label for each.
fn facts(spec: &Spec, row: &MethodRow) -> Vec<(&'static str, String)> {
    let by_country = row.flow_by_country.iter();
    let by_country = by_country.map(|(country, flow)| format!(", in {country} `{flow}`"));
    let amounts = row.currencies.iter().map(|currency| {
        let LimitsRow { min, max } = omise_contract::limits(spec, row, currency);
        let [min, max] =
            [min, max].map(|limit| omise_contract::readable_amount(spec, currency, limit));
        format!("{min} to {max}")
    });
    let terms = row.installment_terms.iter().map(|months| {
        let least = omise_contract::installment_minimum(spec, row, *months);
        let least = omise_contract::readable_amount(spec, &row.currencies[0], least);
        format!("{months} from {least}")
    });
    let interest = match row.installment_interest {
        Some(_) => "the merchant bears it, whatever the request says",
        None => "",
    };
    let parameters = |names: &[String]| {
        let names = names.iter().map(|name| with_constraint(row, name));
        join(names)
    };
    let all = [
        (
            "Flow",
            format!("`{}`{}", row.flow, by_country.collect::<String>()),
        ),
        ("Countries of the account", row.countries.join(", ")),
        ("Amount", join(amounts)),
        ("Requires", parameters(&row.required)),
        (
            "Takes, beside what every one takes",
            parameters(&row.optional),
        ),
        ("Installments, in months", join(terms)),
        ("Interest", interest.to_owned()),
        (
            "A charge expires",
            format!("after {} hours", row.charge_expiry_hours),
        ),
        ("Known from", provenance(&row.evidence, &row.ours, &row.see)),
    ];
    let all = all.into_iter();
    all.filter(|(_, text)| !text.is_empty()).collect()
}

fn with_constraint(row: &MethodRow, name: &str) -> String {
    let constraint = match row.constraints.get(name) {
        None => return format!("`{name}`"),
        Some(ConstraintRow::MaxLength(most)) => format!("at most {most} characters"),
        Some(ConstraintRow::Digits(least, most)) => format!("{least} to {most} digits"),
        Some(ConstraintRow::Format(Format::Email)) => "an e-mail address".to_owned(),
    };
    format!("`{name}` ({constraint})")
}

fn join(texts: impl Iterator<Item = String>) -> String {
    texts.collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use omise_contract::SOURCE_YAML;

    #[track_caller]
    fn check_refused(yaml: &str, path: &str, message: &str) {
        let spec = Spec::read(yaml).expect("nothing else is wrong");
        let problems = emit(&spec).expect_err(message).0;
        let found: Vec<(&str, &str)> = problems
            .iter()
            .map(|problem| (problem.path.as_str(), problem.message.as_str()))
            .collect();
        assert_eq!(found, [(path, message)]);
    }

    #[test]
    fn a_bank_with_the_name_in_rust_of_another_is_refused() {
        let path = "components.schemas.SourceType.x-omise-payment-methods.duitnow_obw.banks";
        for name in ["other", "Alliance"] {
            let yaml = SOURCE_YAML.replacen("banks: [affin,", &format!("banks: [{name},"), 1);
            let of_two = if name == "other" { "other" } else { "alliance" };
            let message = format!("`{of_two}` has the name in Rust of another");
            check_refused(&yaml, path, &message);
        }
    }

    #[test]
    fn a_parameter_that_is_written_in_place_is_refused() {
        const IN_PLACE: &str = "        shipping:
          type: object
          title: Address
          properties:
            city:
              type: string
              x-omise-sensitive: true
";
        let (before, after) = SOURCE_YAML
            .split_once("        shipping:\n          $ref: ")
            .expect("the request has an address");
        let (_, after) = after.split_once('\n').expect("the name of the shape");
        check_refused(
            &format!("{before}{IN_PLACE}{after}"),
            "components.schemas.SourceParameters.properties.shipping",
            "has no type in the constructors of payment methods; point at one of \
             components.schemas",
        );
    }
}
