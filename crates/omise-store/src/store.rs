//! The promises that every store makes.

use std::borrow::Cow;
use std::fmt;
use std::pin::Pin;

use bytes::Bytes;

use crate::error::StoreError;
use crate::object::{KeyRef, Version};
use crate::page::{Listing, Page};
use crate::transaction::{Claim, Transaction};

/// A boxed future, so that the trait can be used as `Arc<dyn Store>`.
pub type StoreFuture<'a, T> = Pin<Box<dyn Future<Output = Result<T, StoreError>> + Send + 'a>>;

/// A place where objects are kept.
///
/// Every implementation promises:
///
/// - **All or nothing.** Either every write of a transaction is visible, or none is.
/// - **Acknowledged means kept.** [`commit`](Store::commit) succeeds only once the transaction is
///   as durable as [`durability`](Store::durability) says.
/// - **What was acknowledged can be read.** A read that begins after the acknowledgement finds it.
/// - **No change is lost.** Of two transactions that replace the same version of an object, one
///   succeeds and the other is refused.
/// - **Accounts are separate.** No read crosses from one account to another, or between live and
///   test mode.
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
    /// Nothing of the transaction was written, and the store goes on, when the error is
    ///
    /// - [`is_taken`](StoreError::is_taken): there is an object with the key of an insert, by an
    ///   earlier transaction or an earlier write of this one;
    /// - [`is_changed`](StoreError::is_changed): an object that is to be replaced has another
    ///   version, or does not exist;
    /// - [`is_claimed`](StoreError::is_claimed): the idempotency key was used before;
    /// - [`is_unavailable`](StoreError::is_unavailable): the store takes no writes now.
    ///
    /// Whether it was written is not known when the error is
    ///
    /// - [`is_outcome_unknown`](StoreError::is_outcome_unknown): the disk did not confirm it within
    ///   five seconds;
    /// - [`is_stopped`](StoreError::is_stopped): the store accepts no more writes.
    fn commit(&self, transaction: Transaction) -> StoreFuture<'_, ()>;

    /// Reads the version and the body of an object, or nothing if there is no object with the key.
    ///
    /// Reading goes on after the store has stopped or was closed.
    ///
    /// # Errors
    ///
    /// [`is_unavailable`](StoreError::is_unavailable) when the disk did not answer within five
    /// seconds; any other error when the database cannot be read.
    fn get<'a>(&'a self, key: KeyRef<'a>) -> StoreFuture<'a, Option<(Version, Bytes)>>;

    /// Reads a part of the objects of a type.
    ///
    /// # Errors
    ///
    /// As [`get`](Store::get).
    fn list(&self, page: Page) -> StoreFuture<'_, Listing>;

    /// Reads who has claimed an idempotency key of an account and mode.
    ///
    /// # Errors
    ///
    /// As [`get`](Store::get).
    fn claim<'a>(
        &'a self,
        account: &'a str,
        livemode: bool,
        key: &'a str,
    ) -> StoreFuture<'a, Option<Claim>>;

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
    /// another error when the disk did not answer within ten seconds. Closing twice is not an error.
    fn close(&self) -> StoreFuture<'_, ()>;

    /// Returns what an acknowledged transaction survives.
    fn durability(&self) -> Durability;

    /// Returns whether the store takes writes now. It does not wait.
    fn health(&self) -> Health;
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
    fn durability_is_displayed_as_one_word() {
        assert_eq!(Durability::Durable.to_string(), "durable");
        assert_eq!(Durability::Memory.to_string(), "memory");
    }
}
