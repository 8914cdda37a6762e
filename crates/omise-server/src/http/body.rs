//! The parameters of a request, out of its body.

use std::error::Error;
use std::future::poll_fn;
use std::pin::pin;

use bytes::{Buf, Bytes, BytesMut};
use http::HeaderMap;
use http::header::{CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE};
use http_body::Body;
use serde_json::Value;

use crate::failure::Failure;
use crate::http::request_body::TooSlow;
use crate::http::sizes::{BODY_BYTES_MAX, BODY_PIECES_MAX};
use crate::http::{form, json, strict};

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
    let coding = headers.get(CONTENT_ENCODING);
    if coding.is_some_and(|coding| !coding.as_bytes().eq_ignore_ascii_case(b"identity")) {
        return Err(Failure::ContentEncoded);
    }
    let content_type = strict::one(headers, &CONTENT_TYPE)?.filter(|value| !value.is_empty());
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
    let mut body = pin!(body);
    let mut whole = Bytes::new();
    let mut copied = BytesMut::new();
    let mut pieces = 0;
    while let Some(frame) = poll_fn(|context| body.as_mut().poll_frame(context)).await {
        let frame = frame.map_err(|error| match error.into() {
            error if error.is::<TooSlow>() => Failure::BodyTimeout,
            _ => Failure::BodyCut,
        })?;
        pieces += 1;
        if pieces > BODY_PIECES_MAX {
            return Err(Failure::BodyInTooManyPieces);
        }
        // Trailers say nothing of the parameters.
        let Ok(mut data) = frame.into_data() else {
            continue;
        };
        if whole.len() + copied.len() + data.remaining() > BODY_BYTES_MAX {
            return Err(Failure::BodyTooLarge);
        }
        if whole.is_empty() && copied.is_empty() {
            // Most bodies are one piece, which is used as it is.
            whole = data.copy_to_bytes(data.remaining());
        } else {
            // Each piece holds the memory into which it was read, so many of them are copied.
            copied.extend_from_slice(&std::mem::take(&mut whole));
            while data.has_remaining() {
                let chunk = data.chunk();
                copied.extend_from_slice(chunk);
                let length = chunk.len();
                data.advance(length);
            }
        }
    }
    Ok(if copied.is_empty() {
        whole
    } else {
        copied.freeze()
    })
}

#[cfg(test)]
mod tests {
    use std::collections::VecDeque;
    use std::convert::Infallible;
    use std::task::{Context, Poll};

    use http_body::Frame;

    use super::*;

    /// A body that comes in these pieces.
    struct Pieces(VecDeque<&'static [u8]>);

    impl Body for Pieces {
        type Data = Bytes;
        type Error = Infallible;

        fn poll_frame(
            mut self: std::pin::Pin<&mut Self>,
            _: &mut Context<'_>,
        ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
            let piece = self.0.pop_front();
            Poll::Ready(piece.map(|piece| Ok(Frame::data(Bytes::from_static(piece)))))
        }
    }

    async fn collected(pieces: impl IntoIterator<Item = &'static [u8]>) -> Result<Bytes, Failure> {
        let pieces = Pieces(pieces.into_iter().collect());
        collect(&HeaderMap::new(), pieces.map_err_into()).await
    }

    impl Pieces {
        fn map_err_into(self) -> impl Body<Data = Bytes, Error = Box<dyn Error + Send + Sync>> {
            http_body_util::BodyExt::map_err(self, |never| match never {})
        }
    }

    #[tokio::test]
    async fn a_body_in_one_piece_is_not_copied() {
        let piece: &'static [u8] = b"amount=1";
        let body = collected([piece]).await.expect("it is read");
        assert_eq!(body.as_ptr(), piece.as_ptr());
    }

    #[tokio::test]
    async fn pieces_are_put_together() {
        let pieces: [&[u8]; 4] = [b"amo", b"", b"unt", b"=1"];
        let body = collected(pieces).await.expect("it is read");
        assert_eq!(body, "amount=1");
        assert_eq!(collected([]).await.expect("it is empty"), "");
    }

    #[tokio::test]
    async fn too_many_bytes_or_pieces_are_refused() {
        let byte: &[u8] = b"a";
        let most = std::iter::repeat_n(byte, BODY_PIECES_MAX);
        assert!(collected(most.clone()).await.is_ok());
        let failure = collected(most.chain([byte])).await;
        assert!(matches!(failure, Err(Failure::BodyInTooManyPieces)));

        let large: &[u8] = &[b'a'; BODY_BYTES_MAX];
        assert!(collected([large]).await.is_ok());
        let failure = collected([large, byte]).await;
        assert!(matches!(failure, Err(Failure::BodyTooLarge)));
    }
}
