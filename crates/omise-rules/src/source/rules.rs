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
mod tests;
