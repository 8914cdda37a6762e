//! What is given to the command: mistyped, missing, with more around it than there should be.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use omise_tests::process::{PUBLIC_KEY, SECRET_KEY, ServeProcess};
use omise_tests::programs::{needed, output_of};
use omise_types::{Parameter, PaymentMethod};
use serde_json::Value;

use crate::cli::{OMISE, PROMPTPAY, command, omise, stderr, stdout};

fn error(output: &Output) -> Value {
    let error: Value = serde_json::from_str(stderr(output)).expect("JSON");
    error["error"].clone()
}

fn flag(parameter: &str) -> String {
    let name = parameter.replace('_', "-");
    let name = if parameter == Parameter::ITEMS {
        "item"
    } else {
        &name
    };
    format!("--{name}")
}

#[test]
fn all_that_a_payment_method_needs_is_told_at_once() {
    let data = tempfile::tempdir().expect("a directory");
    for method in PaymentMethod::all() {
        let arguments = ["source", "create", "--json", "--type"];
        let name = method.source_type.as_str();
        let output = omise(data.path(), &[&arguments[..], &[name]].concat());
        assert_eq!(output.status.code(), Some(2), "{}", stderr(&output));
        let error = error(&output);

        let needed = [Parameter::AMOUNT, Parameter::CURRENCY];
        let required = method.required.iter().map(|parameter| parameter.name);
        let needed: Vec<String> = needed.into_iter().chain(required).map(flag).collect();
        assert_eq!(error["message"], format!("missing: {}", needed.join(", ")));
        let hints = error["hints"].as_array().expect("hints");
        for flag in &needed {
            let explains = |hint: &Value| {
                let hint = hint.as_str().unwrap_or_default();
                hint.strip_prefix(&format!("{flag}: "))
                    .is_some_and(|text| text.len() > 2)
            };
            assert!(hints.iter().any(explains), "{name} {flag}: {error}");
        }
    }
}

#[test]
fn what_the_hints_name_makes_a_source() {
    let data = tempfile::tempdir().expect("a directory");
    let refused = omise(
        data.path(),
        &[
            "source",
            "create",
            "--type=paynow",
            "--amount=1",
            "--currency=SGD",
            "--json",
        ],
    );
    let hints = error(&refused)["hints"].to_string();
    assert!(hints.contains("1.00 SGD (100) to"), "{hints}");
    let created = omise(
        data.path(),
        &[
            "source",
            "create",
            "--type=paynow",
            "--amount=100",
            "--currency=SGD",
        ],
    );
    assert!(created.status.success(), "{}", stderr(&created));
}

