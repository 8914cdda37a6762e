//! The command as a person and a script use it.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Output, Stdio};

use omise_tests::process::{PUBLIC_KEY, SECRET_KEY, ServeProcess};
use omise_tests::redact;
use omise_types::{Country, Flow, PaymentMethod};
use serde_json::Value;

pub(crate) const OMISE: &str = env!("CARGO_BIN_EXE_omise-under-test");

/// The command in an environment of its own, with its data in a directory.
pub(crate) fn omise(data: &Path, arguments: &[&str]) -> Output {
    command(data)
        .args(arguments)
        .output()
        .expect("the command runs")
}

pub(crate) fn command(data: &Path) -> Command {
    let mut command = Command::new(OMISE);
    for name in [
        "OMISE_API_URL",
        "OMISE_PUBLIC_KEY",
        "OMISE_SECRET_KEY",
        "OMISE_LOG",
    ] {
        command.env_remove(name);
    }
    // No endpoint here is https, so the certificates of the system are not needed.
    command.env("SSL_CERT_FILE", "/nonexistent");
    command.env("SSL_CERT_DIR", "/nonexistent");
    command.env("OMISE_DATA", data).stdin(Stdio::null());
    command
}

pub(crate) fn stdout(output: &Output) -> &str {
    std::str::from_utf8(&output.stdout).expect("UTF-8")
}

pub(crate) fn stderr(output: &Output) -> &str {
    std::str::from_utf8(&output.stderr).expect("UTF-8")
}

pub(crate) const PROMPTPAY: [&str; 8] = [
    "source",
    "create",
    "--type",
    "promptpay",
    "--amount",
    "10000",
    "--currency",
    "THB",
];

#[test]
fn what_one_command_creates_the_next_one_retrieves() {
    let data = tempfile::tempdir().expect("a directory");
    let created = omise(data.path(), &PROMPTPAY);
    assert!(created.status.success(), "{}", stderr(&created));
    let source: Value = serde_json::from_str(stdout(&created)).expect("JSON");
    assert_eq!(source["flow"], "offline");
    assert_eq!(source["charge_status"], "unknown");
    let id = source["id"].as_str().expect("an id");
    assert_eq!(id.len(), "src_test_".len() + 19);

    let retrieved = omise(data.path(), &["source", "retrieve", id]);
    assert_eq!(stdout(&retrieved), stdout(&created));
    let elsewhere = tempfile::tempdir().expect("a directory");
    let lost = omise(elsewhere.path(), &["source", "retrieve", id]);
    assert_eq!(lost.status.code(), Some(5));
}

#[test]
fn commands_at_the_same_time_take_turns() {
    let data = tempfile::tempdir().expect("a directory");
    let start = || {
        let mut command = command(data.path());
        command
            .args(PROMPTPAY)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command.spawn().expect("the command runs")
    };
    let running: Vec<_> = (0..8).map(|_| start()).collect();
    for child in running {
        let output = child.wait_with_output().expect("it ends");
        assert!(output.status.success(), "{}", stderr(&output));
    }
}

#[test]
fn a_command_does_not_wait_for_a_server() {
    let data = tempfile::tempdir().expect("a directory");
    let server = ServeProcess::on_directory(Path::new(OMISE), data.path()).expect("it starts");
    let refused = omise(data.path(), &PROMPTPAY);
    assert_eq!(refused.status.code(), Some(1), "{}", stderr(&refused));
    let holder = format!("held by process {}", server.pid());
    for part in [&holder, "--url"] {
        assert!(stderr(&refused).contains(part), "{}", stderr(&refused));
    }
}

#[test]
fn a_backup_of_a_running_server_has_its_sources() {
    let directory = tempfile::tempdir().expect("a directory");
    let data = directory.path().join("data");
    let copy = format!("{}/", directory.path().join("copy").display());
    let server = ServeProcess::on_directory(Path::new(OMISE), &data).expect("it starts");
    let (url, key) = (server.url(), ["--secret-key", SECRET_KEY]);
    let served = [&PROMPTPAY[..], &["--url", &url], &key].concat();
    let created = omise(&data, &served);
    assert!(created.status.success(), "{}", stderr(&created));
    let source: Value = serde_json::from_str(stdout(&created)).expect("JSON");
    let id = source["id"].as_str().expect("an id");

    let made = omise(&data, &["backup", &copy]);
    assert!(made.status.success(), "{}", stderr(&made));
    let said = stdout(&made);
    assert!(said.starts_with("backed up 1 objects ("), "{said}");
    assert!(
        said.ends_with(&format!(" bytes) to {copy}objects.sqlite3\n")),
        "{said}"
    );

    let retrieved = omise(&data, &["source", "retrieve", id, "--data", &copy]);
    assert_eq!(
        stdout(&retrieved),
        stdout(&created),
        "{}",
        stderr(&retrieved)
    );
    let again = omise(&data, &["backup", &copy]);
    assert_eq!(again.status.code(), Some(1), "it overwrites nothing");
}

