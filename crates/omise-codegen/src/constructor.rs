//! Calls of the constructors of payment methods, as Rust: for the documentation of each, and for
//! tests that compile them whole and with something wrong.

use std::collections::BTreeSet;

use proc_macro2::{Ident, Literal, TokenStream};
use quote::{format_ident, quote};
use serde_json::{Map, Value};

use crate::argument::{
    Argument, ArgumentKind, COMMON_PARAMETERS, current, of_every_type, optional, required,
};
use crate::money;
use crate::names::variant;
use crate::types;
use omise_contract::document::{MethodRow, Schema};
use omise_contract::{Problems, Spec, example_request, whole_request};

/// A call of the constructor of a payment method, with arguments from the document's examples.
///
/// It compiles where the names of `omise_types`, of its `money` and of its `payment_methods` are in
/// scope.
#[derive(Clone, Debug)]
pub struct Constructor {
    source_type: String,
    name: Ident,
    currency: Ident,
    // What the arguments need before them.
    statements: TokenStream,
    // Each with the parameter that it stands for.
    arguments: Vec<(String, TokenStream)>,
    setters: TokenStream,
    // What it names of the root of `omise_types`, and of `payment_methods`.
    types: BTreeSet<Ident>,
    methods: BTreeSet<Ident>,
}

/// What a [`Constructor`] names.
#[derive(Clone, Debug)]
pub struct Names {
    /// The type of the amount, of `money`.
    pub currency: String,
    /// Of `payment_methods`, in the order of the alphabet.
    pub payment_methods: Vec<String>,
    /// Of the root of `omise_types`, in the order of the alphabet.
    pub types: Vec<String>,
}

/// A call for every payment method that has a constructor, in the order of the table.
///
/// # Errors
///
/// For an example of the document that cannot be written as Rust.
pub fn constructors(spec: &Spec) -> Result<Vec<Constructor>, Problems> {
    let methods = current(spec);
    methods
        .map(|(key, row)| Constructor::read(spec, key, row, &example_request(spec, key, row)))
        .collect()
}

impl Constructor {
    /// The payment method, as it stands on the wire.
    pub fn source_type(&self) -> &str {
        &self.source_type
    }

    /// The parameters that the arguments stand for, in their order; the first is `amount`.
    pub fn parameters(&self) -> impl Iterator<Item = &str> {
        self.arguments.iter().map(|(name, _)| name.as_str())
    }

    /// The names of `money` and of `payment_methods` that the call needs, and those of the root.
    pub fn names(&self) -> Names {
        let in_order = |names: &BTreeSet<Ident>| names.iter().map(Ident::to_string).collect();
        Names {
            currency: self.currency.to_string(),
            payment_methods: in_order(&self.methods),
            types: in_order(&self.types),
        }
    }

    /// The statements that end with `let request = ...;`, as they stand in a function.
    ///
    /// # Errors
    ///
    /// If what is written is not valid Rust. It would be a mistake of this crate.
    pub fn statements(&self) -> Result<String, Problems> {
        let statements = &self.statements;
        let expression = self.expression(|_| true);
        let function = crate::print(quote! {
            fn example() {
                #statements
                let request = #expression;
            }
        })?;
        let lines = function.lines().filter(|line| line.starts_with("    "));
        Ok(lines.map(|line| format!("{line}\n")).collect())
    }

    /// The call on one line.
    pub fn whole(&self) -> String {
        self.call(|_| true).to_string()
    }

    /// The call with one argument left out, on one line.
    pub fn without(&self, parameter: &str) -> String {
        self.call(|name| name != parameter).to_string()
    }

    /// The call with an amount of 1 in another currency, on one line.
    pub fn in_currency(&self, code: &str) -> String {
        let mut other = self.clone();
        let (_, amount) = other.arguments.first_mut().expect("the amount is one");
        *amount = money::expression(code, 1);
        other.whole()
    }

