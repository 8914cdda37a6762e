use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::{HeaderName, HeaderValue, Method, Uri};
use serde_json::Value;

use crate::matching::{Matching, Mismatch};
use crate::template::Names;
use crate::{Case, Failure, Json, KeyName, Keys, Step};

impl Case {
    /// Runs the case: sends its requests one after the other and holds the answers against what is
    /// expected.
    ///
    /// `send` is given a request whose URI is a path. It follows no redirect.
    ///
    /// # Errors
    ///
    /// The first step that has no answer, or not the expected one.
    ///
    /// # Example
    ///
    /// ```
    /// use omise_client::Transport;
    /// use omise_conformance::{Keys, Suite};
    /// use omise_testing::TestService;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let service = TestService::start();
    /// let keys = Keys {
    ///     public: service.public_key().expose().to_owned(),
    ///     secret: service.secret_key().expose().to_owned(),
    /// };
    /// for case in Suite::embedded().cases() {
    ///     let outcome = case.run(&keys, async |request| service.send(request).await).await;
    ///     assert_eq!(outcome, Ok(()), "{}", case.id);
    /// }
    /// # }
    /// ```
    pub async fn run<E: fmt::Display>(
        &self,
        keys: &Keys,
        send: impl AsyncFn(http::Request<Bytes>) -> Result<http::Response<Bytes>, E>,
    ) -> Result<(), Failure> {
        let mut exchange = Exchange::new(keys);
        for step in self.steps() {
            let request = exchange.request(step);
            let failure = |mismatches, no_answer| Failure {
                request: format!("{} {}", request.method(), request.uri()),
                mismatches,
                no_answer,
            };
            let answer = send(request.clone())
                .await
                .map_err(|error| failure(Vec::new(), Some(error.to_string())))?;
            exchange
                .judge(step, &answer)
                .map_err(|mismatches| failure(mismatches, None))?;
        }
        Ok(())
    }
}

/// A case that is under way: what was remembered so far.
///
/// For those who send the requests in a way of their own; [`Case::run`] is simpler.
///
/// # Example
///
/// ```
/// use omise_client::Transport;
/// use omise_conformance::{Exchange, Keys, Suite};
/// use omise_testing::TestService;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), omise_client::TransportError> {
/// let service = TestService::start();
/// let keys = Keys {
///     public: service.public_key().expose().to_owned(),
///     secret: service.secret_key().expose().to_owned(),
/// };
/// let suite = Suite::embedded();
/// let case = suite.case("retrieved-as-created").expect("a case of the suite");
/// let mut exchange = Exchange::new(&keys);
/// for step in case.steps() {
///     let answer = service.send(exchange.request(step)).await?;
///     assert_eq!(exchange.judge(step, &answer), Ok(()));
/// }
/// assert!(exchange.remembered("id").is_some());
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Exchange {
    names: Names,
}

impl Exchange {
    /// Begins a case.
    pub fn new(keys: &Keys) -> Exchange {
        Exchange {
            names: Names::new(keys),
        }
    }

    /// The request of a step.
    ///
    /// # Panics
    ///
    /// If the step has a method, path, header or base64 that is none. Those of the suite are
    /// checked by its tests.
    pub fn request(&self, step: &Step) -> http::Request<Bytes> {
        let asked = &step.request;
        let method = Method::from_bytes(asked.method.as_bytes()).expect("a method");
        let path: Uri = self.names.fill(&asked.path).parse().expect("a path");
        let mut request = http::Request::new(body(step));
        *request.method_mut() = method;
        *request.uri_mut() = path;
        let key = asked.key.map(|key| match key {
            KeyName::Public => "Basic {base64:{public_key}:}",
            KeyName::Secret => "Basic {base64:{secret_key}:}",
        });
        let own = [
            ("authorization", key),
            ("content-type", asked.content_type()),
        ];
        let own = own
            .iter()
            .filter_map(|(name, value)| Some((*name, (*value)?)));
        let given = asked.headers.iter();
        let given = given.map(|(name, value)| (name.as_str(), value.as_str()));
        for (name, value) in own.chain(given) {
            let name = HeaderName::from_bytes(name.as_bytes()).expect("a name of a header");
            let value = HeaderValue::from_str(&self.names.fill(value)).expect("a header");
            request.headers_mut().insert(name, value);
        }
        request
    }

    /// Holds an answer against what the step expects, after remembering of it what is to be.
    ///
    /// # Errors
    ///
    /// Every place that is not as expected.
    pub fn judge(
        &mut self,
        step: &Step,
        answer: &http::Response<Bytes>,
    ) -> Result<(), Vec<Mismatch>> {
        let body = match answer.body().as_ref() {
            b"" => None,
            bytes => Some(serde_json::from_slice::<Json>(bytes).unwrap_or_else(|_| {
                Json::Text(format!("not JSON: {}", String::from_utf8_lossy(bytes)))
            })),
        };
        for (name, member) in &step.capture {
            let whole = body.as_ref().filter(|_| member.is_empty());
            let part = body.as_ref().and_then(|body| body.get(member));
            if let Some(value) = whole.or(part) {
                self.names.insert(name, value.clone());
            }
        }
        let mut matching = Matching {
            names: &self.names,
            mismatches: Vec::new(),
        };
        let status = Json::Number(answer.status().as_u16().into());
        let expected = Value::from(step.answer.status);
        matching.check("status", &expected, Some(&status));
        for (name, expected) in &step.answer.headers {
            let header = header(answer, name);
            matching.check(&format!("headers.{name}"), expected, header.as_ref());
        }
        if let Some(expected) = &step.answer.body {
            matching.check("body", expected, body.as_ref());
        }
        if matching.mismatches.is_empty() {
            Ok(())
        } else {
            Err(matching.mismatches)
        }
    }

    /// Holds a value against a matcher, such as that of a body.
    ///
    /// # Errors
    ///
    /// Every place that is not as expected.
    pub fn judge_value(&self, expected: &Value, seen: &Json) -> Result<(), Vec<Mismatch>> {
        let mut matching = Matching {
            names: &self.names,
            mismatches: Vec::new(),
        };
        matching.check("body", expected, Some(seen));
        if matching.mismatches.is_empty() {
            Ok(())
        } else {
            Err(matching.mismatches)
        }
    }

    /// What was remembered by a name, if it is a text.
    pub fn remembered(&self, name: &str) -> Option<&str> {
        match self.names.get(name)? {
            Json::Text(text) => Some(text),
            _ => None,
        }
    }
}

/// The keys are among what is remembered, so nothing is shown.
impl fmt::Debug for Exchange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Exchange").finish_non_exhaustive()
    }
}

fn body(step: &Step) -> Bytes {
    let asked = &step.request;
    let mut body = if let Some(json) = &asked.json {
        json.to_string().into_bytes()
    } else if let Some(text) = asked.form.as_ref().or(asked.text.as_ref()) {
        text.clone().into_bytes()
    } else if let Some(base64) = &asked.base64 {
        STANDARD.decode(base64).expect("base64")
    } else {
        Vec::new()
    };
    body.resize(body.len() + asked.pad, b'x');
    body.into()
}

/// The values of a header, as one text.
fn header(answer: &http::Response<Bytes>, name: &str) -> Option<Json> {
    let values = answer.headers().get_all(name).iter();
    let values: Vec<_> = values
        .map(|value| String::from_utf8_lossy(value.as_bytes()))
        .collect();
    (!values.is_empty()).then(|| Json::Text(values.join(", ")))
}
