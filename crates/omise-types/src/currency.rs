use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::generated::tables::CURRENCIES;

/// A currency: three letters of ISO 4217, upper case.
///
/// # Example
///
/// ```
/// use omise_types::Currency;
///
/// let currency: Currency = "thb".parse()?;
/// assert_eq!(currency.as_str(), "THB");
/// assert!("baht".parse::<Currency>().is_err());
/// # Ok::<(), omise_types::CodeError>(())
/// ```
#[derive(Clone, Copy, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Currency([u8; 3]);

impl Currency {
    /// Checks a code; letters of either case are taken.
    ///
    /// # Errors
    ///
    /// For anything but three ASCII letters.
    pub const fn new(code: &str) -> Result<Currency, CodeError> {
        match letters(code.as_bytes()) {
            Some(letters) => Ok(Currency(letters)),
            None => Err(CodeError),
        }
    }

    /// The code, upper case.
    pub fn as_str(&self) -> &str {
        // Only ASCII letters get in.
        std::str::from_utf8(&self.0).unwrap_or_default()
    }

    /// What the specification says of the currency, or `None` if it is not in its table.
    ///
    /// ```
    /// use omise_types::Currency;
    ///
    /// let yen = Currency::new("JPY")?.terms().expect("the table has the yen");
    /// assert_eq!(yen.decimals, 0);
    /// assert!(Currency::new("XTS")?.terms().is_none());
    /// # Ok::<(), omise_types::CodeError>(())
    /// ```
    pub fn terms(self) -> Option<&'static CurrencyTerms> {
        CURRENCIES.iter().find(|terms| terms.currency == self)
    }

    // For the emitted tables: the specification is checked when it is read.
    pub(crate) const fn literal(code: &str) -> Currency {
        match Currency::new(code) {
            Ok(currency) => currency,
            Err(_) => panic!("the table has a currency that is not three letters"),
        }
    }
}

const fn letters<const N: usize>(code: &[u8]) -> Option<[u8; N]> {
    if code.len() != N {
        return None;
    }
    let mut letters = [0; N];
    let mut index = 0;
    while index < N {
        if !code[index].is_ascii_alphabetic() {
            return None;
        }
        letters[index] = code[index].to_ascii_uppercase();
        index += 1;
    }
    Some(letters)
}

/// What the specification says of a currency.
///
/// # Example
///
/// ```
/// use omise_types::{Country, CurrencyTerms};
///
/// let singapore = Country::new("SG")?;
/// let mut all = CurrencyTerms::all().iter();
/// let home = all.find(|terms| terms.country == singapore);
/// assert_eq!(home.map(|terms| terms.currency.as_str()), Some("SGD"));
/// # Ok::<(), omise_types::CodeError>(())
/// ```
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct CurrencyTerms {
    /// The currency.
    pub currency: Currency,
    /// The country whose accounts have it.
    pub country: Country,
    /// The number of decimals in which people write it.
    pub decimals: u8,
}

impl CurrencyTerms {
    /// Every currency of the specification.
    pub fn all() -> &'static [CurrencyTerms] {
        CURRENCIES
    }
}

/// A country: two letters of ISO 3166-1, upper case.
///
/// # Example
///
/// ```
/// use omise_types::Country;
///
/// assert_eq!("jp".parse::<Country>()?.as_str(), "JP");
/// # Ok::<(), omise_types::CodeError>(())
/// ```
#[derive(Clone, Copy, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Country([u8; 2]);

impl Country {
    /// Checks a code; letters of either case are taken.
    ///
    /// # Errors
    ///
    /// For anything but two ASCII letters.
    pub const fn new(code: &str) -> Result<Country, CodeError> {
        match letters(code.as_bytes()) {
            Some(letters) => Ok(Country(letters)),
            None => Err(CodeError),
        }
    }

    /// The code, upper case.
    pub fn as_str(&self) -> &str {
        // Only ASCII letters get in.
        std::str::from_utf8(&self.0).unwrap_or_default()
    }

    // For the emitted tables: the specification is checked when it is read.
    pub(crate) const fn literal(code: &str) -> Country {
        match Country::new(code) {
            Ok(country) => country,
            Err(_) => panic!("the table has a country that is not two letters"),
        }
    }
}

macro_rules! code {
    ($name:ident) => {
        impl FromStr for $name {
            type Err = CodeError;

            fn from_str(code: &str) -> Result<$name, CodeError> {
                $name::new(code)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<$name, D::Error> {
                crate::reading::text(deserializer, |code| $name::new(code))?
                    .map_err(serde::de::Error::custom)
            }
        }
    };
}

code!(Currency);
code!(Country);

#[cfg(feature = "schemars")]
impl schemars::JsonSchema for Currency {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Currency".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({"type": "string", "description": "An ISO 4217 code."})
    }
}

/// A text that is not the code of a currency or country.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct CodeError;

impl fmt::Display for CodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a currency is three letters and a country two")
    }
}

impl std::error::Error for CodeError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_no_currency(code: &str) {
        assert_eq!(Currency::new(code), Err(CodeError), "{code}");
    }

    #[track_caller]
    fn check_no_country(code: &str) {
        assert_eq!(Country::new(code), Err(CodeError), "{code}");
    }

    #[test]
    fn a_currency_is_three_ascii_letters() {
        for code in ["", "TH", "BAHT", "TH1", " TH", "TH ", "é1", "円"] {
            check_no_currency(code);
        }
    }

    #[test]
    fn a_country_is_two_ascii_letters() {
        for code in ["", "T", "THA", "T1", "T ", "é"] {
            check_no_country(code);
        }
    }

    #[test]
    fn a_code_is_upper_case_however_it_was_written() {
        let currency: Currency = serde_json::from_str("\"tHb\"").expect("three letters");
        let country: Country = serde_json::from_str("\"tH\"").expect("two letters");
        assert_eq!(
            serde_json::json!([currency, country]).to_string(),
            r#"["THB","TH"]"#
        );
        assert_eq!(format!("{currency} {currency:?} {country:?}"), "THB THB TH");
    }

    #[test]
    fn a_code_is_padded_like_a_text() {
        let currency = Currency::new("THB").expect("three letters");
        assert_eq!(format!("{currency:>5}|"), "  THB|");
    }

    #[test]
    fn each_currency_of_the_table_is_there_once() {
        for terms in CurrencyTerms::all() {
            let found = terms.currency.terms().expect("it is in the table");
            assert!(std::ptr::eq(found, terms), "{}", terms.currency);
        }
    }
}