    fn call(&self, is_given: impl Fn(&str) -> bool) -> TokenStream {
        let Constructor { statements, .. } = self;
        let call = self.expression(is_given);
        quote!({ #statements #call })
    }

    fn expression(&self, is_given: impl Fn(&str) -> bool) -> TokenStream {
        let Constructor { name, setters, .. } = self;
        let arguments = self.arguments.iter();
        let arguments = arguments.filter(|(name, _)| is_given(name));
        let arguments = arguments.map(|(_, argument)| argument);
        quote!(#name::new(#(#arguments),*) #setters)
    }

    fn read(
        spec: &Spec,
        key: &str,
        row: &MethodRow,
        request: &Map<String, Value>,
    ) -> Result<Constructor, Problems> {
        let currency = request["currency"].as_str().expect("every request has one");
        let amount = request["amount"].as_i64().expect("every request has one");
        let mut writer = Writer {
            spec,
            currency,
            statements: TokenStream::new(),
            types: BTreeSet::new(),
            methods: BTreeSet::from([variant(key)]),
        };
        let mut arguments = vec![("amount".to_owned(), money::expression(currency, amount))];
        for argument in required(spec, key, row)? {
            let value = request.get(argument.name).ok_or_else(|| {
                let row = format!("components.schemas.SourceType.x-omise-payment-methods.{key}");
                let what = format!("its example request has no `{}`", argument.name);
                Problems::one(row, what)
            })?;
            let written = writer.argument(&argument, value)?;
            arguments.push((argument.name.to_owned(), written));
        }
        let mut setters = TokenStream::new();
        let common = of_every_type(spec)?;
        for argument in optional(spec, key, row)?.iter().chain(&common) {
            if let Some(value) = request.get(argument.name) {
                let setter = format_ident!("{}", argument.name);
                let written = writer.argument(argument, value)?;
                setters.extend(quote!(.#setter(#written)));
            }
        }
        if common
            .iter()
            .any(|common| request.contains_key(common.name))
        {
            writer.methods.insert(format_ident!("{COMMON_PARAMETERS}"));
        }
        Ok(Constructor {
            source_type: key.to_owned(),
            name: variant(key),
            currency: variant(currency),
            statements: writer.statements,
            arguments,
            setters,
            types: writer.types,
            methods: writer.methods,
        })
    }
}

/// The example in the documentation of a payment method: the call, and what it makes.
pub(crate) fn documentation(spec: &Spec, key: &str, row: &MethodRow) -> Result<String, Problems> {
    let constructor = Constructor::read(spec, key, row, &example_request(spec, key, row))?;
    let statements = constructor.statements()?;
    let Constructor {
        currency,
        mut types,
        methods,
        ..
    } = constructor;
    types.insert(format_ident!("CreateSourceRequest"));
    let types = types.iter();
    let mut methods = methods.iter();
    let methods = match (methods.next(), methods.len()) {
        (Some(only), 0) => quote!(#only),
        (first, _) => quote!({ #first, #(#methods),* }),
    };
    let uses = crate::print(quote! {
        use omise_types::money::#currency;
        use omise_types::payment_methods::#methods;
        use omise_types::{#(#types),*};
    })?;
    let body = statements
        .lines()
        .filter_map(|line| line.strip_prefix("    "));
    let body: String = body.map(|line| format!("{line}\n")).collect();
    Ok(format!(
        "{uses}\n{body}\n\
         let request = CreateSourceRequest::from(request);\n\
         assert_eq!(request.type_.as_str(), \"{key}\");\n"
    ))
}

/// Emits, for tests, a function that makes two requests by every constructor: the one that its
/// documentation shows, and one with all that the payment method takes.
pub(crate) fn requests(spec: &Spec) -> Result<TokenStream, Problems> {
    let mut pairs = Vec::new();
    for (key, row) in current(spec) {
        let call = |request| Ok(Constructor::read(spec, key, row, &request)?.call(|_| true));
        let shown = call(example_request(spec, key, row))?;
        let everything = call(whole_request(spec, row))?;
        pairs.push(quote!([#shown.into(), #everything.into()]));
    }
    Ok(quote! {
        /// Two requests by every constructor, in the order of the table: the one that its
        /// documentation shows, and one with all that the payment method takes.
        pub(crate) fn typed_requests() -> Vec<[omise_types::CreateSourceRequest; 2]> {
            use omise_types::money::*;
            use omise_types::payment_methods::*;
            use omise_types::*;
            vec![#(#pairs),*]
        }
    })
}

/// Writes values as Rust.
struct Writer<'a> {
    spec: &'a Spec,
    currency: &'a str,
    // What is put together before the call.
    statements: TokenStream,
    // What is named of the root of `omise_types`, and of `payment_methods`.
    types: BTreeSet<Ident>,
    methods: BTreeSet<Ident>,
}

impl Writer<'_> {
    fn argument(
        &mut self,
        argument: &Argument<'_>,
        value: &Value,
    ) -> Result<TokenStream, Problems> {
        let variable = format_ident!("{}", argument.name);
        let written = match (&argument.kind, value) {
            (ArgumentKind::Text, Value::String(text)) => Some(quote!(#text)),
            (ArgumentKind::Bank(name), Value::String(bank)) => {
                self.methods.insert(name.clone());
                let bank = variant(bank);
                Some(quote!(#name::#bank))
            }
            (ArgumentKind::Count, value) => count(value),
            (ArgumentKind::Boolean, Value::Bool(value)) => Some(quote!(#value)),
            (ArgumentKind::Type(name), value) => self.typed(name, variable, argument.schema, value),
            (ArgumentKind::List(name), Value::Array(values)) => {
                let items = argument.schema.items.as_deref();
                let items = items.expect("checked: an array has items");
                let one = variable.to_string();
                let one = one.strip_suffix('s').unwrap_or("one");
                let written = values.iter().zip(1..).map(|(value, number)| {
                    let variable = match values.len() {
                        1 => format_ident!("{one}"),
                        _ => format_ident!("{one}_{number}"),
                    };
                    self.typed(name, variable, items, value)
                });
                let written: Option<Vec<TokenStream>> = written.collect();
                written.map(|written| quote!([#(#written),*]))
            }
            _ => None,
        };
        written.ok_or_else(|| {
            Problems::one(
                format!(
                    "components.schemas.SourceParameters.properties.{}",
                    argument.name
                ),
                format!("the example {value} cannot be written as Rust"),
            )
        })
    }

    /// Writes a value of a type of `omise-types`; an object needs a variable to be put together in.
    fn typed(
        &mut self,
        name: &Ident,
        variable: Ident,
        schema: &Schema,
        value: &Value,
    ) -> Option<TokenStream> {
        let schema = self.spec.resolve(schema);
        match value {
            Value::Number(amount) => self.amount(amount.as_i64()?),
            Value::String(text) => {
                self.types.insert(name.clone());
                let value = variant(text);
                Some(quote!(#name::#value))
            }
            Value::Object(members) => {
                self.types.insert(name.clone());
                self.object(name, &variable, schema, members)?;
                Some(quote!(#variable))
            }
            _ => None,
        }
    }

    fn object(
        &mut self,
        name: &Ident,
        variable: &Ident,
        schema: &Schema,
        members: &Map<String, Value>,
    ) -> Option<()> {
        let is_named = types::takes_fields(self.spec, schema);
        let mut arguments = Vec::new();
        let mut fields = TokenStream::new();
        for (member, property) in schema.properties.iter().flatten() {
            let Some(value) = members.get(member) else {
                continue;
            };
            let written = self.member(property, value)?;
            let field = format_ident!("{member}");
            if schema.required.contains(member) {
                arguments.push(if is_named {
                    quote!(#field: #written)
                } else {
                    written
                });
            } else {
                fields.extend(quote!(#variable.#field = Some(#written);));
            }
        }
        let made = if schema.required.is_empty() {
            quote!(#name::default())
        } else if is_named {
            let named = types::fields_name(name);
            self.types.insert(named.clone());
            quote!(#name::new(#named { #(#arguments),* }))
        } else {
            quote!(#name::new(#(#arguments),*))
        };
        let changes = (!fields.is_empty()).then(|| quote!(mut));
        self.statements
            .extend(quote!(let #changes #variable = #made; #fields));
        Some(())
    }

    fn member(&self, property: &Schema, value: &Value) -> Option<TokenStream> {
        let property = self.spec.resolve(property);
        match (property.format.as_deref(), value) {
            (_, Value::String(text)) => Some(quote!(#text.to_owned())),
            (_, Value::Bool(value)) => Some(quote!(#value)),
            (Some("int64"), value) => self.amount(value.as_i64()?),
            (Some("int32"), value) => count(value),
            _ => None,
        }
    }

    fn amount(&self, smallest_units: i64) -> Option<TokenStream> {
        let amount = money::expression(self.currency, smallest_units);
        Some(quote!(#amount.amount()))
    }
}

fn count(value: &Value) -> Option<TokenStream> {
    let count = Literal::i64_unsuffixed(value.as_i64()?);
    Some(quote!(#count))
}

#[cfg(test)]
mod tests {
    use super::*;
    use omise_contract::SOURCE_YAML;

    fn constructor(source_type: &str) -> Constructor {
        let spec = Spec::read(&SOURCE_YAML).expect("the specification is in order");
        let all = constructors(&spec).expect("every example can be written");
        let mut all = all.into_iter();
        let found = all.find(|constructor| constructor.source_type() == source_type);
        found.expect("it is not discontinued")
    }

    #[track_caller]
    fn check_call(call: &str, expected: &str) {
        let [call, expected] = [call, expected].map(|text| text.parse::<TokenStream>());
        let [call, expected] = [call, expected].map(|tokens| tokens.expect("Rust").to_string());
        assert_eq!(call, expected);
    }

    #[test]
    fn a_call_is_the_request_of_the_document_where_it_has_one() {
        check_call(
            &constructor("fpx").whole(),
            "{ Fpx::new(Myr::new(10_000), FpxBank::Uob).email(\"aminah@example.com\") }",
        );
    }

    #[test]
    fn a_call_is_the_smallest_with_the_examples_of_its_parameters_where_it_has_none() {
        check_call(
            &constructor("installment_bay").whole(),
            "{ InstallmentBay::new(Thb::new(300_000), 6) }",
        );
    }

    #[test]
    fn a_call_can_be_without_any_of_its_arguments() {
        let truemoney = constructor("truemoney");
        let parameters: Vec<&str> = truemoney.parameters().collect();
        assert_eq!(parameters, ["amount", "phone_number"]);
        check_call(
            &truemoney.without("phone_number"),
            "{ Truemoney::new(Thb::new(40_000)) }",
        );
        check_call(
            &truemoney.without("amount"),
            "{ Truemoney::new(\"0812345678\") }",
        );
    }

    #[test]
    fn a_call_can_be_in_another_currency() {
        let call = constructor("promptpay").in_currency("JPY");
        check_call(&call, "{ Promptpay::new(Jpy::new(1)) }");
    }
}
