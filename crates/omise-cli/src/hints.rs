//! What to do about a request that the API refuses, from the table of payment methods.

use omise_types::{Amount, Constraint, Currency, Operation, Parameter, PaymentMethod, SourceType};
use serde_json::{Map, Value};

use crate::flags::{self, flag};
use crate::{print, screen, suggest, values};

/// The parameters without which there is no request.
const ALWAYS: [&str; 3] = [Parameter::TYPE, Parameter::AMOUNT, Parameter::CURRENCY];

/// What is missing of a new source, and what each of that must be; `None` if nothing is missing
/// without which no request can be made.
pub(crate) fn missing(parameters: &Map<String, Value>) -> Option<(String, Vec<String>)> {
    let is_given = |name: &&str| parameters.contains_key(*name);
    if ALWAYS.iter().all(is_given) {
        return None;
    }
    let request = Request::of(parameters);
    let always = ALWAYS.iter().filter(|one| !is_given(one)).copied();
    let missing: Vec<&str> = always.chain(request.missing_of_method()).collect();
    let flags: Vec<String> = missing.iter().map(|one| flag(parameter(one))).collect();
    let mut hints = request.about_type();
    hints.extend(missing.iter().map(|one| request.must_be(one)));
    hints.extend(request.method.map(see));
    Some((format!("missing: {}", flags.join(", ")), hints))
}

/// What may be wrong with a request that the API refused.
pub(crate) fn after_refusal(parameters: &Map<String, Value>) -> Vec<String> {
    let request = Request::of(parameters);
    let Some(method) = request.method else {
        return request.about_type();
    };
    let wrong = request.wrong_values(method);
    let missing = request.missing_of_method();
    let mut hints: Vec<String> = wrong
        .into_iter()
        .chain(missing)
        .map(|one| request.must_be(one))
        .collect();
    if let Some(date) = method.discontinued {
        hints.push(format!("{} is discontinued ({date})", method.source_type));
    }
    hints.push(see(method));
    hints
}

fn parameter(name: &str) -> &'static Parameter {
    let parameter = Operation::CreateSource.parameter(name);
    parameter.expect("the names are those of its parameters")
}

fn see(method: &PaymentMethod) -> String {
    format!(
        "`omise methods {}` shows what it takes",
        method.source_type.as_str()
    )
}

/// A request as far as it is known.
struct Request<'a> {
    parameters: &'a Map<String, Value>,
    method: Option<&'static PaymentMethod>,
    currency: Option<Currency>,
}

