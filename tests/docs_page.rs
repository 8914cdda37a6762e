//! The documentation page as the server answers it and as Chromium shows it.
//!
//! Without `chromium`, `node`, or a registry to install what drives it, the test of the browser
//! says so and passes; where `CI` is set it fails.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::Context;
use omise_contract::publish::{ENDINGS, artefacts};
use omise_contract::{SOURCE_JA_YAML, SOURCE_YAML, Spec, japanese};
use omise_docs::{Language, calls, page};
use omise_tests::process::{PUBLIC_KEY, SECRET_KEY, ServeProcess};
use omise_tests::programs::{needed, npm, output_of};
use omise_tests::raw_http::{Answer, Body, Connection, request};
use omise_types::PaymentMethod;
use serde::Deserialize;
use serde_json::Value;

const SERVER: &str = env!("CARGO_BIN_EXE_omise-under-test");
const DRIVERS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/docs");
const INSTALLED: &str = env!("CARGO_TARGET_TMPDIR");

/// What opens the page and what looks at it for those who see badly.
const DRIVEN_BY: [&str; 2] = ["playwright-core@1.65.1", "axe-core@4.14.1"];

#[test]
fn the_server_has_the_page_and_the_document_for_everybody() {
    let server = ServeProcess::in_memory(Path::new(SERVER)).expect("the server starts");
    let english = Spec::read(&SOURCE_YAML).expect("the specification is in order");
    let japanese = japanese(&SOURCE_YAML, &SOURCE_JA_YAML).expect("the translation fits");
    let expected = page(&english, &japanese, "/docs/").expect("it has all that it needs");

    for path in ["/docs", "/docs/"] {
        let answer = ask(&server, "GET", path, Body::Follows);
        assert_eq!(answer.status, 200, "{path}");
        assert_eq!(
            answer.header("content-type"),
            Some("text/html; charset=utf-8")
        );
        assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
        assert_eq!(answer.header("cache-control"), Some("no-cache"));
        let policy = answer.header("content-security-policy").unwrap_or_default();
        assert!(policy.starts_with(&expected.policy), "{policy}");
        assert!(policy.starts_with("default-src 'none';"), "{policy}");
        assert!(!policy.contains("unsafe"), "{policy}");
        assert!(
            answer.body == expected.html.as_bytes(),
            "{path}: another page"
        );
    }
    let head = ask(&server, "HEAD", "/docs", Body::LeftOut);
    assert_eq!(head.status, 200);
    let document = ask(&server, "GET", "/docs/source.yaml", Body::Follows);
    assert_eq!(
        document.header("content-type"),
        Some("application/yaml; charset=utf-8")
    );
    assert!(document.body == SOURCE_YAML.as_bytes());
    let json = ask(&server, "GET", "/docs/source.json", Body::Follows);
    assert_eq!(
        json.header("content-type"),
        Some("application/json; charset=utf-8")
    );
    let json: Value = serde_json::from_slice(&json.body).expect("it is JSON");
    assert_eq!(json["info"]["title"], "Source API");
    assert_eq!(json["paths"].as_object().map(serde_json::Map::len), Some(2));
    let overlay = ask(
        &server,
        "GET",
        "/docs/source.ja.overlay.yaml",
        Body::Follows,
    );
    assert!(overlay.body == SOURCE_JA_YAML.as_bytes());
    let texts = artefacts("source", &SOURCE_YAML, &SOURCE_JA_YAML).expect("they can be made");
    for (ending, text) in ENDINGS.iter().zip(texts) {
        let path = format!("/docs/source.{ending}");
        let answer = ask(&server, "GET", &path, Body::Follows);
        assert_eq!(answer.status, 200, "{path}");
        assert!(answer.body == text.as_bytes(), "{path}");
    }
    let refused = ask(&server, "POST", "/docs", Body::Follows);
    assert_eq!(refused.status, 405);
    assert_eq!(refused.header("allow"), Some("GET, HEAD"));
}

