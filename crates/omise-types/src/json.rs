use std::fmt;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

/// JSON of a shape that the specification does not describe, kept as it was read.
///
/// It may say anything, so `Debug` does not show it.
///
/// # Example
///
/// ```
/// use omise_types::Json;
///
/// let json: Json = serde_json::from_str(r#"{"amount": 100}"#)?;
/// assert_eq!(json.to_string(), r#"{"amount":100}"#);
/// assert_eq!(format!("{json:?}"), "[redacted]");
///
/// #[derive(serde::Deserialize)]
/// struct Discount {
///     amount: i64,
/// }
/// let discount: Option<Discount> = json.read();
/// assert_eq!(discount.map(|discount| discount.amount), Some(100));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Deserialize, PartialEq, Serialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schemars", schemars(transparent))]
#[serde(transparent)]
pub struct Json(serde_json::Value);

impl Json {
    /// Reads it as a type of yours, or `None` if it is of another shape.
    pub fn read<T: DeserializeOwned>(&self) -> Option<T> {
        T::deserialize(&self.0).ok()
    }
}

/// The JSON as text, on one line.
impl fmt::Display for Json {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Debug for Json {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        crate::Redacted.fmt(f)
    }
}
