//! Crates: who depends on whom, and what each takes from the workspace.

use std::collections::{BTreeMap, BTreeSet};

use cargo_metadata::semver::Version;
use cargo_metadata::{DependencyKind, Metadata, PackageId};

use super::File;

/// Each crate with the crates of this workspace that it links, and behind the bar those that its
/// build script uses. What is not here is not allowed. Tests may use everything; xtask
/// links nothing emitted, so that it runs when the document is broken.
const ARROWS: &str = "
    omise-bench         -> omise-client
    omise-cli           -> omise-client omise-conformance omise-pages omise-rules omise-server
                           omise-store omise-types
    omise-client        -> omise-rules omise-types | omise-codegen
    omise-codegen       -> omise-contract
    omise-conformance   -> omise-openapi omise-rules omise-types
    omise-contract      -> omise-openapi
    omise-docs          -> omise-codegen omise-contract
    omise-openapi       ->
    omise-own-transport -> omise-client
    omise-pages         -> | omise-docs
    omise-rules         -> omise-types
    omise-server        -> omise-rules omise-store omise-types
    omise-store         ->
    omise-testing       -> omise-client omise-rules omise-server omise-store omise-types
    omise-types         -> | omise-codegen
    xtask               -> omise-codegen omise-contract omise-docs
";

const UNBOUND: [&str; 1] = ["omise-tests"];

const IO: &str = "http hyper reqwest rusqlite tokio tokio-postgres";

/// What a crate must not link, whichever way it comes, and why.
const APART: [(&str, &str, &str); 6] = [
    (
        "omise-conformance",
        "hyper reqwest tokio",
        "it knows no transport",
    ),
    (
        "omise-pages",
        "hyper tokio",
        "the pages are answers, not a server",
    ),
    (
        "omise-rules",
        IO,
        "the rules do no I/O and do not know HTTP",
    ),
    ("omise-server", "reqwest", "the server sends no requests"),
    ("omise-store", "http hyper", "the store does not know HTTP"),
    ("omise-types", IO, "the wire types do no I/O"),
];

/// A crate's dependencies on others of the workspace, and whether they are for its build script.
type Arrows<'a> = BTreeMap<&'a str, BTreeSet<(&'a str, bool)>>;

/// The arrows between the crates, as README draws them.
pub(super) fn arrows_are_listed(metadata: &Metadata) -> Vec<String> {
    let members = metadata.workspace_packages();
    let mut arrows = Arrows::new();
    for member in &members {
        let to = member.dependencies.iter().filter(|dependency| {
            let is_member = members.iter().any(|member| *member.name == dependency.name);
            is_member && dependency.kind != DependencyKind::Development
        });
        let to = to.map(|it| (it.name.as_str(), it.kind == DependencyKind::Build));
        arrows.insert(&member.name, to.collect());
    }
    unlisted(&arrows)
}

fn unlisted(arrows: &Arrows) -> Vec<String> {
    let mut listed = Arrows::new();
    let mut words = ARROWS.split_whitespace().peekable();
    let (mut of, mut is_for_build) = ("", false);
    while let Some(word) = words.next() {
        if words.next_if_eq(&"->").is_some() {
            (of, is_for_build) = (word, false);
            listed.insert(of, BTreeSet::new());
        } else if word == "|" {
            is_for_build = true;
        } else {
            listed.entry(of).or_default().insert((word, is_for_build));
        }
    }
    let mut problems = Vec::new();
    for (of, to) in arrows.iter().filter(|(of, _)| !UNBOUND.contains(of)) {
        let Some(listed) = listed.remove(of) else {
            problems.push(format!("{of}: has no line in xtask/src/tidy/crates.rs"));
            continue;
        };
        let new = to.difference(&listed);
        problems.extend(new.map(|(to, _)| format!("{of} -> {to}: is not an arrow of README")));
        let gone = listed.difference(to);
        problems.extend(gone.map(|(to, _)| format!("{of} -> {to}: is listed and not used")));
    }
    problems.extend(
        listed
            .keys()
            .map(|of| format!("{of}: is listed and does not exist")),
    );
    problems
}

/// What is pure stays pure, whatever its dependencies depend on.
pub(super) fn crates_stay_apart(metadata: &Metadata) -> Vec<String> {
    let mut problems = Vec::new();
    for (of, apart, because) in APART {
        let linked = linked(metadata, of);
        let found = apart.split(' ').filter(|name| linked.contains(name));
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
        let linked = linked.map(|dependency| &dependency.pkg);
        open.extend(linked.filter(|id| seen.insert(*id)));
    }
    seen.into_iter().map(name).collect()
}

/// A release of Rust that is newer than the stated one builds what the stated one does not.
pub(super) fn no_dependency_needs_a_newer_rust(metadata: &Metadata) -> Vec<String> {
    let stated = concat!(env!("CARGO_PKG_RUST_VERSION"), ".0").parse::<Version>();
    let stated = stated.expect("Cargo.toml states a version of two numbers");
    let newer = metadata.packages.iter().filter(|package| {
        let needed = package.rust_version.as_ref();
        needed.is_some_and(|it| (it.major, it.minor) > (stated.major, stated.minor))
    });
    let newer = newer.map(|package| format!("{}: needs a Rust newer than {stated}", package.name));
    newer.collect()
}

/// Lints, edition and versions are stated once, in the manifest of the workspace. cargo-deny sees
/// to the versions of dependencies.
pub(super) fn manifests_inherit(files: &[File]) -> Vec<String> {
    const LINES: [&str; 6] = [
        "version.workspace = true",
        "edition.workspace = true",
        "rust-version.workspace = true",
        "license.workspace = true",
        "publish.workspace = true",
        "[lints]\nworkspace = true",
    ];
    let manifests = files
        .iter()
        .filter(|file| file.path.ends_with("/Cargo.toml"));
    let missing = manifests.flat_map(|File { path, text }| {
        let missing = LINES
            .iter()
            .filter(|line| !text.contains(&format!("\n{line}\n")));
        missing.map(move |line| format!("{path}: must say `{}`", line.replace('\n', " ")))
    });
    missing.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_listed_and_what_is_gone_is_found() {
        let arrows = [
            ("omise-client", ("omise-server", false)),
            ("omise-new", ("omise-types", false)),
        ];
        let arrows = arrows.map(|(of, to)| (of, BTreeSet::from([to])));
        let problems = unlisted(&BTreeMap::from(arrows));
        for expected in [
            "omise-client -> omise-server: is not an arrow of README",
            "omise-client -> omise-types: is listed and not used",
            "omise-new: has no line in xtask/src/tidy/crates.rs",
            "omise-types: is listed and does not exist",
        ] {
            assert!(
                problems.iter().any(|problem| problem == expected),
                "{problems:?}"
            );
        }
    }

    #[test]
    fn what_is_linked_by_way_of_others_is_found_and_what_builds_it_is_not() {
        let metadata = crate::workspace::metadata().expect("cargo tells it");
        let linked = linked(&metadata, "omise-client");
        assert!(
            linked.contains("hyper") && linked.contains("tokio"),
            "{linked:?}"
        );
        assert!(!linked.contains("omise-codegen") && !linked.contains("omise-testing"));
    }

    #[test]
    fn a_manifest_that_inherits_nothing_is_found() {
        let text = "[package]\nversion = \"1.0.0\"\n[lints]\nworkspace = true\n";
        assert_eq!(
            manifests_inherit(&[File::of("crates/a/Cargo.toml", text)]).len(),
            5
        );
    }
}
