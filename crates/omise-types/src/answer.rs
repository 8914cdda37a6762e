use std::fmt;

use serde::de::{DeserializeOwned, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use serde_json::error::Category;
use serde_json::{Map, Value};
use serde_path_to_error::{Path, Segment};

/// A type that an answer of the API is read as; [`read_answer`] reads it.
pub trait Answer: DeserializeOwned {
    /// The attributes that are never read as absent: those that are always there, amounts,
    /// currencies, ids and statuses. Each is a path such as `items.amount`.
    const STRICT: &'static [&'static str];
}

/// An answer, and what of it could not be read.
///
/// # Example
///
/// [`read_answer`] has one.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct ReadAnswer<T> {
    /// The answer.
    pub value: T,
    /// The attributes that are absent in the value because their type was not the expected one,
    /// each as a path such as `references.expires_at`. It is mostly empty.
    pub unread: Vec<String>,
}

impl<T> From<T> for ReadAnswer<T> {
    /// An answer of which everything could be read.
    fn from(value: T) -> ReadAnswer<T> {
        ReadAnswer {
            value,
            unread: Vec::new(),
        }
    }
}

/// Reads an answer, and reads an optional attribute of an unexpected type as absent.
///
/// So an answer to a creation is not lost because of one attribute. What moves money is never
/// guessed: an amount, a currency, an id or a status of an unexpected type is an error, and so is
/// an attribute that must be there.
///
/// # Errors
///
/// If it is not JSON, or an attribute that has to be readable is not.
///
/// # Example
///
/// ```
/// use omise_types::{Source, read_answer};
///
/// let answer = br#"{"object": "source", "id": "src_test_5g5in1we65199wlsyji", "livemode": false,
///     "location": "/sources/src_test_5g5in1we65199wlsyji", "amount": 10000, "currency": "THB",
///     "created_at": "2019-12-31T12:59:59Z", "flow": "offline", "type": "promptpay",
///     "store_name": 7}"#;
/// let answer = read_answer::<Source>(answer)?;
/// assert_eq!(answer.value.store_name, None);
/// assert_eq!(answer.unread, ["store_name"]);
/// # Ok::<(), omise_types::DecodeError>(())
/// ```
pub fn read_answer<T: Answer>(json: &[u8]) -> Result<ReadAnswer<T>, DecodeError> {
    match serde_json::from_slice::<T>(json) {
        Ok(value) => Ok(value.into()),
        Err(error) if error.classify() == Category::Data => {
            let failure = decode::<T>(json).err();
            match (serde_json::from_slice(json), failure) {
                // Which of two amounts would count is not known.
                (Err(_), Some(failure)) => Err(failure),
                (Ok(UniqueKeys(value)), failure) => tolerate(value, failure),
                (Err(error), None) => Err(DecodeError::of_json(&error)),
            }
        }
        Err(error) => Err(DecodeError::of_json(&error)),
    }
}

/// Reads an answer, and nothing of an unexpected type.
///
/// # Errors
///
/// If it is not JSON, or any attribute has an unexpected type.
///
/// # Example
///
/// ```
/// use omise_types::{Source, read_answer_strictly};
///
/// let answer = br#"{"object": "source", "id": 7}"#;
/// let error = read_answer_strictly::<Source>(answer).unwrap_err();
/// assert_eq!(error.to_string(), "the attribute `id` has an unexpected type or value");
/// ```
pub fn read_answer_strictly<T: Answer>(json: &[u8]) -> Result<T, DecodeError> {
    match serde_json::from_slice(json) {
        Ok(value) => Ok(value),
        Err(error) if error.classify() == Category::Data => decode(json),
        Err(error) => Err(DecodeError::of_json(&error)),
    }
}

/// Reads an object as [`read_answer`] does.
pub(crate) fn read_value<T: Answer>(value: Value) -> Result<ReadAnswer<T>, DecodeError> {
    let failure = decode_value::<T>(&value).err();
    tolerate(value, failure)
}

/// Makes optional attributes null until the rest can be read.
fn tolerate<T: Answer>(
    mut value: Value,
    mut failure: Option<DecodeError>,
) -> Result<ReadAnswer<T>, DecodeError> {
    let mut unread: Vec<String> = Vec::new();
    loop {
        if let Some(failure) = failure.take() {
            let blanked = blank(&mut value, &failure.segments, T::STRICT);
            let Some(path) = blanked else {
                return Err(failure);
            };
            unread.retain(|known| !is_within(known, &path));
            unread.push(path);
        }
        match decode_value(&value) {
            Ok(value) => return Ok(ReadAnswer { value, unread }),
            Err(error) => failure = Some(error),
        }
    }
}

/// Makes what is at a path null or, if it is null already, what it is in. `None` if that must be
/// read.
fn blank(value: &mut Value, segments: &[Step], strict: &[&str]) -> Option<String> {
    for length in (1..=segments.len()).rev() {
        let segments = &segments[..length];
        let names = segments.iter().filter_map(|step| match step {
            Step::Name(name) => Some(name.as_str()),
            Step::Index(_) => None,
        });
        let names = names.collect::<Vec<_>>().join(".");
        if strict.contains(&names.as_str()) {
            return None;
        }
        let mut place = &mut *value;
        for step in segments {
            place = match step {
                Step::Name(name) => place.get_mut(name)?,
                Step::Index(index) => place.get_mut(index)?,
            };
        }
        if !place.is_null() {
            *place = Value::Null;
            return Some(path(segments));
        }
    }
    None
}

