//! `omise serve`.

use std::net::SocketAddr;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use anyhow::{Context, anyhow};
use clap::Args;
use clap::builder::{StringValueParser, TypedValueParser};
use omise_rules::Account;
use omise_server::{
    AccountKeys, Accounts, Api, Cors, Limits, Listener, Options, Origin, Pages, SystemEnvironment,
    connections_within_open_files, listen,
};
use omise_store::{MemoryStore, SqliteStore, Store};
use omise_types::{Country, PaymentMethod, PublicKey, SecretKey};
use tokio::sync::oneshot;
use tokio::time::sleep;
use tracing::level_filters::LevelFilter;

use crate::contract::Contract;
use crate::endpoint::{DEFAULT_ACCOUNT, Data};
use crate::exit::Failure;
use crate::keys::{DEFAULT_PUBLIC_KEY, DEFAULT_SECRET_KEY, KeyPair, Keys};
use crate::keys_file::KeysFile;
use crate::log;
use crate::signals::Signals;
use crate::{print, values};

/// The keys of the real service have as many characters behind `pkey_` and `skey_`.
const LIVE_KEY_CHARACTERS_MIN: usize = 19;

/// The arguments.
#[derive(Args, Debug)]
pub(crate) struct Serve {
    /// The address and port to listen on; a name is listened on at each of its addresses, and port
    /// 0 takes a free one
    #[arg(long, default_value = "127.0.0.1:4010", value_name = "ADDR:PORT")]
    listen: String,
    #[command(flatten)]
    data: Data,
    /// Keep sources in memory only; they are gone when the server stops
    #[arg(long, conflicts_with = "directory")]
    memory: bool,
    #[command(flatten)]
    keys: Keys,
    /// Read keys from a file that others cannot read: one key a line, # begins a comment
    #[arg(long, value_name = "FILE")]
    keys_file: Option<KeysFile>,
    /// Take the default keys, which everybody knows, from other machines too
    #[arg(long)]
    allow_default_keys: bool,
    /// The name of the account that the keys belong to
    #[arg(long, default_value = DEFAULT_ACCOUNT, value_name = "NAME")]
    account: String,
    /// The country of the account; without it every payment method and currency can be used
    #[arg(long, value_name = "CODE", value_parser = values::country(), hide_possible_values = true)]
    country: Option<Country>,
    /// A currency that the account may use with every payment method, and its limits in the
    /// smallest unit: USD, USD=100.. or USD=100..500000; may be given several times
    #[arg(long = "currency", value_name = "CODE[=MIN..MAX]")]
    currencies: Vec<Contract>,
    /// Refuse discontinued payment methods
    #[arg(long)]
    current_only: bool,
    /// Let pages of this origin only call the API, with credentials; may be given several times.
    /// Without it pages of every origin may, without credentials
    #[arg(long = "cors-origin", value_name = "ORIGIN")]
    cors_origins: Vec<Origin>,
    /// Serve no documentation at /docs
    #[arg(long)]
    no_docs: bool,
    /// How long to serve on after the signal to stop, while /readyz says that it stops
    #[arg(long, default_value_t = 0, value_name = "SECONDS")]
    stop_delay: u64,
    /// The most connections at a time; when all are taken, the one that is idle longest is closed
    #[arg(long, default_value_t = Limits::default().connections, value_name = "NUMBER", value_parser = connections)]
    connections: usize,
    /// How many of the connections one address may have when all are taken; 0 for no limit, as
    /// behind a proxy [default: a quarter]
    #[arg(long, value_name = "NUMBER")]
    connections_per_address: Option<usize>,
    /// How long a connection may be idle, in seconds
    #[arg(long, default_value_t = Limits::default().idle_timeout.as_secs(), value_name = "SECONDS", value_parser = seconds)]
    idle_timeout: u64,
    /// What to log: off, error, warn, info, debug (each request) or trace
    #[arg(
        long,
        env = "OMISE_LOG",
        default_value = "info",
        value_name = "LEVEL",
        value_parser = log_level(),
        hide_possible_values = true
    )]
    log: LevelFilter,
    /// How to log
    #[arg(long, value_enum, default_value_t = log::Format::Text, value_name = "FORMAT")]
    log_format: log::Format,
}

impl Serve {
    /// Serves until a signal, or until the store fails.
    pub(crate) fn run(self) -> Result<(), Failure> {
        log::start(self.log, self.log_format);
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .enable_all()
            .build()
            .context("cannot start the runtime")?;
        let outcome = runtime.block_on(self.serve());
        // What hangs on a disk is not waited for.
        runtime.shutdown_background();
        if let Err(Failure::Local(error)) = &outcome {
            // By way of the log, as a direct write to stderr waits where nobody reads it; and the
            // end is at once, as a thread that hangs would keep its resources.
            log::line(&format!("error: {error:#}"));
            log::flush();
            std::process::exit(1);
        }
        log::flush();
        outcome
    }

