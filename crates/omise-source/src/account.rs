use omise_types::{Country, Currency, PaymentMethod};

/// What an account may do, as far as the rules need to know.
///
/// The default one may use every payment method and currency of the table, discontinued ones too.
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
    /// An account of one country has that country's currency, and those currencies of the method that
    /// belong to none of the method's countries: they are foreign to every account.
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

    /// Whether the account can have the currency at all.
    pub fn knows(&self, currency: Currency) -> bool {
        let offered = PaymentMethod::all()
            .iter()
            .filter(|method| self.offers(method));
        match self.country {
            None => currency.terms().is_some(),
            Some(_) => offered
                .flat_map(|method| self.currencies(method))
                .any(|one| one == currency),
        }
    }
}
