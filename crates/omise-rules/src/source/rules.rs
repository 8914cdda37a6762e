use omise_types::{
    Amount, Constraint, CreateSourceRequest, Currency, Flow, InstallmentTerm, Limits, Operation,
    Parameter, PaymentMethod,
};
use serde_json::Value;

use super::request::Draft;
use crate::account::Account;
use crate::reader::Parameters;
use crate::rejection::{Reasons, Rejection, Rule};

/// A request for a source that breaks no rule.
///
/// Its `Debug` shows no personal data of the payer.
///
/// # Example
///
/// ```
/// use omise_rules::{Account, Draft};
/// use omise_types::Flow;
///
/// let request = serde_json::json!({"amount": 2000, "currency": "THB", "type": "promptpay"});
/// let checked = Draft::read(request).check(&Account::default())?;
/// assert_eq!(checked.request.amount.get(), 2000);
/// assert_eq!(checked.flow, Flow::Offline);
/// # Ok::<(), omise_rules::Rejection>(())
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct CheckedRequest {
    /// The request as it was understood: coerced, without what the payment method does not take.
    pub request: CreateSourceRequest,
    /// The row of its payment method.
    pub method: &'static PaymentMethod,
    /// The flow that its source has.
    pub flow: Flow,
}

impl Draft {
    /// Holds the rules against the request.
    ///
    /// # Errors
    ///
    /// Every rule that it breaks. An unknown currency, an amount that is not a number and a type
    /// that the account cannot use come first, as recordings of the API show them; then the
    /// amount's limits, the type's currency, and the parameters in the order of the specification.
    pub fn check(self, account: &Account) -> Result<CheckedRequest, Rejection> {
        let (amount, currency, method) = self.judge(account, Held::All)?;
        Ok(accept(
            amount,
            currency,
            method,
            account,
            self.parameters.given,
        ))
    }

    /// Holds the known rules against the request, for whoever does not make the source.
    ///
    /// What is assumed refuses nothing: neither a member of the payment method's row, such as its
    /// limits or the format of a parameter, nor the length of texts and lists. The real service may
    /// have other rules, and a payment must not fail by a guess.
    ///
    /// # Errors
    ///
    /// As [`check`](Draft::check), without what is assumed.
    ///
    /// # Example
    ///
    /// ```
    /// use omise_rules::{Account, Draft};
    ///
    /// // Nothing is known of the limits of `bkash`.
    /// let request = serde_json::json!({"amount": 1, "currency": "THB", "type": "bkash"});
    /// let draft = Draft::read(request);
    /// assert!(draft.verify(&Account::default()).is_ok());
    /// assert!(draft.check(&Account::default()).is_err());
    /// ```
    pub fn verify(&self, account: &Account) -> Result<(), Rejection> {
        self.judge(account, Held::Known).map(|_| ())
    }

    fn judge(
        &self,
        account: &Account,
        held: Held,
    ) -> Result<(Amount, Currency, &'static PaymentMethod), Rejection> {
        let method = self.method.filter(|method| account.offers(method));
        let currency = self
            .currency
            .filter(|currency| currency.terms().is_some() || account.contract(*currency).is_some());
        let mut reasons = Reasons::default();

        if currency.is_none() {
            reasons.add(Parameter::CURRENCY, Rule::Supported);
        }
        if let Err(rule) = &self.amount {
            reasons.add(Parameter::AMOUNT, rule.clone());
        }
        let Some(method) = method else {
            reasons.add(Parameter::TYPE, Rule::Supported);
            return Err(Rejection::new(reasons));
        };
        // The least amount of a term is in the currency of the table.
        let is_contracted = currency.is_some_and(|currency| account.contract(currency).is_some());
        let term = self.installment_term(method).filter(|_| !is_contracted);
        if let Ok(amount) = self.amount {
            let limits = limits(method, currency, account);
            check_amount(amount, limits, term, held, method, &mut reasons);
        }
        if let Some(currency) = currency.filter(|_| held.holds(method, "currencies")) {
            check_currency(currency, method, account, &mut reasons);
        }
        for parameter in Operation::CreateSource.parameters() {
            let is_checked_above = matches!(
                parameter.name,
                Parameter::AMOUNT | Parameter::CURRENCY | Parameter::TYPE
            );
            if !is_checked_above && parameter.alias_of.is_none() {
                self.check_parameter(parameter.name, method, held, &mut reasons);
            }
        }

        match (currency, self.amount.clone().map(Amount::new)) {
            (Some(currency), Ok(Ok(amount))) if reasons.is_empty() => {
                Ok((amount, currency, method))
            }
            _ => Err(Rejection::new(reasons)),
        }
    }

