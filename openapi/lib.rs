//! The files of this folder, for the crates of this workspace.
//!
//! They are a crate of their own because Cargo gives a crate only the files of its own folder when
//! it vendors or packs it.

/// Where this folder is, for programs that read its documents when they run: build scripts and the
/// tasks of this workspace.
pub const FOLDER: &str = env!("CARGO_MANIFEST_DIR");

/// The files of `conformance`, each with its name without `.json`, in reading order.
#[cfg(feature = "conformance")]
pub const CONFORMANCE: &[(&str, &str)] = &[
    ("keys", include_str!("conformance/keys.json")),
    ("sources", include_str!("conformance/sources.json")),
    (
        "table-creations",
        include_str!("conformance/table-creations.json"),
    ),
    (
        "table-currencies",
        include_str!("conformance/table-currencies.json"),
    ),
    (
        "table-limits",
        include_str!("conformance/table-limits.json"),
    ),
    (
        "table-parameters",
        include_str!("conformance/table-parameters.json"),
    ),
    (
        "table-installments",
        include_str!("conformance/table-installments.json"),
    ),
    ("behaviours", include_str!("conformance/behaviours.json")),
    ("coercions", include_str!("conformance/coercions.json")),
    ("refusals", include_str!("conformance/refusals.json")),
    ("forms", include_str!("conformance/forms.json")),
    ("bodies", include_str!("conformance/bodies.json")),
    ("ids", include_str!("conformance/ids.json")),
    ("routes", include_str!("conformance/routes.json")),
    ("versions", include_str!("conformance/versions.json")),
    ("headers", include_str!("conformance/headers.json")),
    ("browsers", include_str!("conformance/browsers.json")),
    ("errors", include_str!("conformance/errors.json")),
];