#[test]
fn the_page_works_in_a_browser_and_asks_for_nothing_but_itself() {
    let test = "the_page_works_in_a_browser_and_asks_for_nothing_but_itself";
    let Some(browser) = needed(test, install()) else {
        return;
    };
    // Each request that reaches it is a line of the log, so none can pass unseen.
    let keys = ["--public-key", PUBLIC_KEY, "--secret-key", SECRET_KEY];
    let arguments = [
        "serve",
        "--listen",
        "127.0.0.1:0",
        "--memory",
        "--log",
        "debug",
    ];
    let server = ServeProcess::start(Path::new(SERVER), &[&arguments[..], &keys[..]].concat());
    let server = server.expect("the server starts");
    let url = format!("{}/docs", server.url());
    let mut node = Command::new("node");
    node.arg(Path::new(DRIVERS).join("page.mjs")).args([
        &url,
        &browser.packages.display().to_string(),
        browser.chromium,
        PUBLIC_KEY,
        SECRET_KEY,
    ]);
    let seen: Seen = serde_json::from_str(&output_of(&mut node).expect("the check runs"))
        .expect("it prints what it has seen");

    // A browser says so itself of the key that the form was not let in with.
    let refused = "error: Failed to load resource: the server responded with a status of 401 \
                   (Unauthorized)";
    assert_eq!(seen.messages, [refused]);
    // The forms send what they are told to, and only to the server of the page.
    let is_page = |request: &&String| request.split('?').next() == Some(url.as_str());
    let (pages, others): (Vec<_>, Vec<_>) = seen.requests.iter().partition(is_page);
    assert_eq!(pages.len(), seen.loads);
    let created = format!("{}/sources", server.url());
    assert_eq!(others.len(), 3, "{others:?}");
    assert!(
        others.iter().all(|one| one.starts_with(&created)),
        "{others:?}"
    );
    assert_eq!(
        requests(&server, seen.requests.len()),
        seen.requests.len(),
        "{}",
        server.stderr()
    );

    let too_wide = seen.widths.iter().filter(|(_, too_much)| **too_much > 0);
    assert_eq!(too_wide.collect::<Vec<_>>(), []);
    seen.filters.check();
    seen.tries.check();
    seen.outline.check();
    seen.languages.check();
    seen.calls.check(&server.url());
    seen.links.check();
    assert!(
        seen.fragments.values().all(|is_open| *is_open),
        "{:?}",
        seen.fragments
    );
    seen.without_script.check();
    seen.keyboard.check();
    assert_eq!(seen.accessibility, [""; 0]);
}

/// What the check prints.
#[derive(Deserialize)]
struct Seen {
    loads: usize,
    requests: Vec<String>,
    messages: Vec<String>,
    /// By language and width, how many pixels stand out.
    widths: BTreeMap<String, i32>,
    filters: Filters,
    tries: Tries,
    outline: Outline,
    languages: Languages,
    calls: Calls,
    links: Links,
    fragments: BTreeMap<String, bool>,
    without_script: WithoutScript,
    keyboard: Keyboard,
    accessibility: Vec<String>,
}

/// The rows that are there after each step.
#[derive(Deserialize)]
struct Filters {
    at_first: Vec<String>,
    with_discontinued: Vec<String>,
    country: Vec<String>,
    country_and_flow: Vec<String>,
    currency: Vec<String>,
    told: String,
    hidden: String,
    one_hidden: [String; 2],
    qr: Vec<String>,
    text: Vec<String>,
    nothing: Vec<String>,
}

