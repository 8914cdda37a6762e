//! The parameters of a request, out of its body.

use std::error::Error;

use bytes::Bytes;
use http::HeaderMap;
use http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use http_body::Body;
use http_body_util::{BodyExt, LengthLimitError, Limited};
use serde_json::Value;

use crate::body_timeout::TooSlow;
use crate::failure::Failure;
use crate::{form, json};

/// The most bytes that a request's body may have.
pub const BODY_BYTES_MAX: usize = 65_536;

/// Reads the parameters, from JSON or a form.
pub(crate) async fn read<B>(headers: &HeaderMap, body: B) -> Result<Value, Failure>
where
    B: Body<Error: Into<Box<dyn Error + Send + Sync>>>,
{
    let encoding = encoding(headers)?;
    let body = collect(headers, body).await?;
    match encoding {
        Some(Encoding::Json) => match json::read(&body)? {
            Value::Object(parameters) => Ok(Value::Object(parameters)),
            _ => Err(Failure::BodyNotAnObject),
        },
        Some(Encoding::Form) => Ok(form::read(&body)?),
        None if body.is_empty() => Ok(Value::Null),
        None => Err(Failure::UnsupportedMediaType),
    }
}

enum Encoding {
    Json,
    Form,
}

// Parameters such as `charset=utf-8`, which iOS spells `utf8`, say nothing that is not so anyway.
fn encoding(headers: &HeaderMap) -> Result<Option<Encoding>, Failure> {
    let content_type = headers.get(CONTENT_TYPE).filter(|value| !value.is_empty());
    let Some(content_type) = content_type else {
        return Ok(None);
    };
    let media = content_type.as_bytes().split(|&byte| byte == b';').next();
    let media = media.unwrap_or_default().trim_ascii();
    if media.eq_ignore_ascii_case(b"application/json") {
        Ok(Some(Encoding::Json))
    } else if media.eq_ignore_ascii_case(b"application/x-www-form-urlencoded") {
        Ok(Some(Encoding::Form))
    } else {
        Err(Failure::UnsupportedMediaType)
    }
}

async fn collect<B>(headers: &HeaderMap, body: B) -> Result<Bytes, Failure>
where
    B: Body<Error: Into<Box<dyn Error + Send + Sync>>>,
{
    let announced = headers
        .get(CONTENT_LENGTH)
        .and_then(|length| length.to_str().ok());
    let announced = announced.and_then(|length| length.parse::<u64>().ok());
    if announced.is_some_and(|length| length > BODY_BYTES_MAX as u64) {
        return Err(Failure::BodyTooLarge);
    }
    match Limited::new(body, BODY_BYTES_MAX).collect().await {
        Ok(collected) => Ok(collected.to_bytes()),
        Err(error) if error.is::<LengthLimitError>() => Err(Failure::BodyTooLarge),
        Err(error) if error.is::<TooSlow>() => Err(Failure::BodyTimeout),
        Err(_) => Err(Failure::BodyCut),
    }
}
