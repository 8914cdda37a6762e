use crate::id::{IdError, object_id};

object_id!(SourceId, "source", "src");

/// A text that is not the id of a source.
pub type SourceIdError = IdError;
