//! Brings a database to the newest schema, forward only.
//!
//! To change the schema, add a numbered file to `migrations/sqlite` and a line to [`MIGRATIONS`].
//! Never edit a file that was released: databases that have applied it would be refused.

use rusqlite::{Connection, OptionalExtension, Transaction, TransactionBehavior};
use sha2::{Digest, Sha256};

use super::error::OpenError;
use crate::error::{Kind, StoreError};

const MIGRATIONS: &[Migration] = &[
    Migration {
        version: 1,
        sql: include_str!("../../migrations/sqlite/0001_source.sql"),
    },
    Migration {
        version: 2,
        sql: include_str!("../../migrations/sqlite/0002_object.sql"),
    },
];

/// What the store reads and writes. A database that lacks some of it is refused at the start.
const NEEDED: [&str; 3] = [
    "SELECT account_id, livemode, object, id, version, created_ms, body FROM object",
    "SELECT account_id, livemode, subject, id FROM event",
    "SELECT account_id, livemode, idempotency_key, fingerprint, created_ms, answer FROM claim",
];

struct Migration {
    version: i64,
    sql: &'static str,
}

/// Marks a database as a store of this crate; the letters `OmSo`.
const APPLICATION_ID: i32 = 0x4F6D_536F;

/// Applies the migrations that the database lacks, each in a transaction of its own.
pub(crate) fn migrate(connection: &mut Connection) -> Result<(), StoreError> {
    let known = MIGRATIONS
        .last()
        .expect("there is a first migration")
        .version;
    let found = applied_version(connection).map_err(OpenError::Migrate)?;
    if found > known {
        return Err(Kind::NewerSchema { found, known }.into());
    }
    for migration in MIGRATIONS {
        migration.apply(connection)?;
    }
    for sql in NEEDED {
        connection.prepare(sql).map_err(OpenError::DamagedSchema)?;
    }
    mark(connection).map_err(OpenError::Migrate)?;
    Ok(())
}

/// Refuses a database of another program. It changes nothing.
///
/// A database without a mark is one of ours if it is empty, or was made by the first version, which
/// did not mark it but wrote down its migrations.
pub(crate) fn check_is_ours(connection: &Connection) -> Result<(), StoreError> {
    let is_ours = || {
        let mark: i32 = connection.pragma_query_value(None, "application_id", |row| row.get(0))?;
        if mark != 0 {
            return Ok(mark == APPLICATION_ID);
        }
        let tables: Vec<String> = connection
            .prepare("SELECT name FROM sqlite_schema WHERE type = 'table'")?
            .query_map([], |row| row.get(0))?
            .collect::<Result<_, _>>()?;
        Ok(tables.is_empty() || tables.iter().any(|table| table == "schema_version"))
    };
    match is_ours() {
        Ok(true) => Ok(()),
        Ok(false) => Err(OpenError::ForeignDatabase.into()),
        Err(error) => Err(OpenError::Open(error).into()),
    }
}

/// Marks the database, unless it is marked already.
fn mark(connection: &Connection) -> rusqlite::Result<()> {
    let mark: i32 = connection.pragma_query_value(None, "application_id", |row| row.get(0))?;
    if mark != APPLICATION_ID {
        connection.pragma_update(None, "application_id", APPLICATION_ID)?;
    }
    Ok(())
}

/// Returns the version of the newest migration applied, 0 if there is none.
fn applied_version(connection: &mut Connection) -> rusqlite::Result<i64> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    transaction.execute_batch(
        "CREATE TABLE IF NOT EXISTS schema_version (
             version INTEGER PRIMARY KEY,
             checksum TEXT NOT NULL,
             applied_ms INTEGER NOT NULL
         ) STRICT",
    )?;
    let version = transaction.query_row(
        "SELECT coalesce(max(version), 0) FROM schema_version",
        [],
        |row| row.get(0),
    )?;
    transaction.commit()?;
    Ok(version)
}

impl Migration {
    /// Applies the migration, or makes sure that it was applied with the same text.
    fn apply(&self, connection: &mut Connection) -> Result<(), StoreError> {
        let transaction = connection
            .transaction_with_behavior(TransactionBehavior::Immediate)
            .map_err(OpenError::Migrate)?;
        match self
            .applied_checksum(&transaction)
            .map_err(OpenError::Migrate)?
        {
            Some(checksum) if checksum == self.checksum() => Ok(()),
            Some(_) => Err(OpenError::ChangedMigration {
                version: self.version,
            }
            .into()),
            None => Ok(self.apply_new(transaction).map_err(OpenError::Migrate)?),
        }
    }

    fn applied_checksum(&self, transaction: &Transaction<'_>) -> rusqlite::Result<Option<String>> {
        transaction
            .query_row(
                "SELECT checksum FROM schema_version WHERE version = ?1",
                [self.version],
                |row| row.get(0),
            )
            .optional()
    }

    fn apply_new(&self, transaction: Transaction<'_>) -> rusqlite::Result<()> {
        transaction.execute_batch(self.sql)?;
        transaction.execute(
            "INSERT INTO schema_version (version, checksum, applied_ms)
             VALUES (?1, ?2, CAST(unixepoch('subsec') * 1000 AS INTEGER))",
            (self.version, self.checksum()),
        )?;
        transaction.commit()?;
        tracing::info!(version = self.version, "applied a migration");
        Ok(())
    }

    /// Returns the SHA-256 of the text, in hexadecimal.
    fn checksum(&self) -> String {
        Sha256::digest(self.sql)
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// When adding a migration, add its checksum here. If another line fails, a released migration
    /// was edited.
    #[test]
    fn released_migrations_never_change() {
        let checksums: Vec<_> = MIGRATIONS
            .iter()
            .map(|migration| (migration.version, migration.checksum()))
            .collect();
        let released = [
            (
                1,
                "4a7a53c031f2720c4c734638464f3354d2dcf9d71615f6eeb59a84c42fb391e4",
            ),
            (
                2,
                "6c7612d612485eea0875361bd74d6c2bfcce51eaabb6a045317e43588e55a65d",
            ),
        ];

        assert_eq!(
            checksums,
            released.map(|(version, checksum)| (version, checksum.to_owned()))
        );
    }

    #[test]
    fn versions_count_up_from_one() {
        assert!(
            MIGRATIONS
                .iter()
                .map(|migration| migration.version)
                .eq(1..=MIGRATIONS.len() as i64)
        );
    }
}
