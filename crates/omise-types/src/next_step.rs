use std::fmt;

use crate::{Barcode, ChargeStatus, Flow, OtherValue, References, Source, Timestamp};

/// What has to happen next for a source to be paid.
///
/// It is our reading of three things that the API says: the flow, the status of the charge, and
/// what the payer is given (`scannable_code` and `references`). Retrieve the source again, or its
/// charge, to see whether the step is done.
///
/// `Debug` hides what somebody could pay with.
///
/// # Example
///
/// ```
/// use omise_types::{NextStep, Source};
///
/// fn tell(source: &Source) -> String {
///     match source.next_step() {
///         NextStep::Charge => format!("make a charge from {}", source.id),
///         NextStep::VisitPage | NextStep::OpenApp => "go to `authorize_uri`".to_owned(),
///         NextStep::ScanCode(code) => {
///             let picture = code.image.as_ref().and_then(|image| image.download_uri.as_ref());
///             format!("scan {}", picture.map_or("the code", String::as_str))
///         }
///         NextStep::PayAtStore { payment_code, .. } => format!("pay with {payment_code}"),
///         NextStep::Nothing => "thank you".to_owned(),
///         other => format!("{other:?}"),
///     }
/// }
///
/// let mut source: Source = serde_json::from_str(
///     r#"{"object": "source", "id": "src_test_633m7f35e61o3sdxejt", "livemode": false,
///         "location": "/sources/src_test_633m7f35e61o3sdxejt", "amount": 10000,
///         "currency": "THB", "created_at": "2025-03-19T02:50:33Z", "flow": "redirect",
///         "type": "alipay", "charge_status": "unknown"}"#,
/// )?;
/// assert_eq!(tell(&source), "make a charge from src_test_633m7f35e61o3sdxejt");
///
/// source.charge_status = Some("pending".into());
/// assert_eq!(tell(&source), "go to `authorize_uri`");
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Copy, PartialEq)]
#[non_exhaustive]
pub enum NextStep<'a> {
    /// There is no charge yet: the merchant makes one, with the secret key, from the source's `id`
    /// and the same amount and currency.
    ///
    /// Unless the flow is `offline` it needs a `return_uri`, where the payer comes back to.
    Charge,

    /// The payer pays on a web page: the merchant sends their browser to the charge's
    /// `authorize_uri`.
    ///
    /// They come back to the charge's `return_uri`, maybe before the charge is final.
    VisitPage,

    /// The payer pays in an app, which the charge's `authorize_uri` opens on their device.
    ///
    /// It is a URI, maybe one of the app's own scheme: it need not begin with `https`.
    OpenApp,

    /// The payer scans a code: the merchant shows the picture at its `image.download_uri`, which
    /// needs no key, or a picture of its `raw_data`.
    ScanCode(&'a Barcode),

    /// The payer pays a bill: the merchant shows the barcode and the numbers of the references.
    PayBill {
        /// Where the picture of the barcode is found; it needs no key.
        barcode: &'a str,
        /// The numbers beside it, and until when the bill can be paid.
        references: &'a References,
    },

    /// The payer pays at a store or a machine: the merchant shows the code.
    ///
    /// The charge's `authorize_uri`, if it has one, is a page that explains how.
    PayAtStore {
        /// The code to pay with.
        payment_code: &'a str,
        /// Until when it can be paid.
        expires_at: Option<Timestamp>,
    },

    /// The payer transfers the amount: the merchant shows the number of the account.
    Transfer {
        /// The number of the virtual account.
        va_code: &'a str,
        /// Until when it can be paid.
        expires_at: Option<Timestamp>,
    },

    /// The payer's own code was scanned, so there is nothing to show; they may have to confirm the
    /// payment in their wallet.
    Confirm,

    /// The payer pays offline, and the source does not say with what: the charge's `authorize_uri`,
    /// if it has one, is a page that explains how.
    ReadInstructions,

    /// Nothing: it is paid.
    Nothing,

    /// The charge failed or expired. A source is good for one charge: whoever still wants to pay
    /// needs a new one.
    StartOver,

    /// The payment was taken back.
    Reversed,

    /// The payer pays in a way that this version does not know. A charge that has an
    /// `authorize_uri` sends them there.
    OtherFlow(&'a OtherValue),

    /// The charge has a status that this version does not know.
    OtherStatus(&'a OtherValue),
}

impl Source {
    /// What has to happen next for the source to be paid.
    pub fn next_step(&self) -> NextStep<'_> {
        match &self.charge_status {
            Some(ChargeStatus::Successful) => NextStep::Nothing,
            Some(ChargeStatus::Failed | ChargeStatus::Expired) => NextStep::StartOver,
            Some(ChargeStatus::Reversed) => NextStep::Reversed,
            Some(ChargeStatus::Other(status)) => NextStep::OtherStatus(status),
            Some(ChargeStatus::Pending) => self.step_of_payer(),
            // Old sources have no status. What the payer is given comes with a charge.
            Some(ChargeStatus::Unknown) | None => {
                if self.scannable_code.is_some() || self.references.is_some() {
                    self.step_of_payer()
                } else {
                    NextStep::Charge
                }
            }
        }
    }

    fn step_of_payer(&self) -> NextStep<'_> {
        match &self.flow {
            Flow::Redirect => NextStep::VisitPage,
            Flow::AppRedirect => NextStep::OpenApp,
            Flow::Offline => self.step_offline(),
            Flow::Other(flow) => NextStep::OtherFlow(flow),
        }
    }

    // A bill has a scannable code too: the picture of its barcode, which is no use without the
    // numbers.
    fn step_offline(&self) -> NextStep<'_> {
        if let Some(references) = &self.references {
            let expires_at = references.expires_at;
            if let Some(va_code) = &references.va_code {
                return NextStep::Transfer {
                    va_code,
                    expires_at,
                };
            }
            if let Some(payment_code) = &references.payment_code {
                return NextStep::PayAtStore {
                    payment_code,
                    expires_at,
                };
            }
            if let Some(barcode) = &references.barcode {
                return NextStep::PayBill {
                    barcode,
                    references,
                };
            }
        }
        match (&self.scannable_code, &self.barcode) {
            (Some(code), _) => NextStep::ScanCode(code),
            (None, Some(_)) => NextStep::Confirm,
            (None, None) => NextStep::ReadInstructions,
        }
    }
}

