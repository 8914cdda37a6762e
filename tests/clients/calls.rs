//! The calls that follow from the document, and what a client should read and send.

use std::sync::{Arc, Mutex, PoisonError};

use anyhow::{Context, ensure};
use omise_contract::Spec;
use omise_tests::process::{PUBLIC_KEY, SECRET_KEY, ServeProcess, authorization};
use omise_tests::raw_http::{self, Connection};
use omise_tests::scripted::ScriptedServer;
use serde_json::{Map, Value, json};

use crate::driver::Driver;

const NEW_ATTRIBUTE: &str = "attribute_of_tomorrow";

/// The document, for the calls that are made of it.
pub(crate) struct Calls {
    document: Value,
}

/// An operation.
struct Operation<'d> {
    path: &'d str,
    method: String,
    value: &'d Value,
}

/// What the service answers.
#[derive(Clone)]
struct Answer {
    name: String,
    // The example of a request that this is the answer to.
    request: Option<Value>,
    status: u16,
    body: Value,
}

impl Calls {
    /// Takes the document apart.
    pub(crate) fn of_document(spec: &Spec) -> anyhow::Result<Calls> {
        Ok(Calls {
            document: serde_json::to_value(spec.document())?,
        })
    }

    /// Lets the client read the examples of each operation, and answers that may come one day. The
    /// request of each has to be the one that was asked for.
    pub(crate) fn answered_by_examples(
        &self,
        driver: &mut Driver,
        service: &ScriptedServer,
    ) -> anyhow::Result<Vec<String>> {
        let mut wrong = Vec::new();
        for operation in self.operations() {
            let arguments = self.path_arguments(&operation);
            for answer in self.answers(&operation)? {
                let body = answer.request.as_ref();
                let call = self.call(
                    &operation,
                    &service.url(),
                    Some(SECRET_KEY),
                    &arguments,
                    body,
                );
                let received = serve(service, &answer);
                let read = driver.ask(&call)?;
                let received = received.lock().unwrap_or_else(PoisonError::into_inner);
                let name = format!("{} {}", operation.id(), answer.name);
                wrong.extend(wrong_read(&read, &answer).map(|what| format!("{name}: {what}")));
                wrong.extend(wrong_sent(&received, &call).map(|what| format!("{name}: {what}")));
            }
        }
        Ok(wrong)
    }

    /// Lets the client call a server: each operation as it should be, without a key, with an id
    /// that is not there, and with an amount that is too small. What the server answers is known
    /// from the same call without a client.
    pub(crate) fn answered_by_server(
        &self,
        driver: &mut Driver,
        server: &ServeProcess,
    ) -> anyhow::Result<Vec<String>> {
        let mut wrong = Vec::new();
        let mut check = |name: &str, read: &Value, answer: &Answer| {
            wrong.extend(wrong_read(read, answer).map(|what| format!("{name}: {what}")));
        };
        let url = server.url();
        for operation in self.operations() {
            let id = operation.id();
            let arguments = self.path_arguments(&operation);
            let key = operation.key();
            let body = self
                .request_examples(&operation)
                .next()
                .map(|(_, body)| body);
            let call = |key| self.call(&operation, &url, key, &arguments, body);
            let keyless = call(None);
            let answer = raw(server, &keyless)?;
            ensure!(
                answer.status == 401,
                "{id} without a key: {}",
                answer.status
            );
            check(
                &format!("{id} without a key"),
                &driver.ask(&keyless)?,
                &answer,
            );
            let Some(body) = body else {
                // With the id of the document's example, which the server does not have.
                let call = call(Some(key));
                check(
                    &format!("{id} of the example"),
                    &driver.ask(&call)?,
                    &raw(server, &call)?,
                );
                continue;
            };
            let mut refused = body.clone();
            refused["amount"] = json!(1);
            let refused = self.call(&operation, &url, Some(key), &arguments, Some(&refused));
            let answer = raw(server, &refused)?;
            ensure!(
                answer.status == 400,
                "{id} of an amount of 1: {}",
                answer.status
            );
            check(&format!("{id} refused"), &driver.ask(&refused)?, &answer);

            let created = driver.ask(&call(Some(key)))?;
            let value = &created["value"];
            let Some(location) = value["location"].as_str() else {
                check(id, &created, &raw(server, &call(Some(key)))?);
                continue;
            };
            let kept = raw(
                server,
                &json!({"method": "GET", "target": location, "key": SECRET_KEY}),
            )?;
            check(id, &created, &kept);
            let echoed = body.as_object().into_iter().flatten();
            for (name, sent) in echoed.filter(|(name, _)| value.get(name).is_some()) {
                ensure!(
                    same(&value[name], sent),
                    "{id}: {name} was sent as {sent}: {value}"
                );
            }
            for link in operation.value["responses"]["200"]["links"]
                .as_object()
                .into_iter()
                .flat_map(Map::values)
            {
                let linked = link["operationId"]
                    .as_str()
                    .context("a link without operation")?;
                let linked = self.operations().find(|operation| operation.id() == linked);
                let linked = linked.context("a link to an unknown operation")?;
                let parameters = link["parameters"].as_object().into_iter().flatten();
                let arguments = parameters.map(|(name, place)| {
                    let pointer = place.as_str().unwrap_or_default();
                    let pointer = pointer.trim_start_matches("$response.body#");
                    (
                        name.clone(),
                        value.pointer(pointer).cloned().unwrap_or_default(),
                    )
                });
                let call = self.call(
                    &linked,
                    &url,
                    Some(linked.key()),
                    &arguments.collect(),
                    None,
                );
                let name = format!("{} after {id}", linked.id());
                check(&name, &driver.ask(&call)?, &raw(server, &call)?);
            }
        }
        Ok(wrong)
    }