impl Filters {
    fn check(&self) {
        let malaysia = "MY".parse().expect("a country");
        let yen = "JPY".parse().expect("a currency");
        let is_there = |method: &PaymentMethod| method.countries.contains(&malaysia);
        assert_eq!(self.at_first, rows(|method| method.discontinued.is_none()));
        assert_eq!(self.with_discontinued, rows(|_| true));
        assert_eq!(self.country, rows(is_there));
        // Where the flow differs by country, that of the country counts.
        let redirects =
            rows(|method| is_there(method) && method.flow_in(malaysia).as_str() == "redirect");
        assert_eq!(self.country_and_flow, redirects);
        assert!(redirects.contains(&"touch_n_go".to_owned()));
        let in_yen = rows(|method| method.limits(yen).is_some());
        assert_eq!(self.currency, in_yen);
        let all = rows(|_| true).len();
        assert_eq!(
            self.told,
            format!("{} of {all} payment methods.", in_yen.len())
        );
        let current = rows(|method| method.discontinued.is_none()).len();
        let gone = all - current;
        assert!(gone > 1, "else the sentence is another");
        assert_eq!(
            self.hidden,
            format!("{current} of {all} payment methods. {gone} discontinued are hidden.")
        );
        assert_eq!(
            self.one_hidden,
            [
                format!("0 of {all} payment methods. 1 discontinued is hidden."),
                "false".to_owned(),
            ]
        );
        // By label and type, not by what is said of them.
        let named_qr = rows(|method| {
            let names = format!("{} {}", method.label, method.source_type.as_str());
            method.discontinued.is_none() && names.to_lowercase().contains("qr")
        });
        assert_eq!(self.qr, named_qr);
        assert!(self.qr.contains(&"promptpay".to_owned()) && self.qr.len() < current / 2);
        assert_eq!(self.text, ["econtext"]);
        assert_eq!(self.nothing, ["No payment method matches."]);
    }
}

/// The payment methods of the table that are so, in its order.
fn rows(is_so: impl Fn(&PaymentMethod) -> bool) -> Vec<String> {
    let methods = PaymentMethod::all().iter();
    let methods = methods.filter(|method| is_so(method));
    methods
        .map(|method| method.source_type.as_str().to_owned())
        .collect()
}

/// What the forms sent and what they showed.
#[derive(Deserialize)]
struct Tries {
    stopped: bool,
    refused: String,
    sent: Value,
    created: Value,
    retrieved: Value,
    told: Vec<String>,
}

impl Tries {
    fn check(&self) {
        assert!(self.stopped, "a key that no header can hold");
        assert_eq!(self.refused, "authentication_failure");
        assert_eq!(self.sent["type"], "truemoney");
        for (name, value) in self.sent.as_object().expect("an object") {
            assert_eq!(&self.created[name], value, "{name}");
        }
        assert_eq!(self.retrieved, self.created);
        assert_eq!(self.told, ["POST 401", "POST 200", "GET 200"]);
    }
}

#[derive(Deserialize)]
struct Outline {
    titles: Vec<String>,
    /// The sections that have programs beside them, and how many.
    beside: Vec<(String, usize)>,
    /// How many programs name another server than that of the page.
    foreign: usize,
}

impl Outline {
    fn check(&self) {
        assert_eq!(self.titles, ["Source API"]);
        let languages = Language::ALL.len();
        let operations = ["create-source", "retrieve-source"];
        let beside = operations.map(|operation| (operation.to_owned(), languages));
        assert_eq!(self.beside, beside);
        assert_eq!(self.foreign, 0);
    }
}

#[derive(Deserialize)]
struct Languages {
    first: String,
    english: Vec<String>,
    then: String,
    japanese: Vec<String>,
    /// How many elements of the other language were to be seen, in each.
    foreign: [usize; 2],
    address: String,
    option: String,
    linked: String,
    kept: String,
    of_browser: String,
}

impl Languages {
    fn check(&self) {
        assert_eq!([&self.first, &self.then], ["en", "ja"]);
        assert_eq!(self.english.len(), self.japanese.len());
        let is_kana = |character: char| ('\u{3040}'..='\u{30ff}').contains(&character);
        let is_japanese = |text: &String| text.contains(is_kana) || !text.is_ascii();
        assert!(self.japanese.iter().all(is_japanese), "{:?}", self.japanese);
        assert!(!self.english.iter().any(is_japanese), "{:?}", self.english);
        assert_eq!(self.foreign, [0, 0]);
        assert!(self.address.ends_with("?lang=ja"), "{}", self.address);
        assert_eq!(self.option, "すべて");
        assert_eq!(
            [&self.linked, &self.kept, &self.of_browser],
            ["ja", "en", "ja"]
        );
    }
}

