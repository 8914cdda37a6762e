#![doc = include_str!("../README.md")]

mod account;
mod amount;
mod currency;
mod draft;
mod generated;
mod key;
mod open;
mod payment_method;
mod reading;
mod redacted;
mod rejection;
mod rules;
mod shape;
mod source_id;
mod timestamp;
mod version;

pub use account::Account;
pub use amount::{Amount, AmountError};
pub use currency::{CodeError, Country, Currency, CurrencyTerms};
pub use draft::Draft;
pub use generated::tables::{API_VERSION, API_VERSIONS, Operation, Parameter, SPEC_VERSION};
pub use generated::types::*;
pub use key::{KeyError, KeyRole, PublicKey, SecretKey};
pub use open::OtherValue;
pub use payment_method::{Constraint, InstallmentTerm, Limits, PaymentMethod};
use redacted::Redacted;
pub use rejection::{Reason, Rejection, Rule};
pub use rules::Accepted;
pub use shape::{Member, Shape};
pub use source_id::{SourceId, SourceIdError};
pub use timestamp::{Timestamp, TimestampError};
pub use version::ApiVersion;
