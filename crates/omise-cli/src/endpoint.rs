//! Where a call goes: to an address, or to the API inside this process.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::Context;
use clap::Args;
use omise_client::{Client, ClientBuilder};
use omise_server::{AccountKeys, Accounts, Api, SystemEnvironment};
use omise_store::{SqliteStore, Store};
use omise_types::{PublicKey, SecretKey};

use crate::exit::{Failure, say};
use crate::in_process::InProcess;
use crate::keys::{KeyPair, Keys};

/// Where to call.
#[derive(Args, Clone, Debug)]
pub(crate) struct Endpoint {
    /// The address of the API; without it the API runs inside this command
    #[arg(
        long,
        env = "OMISE_API_URL",
        value_name = "URL",
        value_hint = clap::ValueHint::Url,
        value_parser = url
    )]
    url: Option<String>,
    #[command(flatten)]
    keys: Keys,
    #[command(flatten)]
    data: Data,
}

/// Where the API inside this process keeps its sources.
#[derive(Args, Clone, Debug)]
pub(crate) struct Data {
    #[arg(
        long = "data",
        value_name = "DIR",
        value_hint = clap::ValueHint::DirPath,
        help = "The directory of the store [env: OMISE_DATA] [default: by the platform's convention]"
    )]
    directory: Option<PathBuf>,
}

/// The account of the API inside this process, when nothing else is said.
pub(crate) const DEFAULT_ACCOUNT: &str = "default";

/// How long a command waits for a server that has the data directory and may be ending.
const LOCK_PATIENCE: Duration = Duration::from_secs(1);

impl Data {
    /// The directory that was chosen, or the platform's.
    pub(crate) fn directory(&self) -> Result<PathBuf, Failure> {
        // Not read by clap: for it the variable would be a flag, and `serve --memory` a conflict.
        let from_environment = || std::env::var_os("OMISE_DATA").map(PathBuf::from);
        let chosen = self.directory.clone().or_else(from_environment);
        if let Some(directory) = chosen.filter(|directory| !directory.as_os_str().is_empty()) {
            return Ok(directory);
        }
        let project = directories::ProjectDirs::from("", "", "omise");
        let project = project.context("there is no home directory; choose one with --data DIR")?;
        Ok(project.data_dir().to_owned())
    }
}

impl Endpoint {
    /// Whether the API runs inside this process.
    pub(crate) fn is_local(&self) -> bool {
        self.url.is_none()
    }

    /// The flags that lead another command to the same place. Keys are not shown.
    pub(crate) fn flags(&self) -> String {
        let url = self.url.as_ref().map(|url| format!(" --url {url}"));
        let data = self.data.directory.as_ref();
        let data = data.map(|directory| format!(" --data {}", directory.display()));
        url.or(data).unwrap_or_default()
    }

    /// Where a source was looked for that is not there.
    pub(crate) fn hint_of_absence(&self) -> Option<String> {
        if self.url.is_some() {
            let hint =
                "each account has its own sources, and test and live keys see different ones";
            return Some(hint.to_owned());
        }
        let directory = self.data.directory().ok()?;
        Some(format!(
            "it was looked for in {}; --data names another store, --url a server",
            directory.display()
        ))
    }

    /// Makes one call by a client of the endpoint and closes what was opened for it.
    pub(crate) fn call<T>(
        &self,
        call: impl AsyncFnOnce(&Client) -> Result<T, omise_client::Error>,
    ) -> Result<T, Failure> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build();
        let runtime = runtime.context("cannot start the runtime")?;
        runtime.block_on(async {
            if let Some(url) = &self.url {
                return Ok(call(&self.remote(url)?).await?);
            }
            let store = Arc::new(open(&self.data.directory()?)?);
            let outcome = call(&self.local(Arc::clone(&store) as Arc<dyn Store>)?).await;
            Ok(close_after(&*store, outcome).await?)
        })
    }

    fn remote(&self, url: &str) -> Result<Client, Failure> {
        if self.keys.is_empty() {
            let rule =
                "--url needs --public-key or --secret-key (OMISE_PUBLIC_KEY, OMISE_SECRET_KEY)";
            return Err(Failure::usage(rule));
        }
        let built = client(url, &self.keys.given()?)?.build();
        built.map_err(|error| Failure::usage(&format!("--url: {error}")))
    }

    fn local(&self, store: Arc<dyn Store>) -> Result<Client, Failure> {
        let keys = self.keys.or_default()?;
        // Whoever gives a live key means the real service, and must not believe to have reached it.
        let mut live = keys.public.iter().map(PublicKey::is_live);
        if live.any(|is_live| is_live) || keys.secret.iter().any(SecretKey::is_live) {
            return Err(Failure::usage(
                "a live key needs --url: without it nothing leaves this machine",
            ));
        }
        // No request leaves the process, so the address is only a name.
        let builder = client("http://127.0.0.1", &keys)?;
        let account = AccountKeys {
            public_keys: keys.public,
            secret_keys: keys.secret,
            ..AccountKeys::new(DEFAULT_ACCOUNT)
        };
        let accounts = Accounts::new([account]).context("cannot use the keys")?;
        let api = Api::new(accounts, store, Arc::new(SystemEnvironment));
        Ok(builder.transport(InProcess(api)).build()?)
    }
}

