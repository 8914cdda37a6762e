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

impl TryFrom<Timestamp> for SystemTime {
    type Error = TimestampError;

    /// Fails for a moment that the system's clock cannot hold; some begin at 1601.
    fn try_from(timestamp: Timestamp) -> Result<SystemTime, TimestampError> {
        let ms = timestamp.as_unix_ms();
        let distance = Duration::from_millis(ms.unsigned_abs());
        let time = if ms < 0 {
            SystemTime::UNIX_EPOCH.checked_sub(distance)
        } else {
            SystemTime::UNIX_EPOCH.checked_add(distance)
        };
        time.ok_or(TimestampError)
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

#[cfg(test)]
mod tests {
    use super::*;

    fn timestamp(text: &str) -> Timestamp {
        text.parse()
            .unwrap_or_else(|error| panic!("{text}: {error}"))
    }

    #[track_caller]
    fn check_written(text: &str, expected: &str) {
        assert_eq!(timestamp(text).to_string(), expected);
    }

    #[track_caller]
    fn check_refused(text: &str) {
        assert_eq!(text.parse::<Timestamp>(), Err(TimestampError), "{text}");
    }

    #[test]
    fn a_fraction_is_kept_until_whole_seconds_are_asked_for() {
        let moment = timestamp("2019-12-31T12:59:59.999Z");
        assert_eq!(moment.as_unix_ms(), 1_577_797_199_999);
        assert_eq!(moment.to_string(), "2019-12-31T12:59:59.999Z");
        assert_eq!(moment.to_whole_seconds(), timestamp("2019-12-31T12:59:59Z"));
    }

    #[test]
    fn an_offset_is_written_as_utc() {
        check_written("2019-12-31T19:59:59+07:00", "2019-12-31T12:59:59Z");
    }

    #[test]
    fn the_form_of_older_versions_is_read() {
        check_written("2022-12-21 09:14:45 UTC", "2022-12-21T09:14:45Z");
    }

    #[test]
    fn whole_seconds_before_the_epoch_are_the_earlier_ones() {
        let moment = Timestamp::from_unix_ms(-1).expect("a millisecond before the epoch");
        assert_eq!(moment.as_unix_ms(), -1);
        assert_eq!(
            moment.to_whole_seconds().to_string(),
            "1969-12-31T23:59:59Z"
        );
    }

    #[test]
    fn what_is_no_moment_is_refused() {
        for text in [
            "",
            "2019-12-31",
            "2019-12-31T12:59:59",
            "2019-02-29T00:00:00Z",
            "2022-12-21T09:14:45Z UTC",
            "1577797199",
        ] {
            check_refused(text);
        }
    }

    #[test]
    fn a_year_of_five_digits_is_refused() {
        check_refused("10000-01-01T00:00:00Z");
        assert_eq!(Timestamp::from_unix_ms(i64::MAX), Err(TimestampError));
    }

    #[test]
    fn the_time_of_the_system_is_the_same_moment() {
        for ms in [-1_577_797_199_001, -1, 0, 1_577_797_199_999] {
            let moment = Timestamp::from_unix_ms(ms).expect("a moment of our days");
            let time = SystemTime::try_from(moment).expect("a clock that knows our days");
            assert_eq!(Timestamp::try_from(time), Ok(moment));
        }
    }
}
