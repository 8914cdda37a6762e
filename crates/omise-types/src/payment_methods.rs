//! New sources, typed by payment method: a type for each one that is not discontinued.
//!
//! `new` takes what the payment method requires, beginning with an amount in one of its currencies,
//! and setters take what it allows; those that every payment method has are in
//! [`CommonParameters`]. What a type cannot say, such as the limits of the amount, is
//! said in its documentation and held by the rules, in the crate `omise-rules`.
//!
//! ```
//! use omise_types::money::{Jpy, Myr, Thb};
//! use omise_types::payment_methods::{Econtext, Fpx, FpxBank, InstallmentBay, Promptpay};
//!
//! // An amount is all that most payment methods require: wallets, QR codes, banks' own pages.
//! let promptpay = Promptpay::new(Thb::new(10_000));
//! // Some want to know the payer's bank,
//! let fpx = Fpx::new(Myr::new(10_000), FpxBank::Maybank2u).email("aminah@example.com");
//! // a number of monthly payments,
//! let bay = InstallmentBay::new(Thb::new(400_000), 6).zero_interest_installments(true);
//! // or the payer.
//! let econtext = Econtext::new(Jpy::new(5_000), "ヤマダタロウ", "taro@example.com", "0312345678");
//! ```
//!
//! Those of a family have the same shape, so code can be written for all of them:
//!
//! ```
//! use omise_types::CreateSourceRequest;
//! use omise_types::money::Thb;
//! use omise_types::payment_methods::{InstallmentBay, InstallmentKtc, PaymentMethodRequest};
//!
//! /// A request for each term that can be had for the amount.
//! fn offers<M: PaymentMethodRequest>(
//!     amount: Thb,
//!     new: impl Fn(Thb, u32) -> M,
//! ) -> Vec<CreateSourceRequest> {
//!     let terms = M::payment_method().installment_terms.iter();
//!     let affordable = terms.filter(|term| term.min <= amount.amount());
//!     affordable.map(|term| new(amount, term.months).into()).collect()
//! }
//!
//! let amount = Thb::new(200_000);
//! assert_eq!(offers(amount, InstallmentBay::new).len(), 2, "3 or 4 months of 500 baht");
//! assert_eq!(offers(amount, InstallmentKtc::new).len(), 8, "it has no monthly minimum");
//! ```
//!
//! A payment method that is newer than this version, or discontinued, has no type; it is asked for
//! with [`CreateSourceRequest::new`] and the fields of the request:
//!
//! ```
//! use omise_types::{Amount, CreateSourceRequest, Currency, SourceType};
//!
//! let source_type = SourceType::from("pay_by_thought");
//! let mut request =
//!     CreateSourceRequest::new(Amount::new(10_000)?, Currency::new("THB")?, source_type);
//! request.name = Some("Taro".to_owned());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use crate::money::Money;
use crate::{CreateSourceRequest, PaymentMethod, SourceType};

pub use crate::generated::payment_methods::requests::*;

/// A new source of one payment method: the types of this module.
///
/// A function that takes `impl Into<CreateSourceRequest>` takes all of them.
///
/// # Example
///
/// ```
/// use omise_types::money::Thb;
/// use omise_types::payment_methods::{PaymentMethodRequest, Promptpay};
/// use omise_types::{CreateSourceRequest, SourceType};
///
/// assert_eq!(Promptpay::SOURCE_TYPE, SourceType::Promptpay);
/// assert_eq!(Promptpay::payment_method().charge_expiry_hours, 168);
///
/// let request: CreateSourceRequest = Promptpay::new(Thb::new(10_000)).into();
/// assert_eq!(request.type_, SourceType::Promptpay);
/// ```
pub trait PaymentMethodRequest: Into<CreateSourceRequest> + sealed::Sealed {
    /// The payment method.
    const SOURCE_TYPE: SourceType;

    /// The row of the table: limits, flow, and all else that is known of the payment method.
    fn payment_method() -> &'static PaymentMethod {
        let row = Self::SOURCE_TYPE.payment_method();
        row.expect("the type was emitted from its row")
    }
}

/// A copy, for functions that take `impl Into<CreateSourceRequest>`.
impl From<&CreateSourceRequest> for CreateSourceRequest {
    fn from(request: &CreateSourceRequest) -> CreateSourceRequest {
        request.clone()
    }
}

/// Begins a request.
pub(crate) fn request<R: PaymentMethodRequest, M: Money>(amount: M) -> CreateSourceRequest {
    CreateSourceRequest::new(amount.amount(), M::CURRENCY, R::SOURCE_TYPE)
}

/// A count as the wire has it. No list of the table has one that is cut off here, so the rules
/// refuse it either way.
pub(crate) fn count(number: u32) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
}

mod sealed {
    /// Access to what the types of payment methods have inside.
    pub trait Sealed {
        fn request_mut(&mut self) -> &mut crate::CreateSourceRequest;
    }
}

/// Implements what every payment method has.
macro_rules! payment_method {
    ($($name:ident)*) => {
        $(
            impl crate::payment_methods::PaymentMethodRequest for $name {
                const SOURCE_TYPE: crate::SourceType = crate::SourceType::$name;
            }

            impl crate::payment_methods::Sealed for $name {
                fn request_mut(&mut self) -> &mut crate::CreateSourceRequest {
                    &mut self.0
                }
            }

            impl From<$name> for crate::CreateSourceRequest {
                fn from(request: $name) -> crate::CreateSourceRequest {
                    request.0
                }
            }
        )*
    };
}

pub(crate) use {payment_method, sealed::Sealed};

#[cfg(test)]
mod tests {
    use super::*;
    use crate::PlatformType;
    use crate::money::{Myr, Thb};

    #[test]
    fn a_bank_that_is_newer_than_this_version_is_sent_as_it_is() {
        let request: CreateSourceRequest =
            Fpx::new(Myr::new(10_000), FpxBank::from("bank_of_tomorrow")).into();
        assert_eq!(request.bank.as_deref(), Some("bank_of_tomorrow"));
    }

    #[test]
    fn every_bank_of_the_table_has_a_variant() {
        let banks = FpxBank::KNOWN.iter().map(FpxBank::as_str);
        assert_eq!(banks.collect::<Vec<_>>(), Fpx::payment_method().banks);
    }

    #[test]
    fn a_typed_request_is_the_raw_one_with_the_same_parameters() {
        let mut raw = CreateSourceRequest::new(
            Thb::new(2_000).amount(),
            Thb::CURRENCY,
            SourceType::Truemoney,
        );
        raw.phone_number = Some("0812345678".to_owned());
        raw.platform_type = Some(PlatformType::Android);
        let typed = Truemoney::new(Thb::new(2_000), "0812345678");
        let typed = typed.platform_type(PlatformType::Android);
        assert_eq!(CreateSourceRequest::from(typed), raw);
        assert_eq!(CreateSourceRequest::from(&raw), raw);
    }

    #[test]
    fn nothing_of_the_payer_is_shown() {
        let typed = Truemoney::new(Thb::new(2_000), "canary").ip("canary");
        let shown = format!("{typed:?}");
        assert!(!shown.contains("canary"), "{shown}");
    }
}