#[test]
fn a_source_is_printed_for_people() {
    let data = tempfile::tempdir().expect("a directory");
    let output = omise(
        data.path(),
        &[
            "source",
            "create",
            "--type=atome",
            "--amount=200050",
            "--currency=THB",
            "--phone-number=0812345678",
            "--shipping=city=Bangkok,country=TH,postal_code=10310,state=BKK,street1=1448/4, Road 7",
            "--item=sku=a,name=Shoes,amount=100000,quantity=2",
            "--item={\"sku\": \"b\", \"name\": \"Bag, small\", \"amount\": 50, \"quantity\": 1}",
            "--text",
        ],
    );
    assert!(output.status.success(), "{}", stderr(&output));
    insta::with_settings!({ filters => redact::filters() }, {
        insta::assert_snapshot!("a_source_for_people", stdout(&output));
    });
}

#[test]
fn parameters_come_from_a_file_or_stdin_and_flags_win() {
    use std::io::Write;

    let data = tempfile::tempdir().expect("a directory");
    let file = data.path().join("request.json");
    let request = r#"{"amount": 5000, "currency": "JPY", "type": "econtext", "name": "Taro",
        "email": "taro@example.com", "phone_number": "0312345678"}"#;
    std::fs::write(&file, request).expect("a file");
    let from = file.to_str().expect("UTF-8");
    let output = omise(
        data.path(),
        &["source", "create", "--from", from, "--amount", "6000"],
    );
    let source: Value = serde_json::from_str(stdout(&output)).expect("JSON");
    assert_eq!(
        (&source["amount"], &source["name"]),
        (&Value::from(6000), &Value::from("Taro"))
    );

    let mut command = command(data.path());
    command
        .args(["source", "create", "--from", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped());
    let mut child = command.spawn().expect("the command runs");
    child
        .stdin
        .take()
        .expect("stdin")
        .write_all(request.as_bytes())
        .expect("it reads");
    let output = child.wait_with_output().expect("it ends");
    let source: Value = serde_json::from_str(stdout(&output)).expect("JSON");
    assert_eq!(source["amount"], 5000);
}

