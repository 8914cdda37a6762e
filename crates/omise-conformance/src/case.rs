use indexmap::IndexMap;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A file of `openapi/conformance`: the cases of one theme.
///
/// # Example
///
/// ```
/// use omise_conformance::CaseFile;
///
/// let file: CaseFile = serde_json::from_str(
///     r#"{
///         "$schema": "case.schema.json",
///         "version": "1.0.0",
///         "title": "Routes",
///         "cases": [{
///             "id": "route-unknown",
///             "title": "A path that the API does not have is not found",
///             "evidence": ["sdk"],
///             "request": {"method": "GET", "path": "/nowhere", "key": "secret"},
///             "answer": {"status": 404, "body": {"code": "not_found"}}
///         }]
///     }"#,
/// )?;
/// assert_eq!(file.cases[0].steps().count(), 1);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct CaseFile {
    /// Where the JSON Schema of the file is.
    #[serde(rename = "$schema")]
    pub schema: String,
    /// The version of the suite, the same in every file.
    pub version: String,
    /// The theme.
    pub title: String,
    /// The command that writes the file, if no one does by hand.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub generated_by: Option<String>,
    /// The cases.
    pub cases: Vec<Case>,
}

/// One behaviour: a request and the answer that it must get.
///
/// [`Exchange`](crate::Exchange) shows how one is run by hand.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Case {
    /// Its name, which no other case has.
    pub id: String,
    /// The behaviour, as a claim.
    pub title: String,
    /// How the behaviour is known: the words of the payment-method table, or `ours`.
    pub evidence: Vec<String>,
    /// What else there is to know of where it is from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub see: Option<String>,
    /// What an endpoint has to have, or the case says nothing of it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub needs: Vec<String>,
    /// What is done before.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub given: Vec<Step>,
    /// What is sent, and what comes back.
    #[serde(flatten)]
    pub step: Step,
}

/// A request, its answer, and what of the answer is remembered.
///
/// # Example
///
/// ```
/// use omise_conformance::Suite;
///
/// let suite = Suite::embedded();
/// let case = suite.case("retrieved-as-created").expect("a case of the suite");
/// let paths: Vec<&str> = case.steps().map(|step| step.request.path.as_str()).collect();
/// assert_eq!(paths, ["/sources", "/sources/{id}"]);
/// ```
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Step {
    /// What is sent.
    pub request: Request,
    /// What is remembered, by name: a member of the answer, or the whole of it if the member is "".
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub capture: IndexMap<String, String>,
    /// What must come back.
    pub answer: Answer,
}

/// A request. At most one of the four bodies is there.
///
/// # Example
///
/// ```
/// use omise_conformance::Request;
///
/// let request: Request = serde_json::from_str(
///     r#"{"method": "POST", "path": "/sources", "key": "public", "form": "amount=1&type=x"}"#,
/// )?;
/// assert_eq!(request.content_type(), Some("application/x-www-form-urlencoded"));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Request {
    /// The method.
    pub method: String,
    /// The path below the address of the endpoint, with the names of what was remembered in braces.
    pub path: String,
    /// The key that is sent, by HTTP Basic with an empty password.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<KeyName>,
    /// Headers; a value may have `{public_key}`, `{secret_key}` and `{base64:...}`.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub headers: IndexMap<String, String>,
    /// A body that is sent as JSON.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub json: Option<Value>,
    /// A body that is sent as a form, encoded already.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub form: Option<String>,
    /// A body that is sent as it stands, without a content type of its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// A body that is not text, in base64, without a content type of its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub base64: Option<String>,
    /// So many letters `x` that are put behind the body.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub pad: usize,
}

/// A key of the account.
///
/// [`Request::key`] has one.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum KeyName {
    /// The public key.
    Public,
    /// The secret key.
    Secret,
}

/// What must come back. Each value is a matcher, which README of the cases describes.
///
/// [`Exchange::judge`](crate::Exchange::judge) holds an answer against it.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// Headers, names in lower case.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub headers: IndexMap<String, Value>,
    /// The body; nothing if it says nothing of the behaviour.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body: Option<Value>,
}

/// Whether evidence says that something was recorded or is documented, and not only that it is
/// likely.
pub(crate) fn is_known(evidence: &[String]) -> bool {
    let known = ["documented", "schema", "fixture", "sdk"];
    evidence.iter().any(|word| known.contains(&word.as_str()))
}

