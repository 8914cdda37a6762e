//! Operations: what is sent, with which key, and what is answered.

use crate::document::{
    ApiVersion, Document, Header, MaybeReference, MediaType, Method, Operation, Parameter,
    Reference, Repeatable, RequestBody, Response, RetryPolicy, SecurityRequirement, VersionRow,
};
use indexmap::IndexMap;
use serde::Serialize;

use super::change::{Changes, Class, EXAMPLES, Effect, ORDER, REWORDED, SPELLING, Site, Uses};
use super::diff::{Lists, lists, maps};
use super::document::external_docs;
use super::reach::Reach;
use super::schemas;

/// Compares the operations of two documents and all that only they use.
pub(super) fn compare(changes: &mut Changes, reach: &Reach<'_>) {
    let Paired { gone, come, kept } = paired(all(reach.old), all(reach.new));
    for (place, operation) in gone {
        let line = format!("`{}` is gone ({place})", operation.operation_id);
        changes.add(Class::BreakingRequests, place.path(), line);
    }
    for (place, operation) in come {
        let line = format!("`{}` is new ({place})", operation.operation_id);
        changes.add(Class::Safe, place.path(), line);
    }
    for ((place, before), (moved_to, after)) in kept {
        if moved_to != place {
            let line = format!(
                "`{}` is now called with {moved_to}, was {place}",
                before.operation_id
            );
            changes.add(Class::BreakingRequests, moved_to.path(), line);
        }
        let mut comparison = Comparison {
            changes: &mut *changes,
            reach,
            path: moved_to.path(),
            name: before.operation_id.clone(),
        };
        comparison.operation(before, after);
    }
    order(changes, reach);
}

/// Components of a section that no operation uses, in either document.
pub(super) fn unused_components<T: Serialize>(
    changes: &mut Changes,
    reach: &Reach<'_>,
    section: &'static str,
    old: &IndexMap<String, T>,
    new: &IndexMap<String, T>,
) {
    let components = maps(old, new);
    let of_one = components.gone.iter().chain(&components.come);
    let of_one = of_one.map(|(name, _)| *name);
    let of_both = components.kept.iter();
    let changed = of_both
        .filter(|(_, before, after)| !super::change::same(*before, *after))
        .map(|(name, ..)| *name);
    for name in of_one.chain(changed) {
        if !reach.is_used(section, name) {
            let path = format!("components.{section}.{name}");
            let name = format!("`{path}`");
            changes.words(path, "Used by nothing and changed", &name);
        }
    }
    if components.moved {
        let path = format!("components.{section}");
        let name = format!("`{path}`");
        changes.words(path, ORDER, &name);
    }
}

/// Where an operation is called.
#[derive(PartialEq)]
struct Place {
    method: Method,
    url: String,
}

impl Place {
    fn path(&self) -> String {
        format!("paths.{}.{}", self.url, self.method.as_str().to_lowercase())
    }
}

impl std::fmt::Display for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}", self.method.as_str(), self.url)
    }
}

type Placed<'a> = (Place, &'a Operation);

struct Paired<'a> {
    gone: Vec<Placed<'a>>,
    come: Vec<Placed<'a>>,
    kept: Vec<(Placed<'a>, Placed<'a>)>,
}

/// Finds the operations of two editions that are the same: by their place, else by their name.
fn paired<'a>(old: Vec<Placed<'a>>, mut new: Vec<Placed<'a>>) -> Paired<'a> {
    let (mut gone, mut kept) = (Vec::new(), Vec::new());
    for before in old {
        match new.iter().position(|(place, _)| *place == before.0) {
            Some(index) => kept.push((before, new.remove(index))),
            None => gone.push(before),
        }
    }
    let mut lost = Vec::new();
    for before in gone {
        let name = &before.1.operation_id;
        match new
            .iter()
            .position(|(_, after)| after.operation_id == *name)
        {
            Some(index) => kept.push((before, new.remove(index))),
            None => lost.push(before),
        }
    }
    Paired {
        gone: lost,
        come: new,
        kept,
    }
}

