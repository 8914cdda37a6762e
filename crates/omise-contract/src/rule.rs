//! The rules that a document must keep to be read: the name of each, and what mends a breach.
//!
//! What is told of a breach says all three: the place and what is wrong there, the way to mend it,
//! and the name of the rule, by which its code and the test that breaks it are found.

use crate::problem::Problem;

/// A rule of the document.
#[derive(Clone, Copy, Debug)]
pub struct Rule {
    /// Its name.
    pub name: &'static str,
    /// What to do about a breach, as a lowercase fragment.
    pub mend: &'static str,
}

impl Rule {
    /// A breach of the rule: where, and what is wrong, as a lowercase fragment.
    pub fn broken(&self, path: impl Into<String>, what: impl AsRef<str>) -> Problem {
        let Rule { name, mend } = self;
        Problem {
            path: path.into(),
            message: format!("{}; {mend} [{name}]", what.as_ref()),
        }
    }
}

/// Declares each rule under its name, and all of them as `ALL`.
macro_rules! rules {
    ($($name:ident: $mend:literal,)*) => {
        $(pub(crate) const $name: Rule = Rule { name: stringify!($name), mend: $mend };)*

        /// Every rule that a document must keep to be read.
        pub const RULES: &[Rule] = &[$($name),*];
    };
}

pub use all::RULES;

#[expect(
    non_upper_case_globals,
    reason = "a rule has one name, in the code and in what is told"
)]
pub(crate) mod all {
    use super::Rule;

    rules! {
        // The shape of the document.
        it_is_yaml: "write it as YAML, each member once",
        every_member_is_known: "correct its name, or take it away",
        no_member_is_missing: "add it",
        every_member_has_its_type: "write it as openapi/README.md says",
        openapi_is_3_0: "write `openapi: 3.0.3`",
        // Operations.
        parameters_are_components: "add it to components.parameters, or correct the reference",
        keys_are_components: "use one of components.securitySchemes",
        an_attempt_is_counted: "count the first attempt too",
        delays_grow: "write 0 < `base_delay_ms` <= `max_delay_ms`",
        retries_follow_failures: "list statuses from 400 to 599",
        statuses_are_spelled_out: "write a line for each status",
        responses_are_components: "add it to components.responses, or correct the reference",
        every_failure_has_one_body: "point at ErrorBody, and give a success the status 200",
        bodies_are_json: "leave application/json alone; README says where forms are described",
        bodies_are_components: "add it to components.schemas, or correct the reference",
        examples_are_components: "add it to components.examples, or correct the reference",
        headers_are_components: "add it to components.headers, or correct the reference",
        there_are_two_keys: "name them `publicKey` and `secretKey`",
        keys_are_basic: "write `type: http` and `scheme: basic`",
        // Schemas.
        what_rust_names_is_there: "add it; hand-written Rust uses it by this name",
        named_schemas_have_members_or_values: "write it where it is used, or give it values",
        ids_have_a_prefix: "write small letters without `_`, and a name such as `SourceId`",
        names_are_names_in_rust: "choose one of ASCII letters, digits and `_` that is no keyword",
        names_differ_in_rust: "rename one of the two",
        aliases_have_a_target: "name the parameter that is meant",
        what_every_row_takes_is_a_parameter: "add it to SourceParameters, or correct the name",
        references_stand_alone: "say it of the named schema, or write an object that may be null \
            in place",
        schemas_are_components: "add it to components.schemas, or correct the reference",
        references_stay_inside: "write `#/components/schemas/<Name>`",
        everything_has_a_type: "write `type`, or point at a named schema",
        open_values_are_texts: "write `type: string`",
        open_values_are_listed: "list the values that are known today",
        formats_are_known: "use int32, int64, double or date-time, or leave it out",
        integers_have_a_size: "write `format: int64` for an amount, else `format: int32`",
        texts_are_classified: "write `x-omise-sensitive: true` if it says something of the payer or \
            lets somebody pay, else `x-omise-sensitive: false`",
        only_texts_are_classified: "take it away and classify the texts that are in it",
        lists_have_items: "write both `type: array` and `items`, or neither",
        objects_have_properties: "write both `type: object` and `properties`, or neither; an \
            element of a list may be `type: object` alone",
        what_is_required_is_there: "add the property, or correct the name",
        what_stands_in_place_has_a_title: "write a `title`: its attribute's name in Pascal case",
        // Tables.
        currencies_are_codes: "write its ISO 4217 code",
        countries_are_codes: "write its ISO 3166-1 alpha-2 code",
        limits_of_currencies_are_in_order: "write 1 <= `min` <= `max`",
        every_value_has_a_row: "list the rows of the table, in their order",
        flows_are_known: "use a value of Flow, or add it there",
        rows_say_where: "list at least one country and one currency",
        rows_use_known_currencies: "add the currency to x-omise-currencies, or correct it",
        limits_are_of_the_rows_currencies: "add the currency to the row, or take the limits away",
        limits_are_in_order: "write 1 <= `min` <= `max`",
        rows_use_known_parameters: "add it to SourceParameters, or correct the name",
        rows_leave_out_what_every_row_takes: "take it out of the row",
        banks_go_with_bank: "write both `banks` and the parameter `bank`, or neither",
        terms_go_with_installment_term: "write both `installment_terms` and the parameter \
            `installment_term`, or neither",
        constraints_are_of_the_rows_parameters: "add the parameter to the row, or take the \
            constraint away",
        constraints_can_be_met: "write a length above 0, and the lesser number of digits first",
        minimums_have_one_currency: "leave the row one currency, or take the minimum away",
        minimums_are_of_the_rows_terms: "add the term to `installment_terms`, or take the minimum \
            away",
        interest_is_the_merchants: "write `merchant`, or leave it to the request",
        versions_are_oldest_first: "write each version once, behind the older ones",
        one_version_is_described: "give exactly one version of one x-omise-versions \
            `sources: described`",
        evidence_is_known: "use one of documented, schema, fixture, sdk, inferred, unofficial",
        rows_say_how_they_are_known: "list `evidence`, or name the members in `ours`",
        what_is_ours_is_a_member: "name a member of the row",
        countries_with_evidence_are_the_rows: "add the country to `countries`, or take it away",
        messages_say_how_they_are_known: "write `evidence: recorded` or `documented` with `source`, \
            or `assumed` without it",
        messages_were_seen: "list the exact texts that were recorded, of a template that has names in \
            braces, and of no other",
        messages_have_a_known_code: "use one of ErrorCode, and a status from 400 to 599",
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn no_two_rules_have_one_name() {
        let names: HashSet<&str> = RULES.iter().map(|rule| rule.name).collect();
        assert_eq!(names.len(), RULES.len());
    }

    #[test]
    fn a_breach_is_told_with_what_mends_it_and_the_rules_name() {
        let told = all::openapi_is_3_0.broken("openapi", "is `3.1.0`");
        assert_eq!(
            told.message,
            "is `3.1.0`; write `openapi: 3.0.3` [openapi_is_3_0]"
        );
    }
}