/// The address of an API. What was read from a file often has the line's end behind it.
pub(crate) fn url(text: &str) -> Result<String, String> {
    match text.trim() {
        "" => Err("it is empty; leave it out to use the API in this command".to_owned()),
        url => Ok(url.to_owned()),
    }
}

/// Closes the store after a call. What the call made is there even if that fails, so a failure is
/// only a warning: an error would have a person create the source again.
async fn close_after<T, E>(store: &dyn Store, outcome: Result<T, E>) -> Result<T, E> {
    if let Err(error) = store.close().await {
        let error = anyhow::Error::from(error);
        say(&format!(
            "warning: the store did not close in order: {error:#}"
        ));
    }
    outcome
}

/// A client of an address. A server takes keys of both modes; a client speaks for one.
pub(crate) fn client(url: &str, keys: &KeyPair) -> Result<ClientBuilder, Failure> {
    if keys.public.len() > 1 || keys.secret.len() > 1 {
        let rule = "--public-key, --secret-key: a call is made with one key of a kind";
        return Err(Failure::usage(rule));
    }
    let mut builder = Client::builder().base_url(url);
    if let Some(key) = keys.public.first() {
        builder = builder.public_key(key.clone());
    }
    if let Some(key) = keys.secret.first() {
        builder = builder.secret_key(key.clone());
    }
    Ok(builder)
}

// Commands take turns, however long that takes. A server does not go away, unless it is ending.
fn open(directory: &Path) -> Result<SqliteStore, Failure> {
    let started = Instant::now();
    loop {
        match SqliteStore::open_in_turn(directory) {
            Err(error) if error.is_locked() && started.elapsed() < LOCK_PATIENCE => {
                std::thread::sleep(Duration::from_millis(20));
            }
            Err(error) if error.is_locked() => {
                let hint = "if `omise serve` holds it, call that with --url and its keys; \
                            else choose another directory with --data";
                return Err(anyhow::anyhow!("{error}; {hint}").into());
            }
            opened => {
                let opened = opened.with_context(|| {
                    format!("cannot open the store in {} (--data)", directory.display())
                });
                return Ok(opened?);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::future;
    use std::pin::Pin;

    use bytes::Bytes;
    use omise_store::{
        Claim, Durability, Health, KeyRef, Listing, MemoryStore, Page, StoreError, StoreFuture,
        Transaction, Version,
    };

    use super::*;

    /// A store that commits and cannot be closed.
    struct Stuck(MemoryStore);

    impl Store for Stuck {
        fn commit(&self, transaction: Transaction) -> StoreFuture<'_, ()> {
            self.0.commit(transaction)
        }

        fn get<'a>(&'a self, key: KeyRef<'a>) -> StoreFuture<'a, Option<(Version, Bytes)>> {
            self.0.get(key)
        }

        fn list(&self, page: Page) -> StoreFuture<'_, Listing> {
            self.0.list(page)
        }

        fn claim<'a>(
            &'a self,
            account: &'a str,
            livemode: bool,
            key: &'a str,
        ) -> StoreFuture<'a, Option<Claim>> {
            self.0.claim(account, livemode, key)
        }

        fn stopped(&self) -> Pin<Box<dyn Future<Output = StoreError> + Send + '_>> {
            Box::pin(future::pending())
        }

        fn close(&self) -> StoreFuture<'_, ()> {
            Box::pin(async {
                self.0.close().await?;
                // A store that is closed refuses writes, with an error as a failed close has it.
                self.0.commit(Transaction::default()).await
            })
        }

        fn durability(&self) -> Durability {
            self.0.durability()
        }

        fn health(&self) -> Health {
            self.0.health()
        }
    }

    #[tokio::test]
    async fn what_was_made_is_given_even_if_the_store_does_not_close() {
        let store = Stuck(MemoryStore::new());
        assert!(store.close().await.is_err(), "the test is about an error");
        let store = Stuck(MemoryStore::new());
        let outcome: Result<&str, ()> = close_after(&store, Ok("src_test_1")).await;
        assert_eq!(outcome, Ok("src_test_1"));
    }
}
