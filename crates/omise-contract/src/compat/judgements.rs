//! What a change means, as data: a pattern of the place, what happened there, and who must act.
//!
//! `*` stands for one name of the place, `**` for any number of them. The first row that fits
//! counts. What has no row breaks. In the words stand `{old}`, `{new}`, `{label}` (what people call
//! the part), `{above}` (what they call the one that it is a part of), and `{1}`, `{2}` (the names
//! that `*` stood for).

use crate::tree::Node;
use Happened::{Changed, Differs, Gone, Moved, New, NewAndRequired};
use Means::{By, Nothing, Part, Safe, Topic};

/// What happened at a place.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Happened {
    /// Only the old edition has it: a member, or an element of a list.
    Gone,
    /// Only the new edition has it.
    New,
    /// Only the new edition has it, and requires it.
    NewAndRequired,
    /// A value is another.
    Changed,
    /// What is in both editions is in another order.
    Moved,
    /// It is not the same, however; nothing below it is looked at.
    Differs,
}

/// Who must act.
#[derive(Clone, Copy)]
pub(super) enum Means {
    /// Whoever sends requests; whoever reads responses. Somebody acts for each that is true.
    Breaks(bool, bool),
    /// The same, for those of the two who meet the part.
    Part(bool, bool),
    /// Nobody: more is possible.
    Safe,
    /// Nobody: words, examples, order, or what is known of the facts. Listed under its topic.
    Topic(&'static str),
    /// It follows from the old and the new value.
    By(fn(&Node, &Node) -> Means),
    /// It follows from the last name of the place.
    ByName(fn(&str) -> Means),
    /// It is said elsewhere.
    Nothing,
}

pub(super) const REQUESTS: Means = Means::Breaks(true, false);
pub(super) const RESPONSES: Means = Means::Breaks(false, true);
pub(super) const BOTH: Means = Means::Breaks(true, true);

const REWORDED: Means = Topic("Reworded");
const EXAMPLES: Means = Topic("Examples");
const ORDER: Means = Topic("In another order");
const NOTES: Means = Topic("What is known of it");

/// What happened, who must act, and the words for it.
pub(super) type Case = (Happened, Means, &'static str);

type Row = (&'static str, &'static [Case]);

/// The judgements.
#[rustfmt::skip]
pub(super) const ROWS: &[Row] = &[
    ("openapi", &[(Changed, BOTH, "the document is written in OpenAPI {new}, was {old}")]),
    // Generators name packages and modules by it.
    ("info.title", &[(Changed, REQUESTS, "the API is titled `{new}`, was `{old}`")]),
    ("info.*", &[(Differs, REWORDED, "`info.{1}`")]),
    ("externalDocs", &[(Differs, REWORDED, "`externalDocs`")]),
    ("servers", &[(Gone, REQUESTS, "the server `{old}` is gone"), (New, Safe, "the server `{new}` is new"),
        (Moved, ORDER, "`servers`")]),
    // Generated clients call it if nobody says otherwise.
    ("first server", &[(Changed, REQUESTS, "the first server is `{new}`")]),
    ("about servers.*", &[(Differs, REWORDED, "`servers`")]),
    ("about servers", &[(Moved, ORDER, "`servers`")]),
    // Generators go by the tags of the operations; these only describe them.
    ("tags.*", &[(Differs, REWORDED, "the tag `{label}`")]),
    ("tags", &[(Moved, ORDER, "`tags`")]),

    ("operations", &[(Moved, ORDER, "`paths`")]),
    ("operations.*", &[(Gone, REQUESTS, "{label} is gone ({place})"), (New, Safe, "{label} is new ({place})")]),
    ("operations.*.operationId", &[(Changed, REQUESTS,
        "{label} is now called `{new}`, and so are the methods of generated clients")]),
    ("operations.*.place", &[(Changed, REQUESTS, "{label} is now called with {new}, was {old}")]),
    ("operations.*.tags", &[(Gone, REQUESTS, "{label} no longer has the tag `{old}`"),
        (New, Safe, "{label} has a new tag `{new}`"), (Moved, ORDER, "the tags of {label}")]),
    // Generators put an operation into the class of its first tag.
    ("operations.*.first tag", &[(Changed, REQUESTS, "{label} has the first tag `{new}`, was `{old}`")]),
    ("operations.*.summary", &[(Differs, REWORDED, "{label}")]),
    ("operations.*.description", &[(Differs, REWORDED, "{label}")]),
    ("operations.*.externalDocs", &[(Differs, REWORDED, "{label}")]),
    ("operations.*.security", &[(Gone, REQUESTS, "{label} no longer takes {old}"),
        (New, Safe, "{label} now takes {new}"), (Moved, ORDER, "the keys of {label}")]),
    ("operations.*.x-omise-effect", &[(Changed, By(begins), "{label} {new:changes something|changes nothing} at the service now")]),
    ("operations.*.x-omise-retry.repeatable", &[(Changed, By(repeatable),
        "{label} may be repeated `{new}`, was `{old}`")]),
    ("operations.*.x-omise-retry.statuses", &[(Changed, Safe, "{label} is repeated after {new}, was {old}")]),
    // What a client did after another wait is still right.
    ("operations.*.x-omise-retry.*", &[(Changed, Safe, "{label} is repeated with `{2}` {new}, was {old}")]),
    ("operations.*.parameters.*", &[(Gone, REQUESTS, "`{1}` no longer takes {label}"),
        (NewAndRequired, REQUESTS, "`{1}` now requires {label}"), (New, Safe, "`{1}` now takes {label}")]),
    // Generated methods take them as arguments in this order.
    ("operations.*.parameters", &[(Moved, REQUESTS, "{label} has its parameters in another order")]),
    ("operations.*.parameters.*.required", &[(Changed, By(requires),
        "{label} is {new:now|no longer} required")]),
    ("operations.*.parameters.*.description", &[(Differs, REWORDED, "{label}")]),
    ("operations.*.parameters.*.example", &[(Differs, EXAMPLES, "{label}")]),
    ("operations.*.parameters.*.x-omise-versions.*", &[(Gone, REQUESTS, "the API version {3} is gone"),
        (New, Safe, "the API version {3} is new: {new}"),
        (Changed, By(version), "the API version {3} is {new}, was {old}")]),
    ("operations.*.parameters.*.x-omise-versions", &[(Moved, ORDER, "the API versions")]),
    ("operations.*.requestBody", &[(Gone, REQUESTS, "{label} no longer takes a body"),
        (NewAndRequired, REQUESTS, "{label} now requires a body"), (New, Safe, "{label} now takes a body")]),
    ("operations.*.requestBody.required", &[(Changed, By(requires),
        "{label} {new:now|no longer} requires its body")]),
    ("operations.*.requestBody.description", &[(Differs, REWORDED, "{label}")]),
    ("operations.*.requestBody.content.*.examples", &[(Differs, EXAMPLES, "{label}")]),
    ("operations.*.requestBody.content.*.schema", &[(Changed, REQUESTS, "{label} is `{new}`, was `{old}`")]),
    ("operations.*.requestBody.content.*", &[(Gone, REQUESTS, "{label} is no longer `{2}`"),
        (New, Safe, "{label} may be `{2}`")]),
    // Generators take the first kind that they know.
    ("operations.*.requestBody.content", &[(Moved, REQUESTS, "{label} has its kinds in another order")]),
    ("operations.*.responses.*", &[(Gone, RESPONSES, "`{1}` no longer answers {2}"),
        (New, Means::ByName(failure), "`{1}` may answer {2}"),
        (Changed, RESPONSES, "`{1}` does not say what it answers with {2}")]),
    ("operations.*.responses", &[(Moved, ORDER, "the answers of {label}")]),
    ("operations.*.responses.*.description", &[(Differs, REWORDED, "{label}")]),
    ("operations.*.responses.*.links", &[(Differs, REWORDED, "links of {label}")]),
    ("operations.*.responses.*.headers.*", &[(Gone, RESPONSES, "{above} no longer has {label}"),
        (New, Safe, "{above} has a new header {label}")]),
    ("operations.*.responses.*.headers", &[(Moved, ORDER, "{label}")]),
    ("operations.*.responses.*.headers.*.description", &[(Differs, REWORDED, "{label}")]),
    ("operations.*.responses.*.headers.*.example", &[(Differs, EXAMPLES, "{label}")]),
    ("operations.*.responses.*.content.*.examples", &[(Differs, EXAMPLES, "{label}")]),
    ("operations.*.responses.*.content.*.schema", &[(Changed, RESPONSES, "{label} is `{new}`, was `{old}`")]),
    // A reader may be given a kind that it cannot read.
    ("operations.*.responses.*.content.*", &[(Gone, RESPONSES, "{label} is no longer `{3}`"),
        (New, RESPONSES, "{label} may be `{3}`")]),
    ("operations.*.responses.*.content", &[(Moved, RESPONSES, "{label} has its kinds in another order")]),

    ("keys.*", &[(Gone, REQUESTS, "the kind of key `{label}` is gone"), (New, Safe, "the kind of key `{label}` is new")]),
    ("keys", &[(Moved, ORDER, "`components.securitySchemes`")]),
    ("keys.*.scheme", &[(Changed, REQUESTS, "`{label}` is sent as {new}, was {old}")]),
    ("keys.*.description", &[(Differs, REWORDED, "`{label}`")]),
    ("examples.*", &[(Differs, EXAMPLES, "`{1}`")]),
    ("examples", &[(Moved, ORDER, "`components.examples`")]),

    ("schemas", &[(Moved, ORDER, "`components.schemas`")]),
    ("schemas.*", &[(Gone, Part(true, true), "the schema {label} is gone"), (New, Safe, "the schema {label} is new")]),
    // Generators name a class by it.
    ("schemas.*.name", &[(Changed, Part(true, true), "the schema `{old}` is now called `{new}`")]),

    ("payment methods", &[(Moved, ORDER, "the payment methods")]),
    ("payment methods.*", &[(Gone, BOTH, "{label} is no longer a payment method"),
        (New, Safe, "{label} is a new payment method")]),
    ("payment methods.*.flow.*", &[(Gone, Nothing, ""), (New, Nothing, ""),
        (Changed, RESPONSES, "{label} has the flow `{new}` for accounts of {2}, was `{old}`")]),
    ("payment methods.*.flow", &[(Moved, Nothing, "")]),
    ("payment methods.*.countries", &[(Gone, REQUESTS, "{label} no longer takes accounts of {old}"),
        (New, Safe, "{label} now takes accounts of {new}"), (Moved, ORDER, "{label} (`countries`)")]),
    ("payment methods.*.currencies", &[(Gone, REQUESTS, "{label} no longer takes {old}"),
        (New, Safe, "{label} now takes {new}"), (Moved, ORDER, "{label} (`currencies`)")]),
    ("payment methods.*.amount.*", &[(Gone, Nothing, ""), (New, Nothing, "")]),
    ("payment methods.*.amount", &[(Moved, Nothing, "")]),
    ("payment methods.*.amount.*.min", &[(Changed, By(higher), "an amount of {label} is at least {new} {2}, was {old}")]),
    ("payment methods.*.amount.*.max", &[(Changed, By(lower), "an amount of {label} is at most {new} {2}, was {old}")]),
    ("payment methods.*.parameters.*", &[(Gone, REQUESTS, "{label} no longer takes `{2}`"),
        (NewAndRequired, REQUESTS, "{label} now requires `{2}`"), (New, Safe, "{label} now takes `{2}`")]),
    ("payment methods.*.parameters.*.is required", &[(Changed, By(requires), "{label} {new:now|no longer} requires `{2}`")]),
    ("payment methods.*.parameters.*.form", &[(Gone, Safe, "the `{2}` for {label} is any text, was {old}"),
        (New, REQUESTS, "the `{2}` for {label} is now {new}"),
        (Differs, By(form), "the `{2}` for {label} is {new}, was {old}")]),
    ("payment methods.*.banks", &[(Gone, REQUESTS, "{label} no longer takes the bank `{old}`"),
        (New, Safe, "{label} now takes the bank `{new}`"), (Moved, ORDER, "{label} (`banks`)")]),
    ("payment methods.*.installment_terms.*", &[(Gone, REQUESTS, "{label} no longer takes {2} monthly payments"),
        (New, Safe, "{label} now takes {2} monthly payments")]),
    ("payment methods.*.installment_terms", &[(Moved, ORDER, "{label} (`installment_terms`)")]),
    ("payment methods.*.installment_terms.*.min", &[
        (Gone, Safe, "an amount of {label} over {2} months is no longer at least {old}"),
        (New, REQUESTS, "an amount of {label} over {2} months is at least {new}"),
        (Changed, By(higher), "an amount of {label} over {2} months is at least {new}, was {old}")]),
    ("payment methods.*.installment_monthly_minimum", &[
        (Gone, Safe, "a monthly payment of {label} is no longer at least {old}"),
        (New, REQUESTS, "a monthly payment of {label} is at least {new}"),
        (Changed, By(higher), "a monthly payment of {label} is at least {new}, was {old}")]),
    // It is what an answer's `absorption_type` says.
    ("payment methods.*.installment_interest", &[(Changed, RESPONSES, "the interest of {label} is borne by {new}")]),
    // Who tells the payer how long there is time must know.
    ("payment methods.*.charge_expiry_hours", &[(Changed, By(shorter), "a charge of {label} stays pending for {new} hours, was {old}")]),
    ("payment methods.*.discontinued", &[(New, REQUESTS, "{label} is discontinued ({new})"),
        (Gone, Safe, "{label} is no longer discontinued"), (Changed, NOTES, "{label} (`discontinued`)")]),
    ("payment methods.*.label", &[(Differs, REWORDED, "{label} (`label`)")]),
    ("payment methods.*.evidence", &[(Differs, NOTES, "{label} (`evidence`)")]),
    ("payment methods.*.evidence_by_country", &[(Differs, NOTES, "{label} (`evidence_by_country`)")]),
    ("payment methods.*.ours", &[(Differs, NOTES, "{label} (`ours`)")]),
    ("payment methods.*.see", &[(Differs, NOTES, "{label} (`see`)")]),
    ("payment methods.*.note", &[(Differs, NOTES, "{label} (`note`)")]),

    ("currencies", &[(Moved, ORDER, "the currencies")]),
    ("currencies.*", &[(Gone, REQUESTS, "{1} is no longer a currency"), (New, Safe, "{1} is a new currency")]),
    ("currencies.*.country", &[(Changed, REQUESTS, "{1} is the currency of accounts of {new}, was of {old}")]),
    ("currencies.*.decimals", &[(Changed, BOTH, "{1} is written with {new} decimals, was with {old}")]),
    ("currencies.*.min", &[(Changed, By(higher), "an amount is at least {new} {1}, was {old}")]),
    ("currencies.*.max", &[(Changed, By(lower), "an amount is at most {new} {1}, was {old}")]),
    ("currencies.*.evidence", &[(Differs, NOTES, "{1} (`evidence`)")]),
    ("currencies.*.ours", &[(Differs, NOTES, "{1} (`ours`)")]),
    ("currencies.*.see", &[(Differs, NOTES, "{1} (`see`)")]),

    // Members of a shape, wherever it is.
    ("**.description", &[(Differs, REWORDED, "{label}")]),
    ("**.example", &[(Differs, EXAMPLES, "{label}")]),
    ("**.x-omise-sensitive", &[(Differs, Topic("Classified otherwise"), "{label}")]),
    ("**.x-omise-messages", &[(Differs, Topic("What is known of messages"), "{label}")]),
    ("**.x-omise-alias-of", &[(Gone, Part(true, true), "{label} is no longer another name of `{old}`"),
        (New, Part(true, true), "{label} is another name of `{new}`"),
        (Changed, Part(true, true), "{label} is another name of `{new}`, was of `{old}`")]),
    ("**.x-omise-id", &[(Gone, NOTES, "{label}"), (New, NOTES, "{label}"),
        (Changed, Part(true, true), "{label} begins with `{new}_`, was `{old}_`")]),
    ("**.type", &[(Changed, Part(true, true), "{label} is {new}, was {old}")]),
    // Generators name a class by it.
    ("**.title", &[(Gone, Part(true, true), "{label} is no longer titled `{old}`"),
        (New, Part(true, true), "{label} is titled `{new}`"),
        (Changed, Part(true, true), "{label} is titled `{new}`, was titled `{old}`")]),
    ("**.nullable", &[(Changed, By(nullable), "{label} may {new:|no longer }be null")]),
    ("**.minimum", &[(Gone, Part(false, true), "{label} is no longer at least {old}"),
        (New, Part(true, false), "{label} is at least {new}"),
        (Changed, By(minimum), "{label} is at least {new}, was {old}")]),
    ("**.maxLength", &[(Gone, Part(false, true), "{label} may have more than {old} characters"),
        (New, Part(true, false), "{label} has at most {new} characters"),
        (Changed, By(maximum), "{label} has at most {new} characters, was {old}")]),
    ("**.maxItems", &[(Gone, Part(false, true), "{label} may have more than {old} elements"),
        (New, Part(true, false), "{label} has at most {new} elements"),
        (Changed, By(maximum), "{label} has at most {new} elements, was {old}")]),
    ("**.x-omise-currencies", &[(Gone, Part(true, true), "{label} no longer has the table of currencies"),
        (New, Part(true, true), "{label} now has the table of currencies")]),
    ("**.x-omise-payment-methods", &[(Gone, Part(true, true), "{label} no longer has the table of payment methods"),
        (New, Part(true, true), "{label} now has the table of payment methods")]),
    // The class that is made of the values comes or goes.
    ("**.values", &[(Changed, Part(true, true), "{label} has {new}, had {old}")]),
    ("**.enum", &[(Gone, Part(true, true), "{label} no longer has the value `{old}`"),
        (New, Part(false, true), "{label} has a new value `{new}`"), (Moved, ORDER, "the values of {label}")]),
    ("**.x-extensible-enum", &[(Gone, Part(true, true), "{label} no longer has the value `{old}`"),
        (New, Safe, "{label} has a new value `{new}`"), (Moved, ORDER, "the values of {label}")]),
    ("**.properties.*", &[(Gone, Part(true, true), "{label} is gone"),
        (NewAndRequired, Part(true, false), "{label} is new and required"), (New, Safe, "{label} is new")]),
    // A refusal gives its reasons in this order, and generated constructors take their arguments in it.
    ("**.properties", &[(Moved, Part(true, true), "{label} has its members in another order")]),
    ("**.is required", &[(Changed, By(required), "{label} is {new:now|no longer} required")]),
    ("**.of every type", &[(Changed, By(taken), "{label} is {new:now|no longer} taken by every payment method")]),
    ("**.required", &[(Gone, Nothing, ""), (New, Nothing, ""), (Moved, ORDER, "the required members of {label}")]),
    ("**.x-omise-every-type", &[(Gone, Nothing, ""), (New, Nothing, ""),
        (Moved, ORDER, "the parameters of every payment method")]),
    ("**.items", &[(Gone, Part(true, true), "{label} no longer says what its elements are"),
        (New, Part(true, true), "{label} now says what its elements are")]),
];

/// What a client can do with a version of the API, from nothing to everything.
pub(super) const VERSIONS: [&str; 3] = ["without sources", "of another shape", "described here"];

fn number(node: &Node) -> i64 {
    node.to_value().as_i64().unwrap_or_default()
}

fn is_true(node: &Node) -> bool {
    *node == Node::Bool(true)
}

fn requests_if(breaks: bool) -> Means {
    if breaks { REQUESTS } else { Safe }
}

fn higher(old: &Node, new: &Node) -> Means {
    requests_if(number(new) > number(old))
}

fn lower(old: &Node, new: &Node) -> Means {
    requests_if(number(new) < number(old))
}

fn shorter(old: &Node, new: &Node) -> Means {
    if number(new) < number(old) {
        RESPONSES
    } else {
        Safe
    }
}

fn begins(_: &Node, new: &Node) -> Means {
    requests_if(is_true(new))
}

fn requires(_: &Node, new: &Node) -> Means {
    requests_if(is_true(new))
}

fn required(_: &Node, new: &Node) -> Means {
    Part(is_true(new), !is_true(new))
}

fn taken(_: &Node, new: &Node) -> Means {
    Part(!is_true(new), !is_true(new))
}

fn nullable(_: &Node, new: &Node) -> Means {
    Part(!is_true(new), is_true(new))
}

fn minimum(old: &Node, new: &Node) -> Means {
    Part(number(new) > number(old), number(new) < number(old))
}

fn maximum(old: &Node, new: &Node) -> Means {
    Part(number(new) < number(old), number(new) > number(old))
}

fn repeatable(_: &Node, new: &Node) -> Means {
    requests_if(new.text() != Some("always"))
}

fn version(old: &Node, new: &Node) -> Means {
    let rank = |node: &Node| VERSIONS.iter().position(|words| node.text() == Some(words));
    requests_if(rank(new) < rank(old))
}

/// Whether the new form of a text lets everything through that the old one did.
fn form(old: &Node, new: &Node) -> Means {
    let digits = |node: &Node| match node.get("digits").map(Node::elements) {
        Some([least, most]) => Some((number(least), number(most))),
        _ => None,
    };
    let most = |node: &Node| node.get("max_length").map(number);
    let is_wider = match (digits(old), digits(new)) {
        (Some((from, to)), Some((least, most))) => least <= from && most >= to,
        (Some((_, to)), None) => most(new).is_some_and(|most| most >= to),
        _ => most(new)
            .zip(most(old))
            .is_some_and(|(new, old)| new >= old),
    };
    requests_if(!is_wider)
}

// A failure carries the one error body, whatever its status. Nothing else is promised.
fn failure(status: &str) -> Means {
    if status.starts_with(['4', '5']) {
        Safe
    } else {
        RESPONSES
    }
}