fn all(document: &Document) -> Vec<(Place, &Operation)> {
    let mut operations = Vec::new();
    for (url, methods) in &document.paths {
        for (method, operation) in methods {
            let place = Place {
                method: *method,
                url: url.clone(),
            };
            operations.push((place, operation));
        }
    }
    operations
}

fn order(changes: &mut Changes, reach: &Reach<'_>) {
    let (old, new) = (&reach.old.paths, &reach.new.paths);
    let urls = maps(old, new);
    let mut methods = urls.kept.iter();
    if urls.moved || methods.any(|(_, before, after)| maps(before, after).moved) {
        changes.words("paths", ORDER, "`paths`");
    }
    // A path without an operation says nothing.
    let empty = |methods: &IndexMap<Method, Operation>| methods.is_empty();
    let mut of_one = urls.gone.iter().chain(&urls.come);
    if of_one.any(|(_, methods)| empty(methods)) {
        changes.words("paths", SPELLING, "`paths`");
    }
}

struct Comparison<'a> {
    changes: &'a mut Changes,
    reach: &'a Reach<'a>,
    path: String,
    name: String,
}

impl Comparison<'_> {
    fn operation(&mut self, old: &Operation, new: &Operation) {
        let Operation {
            operation_id,
            tags,
            summary,
            description,
            external_docs,
            security,
            parameters,
            effect,
            retry,
            request_body,
            responses,
        } = old;
        if *operation_id != new.operation_id {
            let line = format!(
                "`{operation_id}` is now called `{}`, and so are the methods of generated clients",
                new.operation_id
            );
            self.add(Class::BreakingRequests, "operationId", line);
        }
        self.tags(tags, &new.tags);
        self.words("summary", summary, &new.summary);
        self.words("description", description, &new.description);
        let (path, name) = (self.below("externalDocs"), format!("`{}`", self.name));
        self::external_docs(
            self.changes,
            &path,
            &name,
            Some(external_docs),
            Some(&new.external_docs),
        );
        self.security(security.as_ref(), new.security.as_ref());
        self.parameters(parameters, &new.parameters);
        self.effect(*effect, new.effect);
        self.retry(retry, &new.retry);
        self.request_body(request_body.as_ref(), new.request_body.as_ref());
        self.responses(responses, &new.responses);
    }

    // Generators make a class of each tag, and put an operation into that of its first.
    fn tags(&mut self, old: &[String], new: &[String]) {
        let Lists { gone, come, moved } = lists(old, new);
        for tag in &gone {
            let line = format!("`{}` no longer has the tag `{tag}`", self.name);
            self.add(Class::BreakingRequests, "tags", line);
        }
        for tag in &come {
            let line = format!("`{}` has a new tag `{tag}`", self.name);
            self.add(Class::Safe, "tags", line);
        }
        if gone.is_empty() && (moved || old.first() != new.first()) {
            let line = format!("`{}` has its tags in another order", self.name);
            self.add(Class::BreakingRequests, "tags", line);
        }
    }

    fn security(
        &mut self,
        old: Option<&Vec<SecurityRequirement>>,
        new: Option<&Vec<SecurityRequirement>>,
    ) {
        let before = keys(old.unwrap_or(&self.reach.old.security));
        let after = keys(new.unwrap_or(&self.reach.new.security));
        let Lists { gone, come, moved } = lists(&before, &after);
        for key in &gone {
            let line = format!("`{}` no longer takes {key}", self.name);
            self.add(Class::BreakingRequests, "security", line);
        }
        for key in &come {
            let line = format!("`{}` now takes {key}", self.name);
            self.add(Class::Safe, "security", line);
        }
        if gone.is_empty() && come.is_empty() {
            let topic = if moved { ORDER } else { SPELLING };
            let (path, name) = (
                self.below("security"),
                format!("the keys of `{}`", self.name),
            );
            self.changes
                .words_if_changed(&old, &new, path, topic, &name);
        }
    }

    fn parameters(&mut self, old: &[Reference], new: &[Reference]) {
        let (before, after) = (resolved(self.reach.old, old), resolved(self.reach.new, new));
        let parameters = maps(&before, &after);
        for (key, _) in &parameters.gone {
            let line = format!("`{}` no longer takes {key}", self.name);
            self.add(Class::BreakingRequests, "parameters", line);
        }
        for (key, parameter) in &parameters.come {
            let is_required = parameter.is_none_or(|parameter| parameter.required);
            let (class, verb) = if is_required {
                (Class::BreakingRequests, "requires")
            } else {
                (Class::Safe, "takes")
            };
            self.add(
                class,
                "parameters",
                format!("`{}` now {verb} {key}", self.name),
            );
        }
        if parameters.moved {
            // Generated methods take them as arguments in this order.
            let line = format!("`{}` has its parameters in another order", self.name);
            self.add(Class::BreakingRequests, "parameters", line);
        }
        if parameters.gone.is_empty() && parameters.come.is_empty() && !parameters.moved {
            let (path, name) = (self.below("parameters"), format!("`{}`", self.name));
            self.changes
                .words_if_changed(&old, &new, path, SPELLING, &name);
        }
        for (_, before, after) in parameters.kept {
            if let (Some(before), Some(after)) = (before, after) {
                self.parameter(before, after);
            }
        }
    }

    fn parameter(&mut self, old: &Parameter, new: &Parameter) {
        let Parameter {
            name,
            location,
            required,
            description,
            schema,
            example,
            versions,
        } = old;
        let components = &self.reach.new.components.parameters;
        let component = components
            .iter()
            .find(|(_, known)| std::ptr::eq(*known, new));
        let component = component.map_or(name, |(name, _)| name);
        let site = Site::new(
            format!("components.parameters.{component}"),
            name,
            Uses::REQUESTS,
        );
        if *required != new.required {
            let (effect, words) = if new.required {
                (Effect::Breaks, "is now required")
            } else {
                (Effect::Safe, "is no longer required")
            };
            let line = format!("the {location} parameter `{name}` {words}");
            self.changes.judge(&site, effect, Effect::Safe, line);
        }
        let shown = format!("`{name}`");
        self.changes
            .words_if_changed(description, &new.description, &site.path, REWORDED, &shown);
        self.changes
            .words_if_changed(example, &new.example, &site.path, EXAMPLES, &shown);
        let of_schema = site.below("schema", "");
        schemas::compare(self.changes, self.reach, &of_schema, schema, &new.schema);
        self.versions(&site, versions, &new.versions);
    }

    fn versions(&mut self, site: &Site, old: &[VersionRow], new: &[VersionRow]) {
        let by_version = |rows: &[VersionRow]| -> IndexMap<String, ApiVersion> {
            let rows = rows.iter();
            rows.map(|row| (row.version.clone(), row.sources)).collect()
        };
        let (old, new) = (by_version(old), by_version(new));
        let versions = maps(&old, &new);
        let site = site.below("x-omise-versions", "");
        for (version, _) in versions.gone {
            let line = format!("the API version {version} is gone");
            self.changes.breaks(&site, line);
        }
        for (version, meaning) in versions.come {
            let line = format!("the API version {version} is new: {}", words_of(*meaning));
            self.changes.add(Class::Safe, &site.path, line);
        }
        for (version, before, after) in versions.kept {
            if before != after {
                let effect = if rank(*after) < rank(*before) {
                    Effect::Breaks
                } else {
                    Effect::Safe
                };
                let (after, before) = (words_of(*after), words_of(*before));
                let line = format!("the API version {version} is {after}, was {before}");
                self.changes.judge(&site, effect, effect, line);
            }
        }
        if versions.moved {
            self.changes.words(&site.path, ORDER, "the API versions");
        }
    }

    // What is not written follows from the method, which does not change.
    fn effect(&mut self, old: Option<bool>, new: Option<bool>) {
        let name = self.name.clone();
        let (class, line) = match (old, new) {
            (Some(false), Some(true)) => (
                Class::BreakingRequests,
                format!("`{name}` changes something at the service now"),
            ),
            (Some(true), Some(false)) => (
                Class::Safe,
                format!("`{name}` changes nothing at the service any more"),
            ),
            (Some(_), None) | (None, Some(_)) => {
                let path = self.below("x-omise-effect");
                let name = format!("`{name}` (`x-omise-effect`)");
                self.changes.words(path, SPELLING, &name);
                return;
            }
            _ => return,
        };
        self.add(class, "x-omise-effect", line);
    }

    fn retry(&mut self, old: &RetryPolicy, new: &RetryPolicy) {
        let RetryPolicy {
            repeatable,
            statuses,
            attempts,
            base_delay_ms,
            max_delay_ms,
            max_retry_after_ms,
        } = old;
        let name = self.name.clone();
        match (repeatable, new.repeatable) {
            (Repeatable::Always, Repeatable::WithIdempotencyKey) => {
                let line = format!("`{name}` may be repeated with an idempotency key only");
                self.add(Class::BreakingRequests, "x-omise-retry.repeatable", line);
            }
            (Repeatable::WithIdempotencyKey, Repeatable::Always) => {
                let line = format!("`{name}` may be repeated without an idempotency key");
                self.add(Class::Safe, "x-omise-retry.repeatable", line);
            }
            (Repeatable::Always, Repeatable::Always)
            | (Repeatable::WithIdempotencyKey, Repeatable::WithIdempotencyKey) => {}
        }
        // What a client did after another status, or after another wait, is still right.
        if *statuses != new.statuses {
            let all = |statuses: &[u16]| {
                let all: Vec<String> = statuses.iter().map(u16::to_string).collect();
                all.join(", ")
            };
            let line = format!(
                "`{name}` is repeated after {}, was {}",
                all(&new.statuses),
                all(statuses)
            );
            self.add(Class::Safe, "x-omise-retry.statuses", line);
        }
        let numbers = [
            ("attempts", u64::from(*attempts), u64::from(new.attempts)),
            ("base_delay_ms", *base_delay_ms, new.base_delay_ms),
            ("max_delay_ms", *max_delay_ms, new.max_delay_ms),
            (
                "max_retry_after_ms",
                *max_retry_after_ms,
                new.max_retry_after_ms,
            ),
        ];
        for (member, before, after) in numbers {
            if before != after {
                let line = format!("`{name}` is repeated with `{member}` {after}, was {before}");
                self.add(Class::Safe, &format!("x-omise-retry.{member}"), line);
            }
        }
    }

    fn request_body(&mut self, old: Option<&RequestBody>, new: Option<&RequestBody>) {
        let name = self.name.clone();
        let (old, new) = match (old, new) {
            (None, None) => return,
            (Some(_), None) => {
                let line = format!("`{name}` no longer takes a body");
                return self.add(Class::BreakingRequests, "requestBody", line);
            }
            (None, Some(body)) if body.required => {
                let line = format!("`{name}` now requires a body");
                return self.add(Class::BreakingRequests, "requestBody", line);
            }
            (None, Some(_)) => {
                let line = format!("`{name}` now takes a body");
                return self.add(Class::Safe, "requestBody", line);
            }
            (Some(old), Some(new)) => (old, new),
        };
        let RequestBody {
            description,
            required,
            content,
        } = old;
        self.words("requestBody", description, &new.description);
        match (required, new.required) {
            (false, true) => {
                let line = format!("`{name}` now requires its body");
                self.add(Class::BreakingRequests, "requestBody.required", line);
            }
            (true, false) => {
                let line = format!("`{name}` no longer requires its body");
                self.add(Class::Safe, "requestBody.required", line);
            }
            (true, true) | (false, false) => {}
        }
        let shown = format!("`{name}`");
        let site = Site::new(self.below("requestBody"), shown, Uses::REQUESTS);
        self.content(&site, content, &new.content);
    }

    fn responses(
        &mut self,
        old: &IndexMap<String, MaybeReference<Response>>,
        new: &IndexMap<String, MaybeReference<Response>>,
    ) {
        let responses = maps(old, new);
        let name = self.name.clone();
        for (status, _) in responses.gone {
            let line = format!("`{name}` no longer answers {status}");
            self.add(Class::BreakingResponses, "responses", line);
        }
        for (status, _) in responses.come {
            // A failure carries the one error body, whatever its status. Nothing else is promised.
            let is_failure = status.starts_with(['4', '5']);
            let class = if is_failure {
                Class::Safe
            } else {
                Class::BreakingResponses
            };
            self.add(class, "responses", format!("`{name}` may answer {status}"));
        }
        if responses.moved {
            let path = self.below("responses");
            self.changes
                .words(path, ORDER, &format!("the answers of `{name}`"));
        }
        for (status, before, after) in responses.kept {
            let site = match after {
                MaybeReference::Reference(reference) => Site::new(
                    format!("components.responses.{}", reference.name()),
                    format!("`{}`", reference.name()),
                    Uses::RESPONSES,
                ),
                MaybeReference::Here(_) => Site::new(
                    self.below(&format!("responses.{status}")),
                    format!("{status} of `{name}`"),
                    Uses::RESPONSES,
                ),
            };
            let (old, new) = (
                response(self.reach.old, before),
                response(self.reach.new, after),
            );
            match (old, new) {
                (Some(old), Some(new)) => self.response(&site, old, new),
                (None, None) => {}
                _ => {
                    let line = format!("`{name}` does not say what it answers with {status}");
                    self.changes.breaks(&site, line);
                }
            }
            let path = self.below(&format!("responses.{status}"));
            if reference_of(before) != reference_of(after) {
                let name = format!("the answer {status} of `{name}`");
                self.changes.words(path, SPELLING, &name);
            }
        }
    }

    fn response(&mut self, site: &Site, old: &Response, new: &Response) {
        let Response {
            description,
            headers,
            content,
            links,
        } = old;
        let shown = format!("the answer {}", site.name);
        self.changes
            .words_if_changed(description, &new.description, &site.path, REWORDED, &shown);
        let headers = maps(headers, &new.headers);
        let of_headers = site.below("headers", "");
        for (header, _) in &headers.gone {
            let line = format!("the answer {} no longer has `{header}`", site.name);
            self.changes.breaks(&of_headers, line);
        }
        for (header, _) in &headers.come {
            let line = format!("the answer {} has a new header `{header}`", site.name);
            self.changes.add(Class::Safe, &of_headers.path, line);
        }
        if headers.moved {
            self.changes.words(&of_headers.path, ORDER, &shown);
        }
        for (name, before, after) in headers.kept {
            if before.reference != after.reference {
                self.changes.words(&of_headers.path, SPELLING, &shown);
            }
            let before_header = self.reach.old.components.headers.get(before.name());
            let after_header = self.reach.new.components.headers.get(after.name());
            let path = format!("components.headers.{}", after.name());
            let site = Site::new(path, name, Uses::RESPONSES);
            match (before_header, after_header) {
                (Some(old), Some(new)) => self.header(&site, old, new),
                (None, None) => {}
                (None, Some(_)) | (Some(_), None) => {
                    let line = format!("nothing is said of the header `{name}`");
                    self.changes.breaks(&site, line);
                }
            }
        }
        self.content(site, content, &new.content);
        let (links_path, links_of) = (site.below("links", "").path, format!("links of {shown}"));
        self.changes
            .words_if_changed(links, &new.links, links_path, REWORDED, &links_of);
    }

    fn header(&mut self, site: &Site, old: &Header, new: &Header) {
        let Header {
            description,
            schema,
            example,
        } = old;
        let shown = format!("`{}`", site.name);
        self.changes
            .words_if_changed(description, &new.description, &site.path, REWORDED, &shown);
        self.changes
            .words_if_changed(example, &new.example, &site.path, EXAMPLES, &shown);
        let of_schema = site.below("schema", "");
        schemas::compare(self.changes, self.reach, &of_schema, schema, &new.schema);
    }

    fn content(
        &mut self,
        site: &Site,
        old: &IndexMap<String, MediaType>,
        new: &IndexMap<String, MediaType>,
    ) {
        let content = maps(old, new);
        let site = site.below("content", "");
        for (kind, _) in content.gone {
            let line = format!("the body of {} is no longer `{kind}`", site.name);
            self.changes.breaks(&site, line);
        }
        for (kind, _) in content.come {
            // A reader may be given a kind that it cannot read.
            let line = format!("the body of {} may be `{kind}`", site.name);
            self.changes
                .judge(&site, Effect::Safe, Effect::Breaks, line);
        }
        if content.moved {
            // Generators take the first kind that they know.
            let line = format!("the body of {} has its kinds in another order", site.name);
            self.changes.breaks(&site, line);
        }
        for (kind, before, after) in content.kept {
            let MediaType { schema, examples } = before;
            let site = site.below(kind, "");
            if schema.name() != self.reach.former_name(after.schema.name()) {
                let line = format!(
                    "the body of {} is `{}`, was `{}`",
                    site.name,
                    after.schema.name(),
                    schema.name()
                );
                self.changes.breaks(&site, line);
            }
            let shown = format!("the body of {}", site.name);
            self.changes
                .words_if_changed(examples, &after.examples, &site.path, EXAMPLES, &shown);
        }
    }

    fn add(&mut self, class: Class, member: &str, line: String) {
        self.changes.add(class, self.below(member), line);
    }

    fn words(&mut self, member: &str, old: &String, new: &String) {
        let (path, name) = (self.below(member), format!("`{}`", self.name));
        self.changes
            .words_if_changed(old, new, path, REWORDED, &name);
    }

    fn below(&self, member: &str) -> String {
        format!("{}.{member}", self.path)
    }
}

