//! The value of `omise serve --currency`.

use std::str::FromStr;

use omise_rules::ContractedCurrency;
use omise_types::{Amount, Currency};

const RULE: &str = "it is a currency, and its limits in the smallest unit if it has some: USD, \
                    USD=100.., USD=..500000 or USD=100..500000";

/// A currency that an account may use by its contract.
#[derive(Clone, Debug)]
pub(crate) struct Contract(pub(crate) ContractedCurrency);

impl FromStr for Contract {
    type Err = String;

    fn from_str(text: &str) -> Result<Contract, String> {
        let (currency, limits) = match text.split_once('=') {
            Some((currency, limits)) => (currency, Some(limits)),
            None => (text, None),
        };
        let currency = Currency::from_str(currency).map_err(|_| RULE)?;
        let (min, max) = match limits {
            Some(limits) => limits.split_once("..").ok_or(RULE)?,
            None => ("", ""),
        };
        let (min, max) = (limit(min)?, limit(max)?);
        if let (Some(min), Some(max)) = (min, max)
            && min > max
        {
            return Err("the least amount is more than the most".to_owned());
        }
        Ok(Contract(ContractedCurrency { currency, min, max }))
    }
}

fn limit(text: &str) -> Result<Option<Amount>, String> {
    if text.is_empty() {
        return Ok(None);
    }
    let is_number = text.bytes().all(|byte| byte.is_ascii_digit());
    let number = text.parse().ok().filter(|_| is_number).ok_or(RULE)?;
    Ok(Some(Amount::new(number).map_err(|_| RULE)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_may_be_left_out() {
        let check = |text: &str, min: Option<i64>, max: Option<i64>| {
            let Contract(read) = text
                .parse()
                .unwrap_or_else(|error| panic!("{text}: {error}"));
            assert_eq!(read.currency.as_str(), "USD");
            assert_eq!(
                (read.min.map(Amount::get), read.max.map(Amount::get)),
                (min, max)
            );
        };
        check("USD", None, None);
        check("usd", None, None);
        check("USD=100..", Some(100), None);
        check("USD=..500000", None, Some(500_000));
        check("USD=100..500000", Some(100), Some(500_000));
    }

    #[test]
    fn what_is_no_contract_is_refused() {
        for text in [
            "",
            "dollar",
            "USD=",
            "USD=100",
            "USD=a..b",
            "USD=-1..2",
            "USD=+1..2",
            "USD=3..2",
        ] {
            assert!(text.parse::<Contract>().is_err(), "{text}");
        }
    }
}