#[test]
fn a_mistake_is_told_by_the_flag_and_the_exit_code() {
    let data = tempfile::tempdir().expect("a directory");
    let file = data.path().join("request.json");
    std::fs::write(&file, r#"{"amount": 5000, "colour": "red"}"#).expect("a file");
    let file = file.to_str().expect("UTF-8");
    let econtext = [
        "source",
        "create",
        "--type=econtext",
        "--amount=100",
        "--currency=THB",
    ];
    let create = ["source", "create", "--currency=THB", "--type=promptpay"];
    let cases: [(i32, Vec<&str>); 24] = [
        (2, vec!["source", "create"]),
        (2, [&create[..], &["--amount=many"]].concat()),
        (
            2,
            [
                &create[..],
                &["--amount=1", "--zero-interest-installments=maybe"],
            ]
            .concat(),
        ),
        (
            2,
            [&create[..], &["--amount=1", "--platform-type=fridge"]].concat(),
        ),
        (
            2,
            [&create[..], &["--amount=1", "--item=sku=a,colour=red"]].concat(),
        ),
        (2, [&create[..], &["--amount=-1"]].concat()),
        (2, [&create[..], &["--amount=100.00"]].concat()),
        (2, vec!["source", "create", "--type=econtext"]),
        (
            3,
            vec![
                "source",
                "create",
                "--type=prompt_pay",
                "--amount=10000",
                "--currency=THB",
            ],
        ),
        (
            3,
            vec![
                "source",
                "create",
                "--type=fpx",
                "--amount=10000",
                "--currency=MYR",
                "--bank=maybnk2u",
            ],
        ),
        (2, [&create[..], &["--amuont=10000"]].concat()),
        (2, vec!["methods", "konbini"]),
        (2, vec!["source", "create", "--from", file]),
        (3, [&create[..], &["--amount=1999"]].concat()),
        (3, econtext.to_vec()),
        (2, vec!["source", "retrieve", "../charges"]),
        (
            5,
            vec!["source", "retrieve", "src_test_0000000000000000000"],
        ),
        (2, vec!["methods", "prompt"]),
        (
            2,
            [
                &create[..],
                &[
                    "--amount=2000",
                    "--url=ftp://127.0.0.1",
                    "--secret-key=skey_test_a",
                ],
            ]
            .concat(),
        ),
        (
            2,
            [
                &create[..],
                &[
                    "--amount=2000",
                    "--url=http://example.com",
                    "--secret-key=skey_test_a",
                ],
            ]
            .concat(),
        ),
        (
            2,
            [&create[..], &["--amount=2000", "--secret-key=wrong"]].concat(),
        ),
        (2, vec!["serve", "--memory", "--listen=nowhere"]),
        (2, vec!["serve", "--memory", "--country=US"]),
        (
            2,
            vec![
                "serve",
                "--memory",
                "--secret-key=skey_test_a",
                "--secret-key=skey_test_a",
            ],
        ),
    ];
    let mut text = String::new();
    for (code, arguments) in cases {
        let output = omise(data.path(), &arguments);
        let shown = arguments.join(" ").replace(file, "FILE");
        text.push_str(&format!(
            "$ omise {shown}\n{}",
            stderr(&output)
                .replace(file, "FILE")
                .replace(&data.path().display().to_string(), "DIR")
        ));
        text.push_str(&format!("exit {}\n\n", output.status.code().unwrap_or(-1)));
        assert_eq!(
            output.status.code(),
            Some(code),
            "{shown}\n{}",
            stderr(&output)
        );
        assert_eq!(stdout(&output), "", "{shown}");
        if arguments[0] != "serve" {
            check_json_error(&omise(data.path(), &[&arguments[..], &["--json"]].concat()));
        }
    }
    insta::with_settings!({ filters => redact::filters() }, {
        insta::assert_snapshot!("mistakes", text);
    });
}

/// What is wrong is one line of JSON, and its exit code is the command's.
#[track_caller]
fn check_json_error(output: &Output) {
    let lines: Vec<&str> = stderr(output).lines().collect();
    let [line] = lines.as_slice() else {
        panic!("not one line: {}", stderr(output));
    };
    let error: Value = serde_json::from_str(line).expect("JSON");
    let error = &error["error"];
    let code = error["exit_code"]
        .as_i64()
        .and_then(|code| i32::try_from(code).ok());
    assert_eq!(code, output.status.code(), "{error}");
    let kind = match code {
        Some(2) => "usage",
        Some(3) => "refused",
        Some(4) => "key_refused",
        Some(5) => "not_found",
        _ => panic!("another exit code: {error}"),
    };
    assert_eq!(error["kind"], kind);
    let is_text = |value: &Value| value.as_str().is_some_and(|text| !text.is_empty());
    assert!(is_text(&error["message"]), "{error}");
    assert_eq!(is_text(&error["api_message"]), code != Some(2), "{error}");
    assert_eq!(stdout(output), "");
}

#[test]
fn with_a_url_the_command_is_a_client_of_any_endpoint() {
    let server = ServeProcess::in_memory(Path::new(OMISE)).expect("the server starts");
    let data = tempfile::tempdir().expect("a directory");
    let endpoint = [
        "--url",
        &server.url(),
        "--public-key",
        PUBLIC_KEY,
        "--secret-key",
        SECRET_KEY,
    ];
    let created = omise(data.path(), &[&PROMPTPAY[..], &endpoint].concat());
    assert!(created.status.success(), "{}", stderr(&created));
    let source: Value = serde_json::from_str(stdout(&created)).expect("JSON");
    let id = source["id"].as_str().expect("an id");
    let retrieved = omise(
        data.path(),
        &[&["source", "retrieve", id][..], &endpoint].concat(),
    );
    assert_eq!(stdout(&retrieved), stdout(&created));
    assert!(
        std::fs::read_dir(data.path())
            .expect("a directory")
            .next()
            .is_none()
    );

    let wrong = ["--url", &server.url(), "--secret-key", "skey_test_nobody"];
    let refused = omise(data.path(), &[&PROMPTPAY[..], &wrong].concat());
    assert_eq!(refused.status.code(), Some(4), "{}", stderr(&refused));
    let keyless = omise(
        data.path(),
        &[&PROMPTPAY[..], &["--url", &server.url()]].concat(),
    );
    assert_eq!(keyless.status.code(), Some(2), "{}", stderr(&keyless));
    assert!(
        stderr(&keyless).contains("--public-key"),
        "{}",
        stderr(&keyless)
    );
    let nobody = ["--url", "http://127.0.0.1:9", "--secret-key", SECRET_KEY];
    let unreachable = omise(data.path(), &[&PROMPTPAY[..], &nobody].concat());
    assert_eq!(
        unreachable.status.code(),
        Some(1),
        "{}",
        stderr(&unreachable)
    );
}

#[test]
fn payment_methods_are_listed_filtered_and_explained() {
    let data = tempfile::tempdir().expect("a directory");
    let list = omise(data.path(), &["methods", "--text", "--currency", "jpy"]);
    insta::assert_snapshot!("methods_in_jpy", stdout(&list));
    let one = omise(data.path(), &["methods", "installment_mbb", "--text"]);
    insta::assert_snapshot!("method_installment_mbb", stdout(&one));

    let check = |arguments: &[&str], wanted: &dyn Fn(&PaymentMethod) -> bool| {
        let output = omise(data.path(), arguments);
        let listed: Vec<Value> = serde_json::from_str(stdout(&output)).expect("JSON");
        let listed = listed
            .iter()
            .map(|method| method["type"].as_str().expect("a type"));
        let wanted = PaymentMethod::all().iter().filter(|method| wanted(method));
        let wanted = wanted.map(|method| method.source_type.as_str());
        assert_eq!(
            listed.collect::<Vec<_>>(),
            wanted.collect::<Vec<_>>(),
            "{arguments:?}"
        );
    };
    check(&["methods"], &|_| true);
    check(&["methods", "--current-only"], &|method| {
        method.discontinued.is_none()
    });
    let singapore = Country::new("SG").expect("a country");
    check(
        &["methods", "--country", "SG", "--flow", "offline"],
        &|method| method.countries.contains(&singapore) && method.flow == Flow::Offline,
    );
}

#[test]
fn help_and_completions_are_there() {
    let data = tempfile::tempdir().expect("a directory");
    let mut help = command(data.path());
    help.env("OMISE_SECRET_KEY", "skey_test_canary")
        .args(["source", "create", "--help"]);
    let help = help.output().expect("the command runs");
    assert!(help.status.success());
    assert!(
        stdout(&help).contains("--installment-term"),
        "{}",
        stdout(&help)
    );
    assert!(!stdout(&help).contains("canary"), "no key is shown");
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let script = omise(data.path(), &["completions", shell]);
        assert!(stdout(&script).contains("installment-term"), "{shell}");
    }
}

