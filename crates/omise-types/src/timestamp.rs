use std::fmt;
use std::str::FromStr;
use std::time::{Duration, SystemTime};

use jiff::civil::DateTime;
use jiff::tz::Offset;
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
        read(text).map(Timestamp).ok_or(TimestampError)
    }
}

// The calendar is jiff's. Its own reader of texts is not used: it reads much more than the API has
// ever written, and makes a program that uses the SDK a quarter of a megabyte larger.
fn read(text: &str) -> Option<jiff::Timestamp> {
    let (date, time) = text.split_at_checked("2019-12-31".len())?;
    let time = time.strip_prefix(['T', 't', ' '])?;
    let (time, offset) = match time.strip_suffix(" UTC") {
        Some(time) => (time, Offset::UTC),
        None => without_offset(time)?,
    };
    let (time, nanoseconds) = match time.split_once('.') {
        Some((time, fraction)) => (time, nanoseconds(fraction)?),
        None => (time, 0),
    };
    let [year, month, day] = numbers(date, '-', [4, 2, 2])?;
    let [hour, minute, second] = numbers(time, ':', [2, 2, 2])?;
    let small = |number: i32| i8::try_from(number).ok();
    let moment = DateTime::new(
        i16::try_from(year).ok()?,
        small(month)?,
        small(day)?,
        small(hour)?,
        small(minute)?,
        small(second)?,
        nanoseconds,
    );
    offset.to_timestamp(moment.ok()?).ok()
}

/// A time without the offset behind it, and the offset.
fn without_offset(time: &str) -> Option<(&str, Offset)> {
    if let Some(time) = time.strip_suffix(['Z', 'z']) {
        return Some((time, Offset::UTC));
    }
    let (time, offset) = time.split_at_checked(time.rfind(['+', '-'])?)?;
    let (sign, offset) = match offset.strip_prefix('-') {
        Some(offset) => (-1, offset),
        None => (1, offset.strip_prefix('+')?),
    };
    let [hours, minutes] = numbers(offset, ':', [2, 2])?;
    let seconds = sign * (hours * 3600 + minutes * 60);
    Some((time, Offset::from_seconds(seconds).ok()?))
}

/// Numbers of so many digits each, with a separator between them.
fn numbers<const N: usize>(text: &str, separator: char, digits: [usize; N]) -> Option<[i32; N]> {
    let mut parts = text.split(separator);
    let mut numbers = [0; N];
    for (number, digits) in numbers.iter_mut().zip(digits) {
        let part = parts.next()?;
        let is_digit = |byte: u8| byte.is_ascii_digit();
        if part.len() != digits || !part.bytes().all(is_digit) {
            return None;
        }
        *number = part.parse().ok()?;
    }
    parts.next().is_none().then_some(numbers)
}

fn nanoseconds(fraction: &str) -> Option<i32> {
    let is_fraction = (1..=9).contains(&fraction.len());
    let [digits] = numbers(fraction, '.', [fraction.len()]).filter(|_| is_fraction)?;
    let missing = u32::try_from(9 - fraction.len()).ok()?;
    Some(digits * 10_i32.pow(missing))
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

/// A text that is not a time, or a time beyond what can be written.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
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
            "2019-12-31T12:59:59.Z",
            "2019-12-31T12:59:59.0123456789Z",
            "2019-12-31T24:00:00Z",
            "2019-12-31T12:60:00Z",
            "2019-12-31T12:59:59+7:00",
            "2019-12-31T12:59:59+07:00Z",
            "2019-12-31T12:59:59 UTCZ",
            "+019-12-31T12:59:59Z",
            "2019-1-31T12:59:59Z",
            "2019-12-31T1\u{0662}:59:59Z",
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
