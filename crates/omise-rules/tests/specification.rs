//! The words of the rules, as the document has them.

use omise_contract::{SOURCE_YAML, Spec};
use omise_rules::Rule;

#[track_caller]
fn check_words(rule: Rule, template: &str) {
    let spec = Spec::read(&SOURCE_YAML).expect("the document is right");
    let text = format!("amount {rule}");
    let mut messages = spec.messages();
    let (_, message) = messages
        .find(|(name, _)| *name == template)
        .expect("the catalogue has the template");
    assert!(
        message.fits(&text),
        "{text:?} is not {:?}",
        message.template
    );
    assert_eq!(
        (message.status, message.code.as_str()),
        (400, "bad_request")
    );
}

/// The document says of each text whether it was recorded, so it has to have each.
#[test]
fn the_words_of_every_rule_are_those_of_the_catalogue() {
    check_words(Rule::NotBlank, "blank");
    check_words(Rule::Number, "not_a_number");
    check_words(Rule::Supported, "not_supported");
    check_words(Rule::MustBe("THB".to_owned()), "must_be");
    check_words(Rule::AtLeast(2000), "at_least");
    check_words(Rule::AtMost(49_999), "less");
    check_words(Rule::MaxLength(10), "too_long");
    check_words(Rule::Email, "email");
    check_words(Rule::Digits(10, 11), "digits");
    check_words(Rule::Digits(10, 10), "digits_exact");
    check_words(Rule::Integer, "integer");
    check_words(Rule::Kind("a string"), "kind");
    check_words(Rule::OneOf(vec!["a".to_owned()]), "one_of");
}
