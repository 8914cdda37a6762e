//! Keeps what a request carried, and what an answer says of the payer, out of errors.

use http::HeaderValue;
use serde_json::{Map, Value};

/// What stands for what is not shown.
const REDACTED: &str = "[redacted]";

/// A larger body is not looked into for an error: error objects have a few hundred bytes.
pub(crate) const READ_MAX_BYTES: usize = 64 * 1024;

/// As much of a body is shown.
const BODY_MAX_BYTES: usize = 2048;

/// The attributes of an error object, none of which is sensitive: their texts are shown.
const SHOWN: [&str; 4] = ["code", "location", "message", "object"];

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
        let value = value.trim();
        // One character is in every text.
        if value.chars().count() > 1 {
            self.0.push(value.to_owned());
        }
    }

    /// The text without the secrets and without any key.
    ///
    /// A text in which something is written as in a URL, in HTML or in JSON is not looked through:
    /// it may quote a secret so. The messages of the API have no such thing.
    pub(crate) fn redact(&self, text: &str) -> String {
        if has_escapes(text) {
            return REDACTED.to_owned();
        }
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
    /// Of JSON the names of its attributes are shown, and the texts of an error object. Of anything
    /// else, such as a page of a gateway or JSON that was cut, nothing is shown but its size: it
    /// cannot be told whose texts are in it.
    pub(crate) fn redact_body(&self, body: &[u8]) -> String {
        let length = body.len();
        if length > READ_MAX_BYTES {
            return format!("[{length} bytes]");
        }
        let shown = match serde_json::from_slice(body) {
            Ok(Value::Object(members)) => self.redact_error_object(members),
            Ok(other) => self.redact_value(other),
            Err(_) => return format!("[{length} bytes that are not JSON]"),
        };
        one_line(&shown.to_string(), BODY_MAX_BYTES)
    }

    fn redact_error_object(&self, members: Map<String, Value>) -> Value {
        let shown = members.into_iter().map(|(name, value)| match value {
            Value::String(text) if SHOWN.contains(&name.as_str()) => {
                (name, Value::from(self.redact(&text)))
            }
            value => (self.redact_name(name), self.redact_value(value)),
        });
        Value::Object(shown.collect())
    }

    /// Leaves the shape of a value and nothing that it says.
    fn redact_value(&self, value: Value) -> Value {
        match value {
            Value::Object(members) => members
                .into_iter()
                .map(|(name, value)| (self.redact_name(name), self.redact_value(value)))
                .collect(),
            Value::Array(values) => values
                .into_iter()
                .map(|value| self.redact_value(value))
                .collect(),
            Value::String(_) | Value::Number(_) => Value::from(REDACTED),
            Value::Null | Value::Bool(_) => value,
        }
    }

    /// What a service names after something of the payer's is not shown.
    fn redact_name(&self, name: String) -> String {
        let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
        let is_word = name.starts_with(|first: char| first.is_ascii_alphabetic());
        if is_word && name.bytes().all(is_plain) && self.redact(&name) == name {
            name
        } else {
            REDACTED.to_owned()
        }
    }

    /// The length of the longest secret that the text begins with.
    ///
    /// A short one counts only as a word: a name such as `Al` is in many words.
    fn length_at(&self, text: &str, before: Option<char>) -> Option<usize> {
        const SHORT: usize = 6;
        let is_in_word = |neighbour: Option<char>| neighbour.is_some_and(char::is_alphanumeric);
        let lengths = self.0.iter().filter_map(|secret| {
            let length = secret_length(text, secret)?;
            let after = text[length..].chars().next();
            let counts = secret.len() >= SHORT || !(is_in_word(before) || is_in_word(after));
            counts.then_some(length)
        });
        lengths.max()
    }
}

/// The length of a key that the text begins with, whosever it is.
fn key_length(text: &str) -> Option<usize> {
    let head = text.as_bytes().get(..5)?;
    let is_key = head.eq_ignore_ascii_case(b"pkey_") || head.eq_ignore_ascii_case(b"skey_");
    let is_of_key = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
    is_key.then(|| text.bytes().take_while(is_of_key).count())
}