    async fn serve(self) -> Result<(), Failure> {
        let addresses = tokio::net::lookup_host(&self.listen)
            .await
            .map_err(|error| {
                Failure::usage(&format!(
                    "--listen: {} is no address such as 127.0.0.1:4010: {error}",
                    self.listen
                ))
            })?;
        let addresses: Vec<_> = addresses.collect();
        let keys = self.keys(&addresses)?;
        let (public_keys, secret_keys) = (keys.public.len(), keys.secret.len());
        let accounts = self.accounts(keys)?;
        let listener = Listener::bind(&addresses)
            .with_context(|| format!("--listen: cannot use {}", self.listen))?;
        let addresses = listener.addresses().context("cannot tell the address")?;

        let mut signals = Signals::listen()?;
        let store = self.open()?;
        let environment = Arc::new(SystemEnvironment);
        let api = Api::with_options(accounts, Arc::clone(&store), environment, self.options());
        self.log_keys(public_keys, secret_keys);

        let limits = self.limits();
        for address in &addresses {
            tracing::info!(%address, store = %store.durability(), "serving");
        }
        self.announce(&addresses);

        let (stop, stopped) = oneshot::channel();
        let serving = async {
            let shutdown = async {
                tokio::select! {
                    _ = stopped => tracing::info!("stopping: requests in flight are answered first"),
                    error = store.stopped() => {
                        api.stop_being_ready();
                        tracing::error!(%error, "stopping: the store failed");
                    }
                }
            };
            let service = api.clone().into_service();
            let drained = listen(listener, service, limits, api.refusal(), shutdown).await;
            if drained.aborted > 0 {
                tracing::warn!(connections = drained.aborted, "cut at the end of the drain");
            }
            // It gives up by itself on a disk that does not answer.
            let closed = store.close().await;
            closed.context("the store failed; what was not acknowledged may be lost")?;
            tracing::info!("stopped");
            Ok(())
        };
        tokio::select! {
            outcome = serving => outcome,
            failure = self.until_second_signal(&mut signals, &api, stop) => Err(failure),
        }
    }

    /// Tells the server to stop at the first signal, and gives an error at the second.
    async fn until_second_signal(
        &self,
        signals: &mut Signals,
        api: &Api,
        stop: oneshot::Sender<()>,
    ) -> Failure {
        let signal = signals.next().await;
        tracing::info!(signal, "asked to stop; a second signal ends at once");
        api.stop_being_ready();
        tokio::select! {
            () = sleep(Duration::from_secs(self.stop_delay)) => {
                // Nobody listens if the store has failed meanwhile.
                let _ = stop.send(());
                let signal = signals.next().await;
                cut_by(signal)
            }
            signal = signals.next() => cut_by(signal),
        }
    }

    /// Says on stdout where the server listens. A reader that does not read, or a full disk, does
    /// not stop it: the log has the address too.
    fn announce(&self, addresses: &[SocketAddr]) {
        let urls: Vec<String> = addresses
            .iter()
            .map(|one| format!("http://{one}"))
            .collect();
        let docs = match urls.first().filter(|_| !self.no_docs) {
            Some(url) => format!(", its documentation on {url}/docs"),
            None => String::new(),
        };
        let urls = urls.join(" and ");
        let ready = format!("omise serves the Source API on {urls}{docs}\n");
        thread::spawn(move || {
            if let Err(Failure::Local(error)) = print::bytes(ready.as_bytes()) {
                tracing::warn!(error = format!("{error:#}"), "cannot announce the address");
            }
        });
    }

    fn options(&self) -> Options {
        Options {
            pages: (!self.no_docs).then_some(Pages {
                answer: omise_pages::answer,
                links: omise_pages::LINKS,
            }),
            cors: match self.cors_origins.as_slice() {
                [] => Cors::AnyOrigin,
                origins => Cors::Origins(origins.to_vec()),
            },
        }
    }

    fn limits(&self) -> Limits {
        let connections = connections_within_open_files(self.connections);
        Limits {
            connections,
            connections_per_address: match self.connections_per_address {
                None => Some(connections / 4),
                Some(0) => None,
                Some(share) => Some(share),
            },
            idle_timeout: Duration::from_secs(self.idle_timeout),
            ..Limits::default()
        }
    }

    fn open(&self) -> Result<Arc<dyn Store>, Failure> {
        if self.memory {
            return Ok(Arc::new(MemoryStore::new()));
        }
        let directory = self.data.directory()?;
        let store = SqliteStore::open(&directory).with_context(|| {
            format!("cannot open the store in {} (--data)", directory.display())
        })?;
        tracing::info!(directory = %directory.display(), "opened the store");
        Ok(Arc::new(store))
    }