fn is_within(path: &str, other: &str) -> bool {
    let rest = path.strip_prefix(other);
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
}

fn decode<T: DeserializeOwned>(json: &[u8]) -> Result<T, DecodeError> {
    let mut json = serde_json::Deserializer::from_slice(json);
    serde_path_to_error::deserialize(&mut json)
        .map_err(|error| DecodeError::of_attribute(error.path(), error.inner()))
}

// By way of its text: the code that reads an answer is large, and this would be a third copy of it
// for a path that is hardly ever taken.
fn decode_value<T: DeserializeOwned>(value: &Value) -> Result<T, DecodeError> {
    decode(value.to_string().as_bytes())
}

/// Why an answer cannot be read: what is wrong, and where.
///
/// It has the path of an attribute and never its value, which may be the payer's.
///
/// # Example
///
/// [`read_answer_strictly`] has one.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct DecodeError {
    problem: Problem,
    segments: Vec<Step>,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Problem {
    NotJson { line: usize, column: usize },
    EndsEarly,
    Missing,
    Twice,
    Unexpected,
}

/// A part of the path of an attribute.
#[derive(Clone, Debug, Eq, PartialEq)]
enum Step {
    Name(String),
    Index(usize),
}

impl DecodeError {
    /// The path of the attribute, such as `references.expires_at`, or `None` if the answer is not
    /// JSON or not an object.
    pub fn path(&self) -> Option<String> {
        (!self.segments.is_empty()).then(|| path(&self.segments))
    }

    fn of_json(error: &serde_json::Error) -> DecodeError {
        let problem = match error.classify() {
            Category::Eof => Problem::EndsEarly,
            _ => Problem::NotJson {
                line: error.line(),
                column: error.column(),
            },
        };
        // The names in what is not JSON are anything.
        DecodeError {
            problem,
            segments: Vec::new(),
        }
    }

    fn of_attribute(path: &Path, error: &serde_json::Error) -> DecodeError {
        if error.classify() != Category::Data {
            return DecodeError::of_json(error);
        }
        let mut segments: Vec<Step> = path
            .iter()
            .filter_map(|segment| match segment {
                Segment::Map { key } => Some(Step::Name(key.clone())),
                Segment::Seq { index } => Some(Step::Index(*index)),
                Segment::Enum { .. } | Segment::Unknown => None,
            })
            .collect();
        // serde quotes the name of the type's own field there, nothing of the answer.
        let message = error.to_string();
        for (beginning, problem) in [
            ("missing field `", Problem::Missing),
            ("duplicate field `", Problem::Twice),
        ] {
            let rest = message.strip_prefix(beginning);
            if let Some((name, _)) = rest.and_then(|rest| rest.split_once('`')) {
                segments.push(Step::Name(name.to_owned()));
                return DecodeError { problem, segments };
            }
        }
        DecodeError {
            problem: Problem::Unexpected,
            segments,
        }
    }
}

fn path(segments: &[Step]) -> String {
    let mut path = String::new();
    for step in segments {
        match step {
            Step::Name(name) if path.is_empty() => path.push_str(name),
            Step::Name(name) => {
                path.push('.');
                path.push_str(name);
            }
            Step::Index(index) => path.push_str(&format!("[{index}]")),
        }
    }
    path
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = path(&self.segments);
        match self.problem {
            Problem::NotJson { line, column } => {
                write!(f, "the body is not JSON at line {line} column {column}")
            }
            Problem::EndsEarly => f.write_str("the body ends too early"),
            Problem::Missing => write!(f, "the attribute `{path}` is missing"),
            Problem::Twice => write!(f, "the attribute `{path}` is there twice"),
            Problem::Unexpected if path.is_empty() => f.write_str("the body is not an object"),
            Problem::Unexpected => {
                write!(f, "the attribute `{path}` has an unexpected type or value")
            }
        }
    }
}

impl std::error::Error for DecodeError {}

/// JSON in which no object has the same name twice: only one of the two would count.
pub(crate) struct UniqueKeys(pub(crate) Value);

impl<'de> serde::Deserialize<'de> for UniqueKeys {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<UniqueKeys, D::Error> {
        deserializer.deserialize_any(Unique).map(UniqueKeys)
    }
}

struct Unique;

impl<'de> Visitor<'de> for Unique {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_seq<S: SeqAccess<'de>>(self, mut seq: S) -> Result<Value, S::Error> {
        let mut values = Vec::new();
        while let Some(UniqueKeys(value)) = seq.next_element()? {
            values.push(value);
        }
        Ok(Value::Array(values))
    }

    fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<Value, M::Error> {
        let mut values = Map::new();
        while let Some(name) = map.next_key::<String>()? {
            let UniqueKeys(value) = map.next_value()?;
            if values.insert(name, value).is_some() {
                return Err(M::Error::custom("an attribute is there twice"));
            }
        }
        Ok(Value::Object(values))
    }
}