/// The keys of a list of requirements, in words. A list without any lets everybody in.
fn keys(requirements: &[SecurityRequirement]) -> Vec<String> {
    let words = |requirement: &SecurityRequirement| {
        let mut keys: Vec<String> = requirement
            .iter()
            .map(|(scheme, scopes)| match scopes.as_slice() {
                [] => format!("`{scheme}`"),
                scopes => format!("`{scheme}` with {}", scopes.join(", ")),
            })
            .collect();
        keys.sort_unstable();
        if keys.is_empty() {
            "requests without a key".to_owned()
        } else {
            keys.join(" together with ")
        }
    };
    if requirements.is_empty() {
        return vec![words(&SecurityRequirement::default())];
    }
    requirements.iter().map(words).collect()
}

/// Parameters by what names them on the wire.
fn resolved<'a>(
    document: &'a Document,
    references: &'a [Reference],
) -> IndexMap<String, Option<&'a Parameter>> {
    let parameters = &document.components.parameters;
    let resolve = |reference: &'a Reference| match parameters.get(reference.name()) {
        Some(parameter) => (
            format!("the {} parameter `{}`", parameter.location, parameter.name),
            Some(parameter),
        ),
        None => (format!("`{}`", reference.reference), None),
    };
    references.iter().map(resolve).collect()
}

fn response<'a>(
    document: &'a Document,
    response: &'a MaybeReference<Response>,
) -> Option<&'a Response> {
    match response {
        MaybeReference::Here(response) => Some(response),
        MaybeReference::Reference(reference) => document.components.responses.get(reference.name()),
    }
}

fn reference_of(response: &MaybeReference<Response>) -> Option<&str> {
    match response {
        MaybeReference::Here(_) => None,
        MaybeReference::Reference(reference) => Some(&reference.reference),
    }
}

fn words_of(version: ApiVersion) -> &'static str {
    match version {
        ApiVersion::Described => "described here",
        ApiVersion::NotDescribed => "of another shape",
        ApiVersion::WithoutSources => "without sources",
    }
}

// What a client can do with a version, from nothing to everything.
fn rank(version: ApiVersion) -> u8 {
    match version {
        ApiVersion::WithoutSources => 0,
        ApiVersion::NotDescribed => 1,
        ApiVersion::Described => 2,
    }
}
