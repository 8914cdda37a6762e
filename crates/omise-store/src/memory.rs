//! A store that lives in the process.

use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, BTreeSet, HashMap, btree_map};
use std::fmt;
use std::future;
use std::pin::Pin;
use std::sync::{Arc, RwLock, RwLockReadGuard, RwLockWriteGuard};

use bytes::Bytes;

use crate::error::{Kind, StoreError};
use crate::object::{Key, KeyRef, Version};
use crate::page::{Listing, Order, Page};
use crate::store::{Durability, Health, Store, StoreFuture};
use crate::transaction::{Claim, Event, Transaction, Write};

/// A store that keeps everything in memory until it is dropped.
///
/// It makes the same promises as any other, except that nothing outlives it. It grows with every
/// object.
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

    fn get<'a>(&'a self, key: KeyRef<'a>) -> StoreFuture<'a, Option<(Version, Bytes)>> {
        Box::pin(async move { Ok(self.read().row(key).map(Row::content)) })
    }

    fn list(&self, page: Page) -> StoreFuture<'_, Listing> {
        Box::pin(async move { Ok(self.read().list(&page)) })
    }

    fn claim<'a>(
        &'a self,
        account: &'a str,
        livemode: bool,
        key: &'a str,
    ) -> StoreFuture<'a, Option<Claim>> {
        Box::pin(async move {
            let tables = self.read();
            Ok(tables.claim(account, livemode, key).cloned())
        })
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
    accounts: HashMap<Arc<str>, Account>,
    closed: bool,
}

/// What one account has.
#[derive(Default)]
struct Account {
    /// The objects of a mode and type, by id. The nesting lets an object be looked up without
    /// building a key. Ids ascend, so a tree grows at its end, where it is warm; a hash table would
    /// scatter them and be moved whole whenever it is full.
    objects: BTreeMap<(bool, &'static str), BTreeMap<Box<str>, Row>>,
    /// The ids of the events of each mode, by the id of their subject.
    events: [Events; 2],
    /// The claims of each mode, by idempotency key.
    claims: [Claims; 2],
}

type Events = HashMap<Box<str>, BTreeSet<Box<str>>>;
type Claims = HashMap<Box<str>, Claim>;

struct Row {
    version: Version,
    created_ms: i64,
    body: Bytes,
}

impl Row {
    fn content(&self) -> (Version, Bytes) {
        (self.version, self.body.clone())
    }
}

/// What takes a write back.
enum Undo {
    Insert(Key),
    Replace(Key, Version, Bytes),
    Event(Key, Box<str>),
    Claim(Arc<str>, bool, Box<str>),
}

impl Tables {
    fn commit(&mut self, transaction: Transaction) -> Result<(), StoreError> {
        if self.closed {
            return Err(Kind::Stopped(None).into());
        }
        let mut undo = Vec::new();
        let mut writes = transaction.writes.into_iter().peekable();
        while let Some(write) = writes.next() {
            // The last write has nothing behind it that could fail and take it back.
            let undo_of_this = writes.peek().is_some().then_some(&mut undo);
            if let Err(refused) = self.apply(write, undo_of_this) {
                for step in undo.into_iter().rev() {
                    self.take_back(step);
                }
                return Err(refused.into());
            }
        }
        Ok(())
    }

    /// Makes a write, and notes what takes it back. On an error nothing has changed.
    fn apply(&mut self, write: Write, undo: Option<&mut Vec<Undo>>) -> Result<(), Kind> {
        match write {
            Write::Insert {
                key,
                created_ms,
                body,
            } => {
                let step = undo.map(|undo| (undo, Undo::Insert(key.clone())));
                self.insert(key, created_ms, body)?;
                note(step);
            }
            Write::Replace { key, expect, body } => {
                let row = self.row_mut(key.borrowed());
                let row = row.filter(|row| row.version == expect);
                let row = row.ok_or(Kind::Changed)?;
                row.version = expect.next();
                let before = std::mem::replace(&mut row.body, body);
                note(undo.map(|undo| (undo, Undo::Replace(key, expect, before))));
            }
            Write::Event(Event {
                key,
                subject,
                created_ms,
                body,
            }) => {
                let step = undo.map(|undo| (undo, Undo::Event(key.clone(), subject.clone())));
                self.insert(key.clone(), created_ms, body)?;
                let events = self.events_mut(&key.account, key.livemode);
                events.entry(subject).or_default().insert(key.id);
                note(step);
            }
            Write::Claim(claim) => {
                let (account, livemode, key) =
                    (claim.account.clone(), claim.livemode, claim.key.clone());
                match self.claims_mut(&account, livemode).entry(key.clone()) {
                    Entry::Vacant(free) => free.insert(claim),
                    Entry::Occupied(_) => return Err(Kind::Claimed),
                };
                note(undo.map(|undo| (undo, Undo::Claim(account, livemode, key))));
            }
        }
        Ok(())
    }