impl Request<'_> {
    fn of(parameters: &Map<String, Value>) -> Request<'_> {
        let text = |name: &str| parameters.get(name).and_then(Value::as_str);
        let method = text(Parameter::TYPE).map(SourceType::from);
        Request {
            parameters,
            method: method.and_then(|method| method.payment_method()),
            currency: text(Parameter::CURRENCY).and_then(|code| code.parse().ok()),
        }
    }

    fn get(&self, name: &str) -> Option<&Value> {
        self.parameters.get(name)
    }

    /// Which payment method may have been meant, if the table does not have the one that is given.
    fn about_type(&self) -> Vec<String> {
        let given = self.get(Parameter::TYPE).and_then(Value::as_str);
        match (given, self.method) {
            (_, Some(_)) => Vec::new(),
            (None, None) => {
                vec!["`omise methods` lists the payment methods and what each one needs".to_owned()]
            }
            (Some(given), None) => {
                let suggestions = suggest::payment_methods(given);
                let next = suggest::did_you_mean(&suggestions)
                    .unwrap_or_else(|| "`omise methods` lists them".to_owned());
                vec![format!(
                    "`{}` is not a payment method that this command knows; {next}",
                    screen::printable(given)
                )]
            }
        }
    }

    fn missing_of_method(&self) -> Vec<&'static str> {
        let required = self.method.map_or(&[][..], |method| method.required);
        let given = |wanted: &str| {
            let parameters = Operation::CreateSource.parameters().iter();
            parameters
                .filter(|one| one.name == wanted || one.alias_of == Some(wanted))
                .any(|one| self.get(one.name).is_some_and(|value| !value.is_null()))
        };
        let names = required.iter().map(|parameter| parameter.name);
        names.filter(|wanted| !given(wanted)).collect()
    }

    /// The parameters whose values the payment method does not take.
    fn wrong_values(&self, method: &PaymentMethod) -> Vec<&'static str> {
        let mut wrong = Vec::new();
        let limits = self.currency.and_then(|currency| method.limits(currency));
        if limits.is_none() {
            wrong.push(Parameter::CURRENCY);
        }
        let months = self
            .get(Parameter::INSTALLMENT_TERM)
            .and_then(Value::as_u64);
        let mut terms = method.installment_terms.iter();
        let term = terms.find(|term| Some(u64::from(term.months)) == months);
        if let (Some(limits), Some(amount)) = (limits, self.amount()) {
            let min = term.map_or(limits.min, |term| term.min.max(limits.min));
            if amount < min || amount > limits.max {
                wrong.push(Parameter::AMOUNT);
            }
        }
        let bank = self.get(Parameter::BANK).and_then(Value::as_str);
        if bank.is_some_and(|bank| !method.banks.is_empty() && !method.banks.contains(&bank)) {
            wrong.push(Parameter::BANK);
        }
        if months.is_some() && term.is_none() && !method.installment_terms.is_empty() {
            wrong.push(Parameter::INSTALLMENT_TERM);
        }
        let constraints = method.constraints.iter();
        let given = constraints.filter(|(parameter, _)| self.get(parameter.name).is_some());
        wrong.extend(given.map(|(parameter, _)| parameter.name));
        wrong
    }

    fn amount(&self) -> Option<Amount> {
        let number = self.get(Parameter::AMOUNT)?.as_i64()?;
        Amount::new(number).ok()
    }

    /// A flag, what it is and which values it has. It never shows what was given for a parameter
    /// that says something of the payer.
    fn must_be(&self, name: &str) -> String {
        let flag = flag(parameter(name));
        let values = self.values_of(name);
        format!("{flag}: {}", values.unwrap_or_else(|| self.text(name)))
    }

    fn values_of(&self, name: &str) -> Option<String> {
        let values = match name {
            Parameter::AMOUNT => self.amounts(),
            Parameter::CURRENCY => {
                let known = match self.method {
                    Some(method) => print::join(method.currencies.iter().map(|(one, _)| one), ", "),
                    None => values::currencies().join(", "),
                };
                self.one_of(name, &known.split(", ").collect::<Vec<_>>())
            }
            Parameter::BANK => self.one_of(name, self.method?.banks),
            Parameter::INSTALLMENT_TERM => {
                let terms = self.method?.installment_terms.iter();
                print::join(terms.map(|term| term.months), ", ")
            }
            _ => self.text(name),
        };
        (!values.is_empty()).then_some(values)
    }

    /// What a parameter is that has no list of values, and an example of it.
    fn text(&self, name: &str) -> String {
        let parameter = parameter(name);
        let constraints = self.method.map_or(&[][..], |method| method.constraints);
        let mut constraints = constraints.iter();
        let constraint = constraints.find(|(constrained, _)| constrained.name == name);
        let mut text = flags::first_sentence(parameter);
        if let Some((_, constraint)) = constraint {
            text = format!("{text}; {}", format_of(*constraint));
        }
        match flags::members(parameter) {
            Some(members) => format!("{text}; {members}"),
            None => format!("{text}; such as {}", parameter.example.trim_matches('"')),
        }
    }

    /// The known values, and which of them may have been meant by the given one.
    fn one_of(&self, name: &str, known: &[&str]) -> String {
        let names = known.join(", ");
        let given = self.get(name).and_then(Value::as_str);
        let suggestions = given.map(|given| suggest::similar(given, known.iter().copied()));
        match suggest::did_you_mean(&suggestions.unwrap_or_default()) {
            Some(question) => format!("{question} It is one of: {names}"),
            None => names,
        }
    }

    fn amounts(&self) -> String {
        let of_currency = |(currency, limits): &(Currency, omise_types::Limits)| {
            let (min, max) = (
                print::amount(limits.min, *currency),
                print::amount(limits.max, *currency),
            );
            format!("{min} to {max}")
        };
        let limits = self.method.map_or(&[][..], |method| method.currencies);
        let own = limits.iter().find(|(one, _)| Some(*one) == self.currency);
        let mut text = match (own, limits) {
            (Some(own), _) | (None, [own]) => of_currency(own),
            _ => "in the smallest unit of the currency: 10000 is 100.00 THB".to_owned(),
        };
        let months = self
            .get(Parameter::INSTALLMENT_TERM)
            .and_then(Value::as_u64);
        let terms = self
            .method
            .map_or(&[][..], |method| method.installment_terms);
        let term = terms
            .iter()
            .find(|term| Some(u64::from(term.months)) == months);
        if let (Some(term), Some((currency, _))) = (term, own) {
            let min = print::amount(term.min, *currency);
            text = format!("{text}; for {} months at least {min}", term.months);
        }
        if let (Some(amount), Some(currency)) = (self.amount(), self.currency) {
            let given = print::amount(amount, currency);
            text = format!("{text}; the request has {given}");
        }
        text
    }
}

/// The format of a parameter, as words.
pub(crate) fn format_of(constraint: Constraint) -> String {
    match constraint {
        Constraint::MaxLength(characters) => format!("at most {characters} characters"),
        Constraint::Digits(least, most) => format!("{least} to {most} digits"),
        Constraint::Email => "in the form of an e-mail address".to_owned(),
    }
}
