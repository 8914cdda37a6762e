//! The rules of `openapi/source.yaml` that no general linter has, and those of its translation.
//!
//! What generation relies on is checked whenever the document is read; here stand
//! the rules of style, and whether what the examples claim is true. One rule is one function; each
//! gives every problem that it finds, with the path in the document.

mod examples;
mod extensions;
mod operations;
mod order;
mod overlay;
mod schemas;
#[cfg(test)]
mod tests;
mod text;
mod words;

use crate::document::Operation;
use crate::tree::{self as node, Node};
use crate::{Problem, RULES as RULES_OF_READING, Rule, Spec};

pub use overlay::lint as lint_translation;

/// A document that was read, as the rules look at it.
struct Document<'a> {
    spec: &'a Spec,
    // The same document with the order of all its members, which the types do not keep.
    root: Node,
    // What explains the document to other teams.
    readme: &'a str,
}

type Check = fn(&Document<'_>) -> Vec<Problem>;

macro_rules! rules {
    ($($module:ident::$name:ident: $mend:literal,)*) => {
        &[$((
            Rule { name: concat!(stringify!($module), "::", stringify!($name)), mend: $mend },
            $module::$name,
        )),*]
    };
}

/// The rules, each with what mends a breach of it.
const RULES: &[(Rule, Check)] = rules! {
    order::sections_are_in_order: "move it there",
    order::components_are_in_order: "move it there",
    order::what_is_named_is_in_order: "move it there",
    order::operations_are_in_order: "move it there",
    order::schemas_are_in_order: "move it there",
    order::rows_are_in_order: "move it there",
    words::summaries_are_in_sentence_case_without_a_full_stop: "write it as a line of a list: one \
        capital, no full stop",
    words::descriptions_end_with_a_full_stop: "write whole sentences",
    words::words_of_the_wire_are_in_backticks: "write it in backticks",
    words::descriptions_are_plain_commonmark: "write CommonMark without HTML",
    words::descriptions_are_english: "write it in English; other languages stand in overlays",
    words::descriptions_speak_of_no_implementation: "say what is true in every language",
    words::first_sentences_stand_alone: "begin with what is described",
    words::amounts_name_their_unit: "say `in the smallest unit of` which currency",
    words::parameters_say_which_payment_methods_take_them: "write that as its last sentence",
    words::descriptions_list_no_payment_methods: "point at the table on SourceType instead",
    words::forms_are_described: "name `application/x-www-form-urlencoded` and its brackets there",
    words::the_licence_and_the_keeper_are_named: "add it",
    words::the_version_is_semver: "write it as 1.2.3",
    operations::the_usual_statuses_are_listed: "point at the shared response",
    operations::retried_statuses_are_listed: "point at the shared response",
    operations::answers_have_a_request_id: "point at components.headers.RequestId",
    operations::links_lead_to_operations: "name an operation, and parameters that it has",
    operations::failures_are_shared: "move it to components.responses and point at it",
    operations::one_key_is_enough: "list one key to a line, the secret one among them, with `[]`",
    operations::summaries_begin_with_the_verb: "begin it with that verb",
    operations::operation_ids_are_camel_case_and_unique: "name it like `createSource`, and once",
    operations::tags_are_declared: "list one of `tags`",
    operations::components_are_used: "refer to it, or take it away",
    schemas::names_are_no_generators_own: "choose another name",
    schemas::names_begin_with_no_operation: "choose a name without it, which no generator derives",
    schemas::values_are_no_generators_own: "take it away",
    schemas::names_are_spelled_alike: "write SourceType for a schema, source_type for an attribute",
    schemas::everything_is_described: "add a description",
    schemas::scalars_have_an_example: "add an example",
    schemas::new_sources_require_three_parameters: "require these, and the rest in the table",
    schemas::requests_are_closed: "write `enum`",
    schemas::requests_are_bounded: "write how long it may be at most",
    schemas::replies_are_open: "write `x-extensible-enum` for a list, and no bounds",
    schemas::codes_of_replies_are_named: "refer to a schema that has `x-extensible-enum`",
    schemas::optional_attributes_of_replies_may_be_null: "write `nullable: true`",
    schemas::required_attributes_of_replies_are_never_null: "take `nullable` away, or do not \
        require it",
    schemas::named_schemas_are_never_null: "write `nullable` where it is used, on a copy in place",
    schemas::rows_name_their_page: "write the page below https://docs.omise.co/",
    extensions::extensions_are_explained: "explain it in the table of openapi/README.md, or take \
        it out of there",
    examples::of_properties_satisfy_their_schema: "correct the example or the schema",
    examples::of_parameters_and_headers_satisfy_their_schema: "correct the example or the schema",
    examples::of_bodies_satisfy_their_schema: "correct the example or the schema",
    examples::of_bodies_go_by_the_name_of_their_component: "give both the same name",
    examples::of_requests_are_accepted: "correct the example or the row of its payment method",
    examples::of_requests_have_a_source_and_sources_a_request: "add the other of the pair",
    examples::of_sources_are_what_the_request_makes: "write what the request makes",
    examples::of_errors_are_in_the_catalogue: "write the words of the catalogue, or add them there",
    examples::of_sources_have_every_attribute: "add it, null where it does not apply",
    examples::of_answers_keep_the_order_of_the_wire: "move it there",
    examples::of_sources_show_every_flow: "add a request and its source with it",
    examples::of_requests_show_every_family: "add such a request and its source",
    examples::of_errors_point_at_their_code: "write a value of ErrorCode, and its place",
    examples::of_errors_show_every_status: "add an example",
};

/// Checks the document; gives a line that says what was checked.
///
/// # Errors
///
/// Every problem of the document. `readme` is what explains it to other teams.
pub fn lint(text: &str, readme: &str) -> Result<String, Vec<Problem>> {
    let mut problems = text::check(text);
    let spec = match Spec::read(text) {
        Ok(spec) => spec,
        Err(more) => {
            problems.extend(more.0);
            return Err(problems);
        }
    };
    let root = Node::read(text).map_err(|problem| vec![problem])?;
    let document = Document {
        spec: &spec,
        root,
        readme,
    };
    problems.extend(document.check(RULES));
    if problems.is_empty() {
        Ok(summary(text, &document))
    } else {
        Err(problems)
    }
}

/// A problem with what mends it and the name of the rule.
fn tell(rule: &Rule, problem: Problem) -> Problem {
    rule.broken(problem.path, problem.message)
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
        RULES_OF_READING.len() + RULES.len() + text::RULES.len(),
    )
}

impl Document<'_> {
    fn check(&self, rules: &[(Rule, Check)]) -> Vec<Problem> {
        let mut problems = Vec::new();
        for (rule, check) in rules {
            let found = check(self).into_iter();
            problems.extend(found.map(|problem| tell(rule, problem)));
        }
        problems
    }

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
