//! `omise conformance`.

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, anyhow};
use clap::Args;
use omise_client::{HttpTransport, Transport};
use omise_conformance::{Case, Suite};
use omise_server::{AccountKeys, Accounts, Api, SystemHost};
use omise_store::MemoryStore;
use serde_json::{Value, json};

use crate::endpoint::{self, DEFAULT_ACCOUNT};
use crate::exit::Failure;
use crate::in_process::InProcess;
use crate::keys::{KeyPair, Keys};
use crate::print;

/// The arguments.
#[derive(Args, Debug)]
pub(crate) struct Conformance {
    /// The address of the API; without it the API runs inside this command, in memory
    #[arg(long, env = "OMISE_API_URL", value_name = "URL")]
    url: Option<String>,
    #[command(flatten)]
    keys: Keys,
    /// Run only the cases whose file or id has this in it
    #[arg(long, value_name = "TEXT")]
    only: Option<String>,
    /// Skip the cases that need this, such as country:JP, discontinued or emulator
    #[arg(long, value_name = "NEED")]
    without: Vec<String>,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// How long an answer may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// After so many cases in a row without an answer nobody is there.
const UNANSWERED_MAX: usize = 3;

impl Conformance {
    /// Runs the cases one after the other and prints what became of them.
    pub(crate) fn run(self) -> Result<(), Failure> {
        let suite = Suite::embedded();
        self.check_needs(&suite)?;
        let chosen = self.chosen(&suite)?;
        let target = self.target()?;
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build();
        let runtime = runtime.context("cannot start the runtime")?;
        let report = runtime.block_on(self.report(&suite, chosen, &target))?;
        let told = if self.json {
            report.json()
        } else {
            report.text()
        };
        print::bytes(told.as_bytes())?;
        if report.total(|file| file.failures.len()) > 0 {
            return Err(Failure::NotConforming);
        }
        Ok(())
    }

    async fn report<'s>(
        &self,
        suite: &'s Suite,
        chosen: Vec<(&'static str, Vec<&'s Case>)>,
        target: &Target,
    ) -> Result<Report<'s>, Failure> {
        let mut report = Report {
            version: suite.version(),
            files: Vec::new(),
        };
        let mut unanswered = 0;
        for (name, cases) in chosen {
            let mut file = FileReport {
                name,
                passed: 0,
                skipped: 0,
                failures: Vec::new(),
            };
            for case in cases {
                let lacking = self.without.iter().map(String::as_str);
                if case.needs_one_of(lacking).is_some() {
                    file.skipped += 1;
                    continue;
                }
                let outcome = target.run(case).await;
                unanswered = match &outcome {
                    Err(failure) if !failure.is_answered() => unanswered + 1,
                    _ => 0,
                };
                match outcome {
                    Ok(()) => file.passed += 1,
                    Err(failure) if unanswered == UNANSWERED_MAX => {
                        return Err(anyhow!("{failure}").into());
                    }
                    Err(failure) => file.failures.push((case, failure)),
                }
            }
            report.files.push(file);
        }
        Ok(report)
    }

    /// A need that no case has would skip nothing, and nobody would notice.
    fn check_needs(&self, suite: &Suite) -> Result<(), Failure> {
        for need in &self.without {
            if !suite.cases().any(|case| case.needs.contains(need)) {
                let text = format!("--without: no case needs `{need}`");
                return Err(Failure::usage(&text));
            }
        }
        Ok(())
    }

    fn chosen<'s>(&self, suite: &'s Suite) -> Result<Vec<(&'static str, Vec<&'s Case>)>, Failure> {
        let only = self.only.as_deref().unwrap_or_default();
        let mut chosen = Vec::new();
        for (name, file) in suite.files() {
            let cases = file.cases.iter();
            let cases = cases.filter(|case| name.contains(only) || case.id.contains(only));
            let cases: Vec<&Case> = cases.collect();
            if !cases.is_empty() {
                chosen.push((name, cases));
            }
        }
        if chosen.is_empty() {
            let text = format!("--only: no file and no case has `{only}` in its name");
            return Err(Failure::usage(&text));
        }
        Ok(chosen)
    }

    fn target(&self) -> Result<Target, Failure> {
        if let Some(url) = &self.url {
            let keys = self.keys.given()?;
            let pair = pair(&keys)?;
            // It checks the address, and that the keys belong together.
            let client = endpoint::client(url, &keys)?.build();
            client.map_err(|error| Failure::usage(&format!("--url: {error}")))?;
            let transport = HttpTransport::new().context("cannot set up HTTP")?;
            return Ok(Target {
                base: url.trim_end_matches('/').to_owned(),
                keys: pair,
                transport: Box::new(transport),
            });
        }
        let keys = self.keys.or_default()?;
        let pair = pair(&keys)?;
        let account = AccountKeys {
            public_keys: keys.public,
            secret_keys: keys.secret,
            ..AccountKeys::new(DEFAULT_ACCOUNT)
        };
        let accounts = Accounts::new([account]).context("cannot use the keys")?;
        let store = Arc::new(MemoryStore::new());
        Ok(Target {
            base: String::new(),
            keys: pair,
            transport: Box::new(InProcess(Api::new(accounts, store, Arc::new(SystemHost)))),
        })
    }
}

