//! Databases of earlier releases, made by their programs and kept as files.

#![cfg(feature = "sqlite")]

use std::fs;
use std::path::{Path, PathBuf};

use bytes::Bytes;
use omise_store::{KeyRef, SqliteStore, Store, Version};
use rusqlite::Connection;

/// The database that `omise serve` 0.1.0 has left: two accounts, three sources in each mode.
const OF_0_1_0: &str = "sources-0.1.0.sqlite3";

#[tokio::test]
async fn every_source_of_release_0_1_0_is_read_back_byte_for_byte() {
    let dir = tempfile::tempdir().unwrap();
    fs::copy(fixture(OF_0_1_0), dir.path().join("sources.sqlite3")).unwrap();

    let store = SqliteStore::open(dir.path()).unwrap();

    let sources = sources(&fixture(OF_0_1_0));
    assert_eq!(sources.len(), 12);
    for source in &sources {
        let key = KeyRef {
            account: &source.account,
            livemode: source.livemode,
            object: "source",
            id: &source.id,
        };
        let found = store.get(key).await.unwrap();
        let expected = (Version::FIRST, Bytes::from(source.body.clone()));
        assert_eq!(found, Some(expected), "{}", source.id);
    }
}

/// A row as release 0.1.0 has it.
struct Source {
    account: String,
    id: String,
    livemode: bool,
    body: Vec<u8>,
}

/// Reads a database of release 0.1.0 without the store.
fn sources(database: &Path) -> Vec<Source> {
    // Opened in the mode of its journal, it would get files beside it.
    let copy = tempfile::NamedTempFile::new().unwrap();
    fs::copy(database, copy.path()).unwrap();
    let connection = Connection::open(copy.path()).unwrap();
    let mut statement = connection
        .prepare("SELECT account_id, id, livemode, body FROM source")
        .unwrap();
    let sources = statement.query_map([], |row| {
        Ok(Source {
            account: row.get(0)?,
            id: row.get(1)?,
            livemode: row.get(2)?,
            body: row.get(3)?,
        })
    });
    sources.unwrap().collect::<Result<_, _>>().unwrap()
}

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/fixtures")
        .join(name)
}