impl fmt::Debug for NextStep<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            NextStep::Charge => f.write_str("Charge"),
            NextStep::VisitPage => f.write_str("VisitPage"),
            NextStep::OpenApp => f.write_str("OpenApp"),
            // Its own `Debug` hides what the code says.
            NextStep::ScanCode(code) => f.debug_tuple("ScanCode").field(code).finish(),
            NextStep::PayBill { .. } => f.debug_struct("PayBill").finish_non_exhaustive(),
            NextStep::PayAtStore { .. } => f.debug_struct("PayAtStore").finish_non_exhaustive(),
            NextStep::Transfer { .. } => f.debug_struct("Transfer").finish_non_exhaustive(),
            NextStep::Confirm => f.write_str("Confirm"),
            NextStep::ReadInstructions => f.write_str("ReadInstructions"),
            NextStep::Nothing => f.write_str("Nothing"),
            NextStep::StartOver => f.write_str("StartOver"),
            NextStep::Reversed => f.write_str("Reversed"),
            NextStep::OtherFlow(flow) => f.debug_tuple("OtherFlow").field(flow).finish(),
            NextStep::OtherStatus(status) => f.debug_tuple("OtherStatus").field(status).finish(),
        }
    }
}

#[cfg(test)]
mod tests {
    use omise_contract::{SOURCE_YAML, Spec};
    use serde_json::{Value, json};

    use super::*;
    use crate::test_source::source;

    /// A source of the specification's examples.
    fn example(name: &str) -> Source {
        let spec = Spec::read(&SOURCE_YAML).expect("the specification is in order");
        let value = spec.document().components.examples[name].value.clone();
        serde_json::from_value(value).expect("a source")
    }

    #[track_caller]
    fn check_step(attributes: Value, expected: NextStep<'_>) {
        assert_eq!(source(attributes).next_step(), expected);
    }

    #[test]
    fn a_source_without_a_charge_is_to_be_charged_whatever_its_flow() {
        for flow in ["redirect", "app_redirect", "offline", "telepathy"] {
            check_step(
                json!({"flow": flow, "charge_status": "unknown"}),
                NextStep::Charge,
            );
            check_step(
                json!({"flow": flow, "charge_status": null}),
                NextStep::Charge,
            );
        }
        assert_eq!(example("BarcodeAlipaySource").next_step(), NextStep::Charge);
    }

