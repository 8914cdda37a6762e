//! The tables: currencies, payment methods, versions of the API, and messages.

use super::Check;
use crate::document::{ApiVersion, ConstraintRow, MethodRow};
use crate::rule::all as rule;

impl Check<'_> {
    pub(super) fn currencies(&mut self) {
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

    pub(super) fn payment_methods(&mut self) {
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

    pub(super) fn versions(&mut self) {
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

    pub(super) fn messages(&mut self) {
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
