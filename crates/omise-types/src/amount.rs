use std::fmt;

use serde::{Deserialize, Deserializer, Serialize};

use crate::Currency;

/// An amount of money: an integer in the smallest unit of its currency, never negative.
///
/// `10000` in `THB` is 100.00 baht; `10000` in `JPY` is 10,000 yen. The currency stands beside it,
/// in the source.
///
/// # Example
///
/// ```
/// use omise_types::{Amount, Currency};
///
/// let amount = Amount::new(10_000)?;
/// assert_eq!(amount.in_currency(Currency::new("THB")?), "100.00");
/// assert_eq!(amount.in_currency(Currency::new("JPY")?), "10000");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schemars", schemars(transparent))]
#[serde(transparent)]
pub struct Amount(i64);

impl Amount {
    /// Nothing.
    pub const ZERO: Amount = Amount(0);

    /// The most that fits.
    pub const MAX: Amount = Amount(i64::MAX);

    /// Checks an amount.
    ///
    /// # Errors
    ///
    /// For a number below 0.
    pub const fn new(smallest_unit: i64) -> Result<Amount, AmountError> {
        if smallest_unit < 0 {
            return Err(AmountError);
        }
        Ok(Amount(smallest_unit))
    }

    /// The number of smallest units.
    pub const fn get(self) -> i64 {
        self.0
    }

    /// The amount with the decimals in which people write the currency, without its name.
    ///
    /// A currency that the table does not have is written without decimals.
    pub fn in_currency(self, currency: Currency) -> String {
        let decimals = currency.terms().map_or(0, |terms| terms.decimals);
        if decimals == 0 {
            return self.0.to_string();
        }
        let unit = 10_i64.pow(u32::from(decimals));
        let (whole, part) = (self.0 / unit, self.0 % unit);
        format!("{whole}.{part:0width$}", width = usize::from(decimals))
    }

    // For the emitted tables: the specification is checked when it is read.
    pub(crate) const fn literal(smallest_unit: i64) -> Amount {
        match Amount::new(smallest_unit) {
            Ok(amount) => amount,
            Err(_) => panic!("the table has a negative amount"),
        }
    }
}

impl TryFrom<i64> for Amount {
    type Error = AmountError;

    fn try_from(smallest_unit: i64) -> Result<Amount, AmountError> {
        Amount::new(smallest_unit)
    }
}

impl fmt::Display for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl std::str::FromStr for Amount {
    type Err = AmountError;

    fn from_str(digits: &str) -> Result<Amount, AmountError> {
        match digits.parse() {
            Ok(number) => Amount::new(number),
            Err(_) => Err(AmountError),
        }
    }
}

impl<'de> Deserialize<'de> for Amount {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Amount, D::Error> {
        let number = crate::reading::integer(deserializer)?;
        Amount::new(number).map_err(serde::de::Error::custom)
    }
}

/// A number that is not an amount.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct AmountError;

impl fmt::Display for AmountError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an amount is a whole number of smallest units, 0 or more")
    }
}

impl std::error::Error for AmountError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_in_currency(amount: i64, currency: &str, expected: &str) {
        let amount = Amount::new(amount).expect("not negative");
        let currency = currency.parse().expect("three letters");
        assert_eq!(amount.in_currency(currency), expected);
    }

    #[test]
    fn an_amount_is_never_negative() {
        assert_eq!(Amount::new(-1), Err(AmountError));
        assert_eq!(Amount::new(i64::MIN), Err(AmountError));
        assert_eq!("-1".parse::<Amount>(), Err(AmountError));
        assert!(serde_json::from_str::<Amount>("-1").is_err());
    }

    #[test]
    fn an_amount_is_0_or_as_much_as_its_integer_holds() {
        for number in [0, i64::MAX] {
            let amount = Amount::new(number).expect("not negative");
            assert_eq!(amount.get(), number);
            assert_eq!(amount.to_string().parse(), Ok(amount));
        }
        assert_eq!("9223372036854775808".parse::<Amount>(), Err(AmountError));
    }

    #[test]
    fn an_amount_is_read_from_digits_too() {
        let amount: Amount = serde_json::from_str("\"10000\"").expect("older versions write so");
        assert_eq!(amount.get(), 10_000);
    }

    #[test]
    fn decimals_are_filled_with_zeros() {
        check_in_currency(0, "THB", "0.00");
        check_in_currency(1, "THB", "0.01");
        check_in_currency(99, "THB", "0.99");
        check_in_currency(100, "THB", "1.00");
    }

    #[test]
    fn a_currency_without_decimals_is_written_without() {
        check_in_currency(0, "JPY", "0");
        check_in_currency(1, "JPY", "1");
        check_in_currency(99, "JPY", "99");
        check_in_currency(100, "JPY", "100");
    }

    #[test]
    fn a_currency_that_the_table_lacks_is_written_without_decimals() {
        check_in_currency(12_345, "XTS", "12345");
    }
}
