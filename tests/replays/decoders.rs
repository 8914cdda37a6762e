//! What each official client makes of an answer: its decoder's needs, and nothing more.
//!
//! A model refuses what the client refuses and takes what it takes, so that an answer which would
//! break the client fails a test although the client itself cannot be run here.

use omise_types::Timestamp;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// What a client hands to its caller.
#[derive(Debug)]
pub(crate) enum Read {
    /// A source.
    Source,
    /// The error of the API, with what the client keeps of it.
    Error { code: String, message: String },
}

/// A client's decoder: the status and the body of an answer to what its caller gets, or why the
/// client breaks.
pub(crate) type Decoder = fn(u16, &[u8]) -> Result<Read, String>;

/// It looks at the JSON only, not at the status, and needs `object` there.
pub(crate) fn php(_: u16, body: &[u8]) -> Result<Read, String> {
    let answer: Value = parse(body)?;
    match answer["object"].as_str() {
        None => Err("unknown error, bad response".to_owned()),
        Some("error") => api_error(parse(body)?),
        Some(_) => Ok(Read::Source),
    }
}

/// Every status but 200 is an error. A missing member is a zero value, one of another type breaks.
pub(crate) fn go(status: u16, body: &[u8]) -> Result<Read, String> {
    if status != 200 {
        return api_error(parse(body)?);
    }
    let source: Loose = parse(body)?;
    source.check_times()?;
    Ok(Read::Source)
}

/// Every status above 200 is an error. `object` chooses the class, and two lists are closed.
pub(crate) fn java(status: u16, body: &[u8]) -> Result<Read, String> {
    #[derive(Deserialize)]
    #[serde(tag = "object", rename_all = "snake_case")]
    enum Model {
        Source {
            #[serde(rename = "flow")]
            _flow: Option<JavaFlow>,
            #[serde(rename = "charge_status")]
            _charge_status: Option<JavaChargeStatus>,
            #[serde(rename = "scannable_code")]
            _scannable_code: Option<Classed>,
        },
        Error(ApiError),
    }
    match parse(body)? {
        Model::Error(error) if status > 200 => api_error(error),
        Model::Source { .. } if status == 200 => {
            let source: Loose = parse(body)?;
            source.check_times()?;
            Ok(Read::Source)
        }
        _ => Err(format!("{status} with the other kind of body")),
    }
}

/// Nine attributes must be there, and those that the payment method goes by.
pub(crate) fn ios(status: u16, body: &[u8]) -> Result<Read, String> {
    if !(200..300).contains(&status) {
        return ios_error(body);
    }
    #[derive(Deserialize)]
    struct Source {
        #[serde(rename = "id")]
        _id: String,
        #[serde(rename = "livemode")]
        _livemode: bool,
        #[serde(rename = "amount")]
        _amount: i64,
        #[serde(rename = "currency")]
        _currency: String,
        #[serde(rename = "flow")]
        _flow: String,
        #[serde(rename = "type")]
        source_type: String,
    }
    let source: Source = parse(body)?;
    match source.source_type.as_str() {
        "atome" => parse::<IosAtome>(body).map(drop)?,
        "barcode_alipay" => parse::<IosBarcode>(body).map(drop)?,
        "truemoney" => parse::<IosPhone>(body).map(drop)?,
        "econtext" => parse::<IosPayer>(body).map(drop)?,
        "fpx" | "duitnow_obw" => parse::<IosBank>(body).map(drop)?,
        name if name.starts_with("installment_") => parse::<IosTerm>(body).map(drop)?,
        _ => {}
    }
    Ok(Read::Source)
}

/// A missing member has a default, one of another type breaks; `object` chooses the class of a code
/// and its image.
pub(crate) fn android(status: u16, body: &[u8]) -> Result<Read, String> {
    if !(200..300).contains(&status) {
        return api_error(parse(body)?);
    }
    #[derive(Deserialize)]
    struct Source {
        #[serde(rename = "scannable_code")]
        _scannable_code: Option<Classed>,
    }
    parse::<Source>(body)?;
    let source: Loose = parse(body)?;
    source.check_times()?;
    Ok(Read::Source)
}

