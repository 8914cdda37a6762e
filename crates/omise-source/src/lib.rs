//! The rules of the Source API: what makes a source, and why a request is refused.
//!
//! Pure: no I/O, no clock and no randomness of its own. The account, the id, the time and the payer's
//! address are passed in, and the same input gives the same answer.
//!
//! A request goes through three steps, one module each. [`Draft::read`] finds the row of the payment
//! method and reads the parameters that it takes out of JSON, with the coercions that the API makes.
//! [`Draft::check`] holds the rules against them and answers with an [`Accepted`] request or a
//! [`Rejection`] that has every reason. [`Accepted::into_source`] makes the source.
//!
//! ```
//! use omise_source::{Account, Draft, Stamp};
//! use omise_types::{SourceId, Timestamp};
//!
//! let account = Account::default();
//! let request = serde_json::json!({"amount": 10000, "currency": "thb", "type": "promptpay"});
//! let accepted = Draft::read(request).check(&account)?;
//! let source = accepted.into_source(Stamp {
//!     id: SourceId::new("src_test_5g5in1we65199wlsyji")?,
//!     created_at: Timestamp::from_unix_ms(1_577_797_199_000)?,
//!     peer_ip: None,
//! });
//! assert_eq!(source.currency.as_str(), "THB");
//!
//! let request = serde_json::json!({"amount": "many", "currency": "XXX", "type": "promptpay"});
//! let rejection = Draft::read(request).check(&account).expect_err("nothing of it is right");
//! assert_eq!(
//!     rejection.to_string(),
//!     "currency is currently not supported and amount is not a number",
//! );
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod account;
mod draft;
mod id;
mod rejection;
mod rules;
mod source;

pub use account::Account;
pub use draft::Draft;
pub use id::{IdSequence, RANDOM_BELOW};
pub use rejection::{Reason, Rejection, Rule};
pub use rules::Accepted;
pub use source::{Stamp, restamp};
