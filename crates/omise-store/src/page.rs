//! What a list of objects is asked for, and what it has.

use std::fmt;
use std::sync::Arc;

use bytes::Bytes;

use crate::object::Version;

/// Which objects to read: a part of those of one type.
#[derive(Clone, Debug)]
pub struct Page {
    /// The account that owns the objects.
    pub account: Arc<str>,
    /// Whether the objects were made with a live key.
    pub livemode: bool,
    /// The type of the objects.
    pub object: &'static str,
    /// Only the events about the object with this id.
    pub subject: Option<Box<str>>,
    /// Only what was created then or later, in milliseconds since the Unix epoch.
    pub from_ms: Option<i64>,
    /// Only what was created then or before.
    pub to_ms: Option<i64>,
    /// Which object comes first.
    pub order: Order,
    /// How many objects to leave out at the beginning.
    pub offset: u64,
    /// How many objects to read at most.
    pub limit: u64,
}

/// The order of a [`Page`]. It is that of the ids, which ascend with the time of creation.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Order {
    /// The oldest object first.
    #[default]
    Chronological,
    /// The newest object first.
    ReverseChronological,
}

/// What was read of a [`Page`]: one state of the store, even while others write.
#[derive(Clone, PartialEq, Eq)]
pub struct Listing {
    /// How many objects there are, those that `offset` and `limit` leave out among them.
    pub total: u64,
    /// The objects, each with its version and the exact bytes of its newest answer.
    pub objects: Vec<(Version, Bytes)>,
}

// A body holds personal data of the payer.
impl fmt::Debug for Listing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Listing")
            .field("total", &self.total)
            .field("objects", &self.objects.len())
            .finish()
    }
}
