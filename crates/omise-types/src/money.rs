//! Amounts that know their currency: a type for each of the specification.
//!
//! The constructors of [`payment_methods`](crate::payment_methods) take them, each only those of
//! its own currencies, so that 100 baht cannot be asked for where yen are paid.
//!
//! ```
//! use omise_types::Amount;
//! use omise_types::money::{Jpy, Money, Thb};
//!
//! // The smallest unit of the baht is the satang, of which it has 100; the yen has no smaller one.
//! assert_eq!(Thb::new(10_000).to_string(), "100.00 THB");
//! assert_eq!(Jpy::new(10_000).to_string(), "10000 JPY");
//!
//! // An amount from elsewhere, such as a database, gets its currency here.
//! let stored = Amount::new(10_000)?;
//! assert_eq!(Thb::from(stored), Thb::new(10_000));
//!
//! fn in_words<M: Money>(money: M) -> String {
//!     format!("{} of the smallest unit of {}", money.amount(), M::CURRENCY)
//! }
//! assert_eq!(in_words(Thb::new(50)), "50 of the smallest unit of THB");
//! # Ok::<(), omise_types::AmountError>(())
//! ```

use crate::{Amount, Currency};

pub use crate::generated::payment_methods::money::*;

/// An amount that knows its currency.
///
/// The types of this module are all that there are: a currency that is newer than this version is
/// given to [`CreateSourceRequest::new`](crate::CreateSourceRequest::new).
pub trait Money: Copy + sealed::Sealed {
    /// The currency.
    const CURRENCY: Currency;

    /// The amount, without its currency.
    fn amount(self) -> Amount;
}

/// An amount in one of several currencies: one in `Thb` is a `OneOf<(Sgd, Thb)>`, one in `Jpy` not.
///
/// It keeps an amount in a currency that a payment method does not take from being compiled. A
/// payment method of a single currency simply takes its type.
///
/// ```compile_fail,E0277
/// use omise_types::money::Jpy;
/// use omise_types::payment_methods::Kakaopay;
///
/// // error: `Jpy` is none of the currencies that this payment method takes: `(Sgd, Thb)`
/// let request = Kakaopay::new(Jpy::new(10_000));
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is none of the currencies that this payment method takes: `{Currencies}`",
    label = "must be an amount in one of `{Currencies}`"
)]
pub trait OneOf<Currencies>: Money {}

mod sealed {
    pub trait Sealed {}
}

/// Implements what every currency has.
macro_rules! money {
    ($name:ident, $code:literal) => {
        impl $name {
            /// The currency.
            pub const CURRENCY: crate::Currency = crate::Currency::literal($code);

            /// An amount in the smallest unit of the currency.
            pub const fn new(smallest_units: u32) -> $name {
                // An i64 holds every u32.
                $name(crate::Amount::literal(smallest_units as i64))
            }

            /// The amount, without its currency.
            pub const fn amount(self) -> crate::Amount {
                self.0
            }
        }

        impl crate::money::Money for $name {
            const CURRENCY: crate::Currency = $name::CURRENCY;

            fn amount(self) -> crate::Amount {
                self.0
            }
        }

        impl crate::money::Sealed for $name {}

        impl From<crate::Amount> for $name {
            fn from(amount: crate::Amount) -> $name {
                $name(amount)
            }
        }

        impl ::std::fmt::Display for $name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                let currency = $name::CURRENCY;
                f.pad(&format!("{} {currency}", self.0.in_currency(currency)))
            }
        }
    };
}

/// Says which currencies are in a set of several.
macro_rules! one_of {
    ($set:ty => $($name:ident)*) => {
        $(
            // The compiler is to name what a payment method takes, and not what others do.
            #[diagnostic::do_not_recommend]
            impl crate::money::OneOf<$set> for $name {}
        )*
    };
}

pub(crate) use {money, one_of, sealed::Sealed};

#[cfg(test)]
mod tests {
    use super::*;
    use crate::CurrencyTerms;

    #[test]
    fn an_amount_is_as_great_as_its_integer() {
        assert_eq!(Thb::new(u32::MAX).amount().get(), 4_294_967_295);
        assert_eq!(Thb::new(0).to_string(), "0.00 THB");
    }

    #[test]
    fn an_amount_from_elsewhere_may_be_greater() {
        let most = Amount::new(i64::MAX).expect("not negative");
        assert_eq!(Idr::from(most).amount(), most);
    }

    #[test]
    fn an_amount_is_padded_like_a_text() {
        assert_eq!(format!("{:>10}|", Jpy::new(150)), "   150 JPY|");
    }

    #[test]
    fn every_currency_of_the_table_has_a_type() {
        let types = [
            Hkd::CURRENCY,
            Idr::CURRENCY,
            Jpy::CURRENCY,
            Myr::CURRENCY,
            Sgd::CURRENCY,
            Thb::CURRENCY,
        ];
        let table = CurrencyTerms::all().iter().map(|terms| terms.currency);
        assert_eq!(table.collect::<Vec<_>>(), types);
    }
}