#[test]
fn a_mistyped_value_gets_a_suggestion() {
    let data = tempfile::tempdir().expect("a directory");
    let directory = data.path();
    let check = |arguments: &[&str], suggestion: &str| {
        let output = omise(directory, &[arguments, &["--json"]].concat());
        let error = error(&output).to_string();
        let question = format!("did you mean {suggestion}");
        let questions = error.matches("did you mean").count();
        assert!(error.contains(&question), "{arguments:?}: {error}");
        assert_eq!(questions, 1, "{arguments:?}: {error}");
    };
    let create = ["source", "create", "--amount=10000"];
    let promptpay = [&create[..], &["--type=promptpay", "--currency=THB"]].concat();
    check(
        &[&create[..], &["--type=prompt_pay", "--currency=THB"]].concat(),
        "`promptpay`?",
    );
    check(
        &[&create[..], &["--type=prompt_pay"]].concat(),
        "promptpay?",
    );
    check(
        &[&create[..], &["--type=promptpay", "--currency=TBH"]].concat(),
        "THB?",
    );
    check(
        &[
            &create[..],
            &["--type=fpx", "--currency=MYR", "--bank=maybnk2u"],
        ]
        .concat(),
        "maybank2u",
    );
    check(
        &[&promptpay[..], &["--platform-type=ANDROD"]].concat(),
        "ANDROID?",
    );
    check(
        &[&promptpay[..], &["--item=quantitiy=1"]].concat(),
        "quantity?",
    );
    check(&["methods", "promtpay"], "promptpay?");
    check(&["methods", "konbini"], "econtext?");
    check(&["methods", "--flow=ofline"], "offline?");
    check(&["conformance", "--without=country:JPN"], "country:JP");

    let file = directory.join("request.json");
    std::fs::write(&file, r#"{"amount": 10000, "curency": "THB"}"#).expect("a file");
    let file = file.to_str().expect("UTF-8");
    check(&["source", "create", "--from", file], "currency?");
}

#[test]
fn what_a_file_has_before_its_text_is_skipped_or_told() {
    let data = tempfile::tempdir().expect("a directory");
    let file = data.path().join("request.json");
    let from = file.to_str().expect("UTF-8");
    let request = r#"{"amount": 10000, "currency": "THB", "type": "promptpay"}"#;
    let create = ["source", "create", "--from", from];

    std::fs::write(&file, format!("\u{feff}{request}\r\n")).expect("a file");
    let output = omise(data.path(), &create);
    assert!(output.status.success(), "{}", stderr(&output));

    let utf16: Vec<u8> = format!("\u{feff}{request}")
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    std::fs::write(&file, utf16).expect("a file");
    let output = omise(data.path(), &create);
    assert_eq!(output.status.code(), Some(2), "{}", stderr(&output));
    assert!(stderr(&output).contains("not UTF-8"), "{}", stderr(&output));

    let mut command = command(data.path());
    let mut child = command
        .args(["source", "create", "--from", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the command runs");
    let mut stdin = child.stdin.take().expect("stdin");
    stdin
        .write_all(format!("\u{feff}{request}").as_bytes())
        .expect("it reads");
    drop(stdin);
    assert!(child.wait().expect("it ends").success());
}

#[test]
fn keys_and_addresses_are_trimmed_and_empty_variables_are_not_set() {
    let server = ServeProcess::in_memory(Path::new(OMISE)).expect("the server starts");
    let data = tempfile::tempdir().expect("a directory");
    let create = |variables: [(&str, &str); 3], arguments: &[&str]| {
        let mut command = command(data.path());
        command.args(PROMPTPAY).args(arguments).envs(variables);
        command.output().expect("the command runs")
    };
    let url = format!("{}\n", server.url());
    let [public, secret] = [PUBLIC_KEY, SECRET_KEY].map(|key| format!("{key}\r\n"));
    let names = ["OMISE_API_URL", "OMISE_PUBLIC_KEY", "OMISE_SECRET_KEY"];
    let variables = |values: [&'static str; 3]| {
        let [first, second, third] = names;
        [(first, values[0]), (second, values[1]), (third, values[2])]
    };
    let [first, second, third] = names;
    let given = [(first, url.as_str()), (second, &public), (third, &secret)];
    let output = create(given, &[]);
    assert!(output.status.success(), "{}", stderr(&output));

    let flags = [
        "--url",
        &url,
        "--public-key",
        &public,
        "--secret-key",
        &secret,
    ];
    let empty = variables(["", "", ""]);
    let output = create(empty, &flags);
    assert!(output.status.success(), "{}", stderr(&output));

    // The API in the command, with its default keys.
    let output = create(empty, &[]);
    assert!(output.status.success(), "{}", stderr(&output));

    let output = create(empty, &["--url="]);
    assert_eq!(output.status.code(), Some(2), "{}", stderr(&output));
    let output = create(empty, &["--secret-key="]);
    assert_eq!(output.status.code(), Some(2), "{}", stderr(&output));
}

/// Lets bash complete a command line; the last word is what the cursor stands behind.
fn completed_by_bash(words: &[&str]) -> Vec<String> {
    let data = tempfile::tempdir().expect("a directory");
    let script = omise(data.path(), &["completions", "bash"]);
    let previous = words[words.len() - 2];
    let last = words[words.len() - 1];
    let program = format!(
        "{}\nCOMP_WORDS=({})\nCOMP_CWORD={}\n_omise omise '{last}' '{previous}'\n\
         printf '%s\\n' \"${{COMPREPLY[@]}}\"\n",
        stdout(&script),
        words
            .iter()
            .map(|word| format!("'{word}' "))
            .collect::<String>(),
        words.len() - 1,
    );
    let completed = output_of(Command::new("bash").args(["-c", &program])).expect("bash completes");
    completed.lines().map(str::to_owned).collect()
}

#[test]
fn values_are_completed() {
    let bash = output_of(Command::new("bash").arg("--version"));
    if needed("values_are_completed", bash).is_none() {
        return;
    }
    let check = |words: &[&str], expected: &[&str]| {
        assert_eq!(completed_by_bash(words), expected, "{words:?}");
    };
    let create = ["omise", "source", "create"];
    let of_create = |words: &[&str], expected: &[&str]| {
        check(&[&create[..], words].concat(), expected);
    };
    of_create(&["--type", "prompt"], &["promptpay"]);
    of_create(&["--currency", "T"], &["THB"]);
    of_create(&["--bank", "maybank"], &["maybank2u", "maybank2e"]);
    of_create(&["--platform-type", "A"], &["ANDROID"]);
    check(&["omise", "methods", "prompt"], &["promptpay"]);
    check(&["omise", "methods", "--country", "J"], &["JP"]);
    check(&["omise", "methods", "--flow", "off"], &["offline"]);
    check(&["omise", "serve", "--log", "de"], &["debug"]);
    check(&["omise", "serve", "--country", "T"], &["TH"]);
    check(
        &["omise", "conformance", "--without", "country:J"],
        &["country:JP"],
    );
    check(&["omise", "completions", "z"], &["zsh"]);
}
