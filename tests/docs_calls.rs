//! The calls of the documentation page do what it says: each is taken from the page as the server
//! answers it, run as a program of its language, and the source that it has created is retrieved.
//!
//! Where a language is not installed, its test says so and passes; with `CI` set it fails.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;

use omise_contract::{SOURCE_YAML, Spec, example_request};
use omise_docs::{CLIENT_SAMPLES, Language, calls, operation_calls};
use omise_tests::process::{PUBLIC_KEY, SECRET_KEY, ServeProcess, authorization};
use omise_tests::programs::{go, needed, output_of, output_of_fed};
use omise_tests::random::say;
use omise_tests::raw_http::{Connection, request};
use serde_json::Value;

use crate::official_clients::{install_node_client, install_python_client};

const SERVER: &str = env!("CARGO_BIN_EXE_omise-under-test");
const RUST_CALLS: &str = env!("CARGO_BIN_EXE_docs-calls");
const DRIVERS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/docs");
const WRITABLE: &str = env!("CARGO_TARGET_TMPDIR");

static SPEC: LazyLock<Spec> =
    LazyLock::new(|| Spec::read(&SOURCE_YAML).expect("the specification is in order"));

/// By payment method.
type Texts = BTreeMap<String, String>;

#[test]
fn the_page_has_every_call_as_it_was_written() {
    let site = Site::start();
    let written = calls(&SPEC).expect("the build has written them");
    for language in Language::ALL {
        let of_language = written.iter().filter(|call| call.language == language);
        let of_language = of_language.map(|call| (call.source_type.clone(), call.text.clone()));
        assert_eq!(site.calls(language), of_language.collect(), "{language:?}");
    }
}

#[test]
fn every_call_in_curl_creates_its_source() {
    let site = Site::start();
    let mut printed = Texts::new();
    for (source_type, program) in site.calls(Language::Curl) {
        let mut shell = site.command("sh");
        shell.args(["-ec", &program]);
        printed.insert(source_type, output_of(&mut shell).expect("it runs"));
    }
    site.check_created(Language::Curl, &printed);
}

#[test]
fn every_call_in_rust_creates_its_source() {
    let site = Site::start();
    let printed = output_of(&mut site.command(RUST_CALLS)).expect("it runs");
    let lines = printed.lines().filter_map(|line| line.split_once(' '));
    let printed = lines.map(|(source_type, line)| (source_type.to_owned(), line.to_owned()));
    site.check_created(Language::Rust, &printed.collect());
}

#[test]
fn every_call_in_python_creates_its_source() {
    let site = Site::start();
    let test = "every_call_in_python_creates_its_source";
    let Some(python) = needed(test, program(Language::Python)) else {
        return;
    };
    let mut python = site.command(python);
    python.arg(Path::new(DRIVERS).join("run.py"));
    site.check_driver(Language::Python, &mut python);
}

#[test]
fn every_call_in_typescript_creates_its_source() {
    let site = Site::start();
    let test = "every_call_in_typescript_creates_its_source";
    let Some(node) = needed(test, program(Language::TypeScript)) else {
        return;
    };
    let mut node = site.command(node);
    node.arg(Path::new(DRIVERS).join("run.mjs"));
    site.check_driver(Language::TypeScript, &mut node);
}

#[test]
fn every_call_in_php_creates_its_source() {
    let site = Site::start();
    let test = "every_call_in_php_creates_its_source";
    let Some(php) = needed(test, program(Language::Php)) else {
        return;
    };
    let mut printed = Texts::new();
    for (source_type, program) in site.calls(Language::Php) {
        let output = output_of_fed(&mut site.command(&php), &program);
        printed.insert(source_type, output.expect("it runs"));
    }
    site.check_created(Language::Php, &printed);
}

#[test]
fn every_call_in_java_creates_its_source() {
    let site = Site::start();
    let test = "every_call_in_java_creates_its_source";
    let Some(java) = needed(test, program(Language::Java)) else {
        return;
    };
    let folder = site.write(Language::Java);
    let mut java = site.command(java);
    java.arg("-Dfile.encoding=UTF-8")
        .arg(Path::new(DRIVERS).join("Run.java"))
        .arg(&folder);
    output_of(&mut java).expect("it runs");
    let printed = site.calls(Language::Java).into_keys().map(|source_type| {
        let file = folder.join(&source_type).join("printed");
        let printed = fs::read_to_string(file).expect("the driver has written it");
        (source_type, printed)
    });
    site.check_created(Language::Java, &printed.collect());
}

/// All of them are compiled as far as their types; linking takes longer than all else, so only one
/// of each shape is run.
#[test]
fn every_call_in_go_is_right_and_one_of_each_shape_creates_its_source() {
    let test = "every_call_in_go_is_right_and_one_of_each_shape_creates_its_source";
    let site = Site::start();
    let Some(go) = needed(test, program(Language::Go)) else {
        return;
    };
    let folder = site.write(Language::Go);
    fs::write(folder.join("go.mod"), "module calls\n\ngo 1.21\n").expect("it is written");
    output_of(
        site.command(&go)
            .args(["vet", "./..."])
            .current_dir(&folder),
    )
    .expect("they are right");
    let mut printed = Texts::new();
    for source_type in one_of_each_shape() {
        let program = format!("./{source_type}");
        let mut run = site.command(&go);
        run.args(["run", &program]).current_dir(&folder);
        printed.insert(source_type, output_of(&mut run).expect("it runs"));
    }
    site.check_these(Language::Go, &printed);
}

