//! `cargo xtask lint`: the rules of `openapi/source.yaml` that no general linter has, and those of
//! its translation.
//!
//! What generation relies on is checked by omise-codegen whenever it reads the document; here stand
//! the rules of style, and whether what the examples claim is true. One rule is one function; each
//! gives every problem that it finds, with the path in the document.

mod examples;
mod operations;
mod order;
mod overlay;
mod schemas;
#[cfg(test)]
mod tests;
mod text;
mod words;

use anyhow::Result;
use omise_codegen::document::Operation;
use omise_codegen::{Problem, Spec, tree as node};

use crate::failure::Failure;
use crate::{say, workspace};
use node::Node;

/// Checks the document as it is on disk now.
pub(crate) fn run() -> Result<()> {
    let text = workspace::read(workspace::SOURCE_YAML)?;
    let japanese = workspace::read(overlay::SOURCE_JA_YAML)?;
    let document = lint(&text)
        .map_err(|problems| -> Vec<String> { problems.iter().map(Problem::to_string).collect() });
    let mut lines = Vec::new();
    for checked in [document, overlay::lint(&text, &japanese)] {
        match checked {
            Ok(summary) => say::line(&summary),
            Err(problems) => lines.extend(problems),
        }
    }
    if lines.is_empty() {
        return Ok(());
    }
    let what = format!("{}\nlint: {} problems", lines.join("\n"), lines.len());
    let mend = format!(
        "edit {} or {}, then run `cargo xtask lint`",
        workspace::SOURCE_YAML,
        overlay::SOURCE_JA_YAML
    );
    Err(Failure::failed(what, mend).into())
}

/// A document that omise-codegen has accepted, as the rules look at it.
struct Document<'a> {
    spec: &'a Spec,
    // The same document with the order of all its members, which the types do not keep.
    root: Node,
}

type Rule = fn(&Document<'_>) -> Vec<Problem>;

const RULES: [Rule; 29] = [
    order::sections_are_in_order,
    order::components_are_in_order,
    order::operations_are_in_order,
    order::schemas_are_in_order,
    words::summaries_are_in_sentence_case_without_a_full_stop,
    words::descriptions_end_with_a_full_stop,
    words::the_version_is_semver,
    operations::the_usual_failures_are_listed,
    operations::operation_ids_are_camel_case_and_unique,
    operations::tags_are_declared,
    operations::components_are_used,
    schemas::names_are_no_generators_own,
    schemas::names_are_spelled_alike,
    schemas::everything_is_described,
    schemas::scalars_have_an_example,
    schemas::nothing_says_default_or_polymorphic,
    schemas::replies_are_open,
    schemas::optional_attributes_of_replies_may_be_null,
    schemas::rows_name_their_page,
    examples::of_properties_satisfy_their_schema,
    examples::of_parameters_and_headers_satisfy_their_schema,
    examples::of_bodies_satisfy_their_schema,
    examples::of_bodies_go_by_the_name_of_their_component,
    examples::of_requests_are_accepted,
    examples::of_requests_have_a_source_and_sources_a_request,
    examples::of_sources_are_what_the_request_makes,
    examples::of_sources_have_every_attribute,
    examples::of_errors_point_at_their_code,
    examples::of_errors_show_every_status,
];

/// Every problem of the document, or a line that says what was checked.
fn lint(text: &str) -> Result<String, Vec<Problem>> {
    let mut problems = text::check(text);
    match Spec::read(text) {
        Err(more) => problems.extend(more.0),
        Ok(spec) => match Node::read(text) {
            Err(problem) => problems.push(problem),
            Ok(root) => {
                let document = Document { spec: &spec, root };
                for rule in RULES {
                    problems.extend(rule(&document));
                }
                if problems.is_empty() {
                    return Ok(summary(text, &document));
                }
            }
        },
    }
    Err(problems)
}

fn summary(text: &str, document: &Document<'_>) -> String {
    let components = &document.spec.document().components;
    format!(
        "lint: {} lines, {} operations, {} schemas, {} payment methods, {} currencies, {} examples: \
         no problem in {} rules",
        text.lines().count(),
        document.operations().count(),
        components.schemas.len(),
        document.spec.payment_methods().count(),
        document.spec.currencies().count(),
        components.examples.len(),
        RULES.len() + text::RULES.len(),
    )
}

impl Document<'_> {
    /// The operations with their paths in the document.
    fn operations(&self) -> impl Iterator<Item = (String, &Operation)> {
        self.spec.operations().map(|(path, method, operation)| {
            let method = method.as_str().to_lowercase();
            (format!("paths.{path}.{method}"), operation)
        })
    }
}

fn problem(path: impl Into<String>, message: impl Into<String>) -> Problem {
    Problem {
        path: path.into(),
        message: message.into(),
    }
}
