use std::fmt;
use std::net::IpAddr;

use omise_types::{
    AbsorptionType, ChargeStatus, Operation, Parameter, PaymentMethod, Source, SourceId, Timestamp,
};

use super::rules::CheckedRequest;

/// What a new source gets from outside of its request.
///
/// # Example
///
/// ```
/// use omise_rules::NewSource;
/// use omise_types::{SourceId, Timestamp};
///
/// let new_source = NewSource {
///     id: SourceId::new("src_test_5g5in1we65199wlsyji")?,
///     created_at: Timestamp::from_unix_ms(1_577_797_199_000)?,
///     peer_ip: Some([203, 0, 113, 7].into()),
/// };
/// let shown = format!("{new_source:?}");
/// assert!(shown.ends_with("peer_ip: Some([redacted]) }"), "an address is the payer's: {shown}");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct NewSource {
    /// Its id; whether the source is live is the id's to say.
    pub id: SourceId,
    /// The time of its creation; written in whole seconds.
    pub created_at: Timestamp,
    /// The address that the request came from, if the source is to tell it.
    pub peer_ip: Option<IpAddr>,
}

impl fmt::Debug for NewSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let peer_ip = self.peer_ip.map(|_| format_args!("[redacted]"));
        f.debug_struct("NewSource")
            .field("id", &self.id)
            .field("created_at", &self.created_at)
            .field("peer_ip", &peer_ip)
            .finish()
    }
}

impl NewSource {
    /// Makes the source that was asked for.
    pub fn make(self, checked: CheckedRequest) -> Source {
        let CheckedRequest {
            request,
            method,
            flow,
            ..
        } = checked;
        let livemode = self.id.is_live();
        let location = location(&self.id);
        let mut source = Source::new(
            self.id,
            livemode,
            location,
            request.amount,
            self.created_at.to_whole_seconds(),
            request.currency,
            flow,
            request.type_.clone(),
        );
        let zero_interest = request.zero_interest_installments.unwrap_or(false);
        source.echo(request);
        source.charge_status = Some(ChargeStatus::Unknown);
        if takes_interest(method) {
            let merchant_pays = zero_interest || method.interest_is_merchants;
            // Both say who bears the interest, so they are made from one value.
            source.zero_interest_installments = Some(merchant_pays);
            source.absorption_type = Some(if merchant_pays {
                AbsorptionType::Merchant
            } else {
                AbsorptionType::Customer
            });
        }
        if source.ip.is_none() {
            source.ip = self.peer_ip.map(|ip| ip.to_string());
        }
        source
    }
}

/// Gives another id to a source that is not stored yet, as the one that it had is taken.
///
/// # Example
///
/// ```
/// use omise_rules::{Account, Draft, NewSource, replace_id};
/// use omise_types::{SourceId, Timestamp};
///
/// # let request = serde_json::json!({"amount": 2000, "currency": "THB", "type": "promptpay"});
/// # let checked = Draft::read(request).check(&Account::default())?;
/// # let new_source = NewSource {
/// #     id: SourceId::new("src_test_5g5in1we65199wlsyji")?,
/// #     created_at: Timestamp::from_unix_ms(1_577_797_199_000)?,
/// #     peer_ip: None,
/// # };
/// let mut source = new_source.make(checked);
/// let later = Timestamp::from_unix_ms(1_577_797_200_500)?;
/// replace_id(&mut source, SourceId::new("src_test_5g5in1whoefx84yjpmd")?, later);
/// assert_eq!(source.location, "/sources/src_test_5g5in1whoefx84yjpmd");
/// assert_eq!(source.created_at.to_string(), "2019-12-31T13:00:00Z");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn replace_id(source: &mut Source, id: SourceId, created_at: Timestamp) {
    source.location = location(&id);
    source.id = id;
    source.created_at = created_at.to_whole_seconds();
}

/// Whether the request may say who bears the interest.
fn takes_interest(method: &PaymentMethod) -> bool {
    let parameter = Operation::CreateSource.parameter(Parameter::ZERO_INTEREST_INSTALLMENTS);
    parameter.is_some_and(|parameter| method.takes(parameter))
}

fn location(id: &SourceId) -> String {
    format!("/sources/{id}")
}

#[cfg(test)]
mod tests {
    use serde_json::{Map, Value, json};

    use super::*;
    use crate::account::Account;
    use crate::source::request::Draft;

