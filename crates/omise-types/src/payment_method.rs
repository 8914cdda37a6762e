use crate::generated::tables::PAYMENT_METHODS;
use crate::{Amount, Country, Currency, Flow, Parameter, SourceType};

/// A payment method: a row of the table in `openapi/source.yaml`.
///
/// # Example
///
/// ```
/// use omise_types::{Country, Parameter, PaymentMethod};
///
/// let japan = Country::new("JP")?;
/// let names: Vec<&str> = PaymentMethod::all()
///     .iter()
///     .filter(|method| method.countries.contains(&japan) && method.requires(Parameter::EMAIL))
///     .map(|method| method.source_type.as_str())
///     .collect();
/// assert_eq!(names, ["econtext"]);
/// # Ok::<(), omise_types::CodeError>(())
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct PaymentMethod {
    /// The value of `type`.
    pub source_type: SourceType,
    /// Its name for people, in English.
    pub label: &'static str,
    /// How the payer completes the payment.
    pub flow: Flow,
    /// The flow for accounts of a country where it differs.
    pub flow_by_country: &'static [(Country, Flow)],
    /// The countries whose accounts may have it.
    pub countries: &'static [Country],
    /// The currencies it takes, each with the limits of an amount.
    pub currencies: &'static [(Currency, Limits)],
    /// The parameters that it requires beside amount, currency and type.
    pub required: &'static [&'static Parameter],
    /// The parameters that it takes beside those that every method takes.
    pub optional: &'static [&'static Parameter],
    /// The values of `bank`; empty if it does not take one.
    pub banks: &'static [&'static str],
    /// The values of `installment_term`; empty if it does not take one.
    pub installment_terms: &'static [InstallmentTerm],
    /// Whether the merchant bears the interest whatever the request says.
    pub interest_is_merchants: bool,
    /// The formats of parameters.
    pub constraints: &'static [(&'static Parameter, Constraint)],
    /// How long a charge stays pending, in hours.
    pub charge_expiry_hours: u32,
    /// When it was discontinued: a date, month or year, or `unknown`.
    pub discontinued: Option<&'static str>,
    /// How the row is known: documented, schema, fixture, sdk, inferred, unofficial.
    pub evidence: &'static [&'static str],
    /// How it is known that accounts of a country have it, where the row's evidence does not say
    /// so.
    pub evidence_by_country: &'static [(Country, &'static [&'static str])],
    /// The members that are a default of this project, by their names in the document.
    pub ours: &'static [&'static str],
    /// The page of the documentation.
    pub see: &'static str,
    /// What else there is to know.
    pub note: Option<&'static str>,
}

