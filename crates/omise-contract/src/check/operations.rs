//! Operations: their parameters, bodies, answers, keys and retries.

use indexmap::IndexMap;

use super::{Check, PUBLIC_KEY, SECRET_KEY};
use crate::document::{MaybeReference, MediaType, Operation, Reference, Response, RetryPolicy};
use crate::rule::Rule;
use crate::rule::all as rule;

impl Check<'_> {
    pub(super) fn operations(&mut self) {
        let version = &self.spec.document().openapi;
        if !version.starts_with("3.0.") {
            let what = format!("is `{version}`, and progenitor reads 3.0");
            self.problem(rule::openapi_is_3_0, "openapi", what);
        }
        for (path, method, operation) in self.spec.operations() {
            let method = method.as_str().to_lowercase();
            self.operation(&format!("paths.{path}.{method}"), operation);
        }
    }

    fn operation(&mut self, place: &str, operation: &Operation) {
        let components = &self.spec.document().components;
        self.variants(&format!("{place}.operationId"), [&operation.operation_id]);
        for (index, parameter) in operation.parameters.iter().enumerate() {
            self.resolves(
                rule::parameters_are_components,
                &format!("{place}.parameters[{index}]"),
                parameter,
                "parameters",
                components.parameters.keys(),
            );
        }
        let requirements = self.spec.security(operation).iter();
        for scheme in requirements.flat_map(IndexMap::keys) {
            if !components.security_schemes.contains_key(scheme) {
                self.problem(
                    rule::keys_are_components,
                    format!("{place}.security"),
                    format!("`{scheme}` is not one of components.securitySchemes"),
                );
            }
        }
        if let Some(body) = &operation.request_body {
            self.content(&format!("{place}.requestBody"), &body.content);
        }
        self.responses(&format!("{place}.responses"), &operation.responses);
        self.retry_policy(&format!("{place}.x-omise-retry"), &operation.retry);
    }

    fn retry_policy(&mut self, place: &str, policy: &RetryPolicy) {
        if policy.attempts == 0 {
            self.problem(
                rule::an_attempt_is_counted,
                format!("{place}.attempts"),
                "is 0",
            );
        }
        if policy.base_delay_ms == 0 || policy.base_delay_ms > policy.max_delay_ms {
            self.problem(
                rule::delays_grow,
                format!("{place}.base_delay_ms"),
                "is 0 or above `max_delay_ms`",
            );
        }
        for status in &policy.statuses {
            if !(400..600).contains(status) {
                self.problem(
                    rule::retries_follow_failures,
                    format!("{place}.statuses"),
                    format!("{status} is no status of a failure"),
                );
            }
        }
    }

    fn responses(&mut self, place: &str, responses: &IndexMap<String, MaybeReference<Response>>) {
        let shared = &self.spec.document().components.responses;
        for (status, response) in responses {
            let place = format!("{place}.{status}");
            if status.parse::<u16>().is_err() {
                self.problem(rule::statuses_are_spelled_out, &place, "is no status code");
            }
            let response = match response {
                MaybeReference::Here(response) => Some(response),
                MaybeReference::Reference(reference) => {
                    self.resolves(
                        rule::responses_are_components,
                        &place,
                        reference,
                        "responses",
                        shared.keys(),
                    );
                    shared.get(reference.name())
                }
            };
            if let Some(response) = response {
                self.response(&place, status, response);
            }
        }
    }

    fn response(&mut self, place: &str, status: &str, response: &Response) {
        for (name, header) in &response.headers {
            self.resolves(
                rule::headers_are_components,
                &format!("{place}.headers.{name}"),
                header,
                "headers",
                self.spec.document().components.headers.keys(),
            );
        }
        self.content(place, &response.content);
        let mut bodies = response.content.values();
        let is_error = bodies.all(|media| media.schema.name() == "ErrorBody");
        if is_error == (status == "200") {
            self.problem(
                rule::every_failure_has_one_body,
                place,
                "must be ErrorBody for a failure, and for nothing else",
            );
        }
    }

    fn content(&mut self, place: &str, content: &IndexMap<String, MediaType>) {
        let kinds: Vec<&str> = content.keys().map(String::as_str).collect();
        if kinds != ["application/json"] {
            self.problem(
                rule::bodies_are_json,
                format!("{place}.content"),
                "must have application/json and nothing else",
            );
        }
        let components = &self.spec.document().components;
        for media in content.values() {
            self.resolves(
                rule::bodies_are_components,
                &format!("{place}.schema"),
                &media.schema,
                "schemas",
                components.schemas.keys(),
            );
            for (name, example) in &media.examples {
                self.resolves(
                    rule::examples_are_components,
                    &format!("{place}.examples.{name}"),
                    example,
                    "examples",
                    components.examples.keys(),
                );
            }
        }
    }

    fn resolves<'k>(
        &mut self,
        rule: Rule,
        place: &str,
        reference: &Reference,
        section: &str,
        mut names: impl Iterator<Item = &'k String>,
    ) {
        let prefix = format!("#/components/{section}/");
        let name = reference.reference.strip_prefix(&prefix);
        if !name.is_some_and(|name| names.any(|known| known == name)) {
            self.problem(
                rule,
                place,
                format!(
                    "`{}` is not one of components.{section}",
                    reference.reference
                ),
            );
        }
    }

    pub(super) fn security_schemes(&mut self) {
        let place = "components.securitySchemes";
        let schemes = &self.spec.document().components.security_schemes;
        let mut names: Vec<&str> = schemes.keys().map(String::as_str).collect();
        names.sort_unstable();
        if names != [PUBLIC_KEY, SECRET_KEY] {
            let what = format!("must be `{PUBLIC_KEY}` and `{SECRET_KEY}` and nothing else");
            self.problem(rule::there_are_two_keys, place, what);
        }
        for (name, scheme) in schemes {
            if scheme.kind != "http" || scheme.scheme != "basic" {
                self.problem(
                    rule::keys_are_basic,
                    format!("{place}.{name}"),
                    "is no HTTP Basic, which the server and every client use",
                );
            }
        }
    }
}
