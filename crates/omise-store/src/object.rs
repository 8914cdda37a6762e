//! What an object is found by, and how its changes are counted.

use std::sync::Arc;

/// The name of an object: no two objects have the same.
///
/// The account and the mode are part of it, so no read crosses from one to another.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Key {
    /// The account that owns the object.
    pub account: Arc<str>,
    /// Whether the object was made with a live key.
    pub livemode: bool,
    /// The type of the object, as its attribute `object` says it: `source`, `charge`.
    pub object: &'static str,
    /// The id of the object. Ids of one type ascend with the time of creation.
    pub id: Box<str>,
}

impl Key {
    /// Returns the same key, borrowed.
    pub fn borrowed(&self) -> KeyRef<'_> {
        KeyRef {
            account: &self.account,
            livemode: self.livemode,
            object: self.object,
            id: &self.id,
        }
    }
}

/// A [`Key`] that borrows its texts, to look up with.
// The fields are those of `Key` in the same order, so that the two derived hashes agree.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct KeyRef<'a> {
    /// The account that owns the object.
    pub account: &'a str,
    /// Whether the object was made with a live key.
    pub livemode: bool,
    /// The type of the object.
    pub object: &'static str,
    /// The id of the object.
    pub id: &'a str,
}

impl KeyRef<'_> {
    /// Returns the same key with texts of its own.
    pub fn to_key(self) -> Key {
        Key {
            account: self.account.into(),
            livemode: self.livemode,
            object: self.object,
            id: self.id.into(),
        }
    }
}

/// How often an object has changed. Whoever replaces an object says which version was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Version(pub(crate) i64);

impl Version {
    /// The version of an object that was inserted and never replaced.
    pub const FIRST: Version = Version(1);

    /// Returns the version that a replacement of this one has.
    pub(crate) fn next(self) -> Version {
        Version(self.0 + 1)
    }
}
