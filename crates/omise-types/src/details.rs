use std::fmt;

use crate::{PaymentMethodDetails, Source};

impl Source {
    /// What the source says of its payment method, by type.
    ///
    /// # Example
    ///
    /// ```
    /// use omise_types::{PaymentMethodDetails, Source};
    ///
    /// let source: Source = serde_json::from_str(
    ///     r#"{"object": "source", "id": "src_test_5g5in1we65199wlsyji", "livemode": false,
    ///         "location": "/sources/src_test_5g5in1we65199wlsyji", "amount": 300000,
    ///         "currency": "THB", "created_at": "2019-12-31T12:59:59Z", "flow": "redirect",
    ///         "type": "installment_bay", "installment_term": 6, "absorption_type": "customer"}"#,
    /// )?;
    /// let PaymentMethodDetails::InstallmentBay { installment_term, absorption_type, .. } =
    ///     source.payment_method()
    /// else {
    ///     panic!("it is paid in installments");
    /// };
    /// assert_eq!(installment_term, Some(6));
    /// assert_eq!(absorption_type.map(|who| who.as_str()), Some("customer"));
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    pub fn payment_method(&self) -> PaymentMethodDetails<'_> {
        PaymentMethodDetails::read(self)
    }
}

impl fmt::Debug for PaymentMethodDetails<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            PaymentMethodDetails::Other(value) => f.debug_tuple(self.name()).field(value).finish(),
            _ => f.debug_struct(self.name()).finish_non_exhaustive(),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::{AbsorptionType, SourceType, test_source};

    /// A source of this payment method with these attributes.
    fn source(source_type: &str, attributes: Value) -> Source {
        let mut attributes = attributes;
        attributes["type"] = source_type.into();
        test_source::source(attributes)
    }

    #[test]
    fn every_payment_method_has_a_variant_of_its_name() {
        for source_type in SourceType::KNOWN {
            let source = source(source_type.as_str(), json!({}));
            let name = format!("{source_type:?}");
            assert_eq!(source.payment_method().name(), name);
        }
    }

    #[test]
    fn a_payment_method_that_this_version_does_not_know_is_kept() {
        let source = source("pay_by_thought", json!({}));
        let PaymentMethodDetails::Other(value) = source.payment_method() else {
            panic!("{:?}", source.payment_method());
        };
        assert_eq!(value.as_str(), "pay_by_thought");
        assert_eq!(
            format!("{:?}", source.payment_method()),
            "Other(\"pay_by_thought\")"
        );
    }

    #[test]
    fn a_variant_has_what_the_source_says() {
        let econtext = source(
            "econtext",
            json!({"name": "Taro", "email": "taro@example.com"}),
        );
        let expected = PaymentMethodDetails::Econtext {
            name: Some("Taro"),
            email: Some("taro@example.com"),
            phone_number: None,
        };
        assert_eq!(econtext.payment_method(), expected);

        let mbb = json!({"installment_term": 6, "absorption_type": "merchant"});
        let mbb = source("installment_mbb", mbb);
        let expected = PaymentMethodDetails::InstallmentMbb {
            installment_term: Some(6),
            zero_interest_installments: None,
            absorption_type: Some(&AbsorptionType::Merchant),
        };
        assert_eq!(mbb.payment_method(), expected);

        let atome = json!({"shipping": {"city": "Bangkok"}, "items": [{"sku": "A-1"}]});
        let atome = source("atome", atome);
        let expected = PaymentMethodDetails::Atome {
            name: None,
            email: None,
            phone_number: None,
            shipping: atome.shipping.as_ref(),
            items: &atome.items,
        };
        assert_eq!(atome.payment_method(), expected);
    }

    #[test]
    fn a_phone_number_is_read_under_either_of_its_names() {
        for name in ["phone_number", "mobile_number"] {
            let source = source("truemoney", json!({name: "0812345678"}));
            let expected = PaymentMethodDetails::Truemoney {
                phone_number: Some("0812345678"),
            };
            assert_eq!(source.payment_method(), expected);
        }
    }

    #[test]
    fn nothing_of_the_payer_is_shown() {
        let source = source("econtext", json!({"name": "canary", "email": "canary"}));
        assert_eq!(format!("{:?}", source.payment_method()), "Econtext { .. }");
    }
}
