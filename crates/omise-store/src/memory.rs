//! A store that lives in the process.

use std::collections::HashMap;
use std::fmt;
use std::future;
use std::pin::Pin;
use std::sync::{Arc, RwLock, RwLockReadGuard, RwLockWriteGuard};

use bytes::Bytes;

use crate::error::Kind;
use crate::{Durability, SourceRow, Store, StoreError, StoreFuture, Transaction, Write};

/// A store that keeps everything in memory until it is dropped.
///
/// It makes the same promises as any other, except that nothing outlives it. It grows with every
/// source.
#[derive(Default)]
pub struct MemoryStore {
    // A lock of the standard library is enough: it is held for a few map operations and never
    // across an await.
    tables: RwLock<Tables>,
}

impl MemoryStore {
    /// Makes an empty store.
    pub fn new() -> MemoryStore {
        MemoryStore::default()
    }

    fn read(&self) -> RwLockReadGuard<'_, Tables> {
        self.tables
            .read()
            .expect("nothing panics while it holds the lock")
    }

    fn write(&self) -> RwLockWriteGuard<'_, Tables> {
        self.tables
            .write()
            .expect("nothing panics while it holds the lock")
    }
}

impl fmt::Debug for MemoryStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MemoryStore").finish_non_exhaustive()
    }
}

impl Store for MemoryStore {
    fn commit(&self, transaction: Transaction) -> StoreFuture<'_, ()> {
        Box::pin(async move { self.write().commit(transaction) })
    }

    fn source<'a>(
        &'a self,
        account: &'a str,
        livemode: bool,
        id: &'a str,
    ) -> StoreFuture<'a, Option<Bytes>> {
        Box::pin(async move { Ok(self.read().source(account, livemode, id)) })
    }

    fn stopped(&self) -> Pin<Box<dyn Future<Output = StoreError> + Send + '_>> {
        Box::pin(future::pending())
    }

    fn close(&self) -> StoreFuture<'_, ()> {
        Box::pin(async move {
            self.write().closed = true;
            Ok(())
        })
    }

    fn durability(&self) -> Durability {
        Durability::Memory
    }
}

#[derive(Default)]
struct Tables {
    /// Accounts, and in each its sources by id. The nesting lets a source be looked up without
    /// building a key.
    sources: HashMap<Arc<str>, HashMap<String, Source>>,
    closed: bool,
}

struct Source {
    livemode: bool,
    body: Bytes,
}

impl Tables {
    fn commit(&mut self, transaction: Transaction) -> Result<(), StoreError> {
        if self.closed {
            return Err(Kind::Stopped(None).into());
        }
        if self.conflicts_with(&transaction) {
            return Err(Kind::Conflict.into());
        }
        for write in transaction.writes {
            match write {
                Write::InsertSource(row) => self.insert(row),
            }
        }
        Ok(())
    }

    fn conflicts_with(&self, transaction: &Transaction) -> bool {
        let keys = || {
            transaction
                .writes
                .iter()
                .map(|Write::InsertSource(row)| (&*row.account, &*row.id))
        };
        keys().enumerate().any(|(index, key)| {
            self.contains(key) || keys().take(index).any(|earlier| earlier == key)
        })
    }

    fn contains(&self, (account, id): (&str, &str)) -> bool {
        self.sources
            .get(account)
            .is_some_and(|sources| sources.contains_key(id))
    }

    fn insert(&mut self, row: SourceRow) {
        let SourceRow {
            account,
            id,
            livemode,
            body,
            created_ms: _,
        } = row;
        self.sources
            .entry(account)
            .or_default()
            .insert(id, Source { livemode, body });
    }

    fn source(&self, account: &str, livemode: bool, id: &str) -> Option<Bytes> {
        let source = self.sources.get(account)?.get(id)?;
        (source.livemode == livemode).then(|| source.body.clone())
    }
}
