//! What generation relies on, beyond the shape of the document.
//!
//! Style and examples are checked by `cargo xtask lint`; here stands only what would otherwise make
//! the generator panic or write Rust that says something else than the document.

use std::collections::HashSet;

use heck::ToUpperCamelCase;
use indexmap::IndexMap;
use serde_json::json;

use crate::document::{
    ApiVersion, ConstraintRow, Kind, MaybeReference, MediaType, MethodRow, Operation, Reference,
    Response, RetryPolicy, Schema,
};
use crate::problem::Problem;
use crate::rule::Rule;
use crate::rule::all as rule;
use crate::spec::Spec;

/// The security scheme of keys that may be in the payer's hands.
pub const PUBLIC_KEY: &str = "publicKey";

/// The security scheme of keys that stay with the merchant.
pub const SECRET_KEY: &str = "secretKey";

/// Schemas that stand for types of `omise-types` that are written by hand.
pub const NEWTYPES: [&str; 3] = ["Amount", "Currency", "Timestamp"];

/// Every problem of the document.
pub(crate) fn check(spec: &Spec) -> Vec<Problem> {
    let mut check = Check {
        spec,
        problems: Vec::new(),
    };
    check.operations();
    check.security_schemes();
    check.schemas();
    check.parameters();
    check.currencies();
    check.payment_methods();
    check.messages();
    check.versions();
    check.problems
}

struct Check<'a> {
    spec: &'a Spec,
    problems: Vec<Problem>,
}

