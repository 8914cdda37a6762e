use std::fmt;
use std::str::FromStr;
use std::time::{Duration, SystemTime};

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A moment, written in UTC as ISO 8601 and, as the API makes them, without fractions.
///
/// # Example
///
/// ```
/// use omise_types::Timestamp;
///
/// let created_at: Timestamp = "2019-12-31T12:59:59Z".parse()?;
/// assert_eq!(created_at.as_unix_ms(), 1_577_797_199_000);
/// assert_eq!(created_at.to_string(), "2019-12-31T12:59:59Z");
/// # Ok::<(), omise_types::TimestampError>(())
/// ```
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Timestamp(jiff::Timestamp);

impl Timestamp {
    /// The moment so many milliseconds after the Unix epoch.
    ///
    /// # Errors
    ///
    /// Outside of the years -9999 to 9999.
    pub fn from_unix_ms(ms: i64) -> Result<Timestamp, TimestampError> {
        jiff::Timestamp::from_millisecond(ms)
            .map(Timestamp)
            .map_err(|_| TimestampError)
    }

    /// Milliseconds since the Unix epoch.
    pub fn as_unix_ms(self) -> i64 {
        self.0.as_millisecond()
    }

    /// The same moment with what is finer than a second left out, as the API writes it.
    pub fn to_whole_seconds(self) -> Timestamp {
        jiff::Timestamp::from_second(self.0.as_millisecond().div_euclid(1000))
            .map_or(self, Timestamp)
    }
}

impl TryFrom<SystemTime> for Timestamp {
    type Error = TimestampError;

    fn try_from(time: SystemTime) -> Result<Timestamp, TimestampError> {
        jiff::Timestamp::try_from(time)
            .map(Timestamp)
            .map_err(|_| TimestampError)
    }
}

impl From<Timestamp> for SystemTime {
    fn from(timestamp: Timestamp) -> SystemTime {
        let ms = timestamp.as_unix_ms();
        let distance = Duration::from_millis(ms.unsigned_abs());
        if ms < 0 {
            SystemTime::UNIX_EPOCH - distance
        } else {
            SystemTime::UNIX_EPOCH + distance
        }
    }
}

impl FromStr for Timestamp {
    type Err = TimestampError;

    /// Reads ISO 8601, and the `2022-12-21 09:14:45 UTC` of older API versions.
    fn from_str(text: &str) -> Result<Timestamp, TimestampError> {
        let iso = match text.strip_suffix(" UTC") {
            Some(text) => &format!("{text}Z"),
            None => text,
        };
        iso.parse().map(Timestamp).map_err(|_| TimestampError)
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Timestamp, D::Error> {
        crate::reading::text(deserializer, Timestamp::from_str)?.map_err(serde::de::Error::custom)
    }
}

#[cfg(feature = "schemars")]
impl schemars::JsonSchema for Timestamp {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Timestamp".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({"type": "string", "format": "date-time"})
    }
}

/// A text that is no moment, or one beyond what can be written.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct TimestampError;

impl fmt::Display for TimestampError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a time is ISO 8601, such as 2019-12-31T12:59:59Z")
    }
}

impl std::error::Error for TimestampError {}
