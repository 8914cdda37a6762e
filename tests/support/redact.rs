//! The redactions of all snapshots, in one place.

/// Filters for insta: ids, times, ports and request ids.
pub fn filters() -> Vec<(&'static str, &'static str)> {
    vec![
        (r"src_test_[0-9a-z]{19}", "src_test_[id]"),
        (r"src_[0-9a-z]{19}\b", "src_[id]"),
        (r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", "[time]"),
        (
            r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}",
            "[request id]",
        ),
        (r"127\.0\.0\.1:\d+", "127.0.0.1:[port]"),
    ]
}