    fn installment_term(&self, method: &'static PaymentMethod) -> Option<InstallmentTerm> {
        let months = self
            .parameters
            .given
            .get(Parameter::INSTALLMENT_TERM)?
            .as_u64()?;
        let mut terms = method.installment_terms.iter();
        terms.find(|term| u64::from(term.months) == months).copied()
    }

    fn check_parameter(
        &self,
        name: &str,
        method: &PaymentMethod,
        held: Held,
        reasons: &mut Reasons,
    ) {
        let mut unreadable = Parameters::of(&self.parameters.unreadable, name).peekable();
        if unreadable.peek().is_none() {
            let rules = self.broken(name, method, held);
            let is_broken = !rules.is_empty();
            for rule in rules {
                reasons.add(name, rule);
            }
            // A rule of the payment method says it better than the bound of all texts.
            if is_broken {
                return;
            }
        }
        unreadable.for_each(|found| reasons.extend(found));
        if held == Held::All {
            let unbounded = Parameters::of(&self.parameters.unbounded, name);
            unbounded.for_each(|found| reasons.extend(found));
        }
    }

    /// The rules of the payment method that a parameter breaks.
    fn broken(&self, name: &str, method: &PaymentMethod, held: Held) -> Vec<Rule> {
        let mut constraints = method.constraints.iter();
        let constraint = constraints
            .find(|(parameter, _)| parameter.name == name)
            .map(|(_, constraint)| *constraint)
            .filter(|_| held.holds(method, "constraints"));
        let Some(value) = self.parameters.given.get(name) else {
            // A format is asked of a blank value too: that is how the API words it.
            let format = constraint
                .map(rule)
                .filter(|rule| !matches!(rule, Rule::MaxLength(_)));
            let missing = method.requires(name) && held.holds(method, "required");
            return Vec::from_iter(missing.then(|| format.unwrap_or(Rule::NotBlank)));
        };
        let unmet = match (constraint, value) {
            (Some(constraint), Value::String(text)) if !satisfies(text, constraint) => {
                Some(rule(constraint))
            }
            _ => None,
        };
        let unlisted = not_in_list(name, value, method, held);
        unmet.into_iter().chain(unlisted).collect()
    }
}

/// Which rules are held against a request.
#[derive(Clone, Copy, PartialEq)]
enum Held {
    /// All of them.
    All,
    /// Those of which it is known that the real service has them.
    Known,
}

impl Held {
    /// Whether a member of the payment method's row is held against the request.
    fn holds(self, method: &PaymentMethod, member: &str) -> bool {
        self == Held::All || !method.assumes(member)
    }
}

// With a currency that is not the method's the limits are still known if it has only one.
fn limits(method: &PaymentMethod, currency: Option<Currency>, account: &Account) -> Option<Limits> {
    let mut currencies = account.currencies(method);
    let only = currencies.next().filter(|_| currencies.next().is_none());
    currency
        .filter(|currency| {
            method.limits(*currency).is_some() || account.contract(*currency).is_some()
        })
        .or(only)
        .and_then(|currency| account.limits(method, currency))
}