impl Case {
    /// Whether the behaviour was recorded or is documented. Any other case needs an `emulator`.
    ///
    /// # Example
    ///
    /// ```
    /// use omise_conformance::Suite;
    ///
    /// let suite = Suite::embedded();
    /// assert!(suite.case("amount-not-a-number").expect("a case of the suite").is_known());
    /// assert!(!suite.case("amount-boolean").expect("a case of the suite").is_known());
    /// ```
    pub fn is_known(&self) -> bool {
        is_known(&self.evidence) && !self.evidence.iter().any(|word| word == "ours")
    }

    /// How many things the case claims that are assumed: the whole of it if it needs an
    /// `emulator`, else each value that it compares as `$assumed`.
    ///
    /// # Example
    ///
    /// ```
    /// use omise_conformance::Suite;
    ///
    /// let suite = Suite::embedded();
    /// let case = suite.case("amount-zero").expect("a case of the suite");
    /// assert_eq!(case.assumed_claims(), 1, "that it is refused is documented, the words are not");
    /// ```
    pub fn assumed_claims(&self) -> usize {
        if self.needs.iter().any(|need| need == "emulator") {
            return 1;
        }
        self.assumed_in_answers()
    }

    /// How many values the case compares as `$assumed`.
    ///
    /// [`assumed_claims`](Case::assumed_claims) counts a case that needs an `emulator` as a whole.
    pub fn assumed_in_answers(&self) -> usize {
        self.steps()
            .map(|step| {
                let headers = step.answer.headers.values();
                headers
                    .chain(&step.answer.body)
                    .map(assumed_in)
                    .sum::<usize>()
            })
            .sum()
    }

    /// The case without what it compares as `$assumed`: what is known of the real service.
    ///
    /// # Example
    ///
    /// ```
    /// use omise_conformance::Suite;
    ///
    /// let suite = Suite::embedded();
    /// let case = suite.case("amount-zero").expect("a case of the suite").without_assumed();
    /// assert_eq!(case.assumed_claims(), 0);
    /// assert_eq!(case.step.answer.status, 400);
    /// ```
    #[must_use]
    pub fn without_assumed(&self) -> Case {
        let mut case = self.clone();
        for step in case.given.iter_mut().chain([&mut case.step]) {
            step.answer.headers.retain(|_, value| !is_assumed(value));
            step.answer.headers.values_mut().for_each(remove_assumed);
            step.answer.body = step.answer.body.take().filter(|body| !is_assumed(body));
            step.answer.body.iter_mut().for_each(remove_assumed);
        }
        case
    }

    /// What is done, in order; the last one is what the case is about.
    pub fn steps(&self) -> impl Iterator<Item = &Step> {
        self.given.iter().chain([&self.step])
    }

    /// The first need that is among those that an endpoint does not meet.
    ///
    /// # Example
    ///
    /// ```
    /// use omise_conformance::Suite;
    ///
    /// let suite = Suite::embedded();
    /// let case = suite.case("retrieved-as-created").expect("a case of the suite");
    /// assert_eq!(case.needs_one_of(["country:TH"]), Some("country:TH"));
    /// assert_eq!(case.needs_one_of(["country:JP", "ours"]), None);
    /// ```
    pub fn needs_one_of<'a>(
        &'a self,
        lacking: impl IntoIterator<Item = &'a str>,
    ) -> Option<&'a str> {
        lacking
            .into_iter()
            .find(|lacking| self.needs.iter().any(|need| need == lacking))
    }
}

impl Request {
    /// The content type that the body brings, if it brings one.
    pub fn content_type(&self) -> Option<&'static str> {
        if self.json.is_some() {
            Some("application/json")
        } else if self.form.is_some() {
            Some("application/x-www-form-urlencoded")
        } else {
            None
        }
    }
}

fn is_assumed(matcher: &Value) -> bool {
    matcher.get("$assumed").is_some()
}

fn assumed_in(matcher: &Value) -> usize {
    match matcher {
        Value::Object(members) => members
            .iter()
            .map(|(name, value)| usize::from(name == "$assumed") + assumed_in(value))
            .sum(),
        Value::Array(elements) => elements.iter().map(assumed_in).sum(),
        _ => 0,
    }
}

/// Removes the members whose values are assumed. An element of a list cannot be removed, as the
/// length of the list counts; a test of the cases refuses it.
fn remove_assumed(matcher: &mut Value) {
    match matcher {
        Value::Object(members) => {
            members.retain(|_, value| !is_assumed(value));
            members.values_mut().for_each(remove_assumed);
        }
        Value::Array(elements) => elements.iter_mut().for_each(remove_assumed),
        _ => {}
    }
}

fn is_zero(number: &usize) -> bool {
    *number == 0
}