/// The length of the secret in the text, if the text begins with it, in any case; a space may be
/// written as in a form.
fn secret_length(text: &str, secret: &str) -> Option<usize> {
    let is_same = |found: char, wanted: char| {
        found.eq_ignore_ascii_case(&wanted)
            || (found, wanted) == ('+', ' ')
            || !found.is_ascii() && found.to_lowercase().eq(wanted.to_lowercase())
    };
    let mut rest = text.chars();
    let mut wanted = secret.chars();
    wanted
        .all(|wanted| rest.next().is_some_and(|found| is_same(found, wanted)))
        .then(|| text.len() - rest.as_str().len())
}

/// Whether a text has a character as URLs (`%41`), HTML (`&amp;`, `&#65;`) or JSON (`\u0041`, `\"`)
/// write it.
fn has_escapes(text: &str) -> bool {
    text.match_indices(['%', '&', '\\']).any(|(at, mark)| {
        let behind = &text.as_bytes()[at + 1..];
        match mark {
            "%" => matches!(behind, [one, other, ..] if [one, other].iter().all(|digit| digit.is_ascii_hexdigit())),
            "&" => {
                let is_of_name = |byte: &&u8| byte.is_ascii_alphanumeric() || **byte == b'#';
                let length = behind.iter().take_while(is_of_name).count();
                length > 0 && behind.get(length) == Some(&b';')
            }
            _ => behind.first().is_some_and(|next| br#""\/bfnrtu"#.contains(next)),
        }
    })
}

/// A request id as it is shown where nobody knows what the request carried.
///
/// It is a UUID. A service that writes something else there may have taken it from the request.
pub(crate) fn shown_request_id(request_id: &str) -> &str {
    const GROUPS: [usize; 5] = [8, 4, 4, 4, 12];
    let is_hexadecimal = |group: &str| group.bytes().all(|byte| byte.is_ascii_hexdigit());
    let groups = request_id.split('-');
    let is_uuid = groups.clone().map(str::len).eq(GROUPS) && groups.clone().all(is_hexadecimal);
    if is_uuid { request_id } else { REDACTED }
}

/// A text fit for one line of a log: nothing ends the line or turns it around, and it is not
/// endless.
pub(crate) fn one_line(text: &str, max_bytes: usize) -> String {
    let head = &text[..text.floor_char_boundary(max_bytes)];
    let fit = |c| if is_for_a_line(c) { c } else { ' ' };
    let mut line: String = head.chars().map(fit).collect();
    if head.len() < text.len() {
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
    use omise_types::{ErrorBody, ErrorCode};

    use super::*;

    fn secrets(values: &[&str]) -> Secrets {
        let mut secrets = Secrets::new(&HeaderValue::from_static("Basic Y2FuYXJ5"));
        values.iter().for_each(|value| secrets.add(value));
        secrets
    }

    const NAME: &str = "Jos\u{e9} \"O'Neil\" & \u{592a}\u{1f600}";

    #[track_caller]
    fn check(values: &[&str], text: &str, expected: &str) {
        assert_eq!(secrets(values).redact(text), expected);
    }

    #[test]
    fn what_is_shown_is_an_error_object() {
        let error = ErrorBody::new(String::new(), ErrorCode::NotFound, String::new());
        let Ok(Value::Object(members)) = serde_json::to_value(error) else {
            panic!("an error object is an object");
        };
        let mut names: Vec<&String> = members.keys().collect();
        names.sort();
        assert_eq!(names, SHOWN);
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
    fn a_key_is_hidden_in_any_case() {
        check(&[], "user PKEY_TEST_ABC123:", "user [redacted]:");
    }

    #[test]
    fn what_was_sent_is_hidden_in_any_case() {
        let shouted = "is JOS\u{c9} \"O'NEIL\" & \u{592a}\u{1f600}?";
        check(&[NAME], shouted, "is [redacted]?");
    }

    #[test]
    fn a_text_with_escapes_is_hidden_whole() {
        for quoted in [
            "Jos%C3%A9+%22O%27Neil%22+%26+%E5%A4%AA%F0%9F%98%80",
            "Jos%c3%a9%20%22O'Neil%22%20&%20\u{592a}\u{1f600}",
            "Jos&#233; &quot;O&#39;Neil&quot; &amp; &#x592a;&#x1F600;",
            "Jos\\u00e9 \\\"O'Neil\\\" \\u0026 \\u592a\\ud83d\\ude00",
            "Jos\\\\u00e9 \\\\\\\"O'Neil\\\\\\\" & \\\\u592a\\\\ud83d\\\\ude00",
        ] {
            check(&[NAME], &format!("is {quoted}?"), "[redacted]");
        }
    }

    #[test]
    fn what_only_looks_like_an_escape_is_shown() {
        for text in [
            "100% + &; & co; %zz \\ \\d",
            "\\",
            "%",
            "&",
            "%4",
            "a;b & c",
        ] {
            check(&["taro@example.com"], text, text);
        }
    }

    #[test]
    fn a_space_is_hidden_as_a_form_has_it() {
        check(&["Yamada Taro"], "is Yamada+Taro?", "is [redacted]?");
    }

    #[test]
    fn a_short_text_is_hidden_as_a_word_only() {
        check(&["Al"], "Al pays by Alipay", "[redacted] pays by Alipay");
        check(&["1"], "at least 1", "at least 1");
    }

    #[track_caller]
    fn check_body(values: &[&str], body: &str, expected: &str) {
        assert_eq!(secrets(values).redact_body(body.as_bytes()), expected);
    }

    #[test]
    fn of_json_only_the_texts_of_an_error_object_are_shown() {
        check_body(
            &["taro"],
            r#"{"code":"bad_request","items":[{"amount":1,"code":"x"}],"message":"no taro"}"#,
            r#"{"code":"bad_request","items":[{"amount":"[redacted]","code":"[redacted]"}],"message":"no [redacted]"}"#,
        );
        check_body(
            &[],
            r#"["x",1,null,true]"#,
            r#"["[redacted]","[redacted]",null,true]"#,
        );
    }

    #[test]
    fn an_attribute_that_is_named_after_the_payer_is_not_named() {
        check_body(
            &["Taro"],
            r#"{"taro":{"a@b.c":[],"email":null}}"#,
            r#"{"[redacted]":{"[redacted]":[],"email":null}}"#,
        );
    }

    #[test]
    fn of_what_is_not_json_nothing_is_shown() {
        check_body(&[], "<html>Taro", "[10 bytes that are not JSON]");
        check_body(&[], r#"{"email": "ta"#, "[13 bytes that are not JSON]");
        check_body(&[], "", "[0 bytes that are not JSON]");
    }

    #[test]
    fn a_request_id_is_shown_if_it_is_a_uuid() {
        let uuid = "1c2b5e0e-6a0c-4f0b-9a5e-2f3f9a1f7f10";
        assert_eq!(shown_request_id(uuid), uuid);
        for other in [
            "",
            "req-1",
            "skey_test_abc123",
            "0812345678",
            &uuid[1..],
            &uuid.replace('1', "x"),
        ] {
            assert_eq!(shown_request_id(other), REDACTED, "{other}");
        }
    }

    #[test]
    fn a_text_that_is_not_cut_has_no_dots() {
        assert_eq!(one_line("a\u{85}\u{2028}\u{202e}b", 20), "a   b");
    }

    #[test]
    fn a_body_is_cut_and_stays_in_one_line() {
        let body = format!(r#"{{"message":"a\nb\u2028{}"}}"#, "x".repeat(5000));
        let shown = secrets(&[]).redact_body(body.as_bytes());
        assert!(shown.starts_with(r#"{"message":"a\nb xxx"#), "{shown}");
        assert!(
            shown.ends_with("xxx...") && shown.len() <= 2048 + 3,
            "{shown}"
        );
        let shown = secrets(&[]).redact_body(&[b'x'; READ_MAX_BYTES + 1]);
        assert_eq!(shown, "[65537 bytes]");
    }
}
