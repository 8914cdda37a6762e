//! The command: `omise conformance` itself, and every case that a person can type.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::thread;

use bytes::Bytes;
use http::Response;
use omise_client::{HttpTransport, Transport};
use omise_conformance::{Case, Exchange, Json, Suite};
use omise_tests::flawed::{FAULTS, Flawed};
use omise_tests::process::{PUBLIC_KEY, SECRET_KEY, ServeProcess};
use serde_json::Value;

use super::sdk::{Call, Key, call};
use super::{SERVER, keys};

/// The command, with nothing of this environment that it would read.
fn omise(arguments: &[&str]) -> Command {
    let mut command = Command::new(SERVER);
    command.args(arguments);
    for name in ["OMISE_API_URL", "OMISE_PUBLIC_KEY", "OMISE_SECRET_KEY"] {
        command.env_remove(name);
    }
    command
}

fn conformance(arguments: &[&str]) -> Output {
    let mut command = omise(&["conformance"]);
    command.args(arguments).output().expect("the command runs")
}

fn against(url: &str, more: &[&str]) -> Output {
    let place = [
        "--url",
        url,
        "--public-key",
        PUBLIC_KEY,
        "--secret-key",
        SECRET_KEY,
    ];
    conformance(&[&place, more].concat())
}

fn stdout(output: &Output) -> &str {
    std::str::from_utf8(&output.stdout).expect("text")
}

fn stderr(output: &Output) -> &str {
    std::str::from_utf8(&output.stderr).expect("text")
}

#[test]
fn without_a_url_the_api_in_the_command_passes_every_case() {
    let output = conformance(&["--json"]);
    assert_eq!(output.status.code(), Some(0), "{}", stdout(&output));
    let report: Value = serde_json::from_str(stdout(&output)).expect("JSON");
    let all = Suite::embedded().cases().count();
    assert_eq!(report["passed"], all);
    assert_eq!(
        (&report["failed"], &report["skipped"]),
        (&0.into(), &0.into())
    );
    assert_eq!(report["assumed_claims"], assumed_claims(""));
}

/// How many claims of the files whose name begins so are assumed.
fn assumed_claims(name: &str) -> usize {
    let suite = Suite::embedded();
    let files = suite.files().filter(|(file, _)| file.starts_with(name));
    let cases = files.flat_map(|(_, file)| &file.cases);
    cases.map(Case::assumed_claims).sum()
}

#[test]
fn a_served_api_passes_and_a_table_says_so() {
    let server = ServeProcess::in_memory(Path::new(SERVER)).expect("the server starts");
    let output = against(&server.url(), &["--only", "versions"]);
    assert_eq!(output.status.code(), Some(0), "{}", stdout(&output));
    let expected = "\
        file      passed  failed  skipped\n\
        versions      11       0        0\n\
        all           11       0        0\n";
    let assumed = assumed_claims("versions");
    let expected = format!(
        "{expected}\n{assumed} claims are assumed, neither recorded nor documented: \
         leave them out with `--without emulator`\n"
    );
    assert_eq!(stdout(&output), expected);
    let output = against(&server.url(), &[]);
    assert_eq!(output.status.code(), Some(0), "{}", stdout(&output));
}

#[test]
fn a_failure_is_told_with_its_case_and_an_exit_code_of_its_own() {
    let fault = FAULTS.iter().find(|fault| fault.name.contains("201"));
    let flawed = Flawed::new(Some(fault.expect("a fault of the status")));
    let url = format!("http://{}", flawed.serve().expect("it serves"));
    let output = against(&url, &["--only", "key-without-colon"]);
    assert_eq!(output.status.code(), Some(7), "{}", stderr(&output));
    let expected = "\
        file  passed  failed  skipped\n\
        keys       0       1        0\n\
        all        0       1        0\n\
        \n\
        keys/key-without-colon: A key without the colon behind it is read\n";
    let told = stdout(&output);
    assert!(told.starts_with(expected), "{told}");
    assert!(
        told.ends_with("POST /sources: status: expected 200, saw 201\n"),
        "{told}"
    );
    assert!(!told.contains(PUBLIC_KEY), "{told}");
}

#[test]
fn what_an_endpoint_does_not_have_is_skipped() {
    let output = conformance(&["--only", "keys", "--without", "emulator", "--json"]);
    let report: Value = serde_json::from_str(stdout(&output)).expect("JSON");
    let suite = Suite::embedded();
    let assumed = suite
        .files()
        .find(|(name, _)| *name == "keys")
        .map(|(_, file)| {
            let assumed = file.cases.iter().filter(|case| !case.is_known());
            assumed.count()
        });
    assert_eq!(
        report["files"][0]["skipped"],
        assumed.expect("the file of the keys")
    );
    assert_eq!(output.status.code(), Some(0));
}

