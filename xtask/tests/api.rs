//! The public API of the crates that leave the workspace, as snapshots, and the crates it names.
//!
//! What a user of the SDK can name is a promise: the diff of a snapshot shows a change of it, and a
//! type of a crate that must stay replaceable (reqwest, progenitor) is not in it at all. To rewrite
//! the snapshots: `INSTA_UPDATE=always cargo test -p xtask --test api`.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use public_api::Builder;
use rustdoc_types::{Crate, Id, ItemEnum};

/// Crates that are stable for years, and that a user has at hand in any case.
const MAY_BE_NAMED: [&str; 9] = [
    "alloc",
    "bytes",
    "core",
    "http",
    "omise_client",
    "omise_types",
    "serde",
    "serde_core",
    "std",
];

/// Crates that some items may name, and what these begin with.
const EXCEPTIONS: [(&str, &str); 4] = [
    // The feature `schemars` is for these implementations.
    ("schemars", "impl schemars::JsonSchema for omise_types::"),
    // Why a request is refused. What else the rules have is for the server.
    ("omise_rules", "pub use omise_client::Reason = "),
    ("omise_rules", "pub use omise_client::Rejection = "),
    ("omise_rules", "pub use omise_client::Rule = "),
];

#[test]
fn the_public_api_is_as_in_the_snapshots_and_names_no_foreign_crate() {
    for name in ["omise-types", "omise-client"] {
        let lines = public_items(name);
        assert_eq!(foreign(&lines), Vec::<&str>::new(), "{name}: foreign types");
        let mut settings = insta::Settings::clone_current();
        settings.set_omit_expression(true);
        settings.bind(|| insta::assert_snapshot!(name, lines.join("\n")));
    }
}

#[test]
fn a_foreign_crate_is_found_in_a_signature_and_in_a_reexport() {
    let items = [
        "pub fn omise_client::Response<T>::raw(&self) -> &bytes::bytes::Bytes",
        "pub fn a(S) -> <S as serde_core::ser::Serializer>::Ok",
        "impl schemars::JsonSchema for omise_types::Amount",
        "pub fn omise_client::f(&self, reqwest::Client)",
        "impl core::convert::From<progenitor_client::Error<()>> for omise_client::Error",
        "pub use omise_client::http = reqwest",
    ];
    assert_eq!(foreign(&items.map(str::to_owned)), items[3..]);
}

/// One line per item, without what every type has and without the functions of implemented traits.
fn public_items(name: &str) -> Vec<String> {
    let json = rustdoc_json(name);
    let text = std::fs::read_to_string(&json).expect("rustdoc has written it");
    let documented: Crate = serde_json::from_str(&text)
        .expect("rustdoc-types reads the format of this rustdoc: see the workspace's Cargo.toml");
    let inner = |id: Id| documented.index.get(&id).map(|item| &item.inner);
    let api = Builder::from_rustdoc_json(json)
        .omit_blanket_impls(true)
        .omit_auto_trait_impls(true)
        .build()
        .expect("public-api reads it");
    let mut lines: Vec<String> = Vec::new();
    for item in api.items() {
        let line = match (inner(item.id()), item.parent_id().and_then(inner)) {
            // The line of the implementation says them.
            (Some(ItemEnum::Function(_)), Some(ItemEnum::Impl(of))) if of.trait_.is_some() => {
                continue;
            }
            (Some(ItemEnum::Use(exported)), _) => format!("{item} = {}", exported.source),
            _ => item.to_string(),
        };
        // Derived with PartialEq, and nobody can name it.
        let is_structural = line.starts_with("impl core::marker::StructuralPartialEq ");
        // An implementation stands beside the trait and beside the type, if both are of the crate.
        if !is_structural && !lines.contains(&line) {
            lines.push(line);
        }
    }
    lines
}

/// Has the crate documented with all its features, and gives the file.
///
/// JSON is not stable in rustdoc, so it needs `RUSTC_BOOTSTRAP`. Set for all of cargo, it would make
/// build scripts run again and build much of the workspace twice; `tests/rustdoc` sets it for
/// rustdoc alone.
fn rustdoc_json(name: &str) -> std::path::PathBuf {
    let status = Command::new(env!("CARGO"))
        .args([
            "rustdoc",
            "--quiet",
            "--package",
            name,
            "--lib",
            "--all-features",
            "--",
        ])
        .args(["-Zunstable-options", "--output-format=json"])
        .env(
            "RUSTDOC",
            concat!(env!("CARGO_MANIFEST_DIR"), "/tests/rustdoc"),
        )
        .status();
    assert!(
        status.expect("cargo runs").success(),
        "{name} is not documented"
    );
    let target = Path::new(env!("CARGO_TARGET_TMPDIR"))
        .parent()
        .expect("it is in target");
    target.join(format!("doc/{}.json", name.replace('-', "_")))
}

/// The items that name a crate that they may not name.
fn foreign(items: &[String]) -> Vec<&str> {
    let items = items.iter().map(String::as_str);
    let is_foreign = |item: &&str| {
        let is_excepted = |name: &str| {
            let mut exceptions = EXCEPTIONS.iter();
            exceptions.any(|(of, begin)| *of == name && item.starts_with(begin))
        };
        let mut named = crates(item).into_iter();
        named.any(|name| !MAY_BE_NAMED.contains(&name) && !is_excepted(name))
    };
    items.filter(is_foreign).collect()
}

/// The crates that an item names. Paths are absolute: a crate is what a path begins with.
fn crates(item: &str) -> BTreeSet<&str> {
    let is_part = |character: char| character.is_ascii_alphanumeric() || "_:".contains(character);
    let paths = item.split(|character| !is_part(character));
    let is_whole_crate = |path: &&str| item.ends_with(&format!("= {path}"));
    let paths = paths.filter(|path| path.contains("::") || is_whole_crate(path));
    let roots = paths.filter_map(|path| path.split("::").next());
    // A type parameter or a variant begins with a capital letter, and the path of `<T as A>::B`
    // with nothing.
    roots
        .filter(|root| root.starts_with(|first: char| first.is_ascii_lowercase()))
        .collect()
}
