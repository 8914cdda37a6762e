//! What the command prints in terminals of different widths.

use std::path::Path;

use omise_tests::redact;

use crate::cli::{PROMPTPAY, command, stderr, stdout};

/// What the command prints at a width, on either stream.
fn printed(data: &Path, width: usize, arguments: &[&str]) -> String {
    let output = command(data)
        .env("COLUMNS", width.to_string())
        .args(arguments)
        .output()
        .expect("the command runs");
    format!("{}{}", stdout(&output), stderr(&output))
}

/// A line that is too long must be one word: it cannot be broken.
#[track_caller]
fn check_fits(text: &str, width: usize) {
    // clap does not break the line of the usage.
    for line in text.lines().filter(|line| !line.starts_with("Usage:")) {
        let is_one_word = line.split_whitespace().count() <= 1;
        let fits = line.chars().count() <= width;
        // The flag and its value are one word to clap.
        let is_flag = line.trim_start().starts_with("--") && line.matches(' ').count() <= 7;
        assert!(fits || is_one_word || is_flag, "{width}: {line:?}\n{text}");
    }
}

#[test]
fn help_fits_the_terminal() {
    let data = tempfile::tempdir().expect("a directory");
    let commands: [&[&str]; 7] = [
        &["-h"],
        &["source", "-h"],
        &["source", "create", "-h"],
        &["source", "retrieve", "-h"],
        &["methods", "-h"],
        &["conformance", "-h"],
        &["serve", "-h"],
    ];
    for width in [40, 80, 120] {
        for arguments in commands {
            let help = printed(data.path(), width, arguments);
            check_fits(&help, width);
            // No text stands in a column of one word a line.
            let words = help.split_whitespace().count();
            let lines = help.lines().count();
            assert!(words > 2 * lines, "{width} {arguments:?}:\n{help}");
        }
    }
    for width in [40, 80] {
        let help = printed(data.path(), width, &["source", "create", "-h"]);
        insta::assert_snapshot!(format!("help_of_create_at_{width}"), help);
    }
}

#[test]
fn what_is_printed_for_people_fits_the_terminal() {
    let data = tempfile::tempdir().expect("a directory");
    let text = &["--text"][..];
    let atome = [
        "source",
        "create",
        "--type=atome",
        "--amount=200050",
        "--currency=THB",
        "--phone-number=0812345678",
        "--shipping=city=Bangkok,country=TH,postal_code=10310,state=BKK,street1=1448/4, Road 7",
        "--item=sku=a,name=Shoes,amount=100000,quantity=2",
    ];
    let commands: [(&str, &[&str]); 6] = [
        ("a_source", &[&atome[..], text].concat()),
        ("methods", &["methods", "--text", "--country=TH"]),
        ("a_method", &["methods", "--text", "installment_mbb"]),
        ("missing", &["source", "create", "--type=econtext"]),
        ("refused", &atome[..5]),
        (
            "not_json",
            &[&PROMPTPAY[..6], &["--currency", "baht"]].concat(),
        ),
    ];
    for (name, arguments) in commands {
        for width in [40, 80, 120] {
            let printed = printed(data.path(), width, arguments);
            // clap does not break the lines of its errors.
            if name != "not_json" {
                check_fits(&printed, width);
            }
            let mut filters = redact::filters();
            filters.push((r"\[request\s+id\]", "[request id]"));
            insta::with_settings!({ filters => filters }, {
                insta::assert_snapshot!(format!("{name}_at_{width}"), printed);
            });
        }
    }
}

#[test]
fn lines_into_a_pipe_stay_whole() {
    let data = tempfile::tempdir().expect("a directory");
    let output = command(data.path())
        .env_remove("COLUMNS")
        .args(["methods", "--text"])
        .output()
        .expect("the command runs");
    let methods = omise_types::PaymentMethod::all().len();
    assert_eq!(stdout(&output).lines().count(), 1 + methods);
}