    /// A request with everything that the payment method takes.
    fn whole_request(method: &PaymentMethod) -> Map<String, Value> {
        let (currency, limits) = method.currencies[0];
        let parameters = Operation::CreateSource.parameters().iter();
        let taken = parameters.filter(|parameter| method.takes(parameter));
        let value = |parameter: &Parameter| match parameter.name {
            Parameter::AMOUNT => json!(limits.max),
            Parameter::CURRENCY => json!(currency),
            Parameter::TYPE => json!(method.source_type),
            Parameter::BANK => json!(method.banks[0]),
            Parameter::INSTALLMENT_TERM => json!(method.installment_terms[0].months),
            _ => serde_json::from_str(parameter.example).expect("an example is JSON"),
        };
        taken
            .map(|parameter| (parameter.name.to_owned(), value(parameter)))
            .collect()
    }

    fn new_source(id: &str) -> NewSource {
        NewSource {
            id: id.parse().expect("an id"),
            created_at: Timestamp::from_unix_ms(1_577_797_199_999).expect("a moment"),
            peer_ip: Some([192, 0, 2, 1].into()),
        }
    }

    fn source(request: Map<String, Value>, new_source: NewSource) -> Source {
        let checked = Draft::read(Value::Object(request))
            .check(&Account::default())
            .expect("nothing of it is wrong");
        new_source.make(checked)
    }

    #[test]
    fn a_source_repeats_every_parameter_of_its_request() {
        for method in PaymentMethod::all() {
            let mut request = whole_request(method);
            if method.interest_is_merchants {
                request.insert("zero_interest_installments".to_owned(), json!(true));
            }
            let source = source(request.clone(), new_source("src_test_0"));
            let source = serde_json::to_value(source).expect("a source is written as JSON");
            for (name, value) in request {
                assert_eq!(source[&name], value, "{name} of {}", method.source_type);
            }
        }
    }

    #[test]
    fn no_source_says_two_things_about_the_interest() {
        for method in PaymentMethod::all() {
            for asked in [None, Some(false), Some(true)] {
                let mut request = whole_request(method);
                request.remove("zero_interest_installments");
                request.extend(
                    asked.map(|asked| ("zero_interest_installments".to_owned(), json!(asked))),
                );
                let source = source(request, new_source("src_test_0"));
                let of_the_type = takes_interest(method);
                let merchant_pays = asked == Some(true) || method.interest_is_merchants;
                let expected = match (of_the_type, merchant_pays) {
                    (false, _) => (None, None),
                    (true, true) => (Some(true), Some(AbsorptionType::Merchant)),
                    (true, false) => (Some(false), Some(AbsorptionType::Customer)),
                };
                let answer = (source.zero_interest_installments, source.absorption_type);
                assert_eq!(answer, expected, "{} with {asked:?}", method.source_type);
            }
        }
    }

    #[test]
    fn the_address_of_the_peer_stands_in_for_one_that_was_not_given() {
        let mut request = whole_request(&PaymentMethod::all()[0]);
        request.remove("ip");
        let source = source(request, new_source("src_test_0"));
        assert_eq!(source.ip.as_deref(), Some("192.0.2.1"));
    }

    #[test]
    fn the_id_says_whether_a_source_is_live_and_where_it_is() {
        let request = whole_request(&PaymentMethod::all()[0]);
        let live = source(request.clone(), new_source("src_0"));
        assert!(live.livemode);
        assert_eq!(live.location, "/sources/src_0");
        assert!(!source(request, new_source("src_test_0")).livemode);
    }

    #[test]
    fn a_source_is_created_in_a_whole_second() {
        let request = whole_request(&PaymentMethod::all()[0]);
        let source = source(request, new_source("src_0"));
        assert_eq!(source.created_at.to_string(), "2019-12-31T12:59:59Z");
    }

    #[test]
    fn debug_shows_nothing_of_the_payer_at_any_step() {
        for method in PaymentMethod::all() {
            let mut request = whole_request(method);
            let parameters = Operation::CreateSource.parameters().iter();
            for parameter in parameters.filter(|one| one.is_sensitive) {
                let Some(value) = request.get_mut(parameter.name) else {
                    continue;
                };
                *value = match parameter.name {
                    Parameter::NAME => json!("canary"),
                    Parameter::EMAIL => json!("canary@example.com"),
                    Parameter::BILLING | Parameter::SHIPPING => {
                        let members = ["city", "country", "postal_code", "state", "street1"];
                        members
                            .map(|name| (name.to_owned(), json!("canary")))
                            .into_iter()
                            .collect()
                    }
                    _ => json!("0001234567"),
                };
            }
            let draft = Draft::read(Value::Object(request.clone()));
            let checked = draft
                .clone()
                .check(&Account::default())
                .expect("all is right");
            let new_source = new_source("src_test_0");
            let source = source(request, new_source.clone());

            let shown = format!("{draft:?} {checked:?} {new_source:?} {source:?}");
            for canary in ["canary", "0001234567", "192.0.2.1"] {
                assert!(!shown.contains(canary), "{shown}");
            }
        }
    }
}