fn check_amount(
    amount: i64,
    limits: Option<Limits>,
    term: Option<InstallmentTerm>,
    held: Held,
    method: &PaymentMethod,
    reasons: &mut Reasons,
) {
    let Some(limits) = limits else {
        return;
    };
    let holds_limits = held == Held::All || !limits.is_assumed;
    // Below 1 it is not an amount, whatever the limits of the payment method are.
    let least = if holds_limits { limits.min.get() } else { 1 };
    let of_term = term.filter(|_| held.holds(method, "installment_minimums"));
    let min = of_term.map_or(least, |term| least.max(term.min.get()));
    if amount < min {
        reasons.add(Parameter::AMOUNT, Rule::AtLeast(min));
    } else if amount > limits.max.get() && holds_limits {
        reasons.add(Parameter::AMOUNT, Rule::AtMost(limits.max.get()));
    }
}

fn check_currency(
    currency: Currency,
    method: &PaymentMethod,
    account: &Account,
    reasons: &mut Reasons,
) {
    let currencies: Vec<Currency> = account.currencies(method).collect();
    if currencies.contains(&currency) {
        return;
    }
    let rule = match currencies.as_slice() {
        [only] => Rule::MustBe(only.to_string()),
        _ => Rule::Supported,
    };
    reasons.add(Parameter::CURRENCY, rule);
}

fn rule(constraint: Constraint) -> Rule {
    match constraint {
        Constraint::MaxLength(characters) => Rule::MaxLength(characters),
        Constraint::Digits(least, most) => Rule::Digits(least, most),
        Constraint::Email => Rule::Email,
    }
}

fn satisfies(text: &str, constraint: Constraint) -> bool {
    match constraint {
        Constraint::MaxLength(characters) => text.chars().count() <= characters as usize,
        Constraint::Digits(least, most) => {
            let range = least as usize..=most as usize;
            text.bytes().all(|byte| byte.is_ascii_digit()) && range.contains(&text.len())
        }
        Constraint::Email => is_email(text),
    }
}

// Enough to catch a slip; whether an address exists only a mail tells. 254 is the longest that SMTP
// carries (RFC 5321), in characters here, as a schema counts them.
fn is_email(text: &str) -> bool {
    let Some((local, domain)) = text.rsplit_once('@') else {
        return false;
    };
    let is_word = |character: char| !character.is_whitespace() && !character.is_control();
    text.chars().count() <= 254
        && !local.is_empty()
        && !local.contains('@')
        && text.chars().all(is_word)
        && domain.contains('.')
        && domain.split('.').all(|label| !label.is_empty())
}

// The banks and terms that the method has.
fn not_in_list(name: &str, value: &Value, method: &PaymentMethod, held: Held) -> Option<Rule> {
    match name {
        Parameter::BANK if held.holds(method, "banks") => {
            let bank = value.as_str().unwrap_or_default();
            let known = method
                .banks
                .iter()
                .any(|known| known.eq_ignore_ascii_case(bank));
            (!known).then(|| Rule::OneOf(method.banks.iter().map(ToString::to_string).collect()))
        }
        Parameter::INSTALLMENT_TERM
            if !method.installment_terms.is_empty() && held.holds(method, "installment_terms") =>
        {
            let months = value.as_u64().unwrap_or_default();
            let terms = method.installment_terms;
            let known = terms.iter().any(|term| u64::from(term.months) == months);
            let all = terms.iter().map(|term| term.months.to_string());
            (!known).then(|| Rule::OneOf(all.collect()))
        }
        _ => None,
    }
}

fn accept(
    amount: Amount,
    currency: Currency,
    method: &'static PaymentMethod,
    account: &Account,
    mut given: serde_json::Map<String, Value>,
) -> CheckedRequest {
    let mut request = CreateSourceRequest::new(amount, currency, method.source_type.clone());
    if !given.is_empty() {
        let always = [
            (Parameter::AMOUNT, Value::from(amount.get())),
            (Parameter::CURRENCY, Value::from(currency.as_str())),
            (Parameter::TYPE, Value::from(method.source_type.as_str())),
        ];
        given.extend(always.map(|(name, value)| (name.to_owned(), value)));
        request = serde_json::from_value(Value::Object(given))
            .expect("every parameter was read in the shape that its type is emitted from");
        request.bank = request.bank.map(|bank| bank.to_ascii_lowercase());
    }
    let country = currency.terms().map(|terms| terms.country);
    let country = country.or(account.country);
    let flow = country.map_or(&method.flow, |country| method.flow_in(country));
    CheckedRequest {
        request,
        method,
        flow: flow.clone(),
    }
}

