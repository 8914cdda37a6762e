#![doc = include_str!("../README.md")]

mod amount;
mod answer;
mod currency;
mod details;
mod embedded_source;
mod generated;
mod id;
mod json;
mod key;
pub mod money;
mod next_step;
mod open;
mod parameter;
mod payment_method;
pub mod payment_methods;
mod reading;
mod redacted;
mod retry_policy;
mod shape;
mod similar;
#[cfg(test)]
mod test_source;
mod timestamp;
mod version;

pub use amount::{Amount, AmountError};
pub use answer::{Answer, DecodeError, ReadAnswer, read_answer, read_answer_strictly};
pub use currency::{CodeError, Country, Currency, CurrencyTerms};
pub use embedded_source::EmbeddedSource;
pub use generated::payment_methods::PaymentMethodDetails;
#[doc(hidden)] // For the server and the command; it changes at any time.
pub use generated::tables::API_VERSIONS;
pub use generated::tables::{
    API_VERSION, API_VERSION_HEADER, Operation, SPEC_SHA256, SPEC_VERSION,
};
pub use id::{IdError, ObjectId, SourceIdError};
pub use json::Json;
pub use key::{KeyError, KeyRole, PublicKey, SecretKey};
pub use next_step::NextStep;
pub use open::OtherValue;
pub use parameter::Parameter;
pub use payment_method::{Constraint, InstallmentTerm, Limits, PaymentMethod};
use redacted::Redacted;
pub use retry_policy::{Repeatable, RetryPolicy};
#[doc(hidden)] // For the server and the command; it changes at any time.
pub use shape::{Member, Shape};
pub use timestamp::{Timestamp, TimestampError};
#[doc(hidden)] // For the server and the command; it changes at any time.
pub use version::ApiVersion;

// By name, so that a name that is taken by what is written by hand does not compile.
generated::types::export_types!();
