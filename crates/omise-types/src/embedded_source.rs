use std::fmt;

use serde::de::{Deserialize, Deserializer, Error as _};
use serde_json::Value;

use crate::answer::{UniqueKeys, read_value};
use crate::{
    Amount, ChargeStatus, Currency, Flow, NextStep, Operation, PaymentMethodDetails, Source,
    SourceId, SourceType, Timestamp,
};

/// A source as it stands inside of a charge or an event.
///
/// There it may lack `created_at`, `livemode` and `location`. Optional attributes of an unexpected
/// type read as absent, as [`read_answer`](crate::read_answer) does it.
///
/// # Example
///
/// ```
/// use omise_types::{EmbeddedSource, Timestamp};
///
/// #[derive(serde::Deserialize)]
/// struct Charge {
///     created_at: Timestamp,
///     source: EmbeddedSource,
/// }
///
/// let charge: Charge = serde_json::from_str(
///     r#"{"object": "charge", "created_at": "2019-12-31T12:59:59Z", "source": {
///         "object": "source", "id": "src_test_5g5in1we65199wlsyji", "amount": 10000,
///         "currency": "THB", "flow": "offline", "type": "promptpay"}}"#,
/// )?;
/// assert_eq!(charge.source.created_at(), None);
/// let source = charge.source.into_source(charge.created_at);
/// assert_eq!(source.location, "/sources/src_test_5g5in1we65199wlsyji");
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, PartialEq)]
pub struct EmbeddedSource {
    source: Source,
    has_created_at: bool,
}

impl EmbeddedSource {
    /// The id, with which the whole source can be retrieved.
    pub fn id(&self) -> &SourceId {
        &self.source.id
    }

    /// When the source was created, if it says so.
    pub fn created_at(&self) -> Option<Timestamp> {
        self.has_created_at.then_some(self.source.created_at)
    }

    /// What is to be paid, in the smallest unit of the currency.
    pub fn amount(&self) -> Amount {
        self.source.amount
    }

    /// The currency of the amount.
    pub fn currency(&self) -> Currency {
        self.source.currency
    }

    /// The payment method.
    pub fn source_type(&self) -> &SourceType {
        &self.source.type_
    }

    /// How the payer pays.
    pub fn flow(&self) -> &Flow {
        &self.source.flow
    }

    /// The status of the charge, if the source says so.
    pub fn charge_status(&self) -> Option<&ChargeStatus> {
        self.source.charge_status.as_ref()
    }

    /// As [`Source::payment_method`].
    pub fn payment_method(&self) -> PaymentMethodDetails<'_> {
        self.source.payment_method()
    }

    /// As [`Source::next_step`].
    pub fn next_step(&self) -> NextStep<'_> {
        self.source.next_step()
    }

    /// The source with every attribute, for code that takes a [`Source`].
    ///
    /// A mode or a location that it lacked comes from its id. A time that it lacked is the one that
    /// is given, such as that of the charge, which is made after its source.
    pub fn into_source(self, created_at: Timestamp) -> Source {
        let mut source = self.source;
        if !self.has_created_at {
            source.created_at = created_at;
        }
        source
    }
}

impl<'de> Deserialize<'de> for EmbeddedSource {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<EmbeddedSource, D::Error> {
        let UniqueKeys(mut value) = UniqueKeys::deserialize(deserializer)?;
        let has_created_at = !value["created_at"].is_null();
        let id = value["id"].as_str().map(str::to_owned);
        if let (Some(object), Some(id)) = (value.as_object_mut(), id) {
            let is_live = !id.starts_with(SourceId::TEST_PREFIX);
            let location = Operation::RetrieveSource.path().replace("{id}", &id);
            for (name, otherwise) in [
                ("created_at", Value::from("1970-01-01T00:00:00Z")),
                ("livemode", Value::from(is_live)),
                ("location", Value::from(location)),
            ] {
                let attribute = object.entry(name).or_insert(Value::Null);
                if attribute.is_null() {
                    *attribute = otherwise;
                }
            }
        }
        let answer = read_value::<Source>(value).map_err(D::Error::custom)?;
        Ok(EmbeddedSource {
            source: answer.value,
            has_created_at,
        })
    }
}

impl fmt::Debug for EmbeddedSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EmbeddedSource")
            .field("id", self.id())
            .field("created_at", &self.created_at())
            .field("type", self.source_type())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn embedded(attributes: Value) -> Result<EmbeddedSource, String> {
        let mut source = json!({
            "object": "source", "id": "src_5g5in1we65199wlsyji", "amount": 10_000,
            "currency": "THB", "flow": "offline", "type": "promptpay",
        });
        let members = source.as_object_mut().expect("an object");
        members.extend(attributes.as_object().expect("an object").clone());
        serde_json::from_value(source).map_err(|error| error.to_string())
    }

    #[test]
    fn what_it_lacks_comes_from_its_id_and_from_what_is_given() {
        let given: Timestamp = "2026-01-31T12:00:00Z".parse().expect("a time");
        for lacking in [json!({}), json!({"created_at": null, "livemode": null})] {
            let embedded = embedded(lacking).expect("a source");
            assert_eq!(embedded.created_at(), None);
            let source = embedded.into_source(given);
            assert_eq!(source.created_at, given);
            assert_eq!(source.location, "/sources/src_5g5in1we65199wlsyji");
            assert!(source.livemode);
        }
    }

    #[test]
    fn what_it_says_itself_counts() {
        let created_at: Timestamp = "2019-12-31T12:59:59Z".parse().expect("a time");
        let embedded = embedded(json!({"created_at": created_at.to_string(), "livemode": false}));
        let embedded = embedded.expect("a source");
        assert_eq!(embedded.created_at(), Some(created_at));
        let source = embedded.into_source("2026-01-31T12:00:00Z".parse().expect("a time"));
        assert_eq!(source.created_at, created_at);
        assert!(!source.livemode);
    }

    #[test]
    fn a_failure_names_the_attribute_and_not_its_value() {
        let error = embedded(json!({"amount": "canary"})).expect_err("not an amount");
        assert!(error.contains("`amount`"), "{error}");
        assert!(!error.contains("canary"), "{error}");
    }
}