/// The programs beside an operation that takes an id print the source of that id.
#[test]
fn every_retrieval_prints_its_source() {
    let site = Site::start();
    let id = site.create_promptpay();
    let operation = "retrieve-source";
    for language in Language::ALL {
        let program = &site.operations(language)[operation];
        let written = operation_calls(&SPEC).expect("the build has written them");
        let mut written = written.iter();
        let written = written
            .find(|call| call.language == language && call.operation == "retrieveSource")
            .expect("it is one of them");
        assert_eq!(*program, written.text, "{language:?}");

        let test = "every_retrieval_prints_its_source";
        let folder = Path::new(WRITABLE)
            .join("docs-retrieval")
            .join(language.id());
        let (file, _) = language.file_and_command();
        let file = folder.join(file);
        fs::create_dir_all(file.parent().expect("a folder")).expect("a folder");
        fs::write(&file, program).expect("it is written");
        let Some(program) = needed(test, self::program(language)) else {
            continue;
        };
        let mut command = site.command(program);
        command.current_dir(&folder);
        match language {
            // The program has the call in it.
            Language::Rust => {}
            Language::Curl => {
                command.arg("-e").arg(&file);
            }
            Language::Go => {
                command.arg("run").arg(&file);
            }
            // It names no types, so it is JavaScript as well, under another name.
            Language::TypeScript => {
                let renamed = file.with_extension("mjs");
                fs::rename(&file, &renamed).expect("it is renamed");
                command.arg(renamed);
            }
            Language::Python | Language::Java | Language::Php => {
                command.arg(&file);
            }
        }
        let printed = output_of(command.arg(&id)).expect("it runs");
        let printed = self::id(&printed).expect("it prints an id");
        assert_eq!(printed, id, "{language:?}");
    }
}

/// The samples for official clients, of which two can be installed here.
#[test]
fn the_programs_for_official_clients_create_a_source() {
    let test = "the_programs_for_official_clients_create_a_source";
    let site = Site::start();
    let port = site.server.address().port().to_string();
    let node = install_node_client().map(|folder| (PathBuf::from("node"), folder));
    let python = install_python_client().map(|python| (python, Path::new(WRITABLE).to_owned()));
    for (name, installed) in [("omise-node", node), ("omise-python", python)] {
        let Some((program, folder)) = needed(test, installed) else {
            continue;
        };
        let mut samples = CLIENT_SAMPLES.iter();
        let sample = samples
            .find(|sample| sample.name == name)
            .expect("it is there");
        assert!(site.page.contains(&format!("data-client=\"{name}\"")));
        let file = folder.join(sample.file);
        // As the page does it where it is served.
        fs::write(&file, sample.text.replace("4010", &port)).expect("it is written");
        let mut command = site.command(program);
        let printed = output_of(command.arg(&file)).expect("it runs");
        let id = id(&printed).expect("it prints an id");
        let source = get(&site.server, &format!("/sources/{id}"), Some(SECRET_KEY));
        assert!(source.contains("\"type\": \"promptpay\""), "{source}");
    }
}

/// A server that has the page, and what it takes to run the calls on it.
struct Site {
    server: ServeProcess,
    page: String,
}

impl Site {
    fn start() -> Site {
        let server = ServeProcess::in_memory(Path::new(SERVER)).expect("the server starts");
        let page = get(&server, "/docs", None);
        Site { server, page }
    }

    /// The calls of a language, from the page.
    fn calls(&self, language: Language) -> Texts {
        self.programs(&format!("data-program=\"{} ", language.id()))
    }

    fn programs(&self, start: &str) -> Texts {
        let parts = self.page.split(start).skip(1);
        let calls = parts.map(|part| {
            let (source_type, rest) = part.split_once("\">").expect("the tag ends");
            let (text, _) = rest.split_once("</code>").expect("the element ends");
            (source_type.to_owned(), unescaped(text))
        });
        calls.collect()
    }

    /// The programs of a language beside the operations.
    fn operations(&self, language: Language) -> Texts {
        self.programs(&format!("data-operation=\"{} ", language.id()))
    }

    fn create_promptpay(&self) -> String {
        let mut shell = self.command("sh");
        shell.args(["-ec", &self.calls(Language::Curl)["promptpay"]]);
        id(&output_of(&mut shell).expect("it runs")).expect("an id")
    }

    /// A command as the page tells to run it: with the key in the environment.
    fn command(&self, program: impl AsRef<OsStr>) -> Command {
        let mut command = Command::new(program);
        command
            .env("OMISE_PUBLIC_KEY", PUBLIC_KEY)
            .env("OMISE_SECRET_KEY", SECRET_KEY)
            .env("OMISE_API_URL", self.server.url());
        for proxy in ["http_proxy", "https_proxy", "all_proxy"] {
            command.env_remove(proxy).env_remove(proxy.to_uppercase());
        }
        command
    }