/// Why a request was bad, as both phones read it out of the words of a message.
#[derive(Debug, PartialEq)]
pub(crate) enum Reason {
    AmountBelow(i64),
    AmountAbove(i64),
    CurrencyIsAnother,
    CurrencyIsNotSupported,
    TypeIsNotSupported,
    NameIsBlank,
    NameIsTooLong(u32),
    Email,
    Phone,
    Other(String),
}

/// The reasons in a message, which joins them as an English list.
pub(crate) fn reasons(message: &str) -> Vec<Reason> {
    message
        .split(", ")
        .map(|part| reason(part.strip_prefix("and ").unwrap_or(part)))
        .collect()
}

fn reason(message: &str) -> Reason {
    let number = |before: &str, after: &str| {
        let rest = message.strip_prefix(before)?;
        rest.strip_suffix(after)?.parse::<i64>().ok()
    };
    let other = || Reason::Other(message.to_owned());
    let has = |word: &str| message.contains(word);
    if has("currency must be") {
        Reason::CurrencyIsAnother
    } else if has("amount must be") {
        let below = number("amount must be at least ", "");
        let below = below.or(number("amount must be greater than ", ""));
        let above = number("amount must be less than ", "");
        let below = below.map(Reason::AmountBelow);
        below
            .or(above.map(Reason::AmountAbove))
            .unwrap_or_else(other)
    } else if has("type") {
        Reason::TypeIsNotSupported
    } else if has("currency") {
        Reason::CurrencyIsNotSupported
    } else if has("name") && has("blank") {
        Reason::NameIsBlank
    } else if has("name is too long") {
        let most = number("name is too long (maximum is ", " characters)");
        let most = most.and_then(|most| u32::try_from(most).ok());
        most.map_or_else(other, Reason::NameIsTooLong)
    } else if has("email") {
        Reason::Email
    } else if has("phone") {
        Reason::Phone
    } else {
        other()
    }
}

/// An error as all but one client read it.
#[derive(Deserialize)]
struct ApiError {
    code: Option<String>,
    message: Option<String>,
    #[serde(rename = "location")]
    _location: Option<String>,
}

fn api_error(error: ApiError) -> Result<Read, String> {
    // A client that finds none of them goes on, but its caller cannot tell what went wrong.
    match (error.code, error.message) {
        (Some(code), Some(message)) => Ok(Read::Error { code, message }),
        _ => Err("an error that says nothing".to_owned()),
    }
}

fn ios_error(body: &[u8]) -> Result<Read, String> {
    #[derive(Deserialize)]
    struct Error {
        code: String,
        message: String,
        #[serde(rename = "location")]
        _location: String,
    }
    let Error { code, message, .. } = parse(body)?;
    Ok(Read::Error { code, message })
}

/// A source in which everything may be missing or null and nothing may be of another type.
#[derive(Deserialize)]
struct Loose {
    created_at: Option<String>,
    references: Option<LooseReferences>,
    #[serde(rename = "id")]
    _id: Option<String>,
    #[serde(rename = "livemode")]
    _livemode: Option<bool>,
    #[serde(rename = "location")]
    _location: Option<String>,
    #[serde(rename = "amount")]
    _amount: Option<i64>,
    #[serde(rename = "currency")]
    _currency: Option<String>,
    #[serde(rename = "type")]
    _source_type: Option<String>,
    #[serde(rename = "flow")]
    _flow: Option<String>,
    #[serde(rename = "bank")]
    _bank: Option<String>,
    #[serde(rename = "barcode")]
    _barcode: Option<String>,
    #[serde(rename = "email")]
    _email: Option<String>,
    #[serde(rename = "name")]
    _name: Option<String>,
    #[serde(rename = "mobile_number")]
    _mobile_number: Option<String>,
    #[serde(rename = "phone_number")]
    _phone_number: Option<String>,
    #[serde(rename = "installment_term")]
    _installment_term: Option<i32>,
    #[serde(rename = "zero_interest_installments")]
    _zero_interest_installments: Option<bool>,
    #[serde(rename = "charge_status")]
    _charge_status: Option<String>,
    #[serde(rename = "receipt_amount")]
    _receipt_amount: Option<i64>,
    #[serde(rename = "items")]
    _items: Option<Vec<LooseItem>>,
    #[serde(rename = "billing")]
    _billing: Option<LooseAddress>,
    #[serde(rename = "shipping")]
    _shipping: Option<LooseAddress>,
}

