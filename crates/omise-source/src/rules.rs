use omise_types::{
    Amount, Constraint, CreateSourceRequest, Currency, Flow, InstallmentTerm, Limits, Parameter,
    PaymentMethod,
};
use serde_json::Value;

use crate::account::Account;
use crate::draft::Draft;
use crate::rejection::{Reason, Rejection, Rule};

/// A request that breaks no rule.
#[derive(Clone, Debug)]
pub struct Accepted {
    pub(crate) request: CreateSourceRequest,
    pub(crate) method: &'static PaymentMethod,
    pub(crate) flow: Flow,
}

impl Draft {
    /// Holds the rules against the request.
    ///
    /// # Errors
    ///
    /// Every rule that it breaks. A currency that the account cannot have, an amount that is no number
    /// and a type that it cannot use come first, as recordings of the API show them; then the
    /// amount's limits, the type's currency, and the parameters in the order of the specification.
    pub fn check(self, account: &Account) -> Result<Accepted, Rejection> {
        let method = self.method.filter(|method| account.offers(method));
        let currency = self.currency.filter(|currency| account.knows(*currency));
        let mut reasons = Reasons(Vec::new());

        if currency.is_none() {
            reasons.add(Parameter::Currency, Rule::Supported);
        }
        if let Err(rule) = &self.amount {
            reasons.add(Parameter::Amount, rule.clone());
        }
        let Some(method) = method else {
            reasons.add(Parameter::Type, Rule::Supported);
            return Err(Rejection::new(reasons.0));
        };
        let term = self.installment_term(method);
        if let Ok(amount) = self.amount {
            check_amount(
                amount,
                limits(method, currency, account),
                term,
                &mut reasons,
            );
        }
        if let Some(currency) = currency {
            check_currency(currency, method, account, &mut reasons);
        }
        let rest = Parameter::ALL
            .iter()
            .filter(|parameter| parameter.alias_of().is_none());
        for &parameter in rest {
            self.check_parameter(parameter, method, &mut reasons);
        }

        match (currency, self.amount.map(Amount::new)) {
            (Some(currency), Ok(Ok(amount))) if reasons.0.is_empty() => {
                Ok(accept(amount, currency, method, self.given))
            }
            _ => Err(Rejection::new(reasons.0)),
        }
    }

    fn installment_term(&self, method: &'static PaymentMethod) -> Option<InstallmentTerm> {
        let months = self
            .given
            .get(Parameter::InstallmentTerm.name())?
            .as_u64()?;
        let mut terms = method.installment_terms.iter();
        terms.find(|term| u64::from(term.months) == months).copied()
    }

    fn check_parameter(&self, parameter: Parameter, method: &PaymentMethod, reasons: &mut Reasons) {
        if matches!(
            parameter,
            Parameter::Amount | Parameter::Currency | Parameter::Type
        ) {
            return;
        }
        let of_parameter =
            |(of, _): &&(Parameter, Reason)| of.alias_of().unwrap_or(*of) == parameter;
        let mut unreadable = self.unreadable.iter().filter(of_parameter).peekable();
        if unreadable.peek().is_some() {
            reasons
                .0
                .extend(unreadable.map(|(_, reason)| reason.clone()));
            return;
        }
        let mut constraints = method.constraints.iter();
        let constraint = constraints
            .find(|(of, _)| *of == parameter)
            .map(|(_, constraint)| *constraint);
        match self.given.get(parameter.name()) {
            None if method.requires(parameter) => {
                // A format is asked of a blank value too: that is how the API words it.
                let format = constraint
                    .map(rule)
                    .filter(|rule| !matches!(rule, Rule::MaxLength(_)));
                reasons.add(parameter, format.unwrap_or(Rule::NotBlank));
            }
            None => {}
            Some(value) => {
                if let (Some(constraint), Value::String(text)) = (constraint, value)
                    && !satisfies(text, constraint)
                {
                    reasons.add(parameter, rule(constraint));
                }
                if let Some(rule) = not_in_list(parameter, value, method) {
                    reasons.add(parameter, rule);
                }
            }
        }
    }
}

struct Reasons(Vec<Reason>);

impl Reasons {
    fn add(&mut self, parameter: Parameter, rule: Rule) {
        self.0.push(Reason {
            parameter: parameter.name().to_owned(),
            rule,
        });
    }
}

// With a currency that is not the method's the limits are still known if it has only one.
fn limits(method: &PaymentMethod, currency: Option<Currency>, account: &Account) -> Option<Limits> {
    let mut currencies = account.currencies(method);
    let only = currencies.next().filter(|_| currencies.next().is_none());
    currency
        .and_then(|currency| method.limits(currency))
        .or_else(|| method.limits(only?))
}

fn check_amount(
    amount: i64,
    limits: Option<Limits>,
    term: Option<InstallmentTerm>,
    reasons: &mut Reasons,
) {
    let Some(limits) = limits else {
        return;
    };
    let min = term.map_or(limits.min, |term| limits.min.max(term.min));
    if amount < min.get() {
        reasons.add(Parameter::Amount, Rule::AtLeast(min.get()));
    } else if amount > limits.max.get() {
        reasons.add(Parameter::Amount, Rule::AtMost(limits.max.get()));
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
    reasons.add(Parameter::Currency, rule);
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
// carries (RFC 5321).
fn is_email(text: &str) -> bool {
    let Some((local, domain)) = text.rsplit_once('@') else {
        return false;
    };
    let is_word = |character: char| !character.is_whitespace() && !character.is_control();
    text.len() <= 254
        && !local.is_empty()
        && !local.contains('@')
        && text.chars().all(is_word)
        && domain.contains('.')
        && domain.split('.').all(|label| !label.is_empty())
}

// The banks and terms that the method has.
fn not_in_list(parameter: Parameter, value: &Value, method: &PaymentMethod) -> Option<Rule> {
    match parameter {
        Parameter::Bank => {
            let bank = value.as_str().unwrap_or_default();
            let known = method
                .banks
                .iter()
                .any(|known| known.eq_ignore_ascii_case(bank));
            (!known).then(|| Rule::OneOf(method.banks.iter().map(ToString::to_string).collect()))
        }
        Parameter::InstallmentTerm if !method.installment_terms.is_empty() => {
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
    given: serde_json::Map<String, Value>,
) -> Accepted {
    let mut request = CreateSourceRequest::new(amount, currency, method.source_type.clone());
    if !given.is_empty() {
        let mut all = given;
        all.insert(Parameter::Amount.name().to_owned(), amount.get().into());
        all.insert(
            Parameter::Currency.name().to_owned(),
            currency.as_str().into(),
        );
        all.insert(
            Parameter::Type.name().to_owned(),
            method.source_type.as_str().into(),
        );
        request = serde_json::from_value(Value::Object(all))
            .expect("every parameter was read in the shape that its type is emitted from");
        request.bank = request.bank.map(|bank| bank.to_ascii_lowercase());
    }
    let country = currency.terms().map(|terms| terms.country);
    let flow = country.map_or(&method.flow, |country| method.flow_in(country));
    Accepted {
        request,
        method,
        flow: flow.clone(),
    }
}