#[derive(Deserialize)]
struct Calls {
    id: String,
    address: String,
    /// By language.
    copied: BTreeMap<String, String>,
    shown: usize,
    told: String,
    kept: String,
}

impl Calls {
    /// What is copied is what was written, but for the server: it is that of the page.
    fn check(&self, server: &str) {
        let spec = Spec::read(&SOURCE_YAML).expect("the specification is in order");
        let written = calls(&spec).expect("the build has written them");
        let of_row = written.iter().filter(|call| call.source_type == self.id);
        let of_row = of_row.map(|call| {
            let text = call.text.replace("http://127.0.0.1:4010", server);
            (call.language.id(), text)
        });
        assert_eq!(self.copied, of_row.collect());
        assert_eq!(self.shown, 1);
        assert_eq!(self.told, "Copied");
        assert_eq!(self.address, format!("#{}", self.id));
        assert!(self.kept.starts_with("php "), "{}", self.kept);
    }
}

#[derive(Deserialize)]
struct Links {
    twice: Vec<String>,
    lost: Vec<String>,
    inside: usize,
    outside: Vec<String>,
}

impl Links {
    fn check(&self) {
        assert_eq!(self.twice, [""; 0], "ids that are there twice");
        assert_eq!(self.lost, [""; 0], "links that lead nowhere");
        assert!(self.inside > 500, "{}", self.inside);
        for address in &self.outside {
            let is_known =
                address.starts_with("/docs/source.") || address.starts_with("https://docs.");
            assert!(is_known, "{address}");
        }
    }
}

#[derive(Deserialize)]
struct WithoutScript {
    rows: usize,
    japanese: usize,
    calls: usize,
    buttons: usize,
    title: String,
}

impl WithoutScript {
    fn check(&self) {
        assert_eq!(self.rows, PaymentMethod::all().len());
        assert_eq!([self.japanese, self.buttons], [0, 0]);
        assert_eq!(self.calls, 7);
        assert_eq!(self.title, "The API");
    }
}

#[derive(Deserialize)]
struct Keyboard {
    first: String,
    main: String,
    opened: bool,
    outline: String,
    printed: usize,
}

impl Keyboard {
    fn check(&self) {
        assert_eq!([&self.first, &self.main], ["skip", "main"]);
        assert!(self.opened);
        assert_eq!(self.outline, "solid");
        assert_eq!(self.printed, 0, "what a printed page has no use for");
    }
}

/// How many requests the server has logged, once it has logged as many as are awaited.
fn requests(server: &ServeProcess, awaited: usize) -> usize {
    let deadline = Instant::now() + Duration::from_secs(60);
    loop {
        let log = server.stderr();
        let count = log
            .lines()
            .filter(|line| line.contains("operation="))
            .count();
        if count >= awaited || Instant::now() > deadline {
            return count;
        }
        thread::sleep(Duration::from_millis(20));
    }
}

fn ask(server: &ServeProcess, method: &str, path: &str, body: Body) -> Answer {
    let mut connection = Connection::open(server.address()).expect("it listens");
    let request = request(method, path, &[("host", "docs")], b"");
    connection.send(&request).expect("it reads");
    let answer = connection.receive(body).expect("it answers");
    answer.expect("it answers")
}

/// What the check runs with.
struct Browser {
    chromium: &'static str,
    packages: PathBuf,
}

fn install() -> anyhow::Result<Browser> {
    let chromium = [
        "/usr/bin/chromium",
        "/usr/bin/chromium-browser",
        "/usr/bin/google-chrome",
    ];
    let mut chromium = chromium.into_iter().filter(|path| Path::new(path).exists());
    let chromium = chromium.next().context("there is no `chromium`")?;
    let packages = npm(&Path::new(INSTALLED).join("docs-browser"), &DRIVEN_BY)?;
    Ok(Browser { chromium, packages })
}