#[cfg(test)]
mod tests {
    use omise_types::money::Thb;
    use omise_types::payment_methods::InstallmentBay;
    use omise_types::{CurrencyTerms, SourceType};
    use serde_json::json;

    use super::*;
    use crate::rejection::Reason;

    const EVERYWHERE: Account = Account {
        country: None,
        current_only: false,
        currencies: Vec::new(),
    };

    fn reasons(request: Value, account: &Account) -> Vec<Reason> {
        match Draft::read(request).check(account) {
            Ok(_) => Vec::new(),
            Err(rejection) => rejection.reasons().to_vec(),
        }
    }

    #[track_caller]
    fn check_accepted(request: Value) {
        assert_eq!(reasons(request, &EVERYWHERE), []);
    }

    #[track_caller]
    fn check_refused(request: Value, expected: &str) {
        check_refused_by(&EVERYWHERE, request, expected);
    }

    #[track_caller]
    fn check_refused_by(account: &Account, request: Value, expected: &str) {
        let rejection = Draft::read(request).check(account).expect_err(expected);
        assert_eq!(rejection.to_string(), expected);
    }

    /// Checks what is said of the amount of a request that may be refused for other reasons too.
    #[track_caller]
    fn check_rule_of_amount(mut request: Value, amount: i64, expected: Option<Rule>) {
        request["amount"] = amount.into();
        let of_amount = reasons(request.clone(), &EVERYWHERE)
            .into_iter()
            .filter(|reason| reason.parameter == "amount")
            .map(|reason| reason.rule);
        assert_eq!(
            of_amount.collect::<Vec<_>>(),
            Vec::from_iter(expected),
            "{request}"
        );
    }

    #[track_caller]
    fn check_email(text: &str, expected: bool) {
        assert_eq!(is_email(text), expected, "{text:?}");
    }

    #[test]
    fn an_email_has_a_local_part_and_a_domain_with_a_point() {
        for text in [
            "taro@example.com",
            "a@b.c",
            "taro.yamada+shop@mail.example.co.jp",
            "\u{592a}\u{90ce}@\u{4f8b}.jp",
            "!#$%&'*/=?^_`{|}~-@example.com",
        ] {
            check_email(text, true);
        }
    }

    #[test]
    fn anything_else_is_no_email() {
        for text in [
            "",
            "@",
            "taro",
            "taro@",
            "@example.com",
            "taro@example",
            "taro@.com",
            "taro@example.",
            "taro@example..com",
            "taro@home@example.com",
            "taro yamada@example.com",
            "taro@example.com ",
            "taro@example.com\n",
            "taro\0@example.com",
        ] {
            check_email(text, false);
        }
    }

    #[test]
    fn an_email_has_254_characters_at_most() {
        let of_length = |length: usize| format!("{:a>length$}", "@example.com");
        check_email(&of_length(254), true);
        check_email(&of_length(255), false);
        check_email(&format!("\u{592a}{}", of_length(253)), true);
    }

    #[test]
    fn both_limits_of_every_row_are_amounts_that_it_takes() {
        for method in PaymentMethod::all() {
            for (currency, Limits { min, max, .. }) in method.currencies {
                let (min, max) = (min.get(), max.get());
                let request = json!({"type": method.source_type, "currency": currency});
                check_rule_of_amount(request.clone(), min - 1, Some(Rule::AtLeast(min)));
                check_rule_of_amount(request.clone(), min, None);
                check_rule_of_amount(request.clone(), max, None);
                check_rule_of_amount(request, max + 1, Some(Rule::AtMost(max)));
            }
        }
    }

