//! Crates: who depends on whom, and what each takes from the workspace.

use std::collections::{BTreeMap, BTreeSet};

use cargo_metadata::semver::Version;
use cargo_metadata::{DependencyKind, Metadata, Package, PackageId};
use toml_edit::{DocumentMut, Item, TableLike};

use super::File;

/// Each crate with the crates of this workspace that it links, and those its build script uses.
///
/// What is not listed is not allowed, and a crate without a line is a problem.
const ARROWS: &[(&str, &[&str], &[&str])] = &[
    ("omise-bench", &["omise-client"], &[]),
    (
        "omise-cli",
        &[
            "omise-client",
            "omise-conformance",
            "omise-pages",
            "omise-rules",
            "omise-server",
            "omise-store",
            "omise-types",
        ],
        &[],
    ),
    (
        "omise-client",
        &["omise-rules", "omise-types"],
        &["omise-codegen"],
    ),
    ("omise-codegen", &["omise-contract"], &[]),
    (
        "omise-conformance",
        &["omise-openapi", "omise-rules", "omise-types"],
        &[],
    ),
    ("omise-contract", &["omise-openapi"], &[]),
    ("omise-docs", &["omise-codegen", "omise-contract"], &[]),
    ("omise-openapi", &[], &[]),
    ("omise-own-transport", &["omise-client"], &[]),
    ("omise-pages", &[], &["omise-docs"]),
    ("omise-rules", &["omise-types"], &[]),
    (
        "omise-server",
        &["omise-rules", "omise-store", "omise-types"],
        &[],
    ),
    ("omise-store", &[], &[]),
    (
        "omise-testing",
        &[
            "omise-client",
            "omise-rules",
            "omise-server",
            "omise-store",
            "omise-types",
        ],
        &[],
    ),
    ("omise-types", &[], &["omise-codegen"]),
];

/// Tests and tasks may use everything.
const UNBOUND: [&str; 2] = ["omise-tests", "xtask"];

/// What a crate must not link, whichever way it comes, and why.
const APART: &[(&str, &[&str], &str)] = &[
    ("omise-types", IO, "the wire types do no I/O"),
    (
        "omise-rules",
        IO,
        "the rules do no I/O and do not know HTTP",
    ),
    (
        "omise-conformance",
        &["hyper", "reqwest", "tokio"],
        "any transport can run the cases",
    ),
    ("omise-server", &["reqwest"], "the server sends no requests"),
    (
        "omise-store",
        &["http", "hyper"],
        "the store does not know HTTP",
    ),
];

const IO: &[&str] = &[
    "http",
    "hyper",
    "reqwest",
    "rusqlite",
    "tokio",
    "tokio-postgres",
];

/// The arrows between the crates, as README draws them.
pub(super) fn arrows_are_listed(metadata: &Metadata) -> Vec<String> {
    let mut problems = Vec::new();
    let members: BTreeMap<&str, &Package> = metadata
        .workspace_packages()
        .into_iter()
        .map(|package| (package.name.as_str(), package))
        .collect();
    for (name, package) in &members {
        if UNBOUND.contains(name) {
            continue;
        }
        let Some((_, linked, for_build)) = ARROWS.iter().find(|(of, ..)| of == name) else {
            problems.push(format!(
                "{name}: has no line in ARROWS of xtask/src/tidy/crates.rs"
            ));
            continue;
        };
        for dependency in &package.dependencies {
            let allowed = match dependency.kind {
                DependencyKind::Build => for_build,
                DependencyKind::Development => continue,
                _ => linked,
            };
            let to = dependency.name.as_str();
            if members.contains_key(to) && !allowed.contains(&to) {
                problems.push(format!("{name} -> {to}: is not an arrow of README"));
            }
        }
    }
    let gone = ARROWS.iter().filter(|(of, ..)| !members.contains_key(of));
    problems.extend(gone.map(|(of, ..)| format!("{of}: has a line in ARROWS and does not exist")));
    problems
}

/// What is pure stays pure, whatever its dependencies depend on.
pub(super) fn crates_stay_apart(metadata: &Metadata) -> Vec<String> {
    let mut problems = Vec::new();
    for (of, apart, because) in APART {
        let linked = linked(metadata, of);
        let found = apart.iter().filter(|name| linked.contains(**name));
        problems.extend(found.map(|name| format!("{of} links {name}: {because}")));
    }
    problems
}

/// The names of all that is linked into a crate, with all features.
fn linked<'a>(metadata: &'a Metadata, of: &str) -> BTreeSet<&'a str> {
    let nodes = metadata.resolve.iter().flat_map(|resolve| &resolve.nodes);
    let nodes: BTreeMap<&PackageId, _> = nodes.map(|node| (&node.id, node)).collect();
    let name = |id: &PackageId| metadata[id].name.as_str();
    let mut open: Vec<_> = nodes.keys().copied().filter(|id| name(id) == of).collect();
    let mut seen = BTreeSet::new();
    while let Some(id) = open.pop() {
        let linked = nodes[id].deps.iter().filter(|dependency| {
            let mut kinds = dependency.dep_kinds.iter();
            kinds.any(|kind| kind.kind == DependencyKind::Normal)
        });
        open.extend(
            linked
                .map(|dependency| &dependency.pkg)
                .filter(|id| seen.insert(*id)),
        );
    }
    seen.into_iter().map(name).collect()
}

