//! A store that lives in the process.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::future;
use std::pin::Pin;
use std::sync::{Arc, RwLock, RwLockReadGuard, RwLockWriteGuard};

use bytes::Bytes;

use crate::error::Kind;
use crate::{Durability, Health, SourceRow, Store, StoreError, StoreFuture, Transaction, Write};

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

    fn health(&self) -> Health {
        match self.read().closed {
            false => Health::Ready,
            true => Health::NotReady {
                reason: "the store is closed".into(),
            },
        }
    }
}

#[derive(Default)]
struct Tables {
    /// Accounts, and in each its sources by id. The nesting lets a source be looked up without
    /// building a key. Ids ascend, so a tree grows at its end, where it is warm; a hash table would
    /// scatter them and be moved whole whenever it is full.
    sources: HashMap<Arc<str>, BTreeMap<String, Source>>,
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
        let mut written = Vec::new();
        let mut writes = transaction.writes.into_iter().peekable();
        while let Some(write) = writes.next() {
            match write {
                Write::InsertSource(row) => {
                    // The last write has nothing behind it that could fail and take it back.
                    let key = writes
                        .peek()
                        .map(|_| (Arc::clone(&row.account), row.id.clone()));
                    if !self.insert(row) {
                        self.take_back(written);
                        return Err(Kind::Conflict.into());
                    }
                    written.extend(key);
                }
            }
        }
        Ok(())
    }

    /// Adds a source, unless the account has its id already.
    fn insert(&mut self, row: SourceRow) -> bool {
        let SourceRow {
            account,
            id,
            livemode,
            body,
            created_ms: _,
        } = row;
        match self.sources.entry(account).or_default().entry(id) {
            Entry::Vacant(free) => {
                free.insert(Source { livemode, body });
                true
            }
            Entry::Occupied(_) => false,
        }
    }

    fn take_back(&mut self, written: Vec<(Arc<str>, String)>) {
        for (account, id) in written {
            if let Some(sources) = self.sources.get_mut(&account) {
                sources.remove(&id);
            }
        }
    }

    fn source(&self, account: &str, livemode: bool, id: &str) -> Option<Bytes> {
        let source = self.sources.get(account)?.get(id)?;
        (source.livemode == livemode).then(|| source.body.clone())
    }
}
