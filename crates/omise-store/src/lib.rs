#![doc = include_str!("../README.md")]

mod error;
mod memory;
mod sqlite;

use std::borrow::Cow;
use std::fmt;
use std::path::PathBuf;
use std::pin::Pin;
use std::sync::Arc;

use bytes::Bytes;

pub use error::StoreError;
pub use memory::MemoryStore;
pub use sqlite::{SqliteStore, backup};

/// A boxed future, so that the trait can be used as `Arc<dyn Store>`.
pub type StoreFuture<'a, T> = Pin<Box<dyn Future<Output = Result<T, StoreError>> + Send + 'a>>;

/// A place where sources are kept.
///
/// Every backend promises:
///
/// - **All or nothing.** Either every write of a transaction is visible, or none is.
/// - **Acknowledged means kept.** [`commit`](Store::commit) succeeds only once the transaction is
///   as durable as [`durability`](Store::durability) says.
/// - **What was acknowledged can be read.** A read that begins after the acknowledgement finds it.
/// - **Accounts are alone.** No read crosses from one account to another, or between live and test
///   mode.
///
/// The futures must be polled inside a Tokio runtime with its timer turned on, which the store uses
/// but never starts.
pub trait Store: Send + Sync + 'static {
    /// Commits a transaction.
    ///
    /// Dropping the future does not take the transaction back: it may be committed all the same.
    ///
    /// # Errors
    ///
    /// - [`is_conflict`](StoreError::is_conflict) when a primary key is taken, by an earlier
    ///   transaction or an earlier write of this one.
    /// - [`is_unavailable`](StoreError::is_unavailable) when the store takes no writes now. Nothing
    ///   was written.
    /// - [`is_outcome_unknown`](StoreError::is_outcome_unknown) when the disk did not confirm it
    ///   within five seconds.
    /// - [`is_stopped`](StoreError::is_stopped) when the store accepts no more writes.
    fn commit(&self, transaction: Transaction) -> StoreFuture<'_, ()>;

    /// Reads the body of a source, or nothing if this account has no such source in this mode.
    ///
    /// Reading goes on after the store has stopped or was closed.
    ///
    /// # Errors
    ///
    /// [`is_unavailable`](StoreError::is_unavailable) when the disk did not answer within five
    /// seconds; any other error when the database cannot be read.
    fn source<'a>(
        &'a self,
        account: &'a str,
        livemode: bool,
        id: &'a str,
    ) -> StoreFuture<'a, Option<Bytes>>;

    /// Resolves when a failure has made the store refuse all writes, and never otherwise.
    ///
    /// Nothing but opening the store again can help, so a server ends when this resolves. An
    /// orderly [`close`](Store::close) is not a failure.
    fn stopped(&self) -> Pin<Box<dyn Future<Output = StoreError> + Send + '_>>;

    /// Commits what is queued, tidies up, and refuses later writes.
    ///
    /// # Errors
    ///
    /// [`is_stopped`](StoreError::is_stopped) when the store had stopped, or stopped while closing;
    /// another error when the disk did not answer within ten seconds. Closing twice is no error.
    fn close(&self) -> StoreFuture<'_, ()>;

    /// Returns what an acknowledged transaction survives.
    fn durability(&self) -> Durability;

    /// Returns whether the store takes writes now. It does not wait.
    fn health(&self) -> Health;
}

/// Writes that take effect together or not at all.
#[derive(Debug, Default)]
pub struct Transaction {
    /// The writes, in the order in which they are made.
    pub writes: Vec<Write>,
}

/// One change of a [`Transaction`].
#[derive(Debug)]
#[non_exhaustive]
pub enum Write {
    /// Adds a source whose id the account has not used yet, in either mode.
    InsertSource(SourceRow),
}

/// A source as it is kept.
pub struct SourceRow {
    /// The account that owns the source.
    pub account: Arc<str>,
    /// The id of the source, which with the account is its primary key.
    pub id: String,
    /// Whether the source was made with a live key.
    pub livemode: bool,
    /// When the source was created, in milliseconds since the Unix epoch.
    pub created_ms: i64,
    /// The exact bytes of the answer, which every later read repeats.
    pub body: Bytes,
}

impl fmt::Debug for SourceRow {
    // The body holds personal data of the payer, which must not reach a log by way of a debug
    // print.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SourceRow")
            .field("account", &self.account)
            .field("id", &self.id)
            .field("livemode", &self.livemode)
            .field("created_ms", &self.created_ms)
            .field("body_bytes", &self.body.len())
            .finish()
    }
}

/// Whether a store takes writes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Health {
    /// It takes writes.
    Ready,
    /// It takes no writes now.
    NotReady {
        /// Why, in words for an operator. It holds nothing of what is stored.
        reason: Cow<'static, str>,
    },
}

/// A copy of a store, as [`backup`] has made it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Backup {
    /// The file.
    pub file: PathBuf,
    /// The size of the file, in bytes.
    pub bytes: u64,
    /// How many sources are in it.
    pub sources: u64,
}

/// What an acknowledged transaction survives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Durability {
    /// The end of the process and the loss of power.
    Durable,
    /// Nothing: it lives as long as the store.
    Memory,
}

impl fmt::Display for Durability {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Durability::Durable => "durable",
            Durability::Memory => "memory",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_debug_print_of_a_transaction_shows_no_body() {
        let row = SourceRow {
            account: "acct_1".into(),
            id: "src_1".to_owned(),
            livemode: false,
            created_ms: 0,
            body: Bytes::from_static(b"0812345678"),
        };
        let printed = format!(
            "{:?}",
            Transaction {
                writes: vec![Write::InsertSource(row)]
            }
        );

        assert!(printed.contains("src_1"), "{printed}");
        assert!(printed.contains("body_bytes: 10"), "{printed}");
        assert!(!printed.contains("0812345678"), "{printed}");
    }

    #[test]
    fn durability_is_displayed_as_one_word() {
        assert_eq!(Durability::Durable.to_string(), "durable");
        assert_eq!(Durability::Memory.to_string(), "memory");
    }
}
