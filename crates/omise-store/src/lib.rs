#![doc = include_str!("../README.md")]

mod error;
mod memory;
mod object;
mod page;
#[cfg(feature = "sqlite")]
mod sqlite;
mod store;
mod transaction;

pub use error::StoreError;
pub use memory::MemoryStore;
pub use object::{Key, KeyRef, Version};
pub use page::{Listing, Order, Page};
#[cfg(feature = "sqlite")]
pub use sqlite::{Backup, SqliteStore, backup};
pub use store::{Durability, Health, Store, StoreFuture};
pub use transaction::{Claim, Event, Transaction, Write};