    /// The keys of the account: those that were given, or the default pair.
    fn keys(&self, addresses: &[SocketAddr]) -> Result<KeyPair, Failure> {
        let mut keys = match self.keys_file {
            None => self.keys.or_default()?,
            Some(_) => self.keys.given()?,
        };
        if let Some(file) = &self.keys_file {
            file.read_into(&mut keys)?;
        }
        let live = keys.public.iter().filter(|key| key.is_live());
        let live = live.map(PublicKey::expose);
        let secret = keys.secret.iter().filter(|key| key.is_live());
        let mut live = live.chain(secret.map(SecretKey::expose));
        if live.any(is_short) {
            return Err(Failure::usage(&format!(
                "--public-key, --secret-key, --keys-file: a live key has at least \
                 {LIVE_KEY_CHARACTERS_MIN} characters behind its prefix, so that nobody guesses it"
            )));
        }
        let is_default = keys
            .public
            .iter()
            .any(|key| key.expose() == DEFAULT_PUBLIC_KEY)
            || keys
                .secret
                .iter()
                .any(|key| key.expose() == DEFAULT_SECRET_KEY);
        let is_local = addresses
            .iter()
            .all(|address| address.ip().to_canonical().is_loopback());
        if is_default && !is_local && !self.allow_default_keys {
            return Err(Failure::usage(&format!(
                "--listen: other machines can reach {}, and everybody knows the default keys; \
                 give other keys with --keys-file, --public-key or --secret-key, or take the \
                 default ones with --allow-default-keys",
                self.listen
            )));
        }
        Ok(keys)
    }

    fn accounts(&self, keys: KeyPair) -> Result<Accounts, Failure> {
        if self.account.is_empty() {
            return Err(Failure::usage("--account: it must not be empty"));
        }
        let terms = Account {
            country: self.country,
            current_only: self.current_only,
            currencies: self.currencies.iter().map(|contract| contract.0).collect(),
        };
        if !PaymentMethod::all()
            .iter()
            .any(|method| terms.offers(method))
        {
            let rule =
                "--country: no payment method is there for an account of it; see `omise methods`";
            return Err(Failure::usage(rule));
        }
        let account = AccountKeys {
            id: self.account.clone(),
            terms,
            public_keys: keys.public,
            secret_keys: keys.secret,
        };
        Accounts::new([account]).map_err(|error| {
            Failure::usage(&format!("--public-key, --secret-key, --keys-file: {error}"))
        })
    }

    /// Logs which keys the server takes. Everybody knows the default pair, so it may be shown;
    /// others are only counted.
    fn log_keys(&self, public_keys: usize, secret_keys: usize) {
        let (public_key, secret_key) = (DEFAULT_PUBLIC_KEY, DEFAULT_SECRET_KEY);
        let is_default = self.keys.is_empty() && self.keys_file.is_none();
        match (is_default, self.log_format) {
            (true, log::Format::Text) => {
                log::line(&format!("public key {public_key}"));
                log::line(&format!("secret key {secret_key}"));
            }
            (true, log::Format::Json) => tracing::info!(public_key, secret_key, "test account"),
            (false, _) => tracing::info!(public_keys, secret_keys, "keys were given"),
        }
    }
}

/// The failure of a server that a second signal ended.
fn cut_by(signal: &str) -> Failure {
    anyhow!("a second signal, {signal}: ended at once, without an answer to requests in flight")
        .into()
}

fn is_short(live_key: &str) -> bool {
    let (_, secret_part) = live_key.split_once('_').unwrap_or_default();
    secret_part.len() < LIVE_KEY_CHARACTERS_MIN
}

fn log_level() -> impl TypedValueParser<Value = LevelFilter> {
    const LEVELS: [&str; 6] = ["off", "error", "warn", "info", "debug", "trace"];
    let parser = StringValueParser::new().try_map(|text| {
        let level = LEVELS.contains(&text.as_str()).then(|| text.parse());
        level
            .and_then(Result::ok)
            .ok_or_else(|| values::one_of(&text, &LEVELS))
    });
    values::offering(parser, || values::plain(LEVELS))
}

fn connections(text: &str) -> Result<usize, String> {
    let number = text.parse().ok().filter(|number| *number > 0);
    number.ok_or_else(|| "it must be a whole number, 1 or more".to_owned())
}

fn seconds(text: &str) -> Result<u64, String> {
    let seconds = text
        .parse()
        .ok()
        .filter(|seconds| (1..=86_400).contains(seconds));
    seconds.ok_or_else(|| "it must be a whole number of seconds, 1 to 86400".to_owned())
}
