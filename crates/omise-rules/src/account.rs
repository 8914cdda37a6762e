use omise_types::{Amount, Country, Currency, Limits, PaymentMethod};

/// What an account may do, as far as the rules need to know.
///
/// The default one may use every payment method and currency of the table, discontinued ones too.
///
/// # Example
///
/// ```
/// use omise_rules::Account;
/// use omise_types::{Country, SourceType};
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
#[derive(Clone, Debug, Default)]
pub struct Account {
    /// The country of the account, or `None` for one that stands in every country.
    pub country: Option<Country>,
    /// Whether discontinued payment methods are refused.
    pub current_only: bool,
    /// The currencies that the account may use with every payment method, beside those of the
    /// table.
    pub currencies: Vec<ContractedCurrency>,
}

/// A currency that an account may use by its contract with Omise, and its limits.
///
/// # Example
///
/// ```
/// use omise_rules::{Account, ContractedCurrency};
/// use omise_types::{Amount, Currency, SourceType};
///
/// let usd = Currency::new("USD")?;
/// let account = Account {
///     currencies: vec![ContractedCurrency {
///         currency: usd,
///         min: Some(Amount::new(100)?),
///         max: None,
///     }],
///     ..Account::default()
/// };
/// let alipay = SourceType::Alipay.payment_method().expect("a row for alipay");
/// assert!(account.currencies(alipay).any(|currency| currency == usd));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct ContractedCurrency {
    /// The currency. It need not be one of the table.
    pub currency: Currency,
    /// The least amount, in the smallest unit; `None` for that of the table, if there is one.
    pub min: Option<Amount>,
    /// The largest amount, in the smallest unit; `None` for that of the table, if there is one.
    pub max: Option<Amount>,
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
        let of_table = method.currencies.iter().map(|(currency, _)| *currency);
        let is_of_table = move |currency: &Currency| {
            let mut all = method.currencies.iter();
            all.any(|(known, _)| known == currency) && of_account(currency)
        };
        let contracted = self.currencies.iter().map(|contract| contract.currency);
        of_table
            .filter(of_account)
            .chain(contracted.filter(move |currency| !is_of_table(currency)))
    }

    /// The account's contract about a currency.
    pub(crate) fn contract(&self, currency: Currency) -> Option<&ContractedCurrency> {
        self.currencies
            .iter()
            .find(|contract| contract.currency == currency)
    }

    /// The limits of a currency: the contract's, and the table's where that says nothing.
    pub(crate) fn limits(&self, method: &PaymentMethod, currency: Currency) -> Option<Limits> {
        let of_table = method.limits(currency);
        let Some(contract) = self.contract(currency) else {
            return of_table;
        };
        if (contract.min, contract.max) == (None, None) {
            return of_table;
        }
        let min = contract.min.or(of_table.map(|limits| limits.min));
        let max = contract.max.or(of_table.map(|limits| limits.max));
        Some(Limits {
            min: min.unwrap_or(Amount::ZERO),
            max: max.unwrap_or(Amount::MAX),
            is_assumed: of_table.is_some_and(|limits| limits.is_assumed)
                && (contract.min.is_none() || contract.max.is_none()),
        })
    }
}

#[cfg(test)]
mod tests {
    use omise_types::SourceType;

    use super::*;

    const EVERYWHERE: Account = Account {
        country: None,
        current_only: false,
        currencies: Vec::new(),
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
    fn a_contract_adds_currencies_and_sets_limits() {
        let contract = |code: &str, min| ContractedCurrency {
            currency: code.parse().expect("three letters"),
            min,
            max: None,
        };
        let contracted = Account {
            currencies: vec![contract("USD", None), contract("MYR", Amount::new(7).ok())],
            ..account("MY")
        };
        check_currencies(&contracted, SourceType::Atome, &["MYR", "USD"]);
        let atome = method(SourceType::Atome);
        let limits = |code: &str| contracted.limits(atome, code.parse().expect("three letters"));
        let of_table = atome.limits("MYR".parse().expect("three letters"));
        let of_table = of_table.expect("limits of atome in MYR");
        assert!(limits("USD").is_none());
        let ringgit = limits("MYR").expect("limits");
        assert_eq!((ringgit.min.get(), ringgit.max), (7, of_table.max));
    }

    #[test]
    fn an_account_of_every_country_has_every_currency_of_the_method() {
        check_currencies(&EVERYWHERE, SourceType::AlipayHk, &["THB", "SGD", "HKD"]);
    }
}
