//! What a transaction writes.

use std::fmt;
use std::sync::Arc;

use bytes::Bytes;

use crate::object::{Key, Version};

/// Writes that take effect together or not at all.
#[derive(Debug, Default)]
pub struct Transaction {
    /// The writes, in the order in which they are made.
    pub writes: Vec<Write>,
}

/// One change of a [`Transaction`].
#[non_exhaustive]
pub enum Write {
    /// Adds an object. Its version is [`Version::FIRST`].
    Insert {
        /// The name of the object, which nothing has yet.
        key: Key,
        /// When the object was created, in milliseconds since the Unix epoch.
        created_ms: i64,
        /// The exact bytes of the answer, which every later read repeats.
        body: Bytes,
    },
    /// Gives an object another body and the next version.
    Replace {
        /// The name of the object.
        key: Key,
        /// The version that was read. If the object has another one by now, nothing is written.
        expect: Version,
        /// The exact bytes of the newest answer.
        body: Bytes,
    },
    /// Adds an event.
    Event(Event),
    /// Claims an idempotency key.
    Claim(Claim),
}

/// What has happened to an object.
///
/// It is an object itself, and is read as one. Beside that, a [`Page`](crate::Page) can list the
/// events of one object.
pub struct Event {
    /// The name of the event, which nothing has yet.
    pub key: Key,
    /// The id of the object that the event is about. It is in the same account and mode.
    pub subject: Box<str>,
    /// When it happened, in milliseconds since the Unix epoch.
    pub created_ms: i64,
    /// The exact bytes of the event.
    pub body: Bytes,
}

/// An idempotency key and what the request that had it first was answered with.
///
/// It is written in the transaction of that request's effect. So of two requests with one key only
/// one has an effect, and the other finds what to answer.
#[derive(Clone, PartialEq, Eq)]
pub struct Claim {
    /// The account whose key it is. Two accounts may use the same one.
    pub account: Arc<str>,
    /// Whether the request was made with a live key.
    pub livemode: bool,
    /// The idempotency key, as the client has sent it.
    pub key: Box<str>,
    /// A digest of the operation and of what was asked for, by which a request that is sent again
    /// is told from another request with the same key.
    pub fingerprint: [u8; 32],
    /// When the request was answered, in milliseconds since the Unix epoch.
    pub created_ms: i64,
    /// The exact bytes of the answer.
    pub answer: Bytes,
}

impl Write {
    /// How many rows it writes.
    #[cfg(feature = "sqlite")]
    pub(crate) fn rows(&self) -> usize {
        match self {
            Write::Insert { .. } | Write::Replace { .. } | Write::Claim(_) => 1,
            Write::Event(_) => 2,
        }
    }

    /// The bytes of its body.
    #[cfg(feature = "sqlite")]
    pub(crate) fn size_bytes(&self) -> usize {
        match self {
            Write::Insert { body, .. } | Write::Replace { body, .. } => body.len(),
            Write::Event(event) => event.body.len(),
            Write::Claim(claim) => claim.answer.len(),
        }
    }
}

// A body holds personal data of the payer, which must not reach a log by way of a debug print.

impl fmt::Debug for Write {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Write::Insert {
                key,
                created_ms,
                body,
            } => f
                .debug_struct("Insert")
                .field("key", key)
                .field("created_ms", created_ms)
                .field("body_bytes", &body.len())
                .finish(),
            Write::Replace { key, expect, body } => f
                .debug_struct("Replace")
                .field("key", key)
                .field("expect", expect)
                .field("body_bytes", &body.len())
                .finish(),
            Write::Event(event) => event.fmt(f),
            Write::Claim(claim) => claim.fmt(f),
        }
    }
}

impl fmt::Debug for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Event")
            .field("key", &self.key)
            .field("subject", &self.subject)
            .field("created_ms", &self.created_ms)
            .field("body_bytes", &self.body.len())
            .finish()
    }
}

impl fmt::Debug for Claim {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Claim")
            .field("account", &self.account)
            .field("livemode", &self.livemode)
            .field("created_ms", &self.created_ms)
            .field("answer_bytes", &self.answer.len())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_debug_print_of_a_transaction_shows_no_body() {
        let secret = || Bytes::from_static(b"0812345678");
        let key = |id: &str| Key {
            account: "acct_1".into(),
            livemode: false,
            object: "source",
            id: id.into(),
        };
        let writes = vec![
            Write::Insert {
                key: key("src_1"),
                created_ms: 0,
                body: secret(),
            },
            Write::Replace {
                key: key("src_2"),
                expect: Version::FIRST,
                body: secret(),
            },
            Write::Event(Event {
                key: key("evnt_1"),
                subject: "src_3".into(),
                created_ms: 0,
                body: secret(),
            }),
            Write::Claim(Claim {
                account: "acct_1".into(),
                livemode: false,
                key: "0812345678".into(),
                fingerprint: [0; 32],
                created_ms: 0,
                answer: secret(),
            }),
        ];

        let printed = format!("{:?}", Transaction { writes });

        for shown in ["src_1", "src_2", "evnt_1", "src_3", "_bytes: 10"] {
            assert!(printed.contains(shown), "{printed}");
        }
        assert!(!printed.contains("0812345678"), "{printed}");
    }
}