    fn operations(&self) -> impl Iterator<Item = Operation<'_>> {
        let paths = self.document["paths"].as_object().into_iter().flatten();
        paths.flat_map(|(path, methods)| {
            let methods = methods.as_object().into_iter().flatten();
            methods.map(move |(method, value)| Operation {
                path,
                method: method.to_uppercase(),
                value,
            })
        })
    }

    /// The value itself, or the component that it points at.
    fn resolve<'d>(&'d self, value: &'d Value) -> &'d Value {
        let pointer = value["$ref"].as_str().and_then(|at| at.strip_prefix('#'));
        pointer
            .and_then(|at| self.document.pointer(at))
            .unwrap_or(value)
    }

    /// What the path of an operation needs, from the document's examples.
    fn path_arguments(&self, operation: &Operation<'_>) -> Map<String, Value> {
        let parameters = operation.value["parameters"]
            .as_array()
            .into_iter()
            .flatten();
        let parameters = parameters.map(|parameter| self.resolve(parameter));
        let in_path = parameters.filter(|parameter| parameter["in"] == "path");
        let named = in_path.map(|found| (text(&found["name"]), found["example"].clone()));
        named.collect()
    }

    fn examples<'d>(&'d self, content: &'d Value) -> impl Iterator<Item = (&'d String, &'d Value)> {
        let examples = content["application/json"]["examples"].as_object();
        let examples = examples.into_iter().flatten();
        examples.map(|(name, example)| (name, &self.resolve(example)["value"]))
    }

    fn request_examples<'d>(
        &'d self,
        operation: &Operation<'d>,
    ) -> impl Iterator<Item = (&'d String, &'d Value)> {
        self.examples(&operation.value["requestBody"]["content"])
    }

    /// A line for a driver.
    fn call(
        &self,
        operation: &Operation<'_>,
        url: &str,
        key: Option<&str>,
        path: &Map<String, Value>,
        body: Option<&Value>,
    ) -> Value {
        let mut arguments = Map::new();
        if !path.is_empty() {
            arguments.insert("path".to_owned(), json!(path));
        }
        arguments.extend(body.map(|body| ("body".to_owned(), body.clone())));
        let target = path
            .iter()
            .fold(operation.path.to_owned(), |target, (name, value)| {
                target.replace(&format!("{{{name}}}"), value.as_str().unwrap_or_default())
            });
        let request = &operation.value["requestBody"]["content"];
        json!({
            "url": url,
            "key": key,
            "operation": operation.id(),
            "method": operation.method,
            "path": operation.path,
            "target": target,
            "arguments": arguments,
            "request": schema_name(request),
            "answer": schema_name(&operation.value["responses"]["200"]["content"]),
        })
    }

    /// The examples of an operation, every error that it may end with, and what may come one day.
    fn answers(&self, operation: &Operation<'_>) -> anyhow::Result<Vec<Answer>> {
        let requests: Vec<_> = self.request_examples(operation).collect();
        let request = |name: &str| {
            let of_name = requests.iter().find(|(found, _)| *found == name);
            of_name
                .or(requests.first())
                .map(|(_, body)| (*body).clone())
        };
        let mut answers = Vec::new();
        let responses = operation.value["responses"].as_object();
        for (status, response) in responses.into_iter().flatten() {
            for (name, body) in self.examples(&self.resolve(response)["content"]) {
                answers.push(Answer {
                    name: format!("{status} {name}"),
                    request: request(name),
                    status: status.parse()?,
                    body: body.clone(),
                });
            }
        }
        let full = |answer: &&Answer| answer.body.to_string().replace("null", "").len();
        let successes = answers.iter().filter(|answer| answer.status == 200);
        let known = successes
            .max_by_key(full)
            .context("no example of a success")?
            .clone();
        let refusal = answers.iter().find(|answer| answer.status == 400);
        let refusal = refusal.context("no example of a refusal")?.clone();

        let schema = self
            .resolve(&operation.value["responses"]["200"]["content"]["application/json"]["schema"]);
        let mut open = vec![("code".to_owned(), refusal)];
        for (name, property) in schema["properties"].as_object().into_iter().flatten() {
            let is_open = self.resolve(property)["x-extensible-enum"].is_array();
            if is_open && known.body[name].is_string() {
                open.push((name.clone(), known.clone()));
            }
        }
        answers.extend(open.into_iter().map(|(name, mut answer)| {
            answer.name = format!("of tomorrow: {name}");
            answer.body[&name] = json!(format!("{name}_of_tomorrow"));
            answer
        }));
        let mut new_attribute = known.clone();
        new_attribute.name = "of tomorrow: an attribute".to_owned();
        new_attribute.body[NEW_ATTRIBUTE] = json!({"a": [1, "b"]});
        let mut trimmed = known;
        trimmed.name = "with what every version of the API has".to_owned();
        let required = schema["required"].as_array().cloned().unwrap_or_default();
        let body = trimmed
            .body
            .as_object_mut()
            .context("an answer is an object")?;
        body.retain(|name, _| required.contains(&json!(name)));
        answers.extend([new_attribute, trimmed]);
        Ok(answers)
    }
}

