use crate::{Country, Currency, PaymentMethod};

/// What an account may do, as far as the rules need to know.
///
/// The default one may use every payment method and currency of the table, discontinued ones too.
///
/// # Example
///
/// ```
/// use omise_types::{Account, Country, SourceType};
///
/// let thai = Account {
///     country: Some(Country::new("TH")?),
///     ..Account::default()
/// };
/// let promptpay = SourceType::Promptpay.payment_method().expect("a row for promptpay");
/// let econtext = SourceType::Econtext.payment_method().expect("a row for econtext");
/// assert!(thai.offers(promptpay));
/// assert!(!thai.offers(econtext));
/// # Ok::<(), omise_types::CodeError>(())
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct Account {
    /// The country of the account, or `None` for one that stands in every country.
    pub country: Option<Country>,
    /// Whether discontinued payment methods are refused.
    pub current_only: bool,
}

impl Account {
    /// Whether the account has the payment method.
    pub fn offers(&self, method: &PaymentMethod) -> bool {
        let here = self
            .country
            .is_none_or(|country| method.countries.contains(&country));
        let current = method.discontinued.is_none() || !self.current_only;
        here && current
    }

    /// The currencies in which the account may use the payment method, in the order of the table.
    ///
    /// An account of one country has that country's currency, and those currencies of the method
    /// that belong to none of the method's countries: they are foreign to every account.
    pub fn currencies(&self, method: &PaymentMethod) -> impl Iterator<Item = Currency> {
        let country = self.country;
        let of_account = move |currency: &Currency| {
            let home = currency.terms().map(|terms| terms.country);
            country.is_none()
                || home == country
                || home.is_none_or(|home| !method.countries.contains(&home))
        };
        method
            .currencies
            .iter()
            .map(|(currency, _)| *currency)
            .filter(of_account)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::SourceType;

    const EVERYWHERE: Account = Account {
        country: None,
        current_only: false,
    };

    fn account(country: &str) -> Account {
        Account {
            country: Some(country.parse().expect("two letters")),
            ..EVERYWHERE
        }
    }

    fn method(source_type: SourceType) -> &'static PaymentMethod {
        source_type.payment_method().expect("the table has a row")
    }

    #[track_caller]
    fn check_currencies(account: &Account, source_type: SourceType, expected: &[&str]) {
        let found: Vec<String> = account
            .currencies(method(source_type))
            .map(|currency| currency.to_string())
            .collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn an_account_has_the_payment_methods_of_its_country() {
        assert!(account("JP").offers(method(SourceType::Econtext)));
        assert!(!account("JP").offers(method(SourceType::Promptpay)));
        assert!(account("TH").offers(method(SourceType::Promptpay)));
    }

    #[test]
    fn an_account_of_every_country_has_every_payment_method() {
        let mut all = PaymentMethod::all().iter();
        assert!(all.all(|method| EVERYWHERE.offers(method)));
    }

    #[test]
    fn an_account_may_be_without_what_is_discontinued() {
        let current_only = Account {
            current_only: true,
            ..EVERYWHERE
        };
        for method in PaymentMethod::all() {
            assert_eq!(current_only.offers(method), method.discontinued.is_none());
        }
    }

    #[test]
    fn an_account_has_the_currency_of_its_country() {
        check_currencies(&account("MY"), SourceType::Atome, &["MYR"]);
    }

    #[test]
    fn a_currency_foreign_to_every_country_of_the_method_is_for_all() {
        check_currencies(&account("TH"), SourceType::AlipayHk, &["THB", "HKD"]);
        check_currencies(&account("SG"), SourceType::AlipayHk, &["SGD", "HKD"]);
    }

    #[test]
    fn an_account_of_every_country_has_every_currency_of_the_method() {
        check_currencies(&EVERYWHERE, SourceType::AlipayHk, &["THB", "SGD", "HKD"]);
    }
}
