//! An answer as a fault sees it.

use bytes::Bytes;
use http::response::Parts;
use http::{HeaderName, HeaderValue, Response, StatusCode};
use serde_json::json;

/// What the API answers. The body is text, so that a change leaves the order of members alone.
pub struct Answer {
    head: Parts,
    /// The body.
    pub body: String,
}

impl Answer {
    pub(super) fn new(response: Response<Bytes>) -> Answer {
        let (head, body) = response.into_parts();
        let body = String::from_utf8(body.to_vec()).expect("every body is text");
        Answer { head, body }
    }

    pub(super) fn into_response(self) -> Response<Bytes> {
        Response::from_parts(self.head, self.body.into())
    }

    /// The status.
    pub fn status(&self) -> u16 {
        self.head.status.as_u16()
    }

    /// Whether it is a source.
    pub fn is_source(&self) -> bool {
        self.body.contains("\"object\": \"source\"")
    }

    /// Whether it is an error.
    pub fn is_error(&self) -> bool {
        self.status() >= 400
    }

    pub(super) fn set_status(&mut self, status: u16) {
        self.head.status = StatusCode::from_u16(status).expect("a status");
    }

    pub(super) fn set_header(&mut self, name: HeaderName, value: &'static str) {
        self.head
            .headers
            .insert(name, HeaderValue::from_static(value));
    }

    pub(super) fn remove_header(&mut self, name: &str) {
        self.head.headers.remove(name);
    }

    pub(super) fn replace(&mut self, from: &str, to: &str) {
        self.body = self.body.replace(from, to);
    }

    /// The value of a member of the outermost object, as it is written.
    pub fn member(&self, name: &str) -> Option<&str> {
        let start = format!("  \"{name}\": ");
        let mut lines = self.body.lines();
        let value = lines.find_map(|line| line.strip_prefix(&start))?;
        Some(value.trim_end_matches(','))
    }

    /// Writes another value of a member that is on one line.
    pub(super) fn set_member(&mut self, name: &str, value: &str) {
        if let Some(old) = self.member(name) {
            let (from, to) = (
                format!("  \"{name}\": {old}"),
                format!("  \"{name}\": {value}"),
            );
            self.body = self.body.replacen(&from, &to, 1);
        }
    }

    /// Turns it into a refusal.
    pub(super) fn refuse(&mut self, status: u16, code: &str, message: &str) {
        self.set_status(status);
        self.remove_header("omise-version");
        let page = code.replace('_', "-");
        let location = json!(format!("https://www.omise.co/api-errors#{page}"));
        let (code, message) = (json!(code), json!(message));
        self.body = format!(
            "{{\n  \"object\": \"error\",\n  \"location\": {location},\n  \"code\": {code},\n  \
             \"message\": {message}\n}}\n"
        );
    }
}
