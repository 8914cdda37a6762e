//! The faults, each one thing and no more.

use http::{Method, header};
use serde_json::Value;

use super::What::{Answer, Ask};
use super::{Fault, What};
use crate::process::SECRET_KEY;

const fn fault(name: &'static str, what: What) -> Fault {
    Fault { name, what }
}

/// Every fault.
pub static FAULTS: &[Fault] = &[
    // Status.
    fault(
        "a creation is answered with 201",
        Answer(|asked, answer| {
            if asked.method() == Method::POST && answer.is_source() {
                answer.set_status(201);
            }
        }),
    ),
    fault(
        "a refusal is answered with 422",
        Answer(|_, answer| {
            if answer.status() == 400 {
                answer.set_status(422);
            }
        }),
    ),
    fault(
        "a wrong key is answered with 403",
        Answer(|_, answer| {
            if answer.status() == 401 {
                answer.set_status(403);
            }
        }),
    ),
    fault(
        "a body that is too large is answered with 400",
        Answer(|_, answer| {
            if answer.status() == 413 {
                answer.set_status(400);
            }
        }),
    ),
    fault(
        "what cannot be an id is answered with 500",
        Answer(|asked, answer| {
            if answer.status() == 404 && !asked.path().starts_with("/sources/src_") {
                answer.refuse(500, "internal_error", "internal error");
            }
        }),
    ),
    // The source.
    fault(
        "the currency is answered in lower case",
        Answer(|_, answer| {
            let currency = answer.member("currency").map(str::to_lowercase);
            if let Some(currency) = currency {
                answer.set_member("currency", &currency);
            }
        }),
    ),
    fault(
        "a null is left out",
        Answer(|_, answer| answer.replace("  \"bank\": null,\n", "")),
    ),
    fault(
        "an attribute has another name",
        Answer(|_, answer| {
            answer.replace("  \"created_at\":", "  \"created\":");
        }),
    ),
    fault(
        "an attribute comes before another",
        Answer(|_, answer| {
            let (Some(flow), Some(email)) = (answer.member("flow"), answer.member("email")) else {
                return;
            };
            let pair = |first: &str, second: &str| format!("  {first},\n  {second},\n");
            let (flow, email) = (format!("\"flow\": {flow}"), format!("\"email\": {email}"));
            let (from, to) = (pair(&email, &flow), pair(&flow, &email));
            answer.replace(&from, &to);
        }),
    ),
    fault(
        "an attribute more is answered",
        Answer(|_, answer| {
            answer.replace("  \"livemode\":", "  \"deleted\": false,\n  \"livemode\":");
        }),
    ),
    fault(
        "a test source is live",
        Answer(|_, answer| answer.set_member("livemode", "true")),
    ),
    fault(
        "the amount is a text",
        Answer(|_, answer| {
            let amount = answer
                .member("amount")
                .map(|amount| format!("\"{amount}\""));
            if let Some(amount) = amount {
                answer.set_member("amount", &amount);
            }
        }),
    ),
    fault(
        "the amount has decimals",
        Answer(|_, answer| {
            let amount = answer.member("amount").map(|amount| format!("{amount}.0"));
            if let Some(amount) = amount {
                answer.set_member("amount", &amount);
            }
        }),
    ),
    fault(
        "times have fractions",
        Answer(|_, answer| answer.replace("Z\",\n", ".000Z\",\n")),
    ),
    fault(
        "times have an offset",
        Answer(|_, answer| answer.replace("Z\",\n", "+00:00\",\n")),
    ),
    fault(
        "an id has a digit less",
        Answer(|_, answer| {
            let id = answer
                .member("id")
                .map(|id| id.trim_matches('"').to_owned());
            if let Some(id) = id {
                // The first one: without the last, one more may make it an id again.
                let (prefix, digits) = id.split_at("src_test_".len());
                answer.replace(&id, &format!("{prefix}{}", &digits[1..]));
            }
        }),
    ),
    fault(
        "a test id does not say so",
        Answer(|_, answer| {
            if answer.is_source() {
                answer.replace("src_test_", "src_");
            }
        }),
    ),
    fault(
        "the location has a host",
        Answer(|_, answer| {
            answer.replace("\"/sources/", "\"https://api.omise.co/sources/");
        }),
    ),
    fault(
        "the flow is another",
        Answer(|_, answer| answer.replace("\"offline\"", "\"redirect\"")),
    ),
    fault(
        "the charge status is null",
        Answer(|_, answer| {
            answer.set_member("charge_status", "null");
        }),
    ),
    fault(
        "an empty list is null",
        Answer(|_, answer| answer.replace(": []", ": null")),
    ),
    fault(
        "the phone number has one name only",
        Answer(|_, answer| {
            answer.set_member("mobile_number", "null");
        }),
    ),
    fault(
        "the other side bears the interest",
        Answer(|_, answer| {
            let other = match answer.member("absorption_type") {
                Some("\"merchant\"") => "\"customer\"",
                Some("\"customer\"") => "\"merchant\"",
                _ => return,
            };
            answer.set_member("absorption_type", other);
        }),
    ),
    fault(
        "what is retrieved differs from what was created",
        Answer(|asked, answer| {
            if asked.method() == Method::GET {
                answer.set_member("promotion_code", "\"\"");
            }
        }),
    ),
    fault(
        "text that is not ASCII is lost",
        Answer(|_, answer| {
            answer.body = answer
                .body
                .chars()
                .map(|one| if one.is_ascii() { one } else { '?' })
                .collect();
        }),
    ),
    // Errors.
    fault(
        "an error has no object",
        Answer(|_, answer| {
            answer.replace("  \"object\": \"error\",\n", "");
        }),
    ),
    fault(
        "an error has another code",
        Answer(|_, answer| {
            answer.replace("\"authentication_failure\"", "\"unauthorized\"");
        }),
    ),
    fault(
        "an error is explained on another page",
        Answer(|_, answer| {
            answer.replace("www.omise.co/api-errors#", "docs.omise.co/api/errors#");
        }),
    ),
    fault(
        "an error says its status",
        Answer(|_, answer| {
            answer.replace("  \"message\":", "  \"status\": 400,\n  \"message\":");
        }),
    ),
    fault(
        "only the first reason is told",
        Answer(|_, answer| {
            if let Some((first, _)) = answer
                .body
                .clone()
                .split_once(" and ")
                .filter(|_| answer.is_error())
            {
                let first = first.split(", ").next().unwrap_or_default();
                answer.body = format!("{}\"\n}}\n", first.trim_end_matches(','));
            }
        }),
    ),
    fault(
        "reasons are joined without a comma before and",
        Answer(|_, answer| {
            answer.replace(", and ", " and ");
        }),
    ),
    fault(
        "reasons are in another order",
        Answer(|_, answer| {
            let message = answer
                .member("message")
                .unwrap_or_default()
                .trim_matches('"')
                .to_owned();
            if let Some((first, second)) = message.split_once(" and ") {
                answer.replace(&message, &format!("{second} and {first}"));
            }
        }),
    ),
    fault(
        "the greatest amount is told instead of one more",
        Answer(|_, answer| {
            answer.replace("less than 15000001", "less than 15000000");
        }),
    ),
    fault(
        "an unknown type is told in other words",
        Answer(|_, answer| {
            answer.replace("type is currently not supported", "type is invalid");
        }),
    ),
    fault(
        "a source that is not there is not named",
        Answer(|_, answer| {
            let message = answer.member("message").unwrap_or_default().to_owned();
            if message.starts_with("\"source ") {
                answer.set_member("message", "\"source was not found\"");
            }
        }),
    ),
    fault(
        "a path that is not there is a page of HTML",
        Answer(|asked, answer| {
            if answer.status() == 404 && !asked.path().starts_with("/sources") {
                answer.set_header(header::CONTENT_TYPE, "text/html");
                answer.body = "<html><h1>Not Found</h1></html>".to_owned();
            }
        }),
    ),
    // Headers.
    fault(
        "the content type is plain text",
        Answer(|_, answer| {
            answer.set_header(header::CONTENT_TYPE, "text/plain");
        }),
    ),
    fault(
        "no version is echoed",
        Answer(|_, answer| answer.remove_header("omise-version")),
    ),
    fault(
        "no request id is told",
        Answer(|_, answer| answer.remove_header("x-request-id")),
    ),
    fault(
        "an answer may be cached",
        Answer(|_, answer| answer.remove_header("cache-control")),
    ),
    fault(
        "a wrong method is not told the right ones",
        Answer(|_, answer| {
            answer.remove_header("allow");
        }),
    ),
    fault(
        "a wrong key is not told the scheme",
        Answer(|_, answer| {
            answer.remove_header("www-authenticate");
        }),
    ),
    // Browsers.
    fault(
        "a page cannot read an error",
        Answer(|_, answer| {
            if answer.is_error() {
                answer.remove_header("access-control-allow-origin");
            }
        }),
    ),
    fault(
        "a page cannot read a source",
        Answer(|_, answer| {
            if answer.is_source() {
                answer.remove_header("access-control-allow-origin");
            }
        }),
    ),
    fault(
        "a browser's question needs a key",
        Answer(|asked, answer| {
            if asked.method() == Method::OPTIONS && asked.header("authorization").is_empty() {
                answer.refuse(401, "authentication_failure", "authentication failed");
            }
        }),
    ),
    fault(
        "a page may not send the key",
        Answer(|_, answer| {
            answer.set_header(
                header::ACCESS_CONTROL_ALLOW_HEADERS,
                "content-type, omise-version",
            );
        }),
    ),
    // Keys.
    fault(
        "a key needs its colon",
        Ask(|asked| {
            if !asked.credentials().contains(':') {
                asked.remove_header("authorization");
            }
        }),
    ),
    fault(
        "a password is looked at",
        Ask(|asked| {
            let credentials = asked.credentials();
            let password = credentials.split_once(':').map(|(_, password)| password);
            if password.is_some_and(|password| !password.is_empty()) {
                asked.remove_header("authorization");
            }
        }),
    ),
    fault(
        "the secret key cannot create",
        Ask(|asked| {
            if asked.method() == Method::POST && asked.credentials().starts_with("skey") {
                asked.remove_header("authorization");
            }
        }),
    ),
    fault(
        "the public key cannot retrieve",
        Ask(|asked| {
            if asked.method() == Method::GET && asked.credentials().starts_with("pkey") {
                asked.remove_header("authorization");
            }
        }),
    ),
    fault(
        "an empty user name is enough",
        Ask(|asked| {
            if asked.credentials() == ":" {
                asked.authorize(SECRET_KEY);
            }
        }),
    ),
    fault(
        "any key is enough",
        Ask(|asked| {
            if asked.credentials().contains("_test_0000") {
                asked.authorize(SECRET_KEY);
            }
        }),
    ),
    fault(
        "the scheme is read in one spelling only",
        Ask(|asked| {
            if !asked.header("authorization").starts_with("Basic ") {
                asked.remove_header("authorization");
            }
        }),
    ),
    // Routes and versions.
    fault(
        "a slash behind a path leads nowhere",
        Ask(|asked| {
            if asked.path().ends_with('/') {
                asked.set_path("/nowhere");
            }
        }),
    ),
    fault(
        "a slash behind a path is redirected",
        Answer(|asked, answer| {
            if asked.path().ends_with('/') {
                answer.set_status(308);
                answer.body.clear();
            }
        }),
    ),
    fault(
        "any version is spoken",
        Ask(|asked| asked.remove_header("omise-version")),
    ),
    fault(
        "a retrieval must have no body",
        Answer(|asked, answer| {
            if asked.method() == Method::GET && !asked.text().is_empty() {
                answer.refuse(415, "bad_request", "content-type must be application/json");
            }
        }),
    ),
    // What is read as what.
    fault(
        "forms are not read",
        Answer(|asked, answer| {
            if asked.header("content-type").contains("form") {
                answer.refuse(415, "bad_request", "content-type must be application/json");
            }
        }),
    ),
    fault(
        "brackets of forms are not read",
        Ask(|asked| {
            let text = asked.text();
            if asked.header("content-type").contains("form") && text.contains('[') {
                let pairs: Vec<&str> = text.split('&').filter(|pair| !pair.contains('[')).collect();
                asked.set_body(pairs.join("&"));
            }
        }),
    ),
    fault(
        "a plus of a form is no blank",
        Ask(|asked| {
            if asked.header("content-type").contains("form") {
                asked.set_body(asked.text().replace('+', "%2B"));
            }
        }),
    ),
    fault(
        "the charset must be spelled right",
        Answer(|asked, answer| {
            if asked.header("content-type").ends_with("utf8") {
                answer.refuse(415, "bad_request", "content-type must be application/json");
            }
        }),
    ),
    fault(
        "the case of a currency matters",
        Answer(|asked, answer| {
            if asked.has("currency", |currency| currency == "thb") {
                answer.refuse(400, "bad_request", "currency is currently not supported");
            }
        }),
    ),
    fault(
        "digits in a text are no amount",
        Answer(|asked, answer| {
            if asked.has("amount", |amount| amount == "10000") {
                answer.refuse(400, "bad_request", "amount is not a number");
            }
        }),
    ),
    fault(
        "an amount with decimals is rounded",
        Ask(|asked| {
            if !asked.has("amount", Value::is_f64) {
                return;
            }
            asked.change_json(|json| {
                let amount = json["amount"].as_f64().unwrap_or_default();
                json.insert("amount".to_owned(), Value::from(amount as i64));
            });
        }),
    ),
    fault(
        "mobile_number is not read",
        Ask(|asked| {
            if asked.has("mobile_number", |_| true) {
                asked.change_json(|json| drop(json.remove("mobile_number")));
            }
        }),
    ),
    fault(
        "a null is a wrong value",
        Answer(|asked, answer| {
            if asked
                .json()
                .is_some_and(|json| json.values().any(Value::is_null))
            {
                answer.refuse(400, "bad_request", "email is in invalid format");
            }
        }),
    ),
    fault(
        "unknown parameters are refused",
        Answer(|asked, answer| {
            if asked.has("description", |_| true) {
                answer.refuse(400, "bad_request", "description is not allowed");
            }
        }),
    ),
    fault(
        "the last of two amounts counts",
        Ask(|asked| {
            if let Some(json) = asked.json() {
                asked.set_body(Value::Object(json).to_string());
            }
        }),
    ),
    // The table.
    fault(
        "one payment method is missing",
        Answer(|asked, answer| {
            if asked.has("type", |source_type| source_type == "boost") {
                answer.refuse(400, "bad_request", "type is currently not supported");
            }
        }),
    ),
    fault(
        "the greatest amount is refused",
        Answer(|_, answer| {
            if answer.member("amount") == Some("15000000") {
                answer.refuse(400, "bad_request", "amount must be less than 15000000");
            }
        }),
    ),
    fault(
        "one less than the least amount is taken",
        Ask(|asked| {
            if asked.has("amount", |amount| amount == 1999) {
                asked.change_json(|json| drop(json.insert("amount".to_owned(), Value::from(2000))));
            }
        }),
    ),
    fault(
        "one bank is missing",
        Answer(|asked, answer| {
            if asked.has("bank", |bank| bank == "rhb") {
                answer.refuse(400, "bad_request", "bank is invalid");
            }
        }),
    ),
    fault(
        "one term is missing",
        Answer(|asked, answer| {
            if asked.has("installment_term", |term| term == 36) {
                answer.refuse(400, "bad_request", "installment_term is invalid");
            }
        }),
    ),
    fault(
        "bytes are counted for characters",
        Answer(|asked, answer| {
            if asked.has("name", |name| {
                name.as_str().is_some_and(|name| name.len() > 10)
            }) {
                answer.refuse(
                    400,
                    "bad_request",
                    "name is too long (maximum is 10 characters)",
                );
            }
        }),
    ),
];
