//! `omise serve`.

use std::io::IsTerminal;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use clap::builder::{StringValueParser, TypedValueParser};
use clap::{Args, ValueEnum};
use omise_server::{
    AccountKeys, Accounts, Api, Limits, Listener, SystemHost, connections_within_open_files, listen,
};
use omise_store::{MemoryStore, SqliteStore, Store};
use omise_types::{Account, Country, PaymentMethod};
use tracing::level_filters::LevelFilter;

use crate::endpoint::{DEFAULT_ACCOUNT, Data};
use crate::exit::{Failure, say};
use crate::keys::{DEFAULT_PUBLIC_KEY, DEFAULT_SECRET_KEY, Keys};
use crate::{print, values};

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
    /// The name of the account that the keys belong to
    #[arg(long, default_value = DEFAULT_ACCOUNT, value_name = "NAME")]
    account: String,
    /// The country of the account; without it every payment method and currency can be used
    #[arg(long, value_name = "CODE", value_parser = values::country(), hide_possible_values = true)]
    country: Option<Country>,
    /// Refuse discontinued payment methods
    #[arg(long)]
    current_only: bool,
    /// The most connections at a time; when all are taken, the one that is idle longest is closed
    #[arg(long, default_value_t = Limits::default().connections, value_name = "NUMBER", value_parser = connections)]
    connections: usize,
    /// How many of the connections one address may have when all are taken; 0 for no limit, as behind
    /// a proxy [default: a quarter]
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
    #[arg(long, value_enum, default_value_t = LogFormat::Text, value_name = "FORMAT")]
    log_format: LogFormat,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum LogFormat {
    /// Lines for people
    Text,
    /// A JSON object a line
    Json,
}

impl Serve {
    /// Serves until SIGTERM or Ctrl-C, or until the store fails.
    pub(crate) fn run(self) -> Result<(), Failure> {
        self.start_log();
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .enable_all()
            .build();
        let runtime = runtime.context("cannot start the runtime")?;
        let outcome = runtime.block_on(self.serve());
        // A read that a hung disk keeps is not waited for.
        runtime.shutdown_background();
        outcome
    }

    async fn serve(self) -> Result<(), Failure> {
        let accounts = self.accounts()?;
        let addresses = tokio::net::lookup_host(&self.listen)
            .await
            .map_err(|error| {
                Failure::usage(&format!(
                    "--listen: {} is no address such as 127.0.0.1:4010: {error}",
                    self.listen
                ))
            })?;
        let addresses: Vec<_> = addresses.collect();
        let listener = Listener::bind(&addresses)
            .with_context(|| format!("--listen: cannot use {}", self.listen))?;
        let addresses = listener.addresses().context("cannot tell the address")?;
        let address = addresses.first().context("there is no address")?;

        let store = self.open()?;
        let api = Api::new(accounts, Arc::clone(&store), Arc::new(SystemHost));
        self.tell_keys();

        let limits = self.limits();
        let signal = signal()?;
        for address in &addresses {
            tracing::info!(%address, store = %store.durability(), "serving");
        }
        let urls: Vec<String> = addresses
            .iter()
            .map(|one| format!("http://{one}"))
            .collect();
        let ready = format!(
            "omise serves the Source API on {}, its documentation on http://{address}/docs\n",
            urls.join(" and ")
        );
        print::bytes(ready.as_bytes())?;
        let shutdown = async {
            tokio::select! {
                () = signal => tracing::info!("stopping: requests in flight are answered first"),
                error = store.stopped() => tracing::error!(%error, "stopping: the store failed"),
            }
        };
        let drained = listen(listener, api.into_service(), limits, Api::refusal, shutdown).await;
        if drained.aborted > 0 {
            tracing::warn!(connections = drained.aborted, "cut at the end of the drain");
        }
        store
            .close()
            .await
            .context("the store failed; what was not acknowledged may be lost")?;
        tracing::info!("stopped");
        Ok(())
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

    fn accounts(&self) -> Result<Accounts, Failure> {
        if self.account.is_empty() {
            return Err(Failure::usage("--account: it must not be empty"));
        }
        let terms = Account {
            country: self.country,
            current_only: self.current_only,
        };
        if !PaymentMethod::all()
            .iter()
            .any(|method| terms.offers(method))
        {
            let rule =
                "--country: no payment method is there for an account of it; see `omise methods`";
            return Err(Failure::usage(rule));
        }
        let keys = self.keys.or_default()?;
        let account = AccountKeys {
            id: self.account.clone(),
            terms,
            public_keys: keys.public,
            secret_keys: keys.secret,
        };
        Accounts::new([account])
            .map_err(|error| Failure::usage(&format!("--public-key, --secret-key: {error}")))
    }

    /// Says which keys the server takes. Everybody knows the default pair, so saying that gives
    /// nothing away; others are only counted.
    fn tell_keys(&self) {
        let (public_key, secret_key) = (DEFAULT_PUBLIC_KEY, DEFAULT_SECRET_KEY);
        match (self.keys.is_empty(), self.log_format) {
            (true, LogFormat::Text) => {
                say(&format!("public key {public_key}"));
                say(&format!("secret key {secret_key}"));
            }
            (true, LogFormat::Json) => tracing::info!(public_key, secret_key, "test account"),
            (false, _) => {
                let (public_keys, secret_keys) = self.keys.count();
                tracing::info!(public_keys, secret_keys, "keys were given");
            }
        }
    }

    fn start_log(&self) {
        let log = tracing_subscriber::fmt()
            // A log that cannot be written, as when its reader is gone, is no reason to stop.
            .log_internal_errors(false)
            .with_max_level(self.log)
            .with_writer(std::io::stderr)
            .with_ansi(std::io::stderr().is_terminal());
        match self.log_format {
            LogFormat::Text => log.init(),
            LogFormat::Json => log.json().init(),
        }
        // The text of a panic may hold what a request said; its place is enough to find it.
        std::panic::set_hook(Box::new(|panic| {
            let place = panic.location().map(ToString::to_string);
            tracing::error!(place, "a panic, which is a mistake in this program");
        }));
    }
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

#[cfg(unix)]
fn signal() -> Result<impl Future<Output = ()>, Failure> {
    use tokio::signal::unix::{SignalKind, signal};

    // The default of this signal, which a write beyond `ulimit -f` sends, is to end the process at
    // once. With a handler the write fails, and the store says so. It is 25 on Linux and macOS.
    drop(signal(SignalKind::from_raw(25)).context("cannot listen for SIGXFSZ")?);
    let mut terminate = signal(SignalKind::terminate()).context("cannot listen for SIGTERM")?;
    let mut interrupt = signal(SignalKind::interrupt()).context("cannot listen for SIGINT")?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}

#[cfg(not(unix))]
fn signal() -> Result<impl Future<Output = ()>, Failure> {
    Ok(async {
        let _ = tokio::signal::ctrl_c().await;
    })
}