/// A release of Rust that is newer than the stated one builds what the stated one does not.
pub(super) fn no_dependency_needs_a_newer_rust(metadata: &Metadata) -> Vec<String> {
    let stated: Version = concat!(env!("CARGO_PKG_RUST_VERSION"), ".0")
        .parse()
        .expect("a version");
    let of = |package: &Package| {
        package
            .rust_version
            .clone()
            .filter(|needed| (needed.major, needed.minor) > (stated.major, stated.minor))
    };
    let newer = metadata
        .packages
        .iter()
        .filter_map(|package| Some((package, of(package)?)));
    newer
        .map(|(package, needed)| {
            format!(
                "{} {} needs Rust {needed}, Cargo.toml states {stated}",
                package.name, package.version
            )
        })
        .collect()
}

/// Lints, edition and versions are stated once, in the manifest of the workspace.
pub(super) fn manifests_inherit(files: &[File]) -> Vec<String> {
    let mut problems = Vec::new();
    for File { path, text } in files
        .iter()
        .filter(|file| file.path.ends_with("/Cargo.toml"))
    {
        let Ok(manifest) = text.parse::<DocumentMut>() else {
            problems.push(format!("{path}: is not TOML"));
            continue;
        };
        let mut items = vec![("lints".to_owned(), manifest.get("lints"))];
        for key in ["version", "edition", "rust-version", "license", "publish"] {
            items.push((key.to_owned(), manifest["package"].get(key)));
        }
        let targets = manifest.get("target").and_then(Item::as_table_like);
        let targets = targets.into_iter().flat_map(TableLike::iter);
        let targets = targets.filter_map(|(_, target)| target.as_table_like());
        for table in targets.chain([manifest.as_table() as &dyn TableLike]) {
            for kind in ["dependencies", "dev-dependencies", "build-dependencies"] {
                let dependencies = table.get(kind).and_then(Item::as_table_like);
                let dependencies = dependencies.into_iter().flat_map(TableLike::iter);
                items.extend(dependencies.map(|(name, item)| (name.to_owned(), Some(item))));
            }
        }
        let inherits = |item: Option<&Item>| {
            let workspace = item.and_then(|item| item.get("workspace"));
            workspace.and_then(Item::as_bool) == Some(true)
        };
        let own = items.into_iter().filter(|(_, item)| !inherits(*item));
        problems.extend(own.map(|(key, _)| format!("{path}: {key} must be the workspace's")));
    }
    problems
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    /// Two crates of the workspace, the first with dependencies on others of some kind.
    fn metadata(name: &str, dependencies: &[(&str, Option<&str>)]) -> Metadata {
        let package = |name: &str, dependencies: Vec<Value>| {
            json!({
                "id": name, "name": name, "version": "1.0.0", "rust_version": "1.96",
                "dependencies": dependencies, "targets": [], "features": {},
                "manifest_path": "Cargo.toml",
            })
        };
        let declared = dependencies.iter().map(|(name, kind)| {
            json!({
                "name": name, "kind": kind, "req": "*", "optional": false, "features": [],
                "uses_default_features": true,
            })
        });
        let linked = dependencies.iter().map(|(name, kind)| {
            json!({"name": name, "pkg": name, "dep_kinds": [{"kind": kind, "target": null}]})
        });
        let others = dependencies
            .iter()
            .map(|(name, _)| package(name, Vec::new()));
        let packages = others
            .chain([package(name, declared.collect())])
            .collect::<Vec<_>>();
        let node = json!({"id": name, "deps": linked.collect::<Vec<_>>(), "dependencies": []});
        let nodes = dependencies
            .iter()
            .map(|(name, _)| json!({"id": name, "deps": [], "dependencies": []}));
        let metadata = json!({
            "packages": packages,
            "workspace_members": [name, "omise-server"],
            "resolve": {"nodes": nodes.chain([node]).collect::<Vec<_>>(), "root": null},
            "workspace_root": "", "target_directory": "", "version": 1,
        });
        serde_json::from_value(metadata).expect("it has the shape of cargo's")
    }

    #[test]
    fn an_arrow_that_is_not_listed_is_found_and_one_of_tests_is_allowed() {
        let metadata = metadata("omise-client", &[("omise-server", None)]);
        let problems = arrows_are_listed(&metadata);
        assert_eq!(
            problems[0],
            "omise-client -> omise-server: is not an arrow of README"
        );
        let metadata = self::metadata("omise-client", &[("omise-server", Some("dev"))]);
        assert!(!arrows_are_listed(&metadata)[0].contains("->"));
    }

    #[test]
    fn a_crate_without_a_line_and_a_line_without_a_crate_are_found() {
        let metadata = metadata("omise-new", &[("omise-server", None)]);
        let problems = arrows_are_listed(&metadata);
        assert!(
            problems[0].starts_with("omise-new: has no line"),
            "{problems:?}"
        );
        assert_eq!(problems.len(), ARROWS.len());
    }

    #[test]
    fn what_a_pure_crate_links_is_found() {
        let metadata = metadata("omise-types", &[("tokio", None), ("hyper", Some("build"))]);
        let problems = crates_stay_apart(&metadata);
        assert_eq!(
            problems,
            ["omise-types links tokio: the wire types do no I/O"]
        );
    }

    #[test]
    fn a_dependency_that_needs_a_newer_rust_is_found() {
        let problems = no_dependency_needs_a_newer_rust(&metadata("a", &[]));
        assert_eq!(
            problems,
            ["a 1.0.0 needs Rust 1.96.0, Cargo.toml states 1.95.0"]
        );
    }

    #[test]
    fn a_manifest_that_inherits_nothing_is_found() {
        let text = "[package]\nversion = \"1.0.0\"\n[target.b.dependencies]\nserde = \"1\"\n";
        assert_eq!(
            manifests_inherit(&[File::of("crates/a/Cargo.toml", text)]).len(),
            7
        );
    }
}
