//! A request as a fault sees it.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::{HeaderName, HeaderValue, Method, Request, header};
use serde_json::{Map, Value};

/// What the API is asked.
pub struct Asked(Request<Bytes>);

impl Asked {
    pub(super) fn new(request: Request<Bytes>) -> Asked {
        Asked(request)
    }

    pub(super) fn request(&self) -> Request<Bytes> {
        self.0.clone()
    }

    /// The method.
    pub fn method(&self) -> &Method {
        self.0.method()
    }

    /// The path, without a query.
    pub fn path(&self) -> &str {
        self.0.uri().path()
    }

    /// The user name and what follows it, of HTTP Basic.
    pub fn credentials(&self) -> String {
        let header = self.header("authorization");
        let encoded = header.split_once(' ').map_or("", |(_, encoded)| encoded);
        let decoded = STANDARD.decode(encoded.trim()).unwrap_or_default();
        String::from_utf8_lossy(&decoded).into_owned()
    }

    /// The value of a header, or nothing.
    pub fn header(&self, name: &str) -> &str {
        let value = self.0.headers().get(name);
        value
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
    }

    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(self.0.body()).into_owned()
    }

    /// The body as a JSON object; none if it is no such.
    pub fn json(&self) -> Option<Map<String, Value>> {
        if !self.header("content-type").contains("json") {
            return None;
        }
        serde_json::from_slice(self.0.body()).ok()
    }

    /// Whether the JSON has the member with a value of which this holds.
    pub fn has(&self, name: &str, holds: impl Fn(&Value) -> bool) -> bool {
        self.json()
            .is_some_and(|json| json.get(name).is_some_and(holds))
    }

    pub(super) fn set_header(&mut self, name: HeaderName, value: &str) {
        let value = HeaderValue::from_str(value).expect("a value");
        self.0.headers_mut().insert(name, value);
    }

    pub(super) fn remove_header(&mut self, name: &str) {
        self.0.headers_mut().remove(name);
    }

    pub(super) fn set_path(&mut self, path: &str) {
        *self.0.uri_mut() = path.parse().expect("a path");
    }

    /// As if the key of the account had been sent.
    pub(super) fn authorize(&mut self, key: &str) {
        let value = format!("Basic {}", STANDARD.encode(format!("{key}:")));
        self.set_header(header::AUTHORIZATION, &value);
    }

    pub(super) fn set_body(&mut self, body: impl Into<Bytes>) {
        *self.0.body_mut() = body.into();
    }

    /// Changes the JSON, if it is an object.
    pub(super) fn change_json(&mut self, change: impl FnOnce(&mut Map<String, Value>)) {
        if let Some(mut json) = self.json() {
            change(&mut json);
            self.set_body(Value::Object(json).to_string());
        }
    }
}