    #[test]
    fn limits_that_are_assumed_refuse_nothing_that_is_only_verified() {
        let mut assumed = 0;
        for method in PaymentMethod::all() {
            for (currency, limits) in method.currencies {
                for (amount, is_refused) in [
                    (limits.min.get() - 1, limits.min.get() > 1),
                    (limits.max.get() + 1, true),
                ] {
                    let request = json!({
                        "type": method.source_type,
                        "currency": currency,
                        "amount": amount.max(1),
                    });
                    let Err(rejection) = Draft::read(request.clone()).verify(&EVERYWHERE) else {
                        assert!(limits.is_assumed || !is_refused, "{request}");
                        continue;
                    };
                    let of_amount = rejection.reasons().iter();
                    let of_amount = of_amount.filter(|reason| reason.parameter == "amount");
                    let expected = usize::from(is_refused && !limits.is_assumed);
                    assert_eq!(of_amount.count(), expected, "{request}");
                }
                assumed += usize::from(limits.is_assumed);
            }
        }
        assert!(assumed > 10, "{assumed}");
    }

    #[test]
    fn a_currency_or_a_format_that_is_assumed_refuses_nothing_that_is_only_verified() {
        let mut assumed = 0;
        for method in PaymentMethod::all() {
            let (currency, limits) = method.currencies[0];
            let mut request = json!({
                "type": method.source_type,
                "currency": currency,
                "amount": limits.max,
            });
            for parameter in method.required {
                let example = serde_json::from_str(parameter.example);
                request[parameter.name] = example.expect("an example is JSON");
            }
            let mut check = |member: &str, broken: Value, parameter: &str| {
                let refuses = |verdict: Result<(), Rejection>| {
                    let Err(rejection) = verdict else {
                        return false;
                    };
                    let mut reasons = rejection.reasons().iter();
                    reasons.any(|reason| reason.parameter == parameter)
                };
                let draft = Draft::read(broken);
                assert_eq!(
                    refuses(draft.verify(&EVERYWHERE)),
                    !method.assumes(member),
                    "{parameter} of {}",
                    method.source_type
                );
                assert!(refuses(draft.check(&EVERYWHERE).map(|_| ())), "{parameter}");
                assumed += usize::from(method.assumes(member));
            };
            let mut all = CurrencyTerms::all().iter().map(|terms| terms.currency);
            let other = all.find(|other| method.limits(*other).is_none());
            let mut broken = request.clone();
            broken["currency"] = json!(other.expect("no method takes every currency"));
            check("currencies", broken, "currency");
            for (parameter, _) in method.constraints {
                let mut broken = request.clone();
                broken[parameter.name] = json!("\u{30e4}".repeat(255));
                check("constraints", broken, parameter.name);
            }
        }
        assert!(assumed > 2, "{assumed}");
    }

    #[test]
    fn an_amount_that_is_none_is_refused_whatever_the_limits() {
        for amount in [0, -1, i64::MIN] {
            let request = json!({"amount": amount, "currency": "THB", "type": "bkash"});
            let rejection = Draft::read(request)
                .verify(&EVERYWHERE)
                .expect_err("nothing");
            assert_eq!(rejection.to_string(), "amount must be at least 1");
        }
    }

    /// Checks a request beyond an assumed bound: the server refuses it, the SDK sends it.
    #[track_caller]
    fn check_unbounded(parameters: Value, expected: &str) {
        let mut request = json!({"amount": 2000, "currency": "THB", "type": "promptpay"});
        let members = request.as_object_mut().expect("it was written as one");
        members.extend(parameters.as_object().expect("parameters").clone());
        assert!(Draft::read(request.clone()).verify(&EVERYWHERE).is_ok());
        check_refused(request, expected);
    }

    #[test]
    fn a_text_has_at_most_255_characters() {
        let longest = "\u{30e4}".repeat(255);
        check_accepted(json!({
            "amount": 2000,
            "currency": "THB",
            "type": "promptpay",
            "promotion_code": longest,
        }));
        check_unbounded(
            json!({
                "promotion_code": format!("{longest}x"),
                "billing": {"city": format!("{longest}x")},
            }),
            "promotion_code is too long (maximum is 255 characters) \
             and billing[city] is too long (maximum is 255 characters)",
        );
    }

