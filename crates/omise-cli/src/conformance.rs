//! `omise conformance`.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, anyhow};
use clap::Args;
use clap::builder::TypedValueParser;
use omise_client::{HttpTransport, Transport};
use omise_conformance::{Case, Suite};
use omise_server::{AccountKeys, Accounts, Api, SystemEnvironment};
use omise_store::MemoryStore;
use serde_json::{Value, json};

use crate::endpoint::{self, DEFAULT_ACCOUNT};
use crate::exit::Failure;
use crate::in_process::InProcess;
use crate::keys::{KeyPair, Keys};
use crate::{print, screen, suggest, values};

/// The arguments.
#[derive(Args, Debug)]
pub(crate) struct Conformance {
    /// The address of the API; without it the API runs inside this command, in memory
    #[arg(
        long,
        env = "OMISE_API_URL",
        value_name = "URL",
        value_hint = clap::ValueHint::Url,
        value_parser = endpoint::url
    )]
    url: Option<String>,
    #[command(flatten)]
    keys: Keys,
    /// Run only the cases whose file or id has this in it
    #[arg(long, value_name = "TEXT", value_parser = files(), hide_possible_values = true)]
    only: Option<String>,
    /// Skip the cases that need this, such as country:JP, discontinued or emulator
    #[arg(long, value_name = "NEED", value_parser = needs(), hide_possible_values = true)]
    without: Vec<String>,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// How long an answer may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// After so many cases in a row without an answer nobody is there.
const UNANSWERED_MAX: usize = 3;

/// Any text; the names of the files are offered to the completions.
fn files() -> impl TypedValueParser<Value = String> {
    values::text(|| values::plain(Suite::embedded().files().map(|(name, _)| name)))
}

/// Any text; what the cases need is offered to the completions.
fn needs() -> impl TypedValueParser<Value = String> {
    values::text(|| {
        let suite = Suite::embedded();
        let needs: BTreeSet<String> = suite.cases().flat_map(|case| case.needs.clone()).collect();
        values::plain(needs)
    })
}

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
        let follows_assumptions = !self.without.iter().any(|need| need == "emulator");
        for (name, cases) in chosen {
            let mut file = FileReport {
                name,
                passed: 0,
                skipped: 0,
                assumed_claims: 0,
                failures: Vec::new(),
            };
            for case in cases {
                let lacking = self.without.iter().map(String::as_str);
                if case.needs_one_of(lacking).is_some() {
                    file.skipped += 1;
                    continue;
                }
                let outcome = if follows_assumptions {
                    file.assumed_claims += case.assumed_claims();
                    target.run(case).await
                } else {
                    target.run(&case.without_assumed()).await
                };
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
        let known: BTreeSet<&str> = suite
            .cases()
            .flat_map(|case| case.needs.iter().map(String::as_str))
            .collect();
        for need in &self.without {
            if !known.contains(need.as_str()) {
                let text = format!("--without: no case needs `{need}`");
                let similar = suggest::similar(need, known.iter().copied());
                let hint = suggest::did_you_mean(&similar);
                return Err(Failure::usage(&text).with_hints(hint));
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
            transport: Box::new(InProcess(Api::new(
                accounts,
                store,
                Arc::new(SystemEnvironment),
            ))),
        })
    }
}

/// Hundreds of sources are made; that is nothing for live keys.
fn pair(keys: &KeyPair) -> Result<omise_conformance::Keys, Failure> {
    let ([public], [secret]) = (keys.public.as_slice(), keys.secret.as_slice()) else {
        let rule = "give one --public-key and one --secret-key of the same account";
        return Err(Failure::usage(rule));
    };
    if public.is_live() || secret.is_live() {
        let rule = "the cases create hundreds of sources: use test keys, not live ones";
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
            *request.uri_mut() = address.parse().context("this is not a URL")?;
            let answer = self.transport.send_within(request, PATIENCE);
            match tokio::time::timeout(PATIENCE, answer).await {
                Ok(answer) => answer.map_err(|error| anyhow!(error)),
                Err(_) => Err(anyhow!("no answer within {} seconds", PATIENCE.as_secs())),
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
    // What was compared although it is not known of the real service.
    assumed_claims: usize,
    failures: Vec<(&'s Case, omise_conformance::Failure)>,
}

impl Report<'_> {
    fn total(&self, of_file: impl Fn(&FileReport<'_>) -> usize) -> usize {
        self.files.iter().map(of_file).sum()
    }

    /// A table, and below it every failure.
    fn text(&self) -> String {
        let width = screen::stdout_width();
        let names = self.files.iter().map(|file| file.name.len());
        let column = names.max().unwrap_or_default().max("file".len());
        let mut text = format!("{:<column$}  passed  failed  skipped\n", "file");
        let mut row = |name: &str, numbers: [usize; 3]| {
            let [passed, failed, skipped] = numbers;
            text.push_str(&format!(
                "{name:<column$}{passed:>8}{failed:>8}{skipped:>9}\n"
            ));
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
        let assumed = self.total(|file| file.assumed_claims);
        if assumed > 0 {
            text.push_str(&format!(
                "\n{assumed} claims are assumed, neither recorded nor documented: \
                 leave them out with `--without emulator`\n"
            ));
        }
        for file in &self.files {
            for (case, failure) in &file.failures {
                let title = format!("{}/{}: {}", file.name, case.id, case.title);
                text.push_str(&format!("\n{}\n", screen::wrap(&title, width, "", "")));
                for line in screen::printable_lines(&failure.to_string()).split('\n') {
                    text.push_str(&format!("{}\n", screen::wrap(line, width, "  ", "    ")));
                }
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
            "assumed_claims": self.total(|file| file.assumed_claims),
            "files": files.collect::<Vec<Value>>(),
            "failures": failures.collect::<Vec<Value>>(),
        });
        format!("{report:#}\n")
    }
}