impl Check<'_> {
    fn problem(&mut self, rule: Rule, path: impl Into<String>, what: impl AsRef<str>) {
        self.problems.push(rule.broken(path, what));
    }

    fn operations(&mut self) {
        let version = &self.spec.document().openapi;
        if !version.starts_with("3.0.") {
            let what = format!("is `{version}`, and progenitor reads 3.0");
            self.problem(rule::openapi_is_3_0, "openapi", what);
        }
        for (path, method, operation) in self.spec.operations() {
            let method = method.as_str().to_lowercase();
            self.operation(&format!("paths.{path}.{method}"), operation);
        }
    }

    fn operation(&mut self, place: &str, operation: &Operation) {
        let components = &self.spec.document().components;
        self.variants(&format!("{place}.operationId"), [&operation.operation_id]);
        for (index, parameter) in operation.parameters.iter().enumerate() {
            self.resolves(
                rule::parameters_are_components,
                &format!("{place}.parameters[{index}]"),
                parameter,
                "parameters",
                components.parameters.keys(),
            );
        }
        let requirements = self.spec.security(operation).iter();
        for scheme in requirements.flat_map(IndexMap::keys) {
            if !components.security_schemes.contains_key(scheme) {
                self.problem(
                    rule::keys_are_components,
                    format!("{place}.security"),
                    format!("`{scheme}` is not one of components.securitySchemes"),
                );
            }
        }
        if let Some(body) = &operation.request_body {
            self.content(&format!("{place}.requestBody"), &body.content);
        }
        self.responses(&format!("{place}.responses"), &operation.responses);
        self.retry_policy(&format!("{place}.x-omise-retry"), &operation.retry);
    }

    fn retry_policy(&mut self, place: &str, policy: &RetryPolicy) {
        if policy.attempts == 0 {
            self.problem(
                rule::an_attempt_is_counted,
                format!("{place}.attempts"),
                "is 0",
            );
        }
        if policy.base_delay_ms == 0 || policy.base_delay_ms > policy.max_delay_ms {
            self.problem(
                rule::delays_grow,
                format!("{place}.base_delay_ms"),
                "is 0 or above `max_delay_ms`",
            );
        }
        for status in &policy.statuses {
            if !(400..600).contains(status) {
                self.problem(
                    rule::retries_follow_failures,
                    format!("{place}.statuses"),
                    format!("{status} is no status of a failure"),
                );
            }
        }
    }

    fn responses(&mut self, place: &str, responses: &IndexMap<String, MaybeReference<Response>>) {
        let shared = &self.spec.document().components.responses;
        for (status, response) in responses {
            let place = format!("{place}.{status}");
            if status.parse::<u16>().is_err() {
                self.problem(rule::statuses_are_spelled_out, &place, "is no status code");
            }
            let response = match response {
                MaybeReference::Here(response) => Some(response),
                MaybeReference::Reference(reference) => {
                    self.resolves(
                        rule::responses_are_components,
                        &place,
                        reference,
                        "responses",
                        shared.keys(),
                    );
                    shared.get(reference.name())
                }
            };
            if let Some(response) = response {
                self.response(&place, status, response);
            }
        }
    }

    fn response(&mut self, place: &str, status: &str, response: &Response) {
        for (name, header) in &response.headers {
            self.resolves(
                rule::headers_are_components,
                &format!("{place}.headers.{name}"),
                header,
                "headers",
                self.spec.document().components.headers.keys(),
            );
        }
        self.content(place, &response.content);
        let mut bodies = response.content.values();
        let is_error = bodies.all(|media| media.schema.name() == "ErrorBody");
        if is_error == (status == "200") {
            self.problem(
                rule::every_failure_has_one_body,
                place,
                "must be ErrorBody for a failure, and for nothing else",
            );
        }
    }

    fn content(&mut self, place: &str, content: &IndexMap<String, MediaType>) {
        let kinds: Vec<&str> = content.keys().map(String::as_str).collect();
        if kinds != ["application/json"] {
            self.problem(
                rule::bodies_are_json,
                format!("{place}.content"),
                "must have application/json and nothing else",
            );
        }
        let components = &self.spec.document().components;
        for media in content.values() {
            self.resolves(
                rule::bodies_are_components,
                &format!("{place}.schema"),
                &media.schema,
                "schemas",
                components.schemas.keys(),
            );
            for (name, example) in &media.examples {
                self.resolves(
                    rule::examples_are_components,
                    &format!("{place}.examples.{name}"),
                    example,
                    "examples",
                    components.examples.keys(),
                );
            }
        }
    }

    fn resolves<'k>(
        &mut self,
        rule: Rule,
        place: &str,
        reference: &Reference,
        section: &str,
        mut names: impl Iterator<Item = &'k String>,
    ) {
        let prefix = format!("#/components/{section}/");
        let name = reference.reference.strip_prefix(&prefix);
        if !name.is_some_and(|name| names.any(|known| known == name)) {
            self.problem(
                rule,
                place,
                format!(
                    "`{}` is not one of components.{section}",
                    reference.reference
                ),
            );
        }
    }

    fn security_schemes(&mut self) {
        let place = "components.securitySchemes";
        let schemes = &self.spec.document().components.security_schemes;
        let mut names: Vec<&str> = schemes.keys().map(String::as_str).collect();
        names.sort_unstable();
        if names != [PUBLIC_KEY, SECRET_KEY] {
            let what = format!("must be `{PUBLIC_KEY}` and `{SECRET_KEY}` and nothing else");
            self.problem(rule::there_are_two_keys, place, what);
        }
        for (name, scheme) in schemes {
            if scheme.kind != "http" || scheme.scheme != "basic" {
                self.problem(
                    rule::keys_are_basic,
                    format!("{place}.{name}"),
                    "is no HTTP Basic, which the server and every client use",
                );
            }
        }
    }

    fn schemas(&mut self) {
        for name in [
            "SourceParameters",
            "Source",
            "SourceType",
            "Currency",
            "ErrorBody",
        ] {
            if !self.spec.schemas().contains_key(name) {
                self.problem(
                    rule::what_rust_names_is_there,
                    "components.schemas",
                    format!("`{name}` is missing"),
                );
            }
        }
        for (name, schema) in self.spec.schemas() {
            let place = format!("components.schemas.{name}");
            let has_values = schema.values.is_some() || schema.extensible_enum.is_some();
            let is_id = schema.id_prefix.is_some();
            let is_known = schema.kind == Some(Kind::Object) || has_values || is_id;
            if !is_known && !NEWTYPES.contains(&name.as_str()) {
                self.problem(
                    rule::named_schemas_have_members_or_values,
                    &place,
                    format!(
                        "must be an object, have values or `x-omise-id`, or be one of {}",
                        NEWTYPES.join(", ")
                    ),
                );
            }
            if let Some(prefix) = &schema.id_prefix {
                let is_letters = prefix.bytes().all(|byte| byte.is_ascii_lowercase());
                if prefix.is_empty() || !is_letters || !name.ends_with("Id") {
                    self.problem(
                        rule::ids_have_a_prefix,
                        format!("{place}.x-omise-id"),
                        "must be the prefix of a schema whose name ends with `Id`",
                    );
                }
            }
            self.rust_name(&place, name);
            self.schema(&place, schema);
        }
        for (name, parameter) in &self.spec.document().components.parameters {
            self.schema(
                &format!("components.parameters.{name}.schema"),
                &parameter.schema,
            );
        }
        for (name, header) in &self.spec.document().components.headers {
            self.schema(&format!("components.headers.{name}.schema"), &header.schema);
        }
    }

    /// Checks what becomes `Parameter` in Rust.
    fn parameters(&mut self) {
        let place = "components.schemas.SourceParameters.properties";
        let names: Vec<&String> = self.spec.parameters().map(|(name, _)| name).collect();
        self.variants(place, names.iter().copied());
        for (name, parameter) in self.spec.parameters() {
            if let Some(alias_of) = parameter.alias_of.as_ref().filter(|of| !names.contains(of)) {
                self.problem(
                    rule::aliases_have_a_target,
                    format!("{place}.{name}.x-omise-alias-of"),
                    format!("`{alias_of}` is not a property of SourceParameters"),
                );
            }
        }
        for name in self.spec.every_type() {
            let schema = self.spec.parameters().find(|(known, _)| *known == name);
            if schema.is_none_or(|(_, schema)| schema.alias_of.is_some()) {
                self.problem(
                    rule::what_every_row_takes_is_a_parameter,
                    "components.schemas.SourceParameters.x-omise-every-type",
                    format!("`{name}` is no property of SourceParameters, or an alias"),
                );
            }
        }
    }

    fn schema(&mut self, place: &str, schema: &Schema) {
        self.target(place, schema);
        self.kind(place, schema);
        self.sensitive(place, schema);
        self.members(place, schema);
    }

    fn target(&mut self, place: &str, schema: &Schema) {
        if let Some(reference) = &schema.reference {
            let alone = Schema {
                reference: Some(reference.clone()),
                ..Schema::default()
            };
            if serde_json::to_value(schema).ok() != serde_json::to_value(alone).ok() {
                self.problem(
                    rule::references_stand_alone,
                    place,
                    "nothing may stand beside `$ref`",
                );
            }
        }
        if let Some(name) = schema.points_at() {
            if !self.spec.schemas().contains_key(name) {
                self.problem(
                    rule::schemas_are_components,
                    place,
                    format!("`{name}` is not one of components.schemas"),
                );
            }
        } else if schema.reference.is_some() {
            self.problem(
                rule::references_stay_inside,
                place,
                "a reference must point into components.schemas",
            );
        }
    }

    fn kind(&mut self, place: &str, schema: &Schema) {
        if schema.kind.is_none() && schema.reference.is_none() {
            self.problem(rule::everything_has_a_type, place, "has no `type`");
        }
        if let Some(values) = schema.values.as_ref().or(schema.extensible_enum.as_ref()) {
            self.variants(place, values);
        }
        if let Some(values) = &schema.extensible_enum {
            if schema.kind != Some(Kind::String) {
                self.problem(
                    rule::open_values_are_texts,
                    place,
                    "`x-extensible-enum` needs `type: string`",
                );
            }
            if values.is_empty() {
                self.problem(
                    rule::open_values_are_listed,
                    place,
                    "`x-extensible-enum` must not be empty",
                );
            }
        }
        let known = match (schema.kind, schema.format.as_deref()) {
            (_, None) => true,
            (Some(Kind::Integer), Some(format)) => matches!(format, "int32" | "int64"),
            (Some(Kind::Number), Some(format)) => format == "double",
            (Some(Kind::String), Some(format)) => format == "date-time",
            _ => false,
        };
        if !known {
            self.problem(
                rule::formats_are_known,
                format!("{place}.format"),
                "is not one that the generator knows",
            );
        }
        if schema.kind == Some(Kind::Integer) && schema.format.is_none() {
            self.problem(
                rule::integers_have_a_size,
                place,
                "is an integer without a `format`",
            );
        }
    }

    /// A text that nobody has classified would be shown or hidden by accident.
    fn sensitive(&mut self, place: &str, schema: &Schema) {
        let is_text = schema.kind == Some(Kind::String);
        if is_text && schema.sensitive.is_none() {
            self.problem(
                rule::texts_are_classified,
                place,
                "is a text that is not classified",
            );
        }
        if !is_text && schema.sensitive.is_some() {
            self.problem(
                rule::only_texts_are_classified,
                format!("{place}.x-omise-sensitive"),
                "classifies what is no text",
            );
        }
    }

    fn members(&mut self, place: &str, schema: &Schema) {
        if (schema.kind == Some(Kind::Array)) != schema.items.is_some() {
            self.problem(
                rule::lists_have_items,
                place,
                "`type: array` and `items` belong together",
            );
        }
        if (schema.kind == Some(Kind::Object)) != schema.properties.is_some() {
            self.problem(
                rule::objects_have_properties,
                place,
                "`type: object` and `properties` belong together",
            );
        }
        let properties = schema.properties.as_ref();
        for name in &schema.required {
            if !properties.is_some_and(|properties| properties.contains_key(name)) {
                self.problem(
                    rule::what_is_required_is_there,
                    format!("{place}.required"),
                    format!("`{name}` is not one of the properties"),
                );
            }
        }
        for (name, property) in properties.into_iter().flatten() {
            self.schema_in_place(&format!("{place}.properties.{name}"), property);
        }
        // Nothing may stand beside `type` where no member is known.
        let is_unknown = |items: &Schema| {
            serde_json::to_value(items).is_ok_and(|items| items == json!({"type": "object"}))
        };
        if let Some(items) = schema.items.as_ref().filter(|items| !is_unknown(items)) {
            self.schema_in_place(&format!("{place}.items"), items);
        }
    }

    fn schema_in_place(&mut self, place: &str, schema: &Schema) {
        self.schema(place, schema);
        let becomes_a_type = schema.kind == Some(Kind::Object) || schema.extensible_enum.is_some();
        match &schema.title {
            Some(title) => self.rust_name(&format!("{place}.title"), title),
            None if becomes_a_type => self.problem(
                rule::what_stands_in_place_has_a_title,
                place,
                "is written in place and has no `title`",
            ),
            None => {}
        }
    }

    /// Checks what becomes the variants of one enum in Rust.
    fn variants<'v>(&mut self, place: &str, values: impl IntoIterator<Item = &'v String>) {
        // The variant that keeps a value which came later.
        let mut taken = HashSet::from(["Other".to_owned()]);
        for value in values {
            let variant = value.to_upper_camel_case();
            self.rust_name(place, &variant);
            if !taken.insert(variant) {
                self.problem(
                    rule::names_differ_in_rust,
                    place,
                    format!("`{value}` has the name in Rust of another"),
                );
            }
        }
    }

    fn rust_name(&mut self, place: &str, name: &str) {
        let is_part = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
        // Types and variants begin with a capital, which lint holds; `Self` is a keyword that does.
        let is_name = !name.is_empty()
            && !name.starts_with(|first: char| first.is_ascii_digit())
            && name.chars().all(is_part)
            && name != "Self";
        if !is_name {
            self.problem(
                rule::names_are_names_in_rust,
                place,
                format!("`{name}` is no name in Rust"),
            );
        }
    }

    fn currencies(&mut self) {
        for (code, row) in self.spec.currencies() {
            let place = format!("components.schemas.Currency.x-omise-currencies.{code}");
            if code.len() != 3 || !code.bytes().all(|byte| byte.is_ascii_uppercase()) {
                self.problem(
                    rule::currencies_are_codes,
                    &place,
                    "is not three capital letters",
                );
            }
            self.country(&format!("{place}.country"), &row.country);
            if row.min < 1 || row.min > row.max {
                self.problem(
                    rule::limits_of_currencies_are_in_order,
                    &place,
                    "`min` is below 1 or above `max`",
                );
            }
            self.provenance(&place, &row.evidence, &row.ours);
            self.ours_are_members(&place, row, &row.ours);
        }
    }

    fn payment_methods(&mut self) {
        let keys: Vec<&String> = self.spec.payment_methods().map(|(key, _)| key).collect();
        let schemas = self.spec.schemas();
        let lists = [
            (
                "SourceType.enum",
                schemas.get("SourceType").and_then(|s| s.values.as_ref()),
            ),
            (
                "SourceTypeCode.x-extensible-enum",
                schemas
                    .get("SourceTypeCode")
                    .and_then(|s| s.extensible_enum.as_ref()),
            ),
        ];
        for (place, list) in lists {
            if list.is_none_or(|list| list.iter().ne(keys.iter().copied())) {
                self.problem(
                    rule::every_value_has_a_row,
                    format!("components.schemas.{place}"),
                    "must list the keys of x-omise-payment-methods, in their order",
                );
            }
        }
        for (key, row) in self.spec.payment_methods() {
            self.payment_method(
                &format!("components.schemas.SourceType.x-omise-payment-methods.{key}"),
                row,
            );
        }
    }

    fn payment_method(&mut self, place: &str, row: &MethodRow) {
        let flows = self
            .spec
            .schemas()
            .get("Flow")
            .and_then(|flow| flow.extensible_enum.clone());
        for flow in std::iter::once(&row.flow).chain(row.flow_by_country.values()) {
            if !flows.as_ref().is_some_and(|flows| flows.contains(flow)) {
                self.problem(
                    rule::flows_are_known,
                    format!("{place}.flow"),
                    format!("`{flow}` is not a Flow"),
                );
            }
        }
        if row.countries.is_empty() || row.currencies.is_empty() {
            self.problem(
                rule::rows_say_where,
                place,
                "`countries` and `currencies` must not be empty",
            );
        }
        for country in row.countries.iter().chain(row.flow_by_country.keys()) {
            self.country(&format!("{place}.countries"), country);
        }
        for currency in &row.currencies {
            if self.spec.currency(currency).is_none() {
                self.problem(
                    rule::rows_use_known_currencies,
                    format!("{place}.currencies"),
                    format!("`{currency}` is not one of x-omise-currencies"),
                );
            }
        }
        for (currency, limits) in &row.amount {
            let place = format!("{place}.amount.{currency}");
            if !row.currencies.contains(currency) {
                self.problem(
                    rule::limits_are_of_the_rows_currencies,
                    &place,
                    "is not one of the row's currencies",
                );
            }
            if limits.min < 1 || limits.min > limits.max {
                self.problem(
                    rule::limits_are_in_order,
                    &place,
                    "`min` is below 1 or above `max`",
                );
            }
        }
        self.parameters_of(place, row);
        self.installments(place, row);
        self.provenance(place, &row.evidence, &row.ours);
        self.ours_are_members(place, row, &row.ours);
        for (country, evidence) in &row.evidence_by_country {
            let place = format!("{place}.evidence_by_country.{country}");
            self.evidence(&place, evidence);
            if !row.countries.contains(country) {
                self.problem(
                    rule::countries_with_evidence_are_the_rows,
                    &place,
                    "is not one of the row's countries",
                );
            }
        }
    }

    fn parameters_of(&mut self, place: &str, row: &MethodRow) {
        for (list, names) in [("required", &row.required), ("optional", &row.optional)] {
            for name in names {
                let place = format!("{place}.{list}");
                let schema = self.spec.parameters().find(|(known, _)| *known == name);
                match schema {
                    None => self.problem(
                        rule::rows_use_known_parameters,
                        place,
                        format!("`{name}` is not a property of SourceParameters"),
                    ),
                    Some((_, schema))
                        if schema.alias_of.is_some() || self.spec.every_type().contains(name) =>
                    {
                        self.problem(
                            rule::rows_leave_out_what_every_row_takes,
                            place,
                            format!("`{name}` is an alias or one that every type takes"),
                        );
                    }
                    Some(_) => {}
                }
            }
        }
        let takes = |name: &str| {
            let mut names = row.required.iter().chain(&row.optional);
            names.any(|known| known == name)
        };
        if takes("bank") == row.banks.is_empty() {
            self.problem(
                rule::banks_go_with_bank,
                format!("{place}.banks"),
                "goes with the parameter `bank`",
            );
        }
        if takes("installment_term") == row.installment_terms.is_empty() {
            self.problem(
                rule::terms_go_with_installment_term,
                format!("{place}.installment_terms"),
                "goes with the parameter `installment_term`",
            );
        }
        for (name, constraint) in &row.constraints {
            let place = format!("{place}.constraints.{name}");
            if !takes(name) {
                self.problem(
                    rule::constraints_are_of_the_rows_parameters,
                    &place,
                    "is not a parameter of this row",
                );
            }
            let can_be_met = match *constraint {
                ConstraintRow::MaxLength(most) => most > 0,
                ConstraintRow::Digits(least, most) => least <= most,
                ConstraintRow::Format(_) => true,
            };
            if !can_be_met {
                self.problem(rule::constraints_can_be_met, &place, "is met by no value");
            }
        }
    }

    fn installments(&mut self, place: &str, row: &MethodRow) {
        let has_minimum =
            row.installment_monthly_minimum.is_some() || !row.installment_minimums.is_empty();
        if has_minimum && row.currencies.len() != 1 {
            self.problem(
                rule::minimums_have_one_currency,
                place,
                "a minimum of installments needs exactly one currency",
            );
        }
        for term in row.installment_minimums.keys() {
            let months = term.parse();
            if !months.is_ok_and(|months| row.installment_terms.contains(&months)) {
                self.problem(
                    rule::minimums_are_of_the_rows_terms,
                    format!("{place}.installment_minimums.{term}"),
                    "is not one of the row's installment_terms",
                );
            }
        }
        if row
            .installment_interest
            .as_deref()
            .is_some_and(|who| who != "merchant")
        {
            self.problem(
                rule::interest_is_the_merchants,
                format!("{place}.installment_interest"),
                "is not `merchant`",
            );
        }
    }

    fn versions(&mut self) {
        let versions: Vec<&str> = self
            .spec
            .api_versions()
            .map(|row| row.version.as_str())
            .collect();
        if !versions.is_sorted_by(|older, newer| older < newer) {
            self.problem(
                rule::versions_are_oldest_first,
                "components.parameters",
                "x-omise-versions does not go from the oldest to the newest",
            );
        }
        let versions = self.spec.api_versions();
        let described = versions.filter(|row| row.sources == ApiVersion::Described);
        if described.count() != 1 {
            self.problem(
                rule::one_version_is_described,
                "components.parameters",
                "one parameter must have x-omise-versions with exactly one version `described`",
            );
        }
    }

    fn country(&mut self, place: &str, country: &str) {
        if country.len() != 2 || !country.bytes().all(|byte| byte.is_ascii_uppercase()) {
            self.problem(
                rule::countries_are_codes,
                place,
                format!("`{country}` is not two capital letters"),
            );
        }
    }

    /// Checks that what is said to be assumed is there. `amount` may be the currency's general one.
    fn ours_are_members(&mut self, place: &str, row: &impl serde::Serialize, ours: &[String]) {
        let row = serde_json::to_value(row).unwrap_or_default();
        for member in ours {
            if row.get(member).is_none() && member != "amount" {
                self.problem(
                    rule::what_is_ours_is_a_member,
                    format!("{place}.ours"),
                    format!("`{member}` is not a member of the row"),
                );
            }
        }
    }

    fn messages(&mut self) {
        let codes = self.spec.schemas().get("ErrorCode");
        let codes = codes
            .and_then(|codes| codes.extensible_enum.clone())
            .unwrap_or_default();
        for (name, message) in self.spec.messages() {
            let place =
                format!("components.schemas.ErrorBody.properties.message.x-omise-messages.{name}");
            let is_known = match message.evidence.as_str() {
                "recorded" | "documented" => message.source.is_some(),
                "assumed" => message.source.is_none(),
                _ => false,
            };
            if !is_known {
                self.problem(
                    rule::messages_say_how_they_are_known,
                    &place,
                    "`evidence` and `source` do not say how the message is known",
                );
            }
            let has_names = message.template.contains('{');
            let needs_texts = has_names && message.evidence == "recorded";
            let fits = message.seen.iter().all(|seen| message.fits(seen));
            if needs_texts == message.seen.is_empty() || !fits {
                self.problem(
                    rule::messages_were_seen,
                    format!("{place}.seen"),
                    "does not list texts of the template that were recorded",
                );
            }
            if !codes.contains(&message.code) || !(400..600).contains(&message.status) {
                self.problem(
                    rule::messages_have_a_known_code,
                    &place,
                    "has a code or a status that no failure has",
                );
            }
        }
    }

    fn provenance(&mut self, place: &str, evidence: &[String], ours: &[String]) {
        self.evidence(place, evidence);
        if evidence.is_empty() && ours.is_empty() {
            self.problem(
                rule::rows_say_how_they_are_known,
                place,
                "`evidence` or `ours` must say where the row comes from",
            );
        }
    }

    fn evidence(&mut self, place: &str, evidence: &[String]) {
        const EVIDENCE: [&str; 6] = [
            "documented",
            "schema",
            "fixture",
            "sdk",
            "inferred",
            "unofficial",
        ];
        for word in evidence {
            if !EVIDENCE.contains(&word.as_str()) {
                self.problem(
                    rule::evidence_is_known,
                    format!("{place}.evidence"),
                    format!("`{word}` is no kind of evidence"),
                );
            }
        }
    }
}
