use std::fmt;

use omise_types::{CreateSourceRequest, Currency, Operation, Parameter, PaymentMethod, SourceType};
use serde_json::{Map, Value};

use crate::reader::{Parameters, integer};
use crate::rejection::Rule;

/// A request for a source as it was read, with the API's coercions: each parameter of its payment
/// method in the shape that it should have, absent, or with the reason why it cannot be read.
///
/// Parameters that the payment method does not take, and unknown ones, are not looked at.
///
/// `Debug` shows which parameters were given, and not their values, which may be the payer's.
///
/// # Example
///
/// ```
/// use omise_rules::{Account, Draft};
///
/// let draft = Draft::read(serde_json::json!({
///     "amount": "400000",
///     "currency": "thb",
///     "type": "installment_bay",
///     "installment_term": "6",
///     "zero_interest_installments": 1,
///     "bank": "not a parameter of this payment method",
/// }));
/// let request = draft.check(&Account::default())?.request;
/// assert_eq!(request.installment_term, Some(6));
/// assert_eq!(request.zero_interest_installments, Some(true));
/// assert_eq!(request.bank, None);
/// # Ok::<(), omise_rules::Rejection>(())
/// ```
#[derive(Clone)]
pub struct Draft {
    pub(super) method: Option<&'static PaymentMethod>,
    pub(super) amount: Result<i64, Rule>,
    pub(super) currency: Option<Currency>,
    // Those beside amount, currency and type.
    pub(super) parameters: Parameters,
}

impl Draft {
    /// Reads a request out of a JSON object. Anything else is a request without parameters.
    pub fn read(request: Value) -> Draft {
        let mut request = match request {
            Value::Object(request) => request,
            _ => Map::new(),
        };
        let source_type = match request.remove(Parameter::TYPE) {
            Some(Value::String(text)) => Some(SourceType::from(text)),
            _ => None,
        };
        let currency = match request.remove(Parameter::CURRENCY) {
            Some(Value::String(text)) => text.parse().ok(),
            _ => None,
        };
        let amount = request.remove(Parameter::AMOUNT).unwrap_or_default();
        let method = source_type.and_then(|source_type| source_type.payment_method());
        let parameters = method.map(|method| {
            let table = Operation::CreateSource.parameters();
            Parameters::read(table, |parameter| method.takes(parameter), request)
        });
        Draft {
            method,
            amount: integer(&amount),
            currency,
            parameters: parameters.unwrap_or_default(),
        }
    }

    /// Reads a request that is one already.
    ///
    /// ```
    /// use omise_types::money::Thb;
    /// use omise_types::payment_methods::Promptpay;
    /// use omise_rules::{Account, Draft};
    ///
    /// let request = Promptpay::new(Thb::new(1)).into();
    /// let rejection = Draft::of(&request).verify(&Account::default()).unwrap_err();
    /// assert_eq!(rejection.to_string(), "amount must be at least 2000");
    /// ```
    pub fn of(request: &CreateSourceRequest) -> Draft {
        let CreateSourceRequest {
            amount,
            currency,
            type_,
            ..
        } = request;
        // Most requests have nothing beside these three, so no JSON has to be made of them.
        if *request == CreateSourceRequest::new(*amount, *currency, type_.clone()) {
            return Draft {
                method: type_.payment_method(),
                amount: Ok(amount.get()),
                currency: Some(*currency),
                parameters: Parameters::default(),
            };
        }
        // Every value of a request is one of JSON too.
        Draft::read(serde_json::to_value(request).unwrap_or_default())
    }
}

impl fmt::Debug for Draft {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Draft")
            .field("method", &self.method.map(|method| &method.source_type))
            .field("amount", &self.amount)
            .field("currency", &self.currency)
            .field("given", &self.parameters.given.keys().collect::<Vec<_>>())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[track_caller]
    fn check_phone_number(sent: Value, expected: Value) {
        let mut request = json!({"type": "truemoney"});
        let members = request.as_object_mut().expect("it was written as one");
        members.extend(sent.as_object().expect("parameters").clone());
        let draft = Draft::read(request);
        assert_eq!(Value::Object(draft.parameters.given), expected);
        assert_eq!(draft.parameters.unreadable, []);
    }

    #[test]
    fn anything_but_an_object_is_a_request_without_parameters() {
        for request in [
            json!(null),
            json!(1),
            json!("amount"),
            json!([{"amount": 1}]),
        ] {
            let draft = Draft::read(request);
            assert!(draft.method.is_none() && draft.currency.is_none());
            assert_eq!(draft.amount, Err(Rule::Number));
        }
    }

    #[test]
    fn a_zero_for_the_amount_is_an_amount() {
        assert_eq!(Draft::read(json!({"amount": 0})).amount, Ok(0));
        assert_eq!(Draft::read(json!({"amount": "0"})).amount, Ok(0));
    }

    #[test]
    fn the_currency_is_read_in_any_case() {
        let draft = Draft::read(json!({"currency": "tHb"}));
        assert_eq!(draft.currency, "THB".parse().ok());
    }

    #[test]
    fn mobile_number_is_another_name_of_phone_number() {
        let sent = json!({"mobile_number": "0812345678"});
        check_phone_number(sent, json!({"phone_number": "0812345678"}));
    }

    #[test]
    fn phone_number_counts_when_both_are_sent() {
        let sent = json!({"mobile_number": "0800000000", "phone_number": "0812345678"});
        check_phone_number(sent, json!({"phone_number": "0812345678"}));
    }

    #[test]
    fn mobile_number_is_not_looked_at_when_phone_number_counts() {
        let sent = json!({"mobile_number": true, "phone_number": "0812345678"});
        check_phone_number(sent, json!({"phone_number": "0812345678"}));
    }

    #[test]
    fn mobile_number_counts_when_phone_number_is_blank() {
        let sent = json!({"phone_number": "", "mobile_number": "0812345678"});
        check_phone_number(sent, json!({"phone_number": "0812345678"}));
    }

    #[test]
    fn a_parameter_that_the_payment_method_does_not_take_is_not_looked_at() {
        let request = json!({"type": "promptpay", "barcode": ["not a text"], "unknown": 1});
        let draft = Draft::read(request);
        assert!(draft.parameters.given.is_empty() && draft.parameters.unreadable.is_empty());
    }

    #[test]
    fn debug_names_what_was_given_and_shows_no_value() {
        let draft = Draft::read(json!({
            "amount": 150,
            "currency": "JPY",
            "type": "econtext",
            "name": "canary",
            "email": "canary@example.com",
            "phone_number": ["canary"],
            "ip": "canary",
            "billing": {"city": "canary"},
        }));
        assert_eq!(
            format!("{draft:?}"),
            "Draft { method: Some(Econtext), amount: Ok(150), currency: Some(JPY), \
             given: [\"billing\", \"email\", \"ip\", \"name\"], .. }",
        );
    }
}