    #[test]
    fn a_payer_goes_where_the_flow_sends_them() {
        check_step(json!({"flow": "redirect"}), NextStep::VisitPage);
        check_step(json!({"flow": "app_redirect"}), NextStep::OpenApp);
    }

    #[test]
    fn a_payer_scans_the_code_of_a_charge() {
        let source = example("ChargedPromptpaySource");
        let code = source.scannable_code.as_ref().expect("it has one");
        assert_eq!(source.next_step(), NextStep::ScanCode(code));
    }

    #[test]
    fn a_bill_is_paid_with_its_numbers_though_it_has_a_code() {
        let source = example("ChargedBillPaymentTescoLotusSource");
        let NextStep::PayBill {
            barcode,
            references,
        } = source.next_step()
        else {
            panic!("{:?}", source.next_step());
        };
        assert_eq!(Some(barcode), references.barcode.as_deref());
        assert!(references.reference_number_1.is_some());
    }

    #[test]
    fn a_konbini_is_paid_with_a_code() {
        let references =
            json!({"payment_code": "1234567890123", "expires_at": "2020-01-01T12:59:59Z"});
        let expected = NextStep::PayAtStore {
            payment_code: "1234567890123",
            expires_at: "2020-01-01T12:59:59Z".parse().ok(),
        };
        check_step(json!({"references": references}), expected);
    }

    #[test]
    fn a_virtual_account_is_paid_by_its_number() {
        let expected = NextStep::Transfer {
            va_code: "2128932047849310",
            expires_at: None,
        };
        check_step(
            json!({"references": {"va_code": "2128932047849310"}}),
            expected,
        );
    }

    #[test]
    fn a_payer_whose_code_was_scanned_has_nothing_to_scan() {
        let references = json!({"expires_at": "2020-01-01T12:59:59Z"});
        check_step(json!({"barcode": "1234567890"}), NextStep::Confirm);
        check_step(
            json!({"barcode": "1", "references": references}),
            NextStep::Confirm,
        );
    }

    #[test]
    fn a_payer_who_is_given_nothing_reads_the_page_of_the_charge() {
        check_step(json!({}), NextStep::ReadInstructions);
    }

    #[test]
    fn a_charge_that_is_over_leaves_nothing_to_pay() {
        for flow in ["redirect", "app_redirect", "offline", "telepathy"] {
            for (status, expected) in [
                ("successful", NextStep::Nothing),
                ("failed", NextStep::StartOver),
                ("expired", NextStep::StartOver),
                ("reversed", NextStep::Reversed),
            ] {
                check_step(json!({"flow": flow, "charge_status": status}), expected);
            }
        }
    }

    #[test]
    fn an_old_source_without_a_status_has_a_charge_if_it_has_a_code() {
        let mut source = example("ChargedPromptpaySource");
        source.charge_status = None;
        assert!(matches!(source.next_step(), NextStep::ScanCode(_)));
    }

    #[test]
    fn what_this_version_does_not_know_is_kept() {
        let strange = source(json!({"flow": "telepathy"}));
        let NextStep::OtherFlow(flow) = strange.next_step() else {
            panic!("{:?}", strange.next_step());
        };
        assert_eq!(flow.as_str(), "telepathy");

        let strange = source(json!({"charge_status": "forgiven"}));
        let NextStep::OtherStatus(status) = strange.next_step() else {
            panic!("{:?}", strange.next_step());
        };
        assert_eq!(status.as_str(), "forgiven");
    }

    #[test]
    fn what_somebody_could_pay_with_is_not_shown() {
        const CANARY: &str = "canary";
        let code = json!({"raw_data": CANARY, "image": {"download_uri": CANARY}});
        for attributes in [
            json!({"scannable_code": code}),
            json!({"references": {"barcode": CANARY}}),
            json!({"references": {"payment_code": CANARY}}),
            json!({"references": {"va_code": CANARY}}),
        ] {
            let source = source(attributes);
            let shown = format!("{:?}", source.next_step());
            assert!(!shown.contains(CANARY), "{shown}");
        }
    }
}