    #[test]
    fn a_text_has_no_control_characters_but_tabs_and_line_breaks() {
        check_accepted(json!({
            "amount": 2000,
            "currency": "THB",
            "type": "promptpay",
            "billing": {"street1": "1448/4\tRoad\r\nFloor 3"},
        }));
        for character in ['\0', '\u{1}', '\u{b}', '\u{1f}', '\u{7f}', '\u{9f}'] {
            check_unbounded(
                json!({"supplier_id": format!("a{character}b")}),
                "supplier_id is invalid (has control characters)",
            );
        }
    }

    #[test]
    fn a_list_has_at_most_100_elements() {
        let item = json!({"sku": "a", "name": "b", "amount": 1, "quantity": 1});
        let atome = |items: usize| {
            json!({
                "amount": 2000,
                "currency": "THB",
                "type": "atome",
                "phone_number": "0812345678",
                "shipping": {"city": "a", "country": "TH", "postal_code": "1", "street1": "b"},
                "items": vec![item.clone(); items],
            })
        };
        check_accepted(atome(100));
        check_refused(atome(101), "items has too many elements (maximum is 100)");
        assert!(Draft::read(atome(101)).verify(&EVERYWHERE).is_ok());
    }

    #[test]
    fn a_rule_of_the_payment_method_says_it_instead_of_a_bound() {
        check_refused(
            econtext(&"x".repeat(300)),
            "name is too long (maximum is 10 characters)",
        );
    }

    #[test]
    fn a_long_installment_term_has_a_higher_minimum() {
        for method in PaymentMethod::all() {
            for term in method.installment_terms {
                let (currency, limits) = method.currencies[0];
                let min = limits.min.max(term.min).get();
                let request = json!({
                    "type": method.source_type,
                    "currency": currency,
                    "installment_term": term.months,
                });
                check_rule_of_amount(request.clone(), min - 1, Some(Rule::AtLeast(min)));
                check_rule_of_amount(request, min, None);
            }
        }
    }

    #[test]
    fn a_term_that_the_payment_method_lacks_is_refused() {
        let request = json!({
            "amount": 1_000_000,
            "currency": "THB",
            "type": "installment_bay",
            "installment_term": 5,
        });
        check_refused(
            request,
            "installment_term is invalid (must be one of 3 4 6 9 10)",
        );
    }

    #[test]
    fn a_term_that_the_wire_cannot_say_is_refused() {
        let request = InstallmentBay::new(Thb::new(400_000), u32::MAX);
        let request = CreateSourceRequest::from(request);
        let [reason] = reasons(serde_json::to_value(&request).expect("JSON"), &EVERYWHERE)
            .try_into()
            .expect("one reason");
        assert_eq!(reason.parameter, Parameter::INSTALLMENT_TERM);
    }

    #[test]
    fn a_bank_is_taken_in_any_case() {
        let fpx = SourceType::Fpx.payment_method().expect("a row for fpx");
        let bank = fpx.banks[0].to_ascii_uppercase();
        let request = json!({"amount": 10_000, "currency": "MYR", "type": "fpx", "bank": bank});
        let checked = Draft::read(request)
            .check(&EVERYWHERE)
            .expect("all is right");
        assert_eq!(checked.request.bank.as_deref(), Some(fpx.banks[0]));
    }

    #[test]
    fn a_bank_that_the_payment_method_lacks_is_refused() {
        let request = json!({"amount": 10_000, "currency": "MYR", "type": "fpx", "bank": "x"});
        let [reason] = reasons(request, &EVERYWHERE)
            .try_into()
            .expect("one reason");
        assert_eq!(reason.parameter, "bank");
        assert!(matches!(reason.rule, Rule::OneOf(banks) if banks.len() > 1));
    }

    #[test]
    fn the_only_currency_of_a_payment_method_is_named() {
        let request = json!({"amount": 2000, "currency": "JPY", "type": "promptpay"});
        check_refused(request, "currency must be THB");
    }