impl<'d> Operation<'d> {
    fn id(&self) -> &'d str {
        self.value["operationId"].as_str().unwrap_or_default()
    }

    /// The key that the document names first.
    fn key(&self) -> &'static str {
        match self.value["security"][0].get("publicKey") {
            Some(_) => PUBLIC_KEY,
            None => SECRET_KEY,
        }
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn schema_name(content: &Value) -> Option<&str> {
    let reference = content["application/json"]["schema"]["$ref"].as_str()?;
    reference.rsplit('/').next()
}

/// Makes the service give this answer, and returns where the request will be.
fn serve(service: &ScriptedServer, answer: &Answer) -> Arc<Mutex<String>> {
    let body = answer.body.to_string();
    let answer = format!(
        "HTTP/1.1 {} Said\r\ncontent-type: application/json; charset=utf-8\r\n\
         content-length: {}\r\nconnection: close\r\n\r\n{body}",
        answer.status,
        body.len()
    );
    let received = Arc::new(Mutex::new(String::new()));
    let to = Arc::clone(&received);
    service.tell(move |request| {
        let mut to = to.lock().unwrap_or_else(PoisonError::into_inner);
        to.push_str(&String::from_utf8_lossy(request));
        answer.clone().into_bytes()
    });
    received
}

/// Makes a call without a client.
fn raw(server: &ServeProcess, call: &Value) -> anyhow::Result<Answer> {
    let body = &call["arguments"]["body"];
    let body = body
        .is_object()
        .then(|| body.to_string())
        .unwrap_or_default();
    let key = call["key"].as_str().map(authorization);
    let mut headers = vec![("host", "localhost"), ("content-type", "application/json")];
    headers.extend(key.as_deref().map(|key| ("authorization", key)));
    let (method, target) = (text(&call["method"]), text(&call["target"]));
    let request = raw_http::request(&method, &target, &headers, body.as_bytes());
    let answer = Connection::open(server.address())?.exchange(&request)?;
    Ok(Answer {
        name: String::new(),
        request: None,
        status: answer.status,
        body: serde_json::from_slice(&answer.body)?,
    })
}

