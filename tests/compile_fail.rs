//! What the types of payment methods keep from being compiled: a call without what the table says
//! that the payment method requires, and one in a currency that it does not take.

use std::path::Path;
use std::sync::LazyLock;

use heck::ToUpperCamelCase;
use omise_codegen::{Constructor, constructors};
use omise_contract::{SOURCE_YAML, Spec};
use omise_tests::compiler::{Error, Package};
use omise_tests::smallest::wrong_currency;
use omise_types::{Parameter, PaymentMethod};

#[test]
fn a_call_with_what_its_payment_method_requires_is_compiled() {
    let calls = methods().into_iter();
    let programs = calls.map(|(method, call)| Program::new(method, "whole", call.whole()));
    for (program, errors) in compile("whole", programs.collect()) {
        assert_eq!(errors, [], "{}", program.claim);
    }
}

#[test]
fn a_call_without_a_parameter_that_its_payment_method_requires_is_not_compiled() {
    let mut programs = Vec::new();
    let mut places = Vec::new();
    for (method, call) in methods() {
        let required = method.required.iter().map(|parameter| parameter.name);
        for name in [Parameter::AMOUNT].into_iter().chain(required) {
            let place = call.parameters().position(|taken| taken == name);
            places.push(1 + place.expect("the constructor takes it"));
            programs.push(Program::new(
                method,
                &format!("without {name}"),
                call.without(name),
            ));
        }
    }
    let rules = places.iter().filter(|place| **place > 1).count();
    for ((program, errors), place) in compile("without", programs).into_iter().zip(places) {
        let Program { claim, method, .. } = &program;
        // What is given may be wrong for the places that it gets, too.
        let mut of_call = errors.iter().filter(|error| error.code == "E0061");
        let text = &of_call.next().expect(claim).text;
        let arguments = 1 + method.required.len();
        let count = format!("takes {arguments} argument");
        assert!(text.contains(&count), "{claim}: {text}");
        // Where one argument fits the place of another, the last of them is the one that is missed.
        let mut missing = (place..=arguments).map(|place| format!("argument #{place} "));
        let is_named = missing.any(|place| text.contains(&place));
        assert!(is_named, "{claim}: {text}");
    }
    say(&format!(
        "{rules} rules `type requires parameter` hold at compile time"
    ));
}

#[test]
fn a_call_in_a_currency_that_its_payment_method_does_not_take_is_not_compiled() {
    let programs = methods().into_iter().map(|(method, call)| {
        let currency = wrong_currency(method);
        let program = call.in_currency(currency.as_str());
        Program::new(method, &format!("in {currency}"), program)
    });
    for (Program { claim, method, .. }, errors) in compile("in_currency", programs.collect()) {
        let [error] = errors.as_slice() else {
            panic!("{claim}: {errors:?}");
        };
        let code = match method.currencies {
            [_] => "E0308",
            _ => "E0277",
        };
        assert_eq!(error.code, code, "{claim}");
        for (currency, _) in method.currencies {
            let name = currency.as_str().to_upper_camel_case();
            assert!(error.text.contains(&name), "{claim}: {}", error.text);
        }
    }
}

/// The current payment methods, each with the call that its documentation shows.
fn methods() -> Vec<(&'static PaymentMethod, Constructor)> {
    let spec = Spec::read(&SOURCE_YAML).expect("the specification is in order");
    let calls = constructors(&spec).expect("the build has written the same");
    let mut methods: Vec<&PaymentMethod> = PaymentMethod::all().iter().collect();
    methods.retain(|method| method.discontinued.is_none());
    let of_rows = methods.iter().map(|method| method.source_type.as_str());
    assert!(of_rows.eq(calls.iter().map(Constructor::source_type)));
    methods.into_iter().zip(calls).collect()
}

/// A call to compile.
struct Program {
    claim: String,
    method: &'static PaymentMethod,
    expression: String,
}

impl Program {
    fn new(method: &'static PaymentMethod, what: &str, expression: String) -> Program {
        Program {
            claim: format!("{} {what}", method.source_type),
            method,
            expression,
        }
    }
}

/// Compiles programs and answers with the errors of each.
fn compile(name: &str, programs: Vec<Program>) -> Vec<(Program, Vec<Error>)> {
    static PACKAGE: LazyLock<Package> =
        LazyLock::new(|| Package::new(Path::new(env!("CARGO_TARGET_TMPDIR"))));
    let expressions = programs.iter().map(|program| program.expression.clone());
    let errors = PACKAGE.errors(name, &expressions.collect::<Vec<_>>());
    programs.into_iter().zip(errors).collect()
}

#[expect(
    clippy::print_stderr,
    reason = "a figure, for whoever asks with --nocapture"
)]
fn say(line: &str) {
    eprintln!("{line}");
}
