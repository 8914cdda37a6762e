//! What the store and the server do when their disk fails, hangs, is full or loses power.
//!
//! Linux only. A test that cannot run says so; with `CI` set it fails.

mod power;
mod server;
mod store;

use omise_tests::disk::Disk;
use omise_tests::programs::needed;

/// A disk of its own for a test.
fn disk(test: &str) -> Option<Disk> {
    needed(
        test,
        Disk::new(std::path::Path::new(env!("CARGO_TARGET_TMPDIR"))),
    )
}
