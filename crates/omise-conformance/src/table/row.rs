//! A payment method in one of its currencies, and the cases that are said of it.

use indexmap::IndexMap;
use omise_rules::Rule;
use omise_types::{Currency, ErrorCode, Flow, Limits, Operation, PaymentMethod};
use serde_json::{Map, Value, json};

use super::Known;
use super::smallest::smallest_in;
use crate::case::is_known;
use crate::{Answer, Case, KeyName, Request, Step};

/// A payment method in one of its currencies.
pub(super) struct Row<'a> {
    pub(super) method: &'static PaymentMethod,
    pub(super) currency: Currency,
    pub(super) limits: Limits,
    pub(super) known: Known<'a>,
}

/// How what a case says is known. It is the claim that counts and not the row: the limits of a row
/// may be assumed where its flow was recorded.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Claim {
    /// As the row is.
    OfTheRow,
    /// It is documented, whatever the row is known from.
    Documented,
    /// Nothing is known of the real service.
    Assumed,
}

impl Row<'_> {
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

    /// How members of the row are known.
    pub(super) fn claim(&self, members: &[&str]) -> Claim {
        if members.iter().any(|member| self.method.assumes(member)) {
            Claim::Assumed
        } else {
            Claim::OfTheRow
        }
    }

    /// How the limits of an amount are known.
    pub(super) fn claim_of_limits(&self) -> Claim {
        if self.limits.is_assumed {
            Claim::Assumed
        } else if (self.known.general_limits)(self.currency, self.limits) {
            Claim::Documented
        } else {
            Claim::OfTheRow
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
        claim: Claim,
        request: Map<String, Value>,
        attributes: Map<String, Value>,
    ) -> Case {
        let mut body = Map::from_iter([("object".to_owned(), json!("source"))]);
        body.extend(request.clone());
        body.extend(attributes);
        self.case(id, title, claim, request, answer(200, Value::Object(body)))
    }

    /// A case in which the request is refused for one reason.
    pub(super) fn refused(
        &self,
        id: String,
        title: String,
        claim: Claim,
        request: Map<String, Value>,
        reason: (&str, Rule),
    ) -> Case {
        let (parameter, rule) = reason;
        let message = format!("{parameter} {rule}");
        // That it is refused may be known where the words are not.
        let is_known = (self.known.message)(&message) || self.needs_emulator(claim);
        let message = if is_known {
            Value::String(message)
        } else {
            json!({"$assumed": message})
        };
        let body = json!({"object": "error", "code": ErrorCode::BadRequest, "message": message});
        self.case(id, title, claim, request, answer(400, body))
    }

    fn case(
        &self,
        id: String,
        title: String,
        claim: Claim,
        request: Map<String, Value>,
        answer: Answer,
    ) -> Case {
        let mut evidence = self.evidence(claim);
        let mut needs = vec![self.place(), format!("method:{}", self.method.source_type)];
        if self.method.discontinued.is_some() {
            needs.push("discontinued".to_owned());
        }
        if claim == Claim::Assumed {
            evidence.push("ours".to_owned());
        }
        if self.needs_emulator(claim) {
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

    fn needs_emulator(&self, claim: Claim) -> bool {
        claim == Claim::Assumed || !is_known(&self.evidence(claim))
    }

    /// What is known of the row in accounts that have the currency.
    fn evidence(&self, claim: Claim) -> Vec<String> {
        let home = self.currency.terms().map(|terms| terms.country);
        let mut by_country = self.method.evidence_by_country.iter();
        let of_country = by_country.find(|(country, _)| Some(*country) == home);
        let evidence = match (claim, of_country) {
            (_, Some((_, evidence))) => evidence,
            (Claim::Documented, None) => &["documented"][..],
            (_, None) => self.method.evidence,
        };
        evidence.iter().map(ToString::to_string).collect()
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
