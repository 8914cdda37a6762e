//! Keeps what a request carried, and what an answer says of the payer, out of errors.

use std::fmt::Write as _;

use http::HeaderValue;
use omise_types::SENSITIVE_ATTRIBUTES;
use serde_json::Value;

/// What stands for what is not shown.
const REDACTED: &str = "[redacted]";

/// A larger body is not looked into for an error: error objects have a few hundred bytes.
pub(crate) const READ_MAX_BYTES: usize = 64 * 1024;

/// As much of a body is shown.
const BODY_MAX_BYTES: usize = 2048;

/// The texts of one call that an error must not repeat, however a service quotes them.
pub(crate) struct Secrets(Vec<String>);

impl Secrets {
    /// Starts with the key, as it is sent.
    pub(crate) fn new(authorization: &HeaderValue) -> Secrets {
        let credentials = authorization.to_str().unwrap_or_default();
        let encoded = credentials.rsplit(' ').next().unwrap_or_default();
        Secrets(vec![encoded.to_owned()])
    }

    /// Adds what the request says of the payer.
    pub(crate) fn add(&mut self, value: &str) {
        // One character is in every text.
        let value = value.trim();
        if value.chars().count() > 1 {
            self.0.push(value.to_owned());
            let encoded = percent_encoded(value);
            if encoded != value {
                self.0.push(encoded);
            }
        }
    }

    /// The text without the secrets and without any key.
    pub(crate) fn redact(&self, text: &str) -> String {
        let mut clean = String::with_capacity(text.len());
        let mut rest = text;
        let mut before = None;
        while let Some(next) = rest.chars().next() {
            let hidden = key_length(rest).or_else(|| self.length_at(rest, before));
            if let Some(length) = hidden {
                clean.push_str(REDACTED);
                before = rest[..length].chars().next_back();
                rest = &rest[length..];
            } else {
                clean.push(next);
                before = Some(next);
                rest = &rest[next.len_utf8()..];
            }
        }
        clean
    }

    /// A body as an error shows it.
    ///
    /// Of JSON the texts are those of an error object only: whatever else is in it is shown by its
    /// shape. Of what is no JSON but was meant to be, as it was cut, nothing is shown: it cannot be
    /// told whose texts are in it. Anything else, such as a page of a gateway, is shown as text.
    pub(crate) fn redact_body(&self, body: &[u8]) -> String {
        if body.len() > READ_MAX_BYTES {
            return format!("[{} bytes]", body.len());
        }
        let text = match serde_json::from_slice::<Value>(body) {
            Ok(mut json) => {
                self.redact_json(&mut json);
                json.to_string()
            }
            Err(_) => {
                // More than is shown, so that a secret at the end is still seen whole.
                let head = &body[..body.len().min(2 * BODY_MAX_BYTES)];
                let text = String::from_utf8_lossy(head);
                if is_meant_as_json(&text) {
                    return format!("[{} bytes of broken JSON]", body.len());
                }
                self.redact(&text)
            }
        };
        one_line(&text, BODY_MAX_BYTES)
    }

    fn redact_json(&self, value: &mut Value) {
        const SHOWN: [&str; 4] = ["code", "location", "message", "object"];
        match value {
            Value::Object(members) => {
                for (name, value) in members {
                    match value {
                        Value::Null => {}
                        _ if SENSITIVE_ATTRIBUTES.contains(&name.as_str()) => {
                            *value = Value::from(REDACTED);
                        }
                        Value::String(text) if SHOWN.contains(&name.as_str()) => {
                            *text = self.redact(text);
                        }
                        value => self.redact_json(value),
                    }
                }
            }
            Value::Array(values) => values.iter_mut().for_each(|value| self.redact_json(value)),
            Value::String(text) => *text = REDACTED.to_owned(),
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }

    /// The length of the longest secret that the text begins with.
    ///
    /// A short one counts only as a word: a name such as `Al` is in many words.
    fn length_at(&self, text: &str, before: Option<char>) -> Option<usize> {
        const SHORT: usize = 6;
        let is_in_word = |neighbour: Option<char>| neighbour.is_some_and(char::is_alphanumeric);
        self.0
            .iter()
            .filter(|secret| {
                let head = text.as_bytes().get(..secret.len());
                head.is_some_and(|head| head.eq_ignore_ascii_case(secret.as_bytes()))
            })
            .filter(|secret| {
                let after = text[secret.len()..].chars().next();
                secret.len() >= SHORT || !(is_in_word(before) || is_in_word(after))
            })
            .map(String::len)
            .max()
    }
}

/// Whether a text that is no JSON has the beginning or a part of some.
fn is_meant_as_json(text: &str) -> bool {
    let is_attribute = |name: &&str| text.contains(&format!("\"{name}\""));
    text.trim_start().starts_with(['{', '[', '"']) || SENSITIVE_ATTRIBUTES.iter().any(is_attribute)
}

/// The length of a key that the text begins with, whosever it is.
fn key_length(text: &str) -> Option<usize> {
    let is_key = text.starts_with("pkey_") || text.starts_with("skey_");
    let is_of_key = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
    is_key.then(|| text.bytes().take_while(is_of_key).count())
}

fn percent_encoded(value: &str) -> String {
    let mut encoded = String::new();
    for byte in value.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            // Writing to a string does not fail.
            let _ = write!(encoded, "%{byte:02X}");
        }
    }
    encoded
}