    #[test]
    fn another_currency_than_one_of_several_is_not_supported() {
        let request = json!({"amount": 10_000, "currency": "JPY", "type": "alipay_hk"});
        check_refused(request, "currency is currently not supported");
    }

    #[test]
    fn a_currency_that_the_table_lacks_is_not_supported() {
        for currency in [json!("XTS"), json!("baht"), json!(1), json!(null)] {
            let request = json!({"amount": 2000, "currency": currency, "type": "promptpay"});
            check_refused(request, "currency is currently not supported");
        }
    }

    #[test]
    fn a_payment_method_that_the_account_lacks_is_not_supported() {
        let japanese = Account {
            country: "JP".parse().ok(),
            ..EVERYWHERE
        };
        for source_type in [
            json!("promptpay"),
            json!("pay_by_thought"),
            json!(1),
            json!(null),
        ] {
            let request = json!({"amount": 2000, "currency": "JPY", "type": source_type});
            check_refused_by(&japanese, request, "type is currently not supported");
        }
    }

    #[test]
    fn a_request_without_parameters_lacks_the_three_that_make_one() {
        check_refused(
            json!({}),
            "currency is currently not supported, amount is not a number, \
             and type is currently not supported",
        );
    }

    /// The message is recorded in the sources of the Android and iOS SDKs.
    #[test]
    fn reasons_come_in_the_order_in_which_the_api_gives_them() {
        let request = json!({
            "amount": 149,
            "currency": "THB",
            "type": "econtext",
            "phone_number": "12",
            "email": "taro",
            "name": " ",
        });
        check_refused(
            request,
            "amount must be at least 150, currency must be JPY, name cannot be blank, \
             email is in invalid format, and phone_number must contain 10-11 digit characters",
        );
    }

    #[test]
    fn a_currency_that_is_none_comes_before_an_amount_that_is_none() {
        let request = json!({"amount": "many", "currency": "XTS", "type": "promptpay"});
        check_refused(
            request,
            "currency is currently not supported and amount is not a number",
        );
    }

    #[test]
    fn a_format_is_asked_of_what_is_missing() {
        check_refused(
            json!({"amount": 150, "currency": "JPY", "type": "econtext"}),
            "name cannot be blank, email is in invalid format, \
             and phone_number must contain 10-11 digit characters",
        );
    }

    #[test]
    fn a_missing_parameter_without_a_format_cannot_be_blank() {
        check_refused(
            json!({"amount": 2000, "currency": "THB", "type": "truemoney"}),
            "phone_number cannot be blank",
        );
    }

    #[test]
    fn a_format_is_asked_of_an_optional_parameter_only_if_it_is_given() {
        let item = json!({"sku": "a", "name": "b", "amount": 1, "quantity": 1});
        let mut request = json!({
            "amount": 2000,
            "currency": "THB",
            "type": "atome",
            "phone_number": "0812345678",
            "shipping": {
                "city": "Bangkok",
                "country": "TH",
                "postal_code": "10240",
                "state": "Bangkok",
                "street1": "1448/4 Praditmanutham Road",
            },
            "items": [item],
        });
        check_accepted(request.clone());
        request["email"] = json!("taro");
        check_refused(request, "email is in invalid format");
    }

    fn econtext(name: &str) -> Value {
        json!({
            "amount": 150,
            "currency": "JPY",
            "type": "econtext",
            "name": name,
            "email": "taro@example.com",
            "phone_number": "0312345678",
        })
    }

    #[test]
    fn a_name_is_measured_in_characters() {
        let ten = "\u{30e4}".repeat(10);
        check_accepted(econtext(&ten));
        check_refused(
            econtext(&format!("{ten}x")),
            "name is too long (maximum is 10 characters)",
        );
    }

    #[test]
    fn what_cannot_be_read_is_not_held_against_its_format_too() {
        let request = json!({
            "amount": 150,
            "currency": "JPY",
            "type": "econtext",
            "name": "Taro",
            "email": true,
            "phone_number": "0312345678",
        });
        check_refused(request, "email is invalid (must be a string)");
    }
}
