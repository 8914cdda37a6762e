//! How much a request may have.

/// The most bytes that a request's body may have.
pub const BODY_BYTES_MAX: usize = 65_536;

/// The most pieces in which a body may come. A client that sends a byte at a time makes the server
/// work more than one that sends all at once.
pub(crate) const BODY_PIECES_MAX: usize = 4096;
