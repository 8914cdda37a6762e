//! A payment method in one of its currencies, and the cases that are said of it.

use indexmap::IndexMap;
use omise_types::{Currency, ErrorCode, Flow, Limits, Operation, Parameter, PaymentMethod, Rule};
use serde_json::{Map, Value, json};

use super::smallest::smallest_in;
use crate::{Answer, Case, KeyName, Request, Step};

/// A payment method in one of its currencies.
pub(super) struct Row {
    pub(super) method: &'static PaymentMethod,
    pub(super) currency: Currency,
    pub(super) limits: Limits,
    pub(super) limits_are_ours: bool,
}

/// Whether what a case says is a default of this project.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Known {
    /// It is what the row says.
    ByTheRow,
    /// Nothing is known of the real service.
    Ours,
}

impl Row {
    /// Whether the currency is the first of the payment method.
    pub(super) fn is_first(&self) -> bool {
        self.method.currencies[0].0 == self.currency
    }

    /// The smallest request.
    pub(super) fn smallest(&self) -> Map<String, Value> {
        smallest_in(self.method, self.currency)
    }

    /// The flow of an account that has the currency.
    pub(super) fn flow(&self) -> &'static Flow {
        let terms = self.currency.terms();
        terms.map_or(&self.method.flow, |terms| {
            self.method.flow_in(terms.country)
        })
    }

    /// Whether a member of the row is a default of this project.
    pub(super) fn known(&self, members: &[&str]) -> Known {
        if self.method.ours.iter().any(|ours| members.contains(ours)) {
            Known::Ours
        } else {
            Known::ByTheRow
        }
    }

    /// A name of a case about this payment method, and about this currency if it has several.
    pub(super) fn id(&self, what: &str) -> String {
        let id = format!("{what}-{}", self.method.source_type);
        if self.method.currencies.len() == 1 {
            return id;
        }
        format!("{id}-{}", self.currency.as_str().to_ascii_lowercase())
    }

    /// A case in which the source is created, with these attributes beside those of the request.
    pub(super) fn accepted(
        &self,
        id: String,
        title: String,
        known: Known,
        request: Map<String, Value>,
        attributes: Map<String, Value>,
    ) -> Case {
        let mut body = Map::from_iter([("object".to_owned(), json!("source"))]);
        body.extend(request.clone());
        body.extend(attributes);
        self.case(id, title, known, request, answer(200, Value::Object(body)))
    }

    /// A case in which the request is refused for one reason.
    pub(super) fn refused(
        &self,
        id: String,
        title: String,
        known: Known,
        request: Map<String, Value>,
        reason: (Parameter, Rule),
    ) -> Case {
        let (parameter, rule) = reason;
        let message = format!("{} {rule}", parameter.name());
        let body = json!({"object": "error", "code": ErrorCode::BadRequest, "message": message});
        self.case(id, title, known, request, answer(400, body))
    }

    fn case(
        &self,
        id: String,
        title: String,
        known: Known,
        request: Map<String, Value>,
        answer: Answer,
    ) -> Case {
        let mut evidence: Vec<String> = self
            .method
            .evidence
            .iter()
            .map(ToString::to_string)
            .collect();
        let mut needs = vec![self.place(), format!("method:{}", self.method.source_type)];
        if self.method.discontinued.is_some() {
            needs.push("discontinued".to_owned());
        }
        if known == Known::Ours {
            evidence.push("ours".to_owned());
            needs.push("emulator".to_owned());
        }
        Case {
            id,
            title,
            evidence,
            see: None,
            needs,
            given: Vec::new(),
            step: Step {
                request: Request {
                    method: Operation::CreateSource.method().to_owned(),
                    path: Operation::CreateSource.path().to_owned(),
                    key: Some(KeyName::Secret),
                    json: Some(Value::Object(request)),
                    ..Request::default()
                },
                capture: IndexMap::new(),
                answer,
            },
        }
    }

    /// Where an account has to be.
    fn place(&self) -> String {
        let home = self.currency.terms().map(|terms| terms.country);
        match home.filter(|home| self.method.countries.contains(home)) {
            Some(country) => format!("country:{country}"),
            None => "every_country".to_owned(),
        }
    }
}

fn answer(status: u16, body: Value) -> Answer {
    Answer {
        status,
        headers: IndexMap::new(),
        body: Some(body),
    }
}