#[derive(Deserialize)]
struct LooseReferences {
    expires_at: Option<String>,
    #[serde(rename = "customer_amount")]
    _customer_amount: Option<i64>,
    #[serde(rename = "customer_exchange_rate")]
    _customer_exchange_rate: Option<f64>,
    #[serde(rename = "barcode")]
    _barcode: Option<String>,
    #[serde(rename = "payment_code")]
    _payment_code: Option<String>,
}

#[derive(Deserialize)]
struct LooseItem {
    #[serde(rename = "name")]
    _name: Option<String>,
    #[serde(rename = "amount")]
    _amount: Option<i64>,
    #[serde(rename = "quantity")]
    _quantity: Option<i32>,
}

#[derive(Deserialize)]
struct LooseAddress {
    #[serde(rename = "city")]
    _city: Option<String>,
    #[serde(rename = "country")]
    _country: Option<String>,
    #[serde(rename = "street1")]
    _street1: Option<String>,
}

impl Loose {
    fn check_times(&self) -> Result<(), String> {
        let expiry = self
            .references
            .as_ref()
            .and_then(|all| all.expires_at.as_ref());
        for time in self.created_at.iter().chain(expiry) {
            let read = time.parse::<Timestamp>();
            read.map_err(|error| format!("{time}: {error}"))?;
        }
        Ok(())
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum JavaFlow {
    Offline,
    Redirect,
    AppRedirect,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum JavaChargeStatus {
    Expired,
    Failed,
    Pending,
    Reversed,
    Successful,
    Unknown,
}

#[derive(Deserialize)]
#[serde(tag = "object", rename_all = "snake_case")]
enum Classed {
    Barcode {
        #[serde(rename = "image")]
        _image: Option<ClassedImage>,
    },
}

#[derive(Deserialize)]
#[serde(tag = "object", rename_all = "snake_case")]
enum ClassedImage {
    Document {
        #[serde(rename = "download_uri")]
        _download_uri: Option<String>,
    },
}

#[derive(Deserialize)]
struct IosBank {
    #[serde(rename = "bank")]
    _bank: String,
}

#[derive(Deserialize)]
struct IosTerm {
    #[serde(rename = "installment_term")]
    _installment_term: i64,
}

#[derive(Deserialize)]
struct IosPhone {
    #[serde(rename = "phone_number")]
    _phone_number: String,
}

#[derive(Deserialize)]
struct IosBarcode {
    #[serde(rename = "barcode")]
    _barcode: String,
}

#[derive(Deserialize)]
struct IosPayer {
    #[serde(rename = "name")]
    _name: String,
    #[serde(rename = "email")]
    _email: String,
    #[serde(rename = "phone_number")]
    _phone_number: String,
}

#[derive(Deserialize)]
struct IosAtome {
    #[serde(rename = "phone_number")]
    _phone_number: String,
    #[serde(rename = "shipping")]
    _shipping: IosAddress,
    #[serde(rename = "billing")]
    _billing: Option<IosAddress>,
    #[serde(rename = "items")]
    _items: Vec<IosItem>,
}

#[derive(Deserialize)]
struct IosAddress {
    #[serde(rename = "country")]
    _country: String,
    #[serde(rename = "city")]
    _city: String,
    #[serde(rename = "state")]
    _state: String,
    #[serde(rename = "street1")]
    _street1: String,
    #[serde(rename = "postal_code")]
    _postal_code: String,
}

#[derive(Deserialize)]
struct IosItem {
    #[serde(rename = "sku")]
    _sku: String,
    #[serde(rename = "name")]
    _name: String,
    #[serde(rename = "quantity")]
    _quantity: i64,
    #[serde(rename = "amount")]
    _amount: i64,
}

fn parse<T: DeserializeOwned>(body: &[u8]) -> Result<T, String> {
    serde_json::from_slice(body).map_err(|error| error.to_string())
}