#[test]
fn a_server_whose_log_nobody_reads_serves_on_and_drains() {
    let data = tempfile::tempdir().expect("a directory");
    let mut command = command(data.path());
    command.args(["serve", "--listen=127.0.0.1:0", "--memory", "--log=debug"]);
    let mut child = command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the server starts");
    drop(child.stderr.take());
    let mut ready = String::new();
    let lines = child.stdout.take().expect("stdout");
    BufReader::new(lines)
        .read_line(&mut ready)
        .expect("it is ready");
    let url = ready.split_whitespace().last().expect("an address");
    for _ in 0..2 {
        let output = Command::new("curl")
            .args(["--silent", url])
            .output()
            .expect("curl runs");
        assert!(stdout(&output).contains("not_found"), "{output:?}");
    }
    let pid = child.id().to_string();
    let sent = Command::new("kill")
        .args(["-TERM", &pid])
        .status()
        .expect("kill runs");
    assert!(sent.success());
    assert!(child.wait().expect("it ends").success());
}

#[test]
fn a_live_key_is_for_an_endpoint_only() {
    let data = tempfile::tempdir().expect("a directory");
    let live = ["--secret-key", "skey_5xuy4w91xqz7d1w9u0t"];
    let output = omise(data.path(), &[&PROMPTPAY[..], &live].concat());
    assert_eq!(output.status.code(), Some(2), "{}", stderr(&output));
    assert!(stderr(&output).contains("--url"), "{}", stderr(&output));
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    let data = tempfile::tempdir().expect("a directory");
    let mut command = command(data.path());
    command
        .args(["methods", "--json"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = command.spawn().expect("the command runs");
    drop(child.stdout.take());
    let output = child.wait_with_output().expect("it ends");
    assert!(output.status.success(), "{}", stderr(&output));
    assert_eq!(stderr(&output), "");
}