    fn take_back(&mut self, step: Undo) {
        match step {
            Undo::Insert(key) => self.remove(&key),
            Undo::Replace(key, version, body) => {
                if let Some(row) = self.row_mut(key.borrowed()) {
                    row.version = version;
                    row.body = body;
                }
            }
            Undo::Event(key, subject) => {
                self.remove(&key);
                let events = self.events_mut(&key.account, key.livemode);
                if let Some(ids) = events.get_mut(&subject) {
                    ids.remove(&key.id);
                }
            }
            Undo::Claim(account, livemode, key) => {
                self.claims_mut(&account, livemode).remove(&key);
            }
        }
    }

    fn insert(&mut self, key: Key, created_ms: i64, body: Bytes) -> Result<(), Kind> {
        let account = self.accounts.entry(key.account).or_default();
        let objects = account.objects.entry((key.livemode, key.object));
        match objects.or_default().entry(key.id) {
            btree_map::Entry::Vacant(free) => {
                free.insert(Row {
                    version: Version::FIRST,
                    created_ms,
                    body,
                });
                Ok(())
            }
            btree_map::Entry::Occupied(_) => Err(Kind::Taken),
        }
    }

    fn remove(&mut self, key: &Key) {
        let account = self.accounts.get_mut(&key.account);
        let objects =
            account.and_then(|account| account.objects.get_mut(&(key.livemode, key.object)));
        if let Some(objects) = objects {
            objects.remove(&key.id);
        }
    }

    fn row(&self, key: KeyRef<'_>) -> Option<&Row> {
        let account = self.accounts.get(key.account)?;
        account
            .objects
            .get(&(key.livemode, key.object))?
            .get(key.id)
    }

    fn row_mut(&mut self, key: KeyRef<'_>) -> Option<&mut Row> {
        let account = self.accounts.get_mut(key.account)?;
        let objects = account.objects.get_mut(&(key.livemode, key.object))?;
        objects.get_mut(key.id)
    }

    fn events_mut(&mut self, account: &Arc<str>, livemode: bool) -> &mut Events {
        let account = self.accounts.entry(Arc::clone(account)).or_default();
        &mut account.events[usize::from(livemode)]
    }

    fn claims_mut(&mut self, account: &Arc<str>, livemode: bool) -> &mut Claims {
        let account = self.accounts.entry(Arc::clone(account)).or_default();
        &mut account.claims[usize::from(livemode)]
    }

    fn claim(&self, account: &str, livemode: bool, key: &str) -> Option<&Claim> {
        let account = self.accounts.get(account)?;
        account.claims[usize::from(livemode)].get(key)
    }

    fn list(&self, page: &Page) -> Listing {
        let account = self.accounts.get(&page.account);
        let objects = account.and_then(|one| one.objects.get(&(page.livemode, page.object)));
        let subject = page.subject.as_deref().map(|subject| {
            account.and_then(|one| one.events[usize::from(page.livemode)].get(subject))
        });
        let rows = objects.into_iter().flatten().filter(|(id, row)| {
            subject.is_none_or(|ids| ids.is_some_and(|ids| ids.contains(*id)))
                && page.from_ms.is_none_or(|from| row.created_ms >= from)
                && page.to_ms.is_none_or(|to| row.created_ms <= to)
        });
        let mut rows: Vec<&Row> = rows.map(|(_, row)| row).collect();
        if page.order == Order::ReverseChronological {
            rows.reverse();
        }
        let count = |number: u64| usize::try_from(number).unwrap_or(usize::MAX);
        let some = rows.iter().skip(count(page.offset)).take(count(page.limit));
        Listing {
            total: rows.len() as u64,
            objects: some.map(|row| row.content()).collect(),
        }
    }
}

fn note(step: Option<(&mut Vec<Undo>, Undo)>) {
    if let Some((undo, step)) = step {
        undo.push(step);
    }
}