/// A text fit for one line of a log: nothing that ends the line or turns it around, and not endless.
pub(crate) fn one_line(text: &str, max_bytes: usize) -> String {
    let mut line: String = text
        .char_indices()
        .take_while(|(index, _)| *index < max_bytes)
        .map(|(_, c)| if is_for_a_line(c) { c } else { ' ' })
        .collect();
    if line.len() < text.len() {
        line.push_str("...");
    }
    line
}

fn is_for_a_line(c: char) -> bool {
    let is_separator = matches!(c, '\u{2028}' | '\u{2029}');
    let is_direction = matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    !(c.is_control() || is_separator || is_direction)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secrets(values: &[&str]) -> Secrets {
        let mut secrets = Secrets::new(&HeaderValue::from_static("Basic Y2FuYXJ5"));
        values.iter().for_each(|value| secrets.add(value));
        secrets
    }

    #[track_caller]
    fn check(values: &[&str], text: &str, expected: &str) {
        assert_eq!(secrets(values).redact(text), expected);
    }

    #[test]
    fn a_key_is_hidden_whosever_it_is() {
        check(
            &[],
            "no account has skey_test_abc123, sorry",
            "no account has [redacted], sorry",
        );
    }

    #[test]
    fn credentials_are_hidden_as_they_were_sent() {
        check(
            &[],
            "Authorization: Basic Y2FuYXJ5",
            "Authorization: Basic [redacted]",
        );
    }

    #[test]
    fn what_was_sent_is_hidden_in_any_case_and_encoding() {
        let email = &["taro@example.com"];
        check(email, "TARO@Example.com is taken", "[redacted] is taken");
        check(
            email,
            "email=taro%40example.com&x=1",
            "email=[redacted]&x=1",
        );
        check(
            &["\u{592a}\u{90ce}"],
            "no \u{592a}\u{90ce} here",
            "no [redacted] here",
        );
    }

    #[test]
    fn a_short_text_is_hidden_as_a_word_only() {
        check(&["Al"], "Al pays by Alipay", "[redacted] pays by Alipay");
        check(&["1"], "at least 1", "at least 1");
    }

    #[test]
    fn of_json_only_the_texts_of_an_error_object_are_shown() {
        let body = r#"{"code":"bad_request","mood":["good"],"items":[{"barcode":12,"amount":1}]}"#;
        let shown = secrets(&[]).redact_body(body.as_bytes());
        assert_eq!(
            serde_json::from_str::<Value>(&shown).expect("it stays JSON"),
            serde_json::json!({
                "code": "bad_request",
                "mood": ["[redacted]"],
                "items": [{"barcode": "[redacted]", "amount": 1}],
            }),
        );
    }

    #[test]
    fn of_broken_json_nothing_is_shown() {
        for body in [
            r#"{"email": "taro@exam"#,
            r#"<p>"email": "taro@example.com"</p>"#,
        ] {
            let shown = secrets(&[]).redact_body(body.as_bytes());
            assert_eq!(shown, format!("[{} bytes of broken JSON]", body.len()));
        }
    }

    #[test]
    fn a_body_is_cut_and_stays_in_one_line() {
        let body = format!("<html>\n{}", "x".repeat(5000));
        let shown = secrets(&[]).redact_body(body.as_bytes());
        assert!(shown.starts_with("<html> xxx"));
        assert_eq!(shown.len(), 2048 + 3);
        let shown = secrets(&[]).redact_body(&[b'x'; READ_MAX_BYTES + 1]);
        assert_eq!(shown, "[65537 bytes]");
    }
}