impl PaymentMethod {
    /// Every payment method: first the current ones, then the discontinued ones.
    ///
    /// ```
    /// use omise_types::PaymentMethod;
    ///
    /// assert!(PaymentMethod::all().is_sorted_by_key(|method| method.discontinued.is_some()));
    /// ```
    pub fn all() -> &'static [PaymentMethod] {
        PAYMENT_METHODS
    }

    /// Whether a source of this method needs the parameter.
    ///
    /// ```
    /// use omise_types::{Parameter, SourceType};
    ///
    /// let fpx = SourceType::Fpx.payment_method().expect("a row for fpx");
    /// assert!(fpx.requires(Parameter::AMOUNT));
    /// assert!(fpx.requires(Parameter::BANK));
    /// assert!(!fpx.requires(Parameter::EMAIL));
    /// ```
    pub fn requires(&self, name: &str) -> bool {
        matches!(
            name,
            Parameter::AMOUNT | Parameter::CURRENCY | Parameter::TYPE
        ) || self.required.iter().any(|one| one.name == name)
    }

    /// Whether the parameter means something to this method. An alias counts as what it names.
    ///
    /// ```
    /// use omise_types::{Operation, Parameter, SourceType};
    ///
    /// let truemoney = SourceType::Truemoney.payment_method().expect("a row for truemoney");
    /// let takes = |name: &str| {
    ///     truemoney.takes(Operation::CreateSource.parameter(name).expect("a parameter"))
    /// };
    /// assert!(takes(Parameter::MOBILE_NUMBER));
    /// assert!(!takes(Parameter::BARCODE));
    /// ```
    pub fn takes(&self, parameter: &Parameter) -> bool {
        let name = parameter.alias_of.unwrap_or(parameter.name);
        parameter.is_common
            || self.requires(name)
            || self.optional.iter().any(|one| one.name == name)
    }

    /// The limits of an amount, or `None` for a currency that it does not take.
    ///
    /// ```
    /// use omise_types::{Currency, SourceType};
    ///
    /// let econtext = SourceType::Econtext.payment_method().expect("a row for econtext");
    /// let limits = econtext.limits(Currency::new("JPY")?).expect("econtext takes yen");
    /// assert_eq!((limits.min.get(), limits.max.get()), (150, 49_999));
    /// assert_eq!(econtext.limits(Currency::new("THB")?), None);
    /// # Ok::<(), omise_types::CodeError>(())
    /// ```
    pub fn limits(&self, currency: Currency) -> Option<Limits> {
        let found = self.currencies.iter().find(|(known, _)| *known == currency);
        found.map(|(_, limits)| *limits)
    }

    /// Whether a member of the row is a default of this project, by its name in the document.
    ///
    /// ```
    /// use omise_types::SourceType;
    ///
    /// let scb = SourceType::MobileBankingScb.payment_method();
    /// let scb = scb.expect("a row of the table");
    /// assert!(scb.assumes("amount"));
    /// assert!(!scb.assumes("flow"));
    /// ```
    pub fn assumes(&self, member: &str) -> bool {
        self.ours.contains(&member)
    }

    /// The flow for an account of the country.
    ///
    /// ```
    /// use omise_types::{Country, Flow, SourceType};
    ///
    /// let touch_n_go = SourceType::TouchNGo.payment_method().expect("a row for touch_n_go");
    /// assert_eq!(touch_n_go.flow_in(Country::new("SG")?), &Flow::AppRedirect);
    /// assert_eq!(touch_n_go.flow_in(Country::new("MY")?), &Flow::Redirect);
    /// # Ok::<(), omise_types::CodeError>(())
    /// ```
    pub fn flow_in(&self, country: Country) -> &Flow {
        let own = self
            .flow_by_country
            .iter()
            .find(|(known, _)| *known == country);
        own.map_or(&self.flow, |(_, flow)| flow)
    }
}

impl SourceType {
    /// The row of the table, or `None` for a payment method that this version does not know.
    ///
    /// ```
    /// use omise_types::{Flow, SourceType};
    ///
    /// let promptpay = SourceType::Promptpay.payment_method().expect("a row for promptpay");
    /// assert_eq!(promptpay.flow, Flow::Offline);
    /// assert!(SourceType::from("pay_by_thought").payment_method().is_none());
    /// ```
    pub fn payment_method(&self) -> Option<&'static PaymentMethod> {
        PAYMENT_METHODS
            .iter()
            .find(|method| method.source_type == *self)
    }
}

/// The least and the greatest amount, both allowed.
///
/// [`PaymentMethod::limits`] shows how they are found.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Limits {
    /// The least amount.
    pub min: Amount,
    /// The greatest amount.
    pub max: Amount,
    /// Whether they are a default of this project, because nothing is known of the real service's.
    pub is_assumed: bool,
}

/// A number of monthly payments.
///
/// # Example
///
/// ```
/// use omise_types::SourceType;
///
/// let bay = SourceType::InstallmentBay.payment_method().expect("a row for installment_bay");
/// let longest = bay.installment_terms.last().expect("its terms are stated");
/// assert_eq!(longest.months, 10);
/// assert_eq!(longest.min.get(), 500_000, "500 baht a month");
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct InstallmentTerm {
    /// The number of months.
    pub months: u32,
    /// The least amount, all payments together.
    pub min: Amount,
}

/// The format of a parameter.
///
/// # Example
///
/// ```
/// use omise_types::{Constraint, Parameter, SourceType};
///
/// let econtext = SourceType::Econtext.payment_method().expect("a row for econtext");
/// let mut constraints = econtext.constraints.iter();
/// let name = constraints.find(|(parameter, _)| parameter.name == Parameter::NAME);
/// assert_eq!(name.map(|(_, constraint)| *constraint), Some(Constraint::MaxLength(10)));
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Constraint {
    /// At most so many characters.
    MaxLength(u32),
    /// Digits only, at least and at most so many.
    Digits(u32, u32),
    /// An e-mail address.
    Email,
}