    /// Writes the calls of a language to files as the page names them, each in a folder.
    fn write(&self, language: Language) -> PathBuf {
        let folder = Path::new(WRITABLE).join("docs").join(language.id());
        let (file, _) = language.file_and_command();
        for (source_type, program) in self.calls(language) {
            let folder = folder.join(source_type);
            fs::create_dir_all(&folder).expect("a folder");
            fs::write(folder.join(file), program).expect("it is written");
        }
        folder
    }

    /// Runs all calls by a driver, which takes them and tells what they printed.
    fn check_driver(&self, language: Language, driver: &mut Command) {
        let programs = serde_json::to_string(&self.calls(language)).expect("texts are JSON");
        let printed = output_of_fed(driver, &programs).expect("the driver runs");
        let printed = serde_json::from_str(&printed).expect("the driver prints JSON");
        self.check_created(language, &printed);
    }

    /// Every payment method has a source that is what the document says of it.
    fn check_created(&self, language: Language, printed: &Texts) {
        let all: BTreeSet<&String> = SPEC.payment_methods().map(|(name, _)| name).collect();
        assert_eq!(printed.keys().collect::<BTreeSet<_>>(), all, "{language:?}");
        self.check_these(language, printed);
    }

    fn check_these(&self, language: Language, printed: &Texts) {
        for (source_type, printed) in printed {
            let claim = format!("{source_type} in {language:?}: {printed}");
            let id = id(printed).expect(&claim);
            let source = get(&self.server, &format!("/sources/{id}"), Some(SECRET_KEY));
            let source: Value = serde_json::from_str(&source).expect(&claim);
            let (_, row) = SPEC
                .payment_methods()
                .find(|(name, _)| *name == source_type)
                .expect(&claim);
            for (name, value) in example_request(&SPEC, source_type, row) {
                assert!(
                    is_within(&value, &source[&name]),
                    "{claim}: {name}: {source}"
                );
            }
        }
        say(&format!("{} calls in {}", printed.len(), language.name()));
    }
}

/// The id in what a call printed: a whole answer, or the id and the flow.
fn id(printed: &str) -> Option<String> {
    let id = match serde_json::from_str::<Value>(printed) {
        Ok(source) => source["id"].as_str()?.to_owned(),
        Err(_) => printed.split_whitespace().next()?.to_owned(),
    };
    id.starts_with("src_test_").then_some(id)
}

/// Whether all that was sent is in what is answered. An answer has attributes that were not sent.
fn is_within(sent: &Value, answered: &Value) -> bool {
    match (sent, answered) {
        (Value::Object(sent), Value::Object(answered)) => {
            let mut sent = sent.iter();
            sent.all(|(name, value)| answered.get(name).is_some_and(|one| is_within(value, one)))
        }
        (Value::Array(sent), Value::Array(answered)) => {
            let mut pairs = sent.iter().zip(answered);
            sent.len() == answered.len() && pairs.all(|(sent, one)| is_within(sent, one))
        }
        _ => sent == answered,
    }
}

/// A payment method for each set of parameters that a call sends.
fn one_of_each_shape() -> impl Iterator<Item = String> {
    let mut shapes = BTreeMap::new();
    for (source_type, row) in SPEC.payment_methods() {
        let request = example_request(&SPEC, source_type, row);
        let shape: Vec<String> = request.keys().cloned().collect();
        shapes.entry(shape).or_insert_with(|| source_type.clone());
    }
    shapes.into_values()
}

fn get(server: &ServeProcess, path: &str, key: Option<&str>) -> String {
    let authorization = key.map(authorization).unwrap_or_default();
    let headers = [("host", "docs"), ("authorization", authorization.as_str())];
    let headers = &headers[..if key.is_some() { 2 } else { 1 }];
    let mut connection = Connection::open(server.address()).expect("it listens");
    let answer = connection.exchange(&request("GET", path, headers, b""));
    let answer = answer.expect("it answers");
    let body = String::from_utf8(answer.body).expect("it is text");
    assert_eq!(answer.status, 200, "{path}: {body}");
    body
}

fn unescaped(text: &str) -> String {
    let escapes = [
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", "\""),
        ("&amp;", "&"),
    ];
    let mut text = text.to_owned();
    for (escaped, character) in escapes {
        text = text.replace(escaped, character);
    }
    text
}

/// What runs the calls of a language.
fn program(language: Language) -> anyhow::Result<PathBuf> {
    let (program, needs) = match language {
        Language::Curl => ("sh", "curl"),
        Language::Rust => return Ok(PathBuf::from(RUST_CALLS)),
        Language::Go => return go(Path::new(WRITABLE)),
        Language::Python => ("python3", "python3"),
        Language::TypeScript => ("node", "node"),
        Language::Java => ("java", "javac"),
        Language::Php => ("php", "php"),
    };
    output_of(Command::new(needs).arg("--version"))?;
    Ok(PathBuf::from(program))
}