/// Hundreds of sources are made; that is nothing for live keys.
fn pair(keys: &KeyPair) -> Result<omise_conformance::Keys, Failure> {
    let ([public], [secret]) = (keys.public.as_slice(), keys.secret.as_slice()) else {
        let rule = "the cases need --public-key and --secret-key of one account, one of each";
        return Err(Failure::usage(rule));
    };
    if public.is_live() || secret.is_live() {
        let rule = "the cases create hundreds of sources and are for test keys only";
        return Err(Failure::usage(rule));
    }
    Ok(omise_conformance::Keys {
        public: public.expose().to_owned(),
        secret: secret.expose().to_owned(),
    })
}

/// What is asked.
struct Target {
    base: String,
    keys: omise_conformance::Keys,
    transport: Box<dyn Transport>,
}

impl Target {
    async fn run(&self, case: &Case) -> Result<(), omise_conformance::Failure> {
        let send = async |mut request: http::Request<bytes::Bytes>| {
            let address = format!("{}{}", self.base, request.uri());
            *request.uri_mut() = address.parse().context("the address is none")?;
            let answer = self.transport.send_within(request, PATIENCE);
            match tokio::time::timeout(PATIENCE, answer).await {
                Ok(answer) => answer.map_err(|error| anyhow!(error)),
                Err(_) => Err(anyhow!("none within {} seconds", PATIENCE.as_secs())),
            }
        };
        case.run(&self.keys, async |request| {
            send(request).await.map_err(|error| format!("{error:#}"))
        })
        .await
    }
}

/// What became of the cases.
struct Report<'s> {
    version: &'s str,
    files: Vec<FileReport<'s>>,
}

struct FileReport<'s> {
    name: &'static str,
    passed: usize,
    skipped: usize,
    failures: Vec<(&'s Case, omise_conformance::Failure)>,
}

impl Report<'_> {
    fn total(&self, of_file: impl Fn(&FileReport<'_>) -> usize) -> usize {
        self.files.iter().map(of_file).sum()
    }

    /// A table, and below it every failure.
    fn text(&self) -> String {
        let mut text = format!(
            "{:<24}{:>8}{:>8}{:>9}\n",
            "file", "passed", "failed", "skipped"
        );
        let mut row = |name: &str, numbers: [usize; 3]| {
            let [passed, failed, skipped] = numbers;
            text.push_str(&format!("{name:<24}{passed:>8}{failed:>8}{skipped:>9}\n"));
        };
        for file in &self.files {
            row(file.name, [file.passed, file.failures.len(), file.skipped]);
        }
        let total = [
            self.total(|file| file.passed),
            self.total(|file| file.failures.len()),
            self.total(|file| file.skipped),
        ];
        row("all", total);
        for file in &self.files {
            for (case, failure) in &file.failures {
                let problem = failure.to_string().replace('\n', "\n  ");
                let line = format!("\n{}/{}: {}\n  {problem}\n", file.name, case.id, case.title);
                text.push_str(&print::printable_lines(&line));
            }
        }
        text
    }

    fn json(&self) -> String {
        let files = self.files.iter().map(|file| {
            json!({
                "file": file.name,
                "passed": file.passed,
                "failed": file.failures.len(),
                "skipped": file.skipped,
            })
        });
        let failures = self.files.iter().flat_map(|file| {
            file.failures.iter().map(|(case, failure)| {
                json!({
                    "file": file.name,
                    "case": case.id,
                    "title": case.title,
                    "problem": failure.to_string(),
                })
            })
        });
        let report = json!({
            "version": self.version,
            "passed": self.total(|file| file.passed),
            "failed": self.total(|file| file.failures.len()),
            "skipped": self.total(|file| file.skipped),
            "files": files.collect::<Vec<Value>>(),
            "failures": failures.collect::<Vec<Value>>(),
        });
        format!("{report:#}\n")
    }
}