#[test]
fn a_mistake_on_the_command_line_is_told() {
    let live = "skey_5xuy4w91xqz7d1w9u0t";
    let mistakes: [(i32, &[&str], &str); 6] = [
        (2, &["--only", "no such case"], "--only"),
        (2, &["--without", "nothing"], "--without"),
        (2, &["--url", "http://127.0.0.1:9"], "--public-key"),
        (2, &["--secret-key", SECRET_KEY], "of the same account"),
        (
            2,
            &[
                "--public-key",
                "pkey_5xuy4w91xqz7d1w9u0t",
                "--secret-key",
                live,
            ],
            "test keys",
        ),
        (
            2,
            &[
                "--url",
                "http://example.com",
                "--public-key",
                PUBLIC_KEY,
                "--secret-key",
                SECRET_KEY,
            ],
            "https",
        ),
    ];
    for (code, arguments, word) in mistakes {
        let output = conformance(arguments);
        assert_eq!(output.status.code(), Some(code), "{arguments:?}");
        assert!(stderr(&output).contains(word), "{}", stderr(&output));
        assert!(!stderr(&output).contains(live), "{}", stderr(&output));
    }
}

#[test]
fn an_endpoint_that_is_not_there_is_a_failure_of_this_machine() {
    // A port that no system gives out, so that no server of another test has it.
    let output = against("http://127.0.0.1:1", &[]);
    assert_eq!(output.status.code(), Some(1), "{}", stdout(&output));
    assert!(
        stderr(&output).contains("no connection"),
        "{}",
        stderr(&output)
    );
}

/// Every creation and retrieval of the suite that can be typed, judged by what is printed.
#[test]
fn the_command_prints_what_every_case_expects() {
    let server = ServeProcess::in_memory(Path::new(SERVER)).expect("the server starts");
    let suite = Suite::embedded();
    let cases: Vec<&Case> = suite.cases().collect();
    // A process a case: two at a time make it half as long.
    let (first, second) = cases.split_at(cases.len() / 2);
    let url = server.url();
    let typed = thread::scope(|scope| {
        let halves = [first, second].map(|half| scope.spawn(|| type_all(half, &url)));
        halves.map(|half| half.join().expect("the half of the cases"))
    });
    // As many as the SDK can send, by its snapshot: what a person types is what a program says.
    assert_eq!(typed.iter().sum::<usize>(), 806);
}

fn type_all(cases: &[&Case], url: &str) -> usize {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    let runtime = runtime.expect("a runtime");
    let http = HttpTransport::new().expect("a transport");
    let mut typed = 0;
    for case in cases {
        let mut exchange = Exchange::new(&keys());
        for step in &case.given {
            let mut request = exchange.request(step);
            *request.uri_mut() = format!("{url}{}", request.uri())
                .parse()
                .expect("an address");
            let answer = runtime.block_on(http.send(request)).expect("an answer");
            exchange.judge(step, &answer).expect("what is given");
        }
        if let Some((call, key)) = call(&case.step, &exchange) {
            check_typed(case, &call, &key, url, &mut exchange);
            typed += 1;
        }
    }
    typed
}

fn check_typed(case: &Case, call: &Call, key: &Key, url: &str, exchange: &mut Exchange) {
    let mut command = match call {
        Call::Retrieve(id) => omise(&["source", "retrieve", id.as_str()]),
        Call::Create(_) | Call::CreateChecked(_) => omise(&["source", "create", "--from", "-"]),
    };
    let key = match key {
        Key::Public(key) => ["--public-key", key.expose()],
        Key::Secret(key) => ["--secret-key", key.expose()],
    };
    command.args(["--json", "--url", url]).args(key);
    let parameters = case.step.request.json.as_ref().map(Value::to_string);
    let output = run(&mut command, parameters.unwrap_or_default().as_bytes());

    let expected = &case.step.answer;
    let code = match expected.status {
        200 => 0,
        401 => 4,
        404 => 5,
        _ => 3,
    };
    assert_eq!(
        output.status.code(),
        Some(code),
        "{}: {}",
        case.id,
        stderr(&output)
    );
    if code == 0 {
        let answer = Response::new(Bytes::from(output.stdout));
        let mut step = case.step.clone();
        // What is printed is the body; headers are not for people.
        step.answer.headers.clear();
        assert_eq!(exchange.judge(&step, &answer), Ok(()), "{}", case.id);
        return;
    }
    // "error: createSource: refused, status 400, bad_request: MESSAGE (request ID)"
    let body = expected.body.as_ref().expect("a refusal says why");
    let before = format!(" {}: ", body["code"].as_str().unwrap_or("bad_request"));
    let message = stderr(&output).split_once(&before).map(|(_, rest)| rest);
    let message = message.and_then(|rest| rest.split_once(" (request "));
    let (message, _) = message.unwrap_or_else(|| panic!("{}: {}", case.id, stderr(&output)));
    if let Some(expected) = body.get("message") {
        let seen = Json::Text(message.to_owned());
        assert_eq!(exchange.judge_value(expected, &seen), Ok(()), "{}", case.id);
    }
}

fn run(command: &mut Command, stdin: &[u8]) -> Output {
    command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = command.spawn().expect("the command runs");
    // A retrieval does not read it, and may have ended.
    let _ = child.stdin.take().expect("stdin").write_all(stdin);
    child.wait_with_output().expect("it ends")
}