fn wrong_read(read: &Value, answer: &Answer) -> Option<String> {
    let expected = match answer.status {
        200 => json!({ "value": answer.body }),
        status => json!({ "status": status, "error": answer.body }),
    };
    (!same(read, &expected)).then(|| format!("read {read}\n  and not {expected}"))
}

fn wrong_sent(received: &str, call: &Value) -> Option<String> {
    let start = format!(
        "{} {} HTTP/1.1\r\n",
        text(&call["method"]),
        text(&call["target"])
    );
    let (head, body) = received.split_once("\r\n\r\n").unwrap_or((received, ""));
    let keys = head
        .lines()
        .filter(|line| line.to_lowercase().starts_with("authorization: basic "));
    let sent = serde_json::from_str(body).unwrap_or_default();
    let is_right = received.starts_with(&start)
        // Some servers refuse a request that names its key twice.
        && keys.count() == 1
        && same(&sent, &call["arguments"]["body"]);
    (!is_right).then(|| format!("sent {received}\n  for {call}"))
}

/// Whether two values are the same.
///
/// A member that is null or an empty list may be left out, as both mean "not given"; so may an
/// attribute that is newer than the client. A number may have a fraction of nothing, and a time may
/// be written in another way.
fn same(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Object(one), Value::Object(other)) => {
            let mut names = one.keys().chain(other.keys());
            let of = |members: &Map<String, Value>, name: &String| {
                let value = members.get(name).filter(|value| **value != json!([]));
                value.cloned().unwrap_or_default()
            };
            names.all(|name| {
                let is_new = name == NEW_ATTRIBUTE && !one.contains_key(name);
                is_new || same(&of(one, name), &of(other, name))
            })
        }
        (Value::Array(one), Value::Array(other)) => {
            one.len() == other.len() && one.iter().zip(other).all(|(one, other)| same(one, other))
        }
        (Value::Number(one), Value::Number(other)) => one.as_f64() == other.as_f64(),
        (Value::String(one), Value::String(other)) => one == other || time(one) == time(other),
        _ => one == other,
    }
}

/// A time without a fraction of nothing, in UTC as `Z`.
fn time(text: &str) -> String {
    let text = text.replace("+00:00", "Z");
    text.replace(".000Z", "Z")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_the_same_in_another_spelling_and_no_other_value_is() {
        let sent =
            json!({"a": 1, "b": null, "d": [], "c": "2020-01-01T00:00:00Z", NEW_ATTRIBUTE: {}});
        assert!(same(
            &json!({"a": 1.0, "c": "2020-01-01T00:00:00.000+00:00"}),
            &sent
        ));
        for other in [
            json!({"a": 1}),
            json!({"a": "1", "c": "2020-01-01T00:00:00Z"}),
            json!({"a": 1, "b": "", "c": "2020-01-01T00:00:00Z"}),
            json!({"a": 1, "c": {"value": "2020-01-01T00:00:00Z"}}),
            json!({"a": 1, "c": "2020-01-01T00:00:00Z", NEW_ATTRIBUTE: 1}),
        ] {
            assert!(!same(&other, &sent), "{other}");
        }
    }

    #[test]
    fn a_request_with_two_keys_or_another_body_is_wrong() {
        let call = json!({"method": "POST", "target": "/a", "arguments": {"body": {"b": 1}}});
        let key = "authorization: Basic a\r\n";
        let request = |headers: &str, body| format!("POST /a HTTP/1.1\r\n{headers}\r\n{body}");
        assert_eq!(wrong_sent(&request(key, r#"{"b": 1}"#), &call), None);
        for request in [
            request(&key.repeat(2), r#"{"b": 1}"#),
            request("", r#"{"b": 1}"#),
            request(key, r#"{"b": 2}"#),
        ] {
            assert!(wrong_sent(&request, &call).is_some(), "{request}");
        }
    }
}
