//! Crates: who depends on whom, and what each takes from the workspace.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, Result, bail};
use serde::Deserialize;

use super::Repository;
use crate::workspace;

/// What a crate must not reach through dependencies that are linked into it, and why.
struct Boundary {
    of: &'static str,
    must_not_reach: &'static [&'static str],
    because: &'static str,
}

// Invariants 2, 3 and 4 of README.
const BOUNDARIES: [Boundary; 9] = [
    Boundary {
        of: "omise-types",
        must_not_reach: &[
            "axum",
            "hyper",
            "reqwest",
            "rusqlite",
            "tokio",
            "tokio-postgres",
        ],
        because: "the wire types do no I/O",
    },
    Boundary {
        of: "omise-rules",
        must_not_reach: &[
            "axum",
            "http",
            "hyper",
            "omise-client",
            "omise-server",
            "omise-store",
            "reqwest",
            "rusqlite",
            "tokio",
            "tokio-postgres",
        ],
        because: "the rules do no I/O and do not know HTTP",
    },
    Boundary {
        of: "omise-store",
        must_not_reach: &[
            "axum",
            "hyper",
            "omise-client",
            "omise-server",
            "omise-rules",
        ],
        because: "the store does not know the rules",
    },
    Boundary {
        of: "omise-client",
        must_not_reach: &["axum", "omise-server", "omise-store", "rusqlite"],
        because: "the SDK does not depend on the server",
    },
    Boundary {
        of: "omise-server",
        must_not_reach: &["omise-cli", "omise-client", "omise-pages", "reqwest"],
        because: "the server depends on neither the SDK nor the pages beside it",
    },
    Boundary {
        of: "omise-pages",
        must_not_reach: &[
            "hyper",
            "omise-client",
            "omise-server",
            "omise-store",
            "omise-types",
        ],
        because: "the pages stand beside the API and know nothing of it",
    },
    Boundary {
        of: "omise-docs",
        must_not_reach: &["omise-client", "omise-server", "omise-types"],
        because: "the page is made of the document and nothing else",
    },
    Boundary {
        of: "omise-conformance",
        must_not_reach: &[
            "axum",
            "hyper",
            "omise-cli",
            "omise-client",
            "omise-server",
            "omise-store",
            "reqwest",
            "tokio",
        ],
        because: "the conformance cases are held against the SDK and the server",
    },
    Boundary {
        of: "omise-cli",
        must_not_reach: &["omise-testing", "omise-tests", "xtask"],
        because: "the product does not depend on its tests",
    },
];

/// The arrows between the crates, as README draws them.
pub(super) fn dependencies_point_one_way(repository: &Repository) -> Vec<String> {
    let graph = &repository.graph;
    let mut problems = Vec::new();
    for boundary in &BOUNDARIES {
        if !graph
            .members
            .iter()
            .any(|member| member.name == boundary.of)
        {
            problems.push(format!("{}: is no crate of the workspace", boundary.of));
        }
        for target in boundary.must_not_reach {
            if let Some(way) = graph.way(boundary.of, target) {
                problems.push(format!("{}: {}", way.join(" -> "), boundary.because));
            }
        }
    }
    problems
}

/// A program that can generate code is larger, and builds slower, than one that cannot.
pub(super) fn the_generator_is_in_no_runtime_graph(repository: &Repository) -> Vec<String> {
    const GENERATORS: [&str; 3] = ["omise-codegen", "progenitor", "progenitor-impl"];
    const ALLOWED: [&str; 4] = ["omise-codegen", "omise-docs", "omise-tests", "xtask"];
    let graph = &repository.graph;
    let members = graph.members.iter();
    members
        .filter(|member| !ALLOWED.contains(&member.name.as_str()))
        .flat_map(|member| {
            let ways = GENERATORS.iter();
            ways.filter_map(|generator| graph.way(&member.name, generator))
        })
        .map(|way| {
            format!(
                "{}: the generator runs at build time only",
                way.join(" -> ")
            )
        })
        .collect()
}

/// Lints, edition and versions are stated once.
pub(super) fn manifests_inherit_from_the_workspace(repository: &Repository) -> Vec<String> {
    const LINES: [&str; 5] = [
        "version.workspace = true",
        "edition.workspace = true",
        "rust-version.workspace = true",
        "license.workspace = true",
        "publish.workspace = true",
    ];
    let mut problems = Vec::new();
    for file in &repository.files {
        if !file.path.ends_with("/Cargo.toml") {
            continue;
        }
        let path = &file.path;
        let lines: Vec<&str> = file.text.lines().map(str::trim).collect();
        // Another root: what a team outside of this repository would write.
        if lines.contains(&"[workspace]") {
            continue;
        }
        for line in LINES {
            if !lines.contains(&line) {
                problems.push(format!("{path}: must say `{line}`"));
            }
        }
        if !lines
            .windows(2)
            .any(|pair| pair == ["[lints]", "workspace = true"])
        {
            problems.push(format!("{path}: must inherit the lints of the workspace"));
        }
        problems.extend(own_versions(path, &lines));
    }
    problems
}

/// The lines of the dependencies of a manifest that do not take theirs from the workspace.
fn own_versions(path: &str, lines: &[&str]) -> Vec<String> {
    let mut problems = Vec::new();
    let mut in_dependencies = false;
    for line in lines {
        if line.starts_with('[') {
            in_dependencies = line.ends_with("dependencies]");
            continue;
        }
        let is_dependency = in_dependencies && line.contains('=') && !line.starts_with('#');
        let names_a_version = line.contains("= \"") && !line.contains("workspace");
        if is_dependency && names_a_version {
            problems.push(format!(
                "{path}: `{line}` must be a version of the workspace"
            ));
        }
    }
    problems
}

/// A reader opens the root of a crate first.
pub(super) fn roots_say_what_they_are(repository: &Repository) -> Vec<String> {
    let mut problems = Vec::new();
    for root in repository
        .graph
        .members
        .iter()
        .flat_map(|member| &member.roots)
    {
        let Some(file) = repository.file(root) else {
            continue;
        };
        let is_said =
            file.text.starts_with("//!") || file.text.starts_with("#![doc = include_str!(");
        if !is_said {
            problems.push(format!(
                "{root}: must begin with `//!` or include its README"
            ));
        }
    }
    problems
}

/// The crates of the workspace and all that is linked into them.
#[derive(Debug, Default)]
pub(super) struct Graph {
    pub(super) members: Vec<Member>,
    // The direct normal dependencies of every package, by name.
    dependencies: BTreeMap<String, BTreeSet<String>>,
}

/// A crate of the workspace.
#[derive(Debug)]
pub(super) struct Member {
    pub(super) name: String,
    // The files that its targets begin with, from the root of the repository.
    roots: Vec<String>,
}

impl Graph {
    /// Asks cargo. With all features: a boundary must hold whichever are on.
    pub(super) fn read() -> Result<Graph> {
        let output = workspace::cargo()
            .args(["metadata", "--format-version", "1", "--all-features"])
            .output()
            .context("cannot run cargo metadata")?;
        if !output.status.success() {
            bail!(
                "cargo metadata failed: {}",
                String::from_utf8_lossy(&output.stderr).trim()
            );
        }
        let metadata = serde_json::from_slice(&output.stdout).context("cargo metadata")?;
        Ok(Graph::from_metadata(metadata))
    }

    fn from_metadata(metadata: Metadata) -> Graph {
        let names: BTreeMap<&str, &str> = metadata
            .packages
            .iter()
            .map(|package| (package.id.as_str(), package.name.as_str()))
            .collect();
        let name_of = |id: &str| names.get(id).copied().unwrap_or(id).to_owned();
        let mut dependencies: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for node in &metadata.resolve.nodes {
            let of = dependencies.entry(name_of(&node.id)).or_default();
            // No kind is what cargo calls a dependency that is linked.
            let linked = node
                .deps
                .iter()
                .filter(|dep| dep.dep_kinds.iter().any(|kind| kind.kind.is_none()));
            of.extend(linked.map(|dep| name_of(&dep.pkg)));
        }
        let root = workspace::root().to_string_lossy();
        let members = metadata
            .packages
            .iter()
            .filter(|package| metadata.workspace_members.contains(&package.id))
            .map(|package| Member {
                name: package.name.clone(),
                roots: package
                    .targets
                    .iter()
                    .filter(|target| target.kind.iter().all(|kind| kind != "custom-build"))
                    .filter_map(|target| target.src_path.strip_prefix(root.as_ref()))
                    .map(|path| path.trim_start_matches('/').to_owned())
                    .collect(),
            });
        Graph {
            members: members.collect(),
            dependencies,
        }
    }

    /// A shortest way from a crate to another, both included.
    fn way(&self, from: &str, to: &str) -> Option<Vec<String>> {
        let mut ways = vec![vec![from.to_owned()]];
        let mut seen: BTreeSet<String> = BTreeSet::new();
        while !ways.is_empty() {
            let mut longer = Vec::new();
            for way in ways {
                let last = way.last()?;
                for next in self.dependencies.get(last).into_iter().flatten() {
                    let mut way = way.clone();
                    way.push(next.clone());
                    if next == to {
                        return Some(way);
                    }
                    if seen.insert(next.clone()) {
                        longer.push(way);
                    }
                }
            }
            ways = longer;
        }
        None
    }
}

#[derive(Deserialize)]
struct Metadata {
    packages: Vec<Package>,
    workspace_members: Vec<String>,
    resolve: Resolve,
}

#[derive(Deserialize)]
struct Package {
    id: String,
    name: String,
    targets: Vec<Target>,
}

#[derive(Deserialize)]
struct Target {
    kind: Vec<String>,
    src_path: String,
}

#[derive(Deserialize)]
struct Resolve {
    nodes: Vec<ResolvedNode>,
}

#[derive(Deserialize)]
struct ResolvedNode {
    id: String,
    deps: Vec<Dependency>,
}

#[derive(Deserialize)]
struct Dependency {
    pkg: String,
    dep_kinds: Vec<DependencyKind>,
}

#[derive(Deserialize)]
struct DependencyKind {
    kind: Option<String>,
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn graph(arrows: &[(&str, &str)]) -> Repository {
        let mut repository = Repository::of(&[]);
        for (from, to) in arrows {
            let dependencies = &mut repository.graph.dependencies;
            let of = dependencies.entry((*from).to_owned()).or_default();
            of.insert((*to).to_owned());
        }
        let members = BOUNDARIES.iter().map(|boundary| Member {
            name: boundary.of.to_owned(),
            roots: vec![format!("crates/{}/src/lib.rs", boundary.of)],
        });
        repository.graph.members = members.collect();
        repository
    }

    #[test]
    fn an_arrow_the_wrong_way_is_told_with_its_way() {
        let repository = graph(&[("omise-rules", "omise-types"), ("omise-types", "tokio")]);
        assert_eq!(
            dependencies_point_one_way(&repository),
            [
                "omise-types -> tokio: the wire types do no I/O",
                "omise-rules -> omise-types -> tokio: the rules do no I/O and do not know HTTP",
            ]
        );
        let repository = graph(&[
            ("omise-server", "omise-store"),
            ("omise-cli", "omise-client"),
        ]);
        assert_eq!(
            dependencies_point_one_way(&repository),
            Vec::<String>::new()
        );
    }

    #[test]
    fn a_crate_that_no_boundary_finds_is_told() {
        let problems = dependencies_point_one_way(&Repository::of(&[]));
        assert_eq!(problems.len(), BOUNDARIES.len());
    }

    #[test]
    fn the_generator_in_a_product_is_told() {
        let repository = graph(&[("omise-client", "omise-codegen")]);
        assert_eq!(
            the_generator_is_in_no_runtime_graph(&repository),
            ["omise-client -> omise-codegen: the generator runs at build time only"]
        );
    }

    #[test]
    fn a_circle_has_an_end() {
        let repository = graph(&[("a", "b"), ("b", "a")]);
        assert_eq!(repository.graph.way("a", "c"), None);
    }

    #[test]
    fn build_and_dev_dependencies_are_not_linked() {
        let package = |name: &str| json!({"id": name, "name": name, "targets": []});
        let dep =
            |name: &str, kind: Option<&str>| json!({"pkg": name, "dep_kinds": [{"kind": kind}]});
        let metadata = json!({
            "packages": [package("a"), package("b"), package("c"), package("d")],
            "workspace_members": ["a"],
            "resolve": {"nodes": [{
                "id": "a",
                "deps": [dep("b", None), dep("c", Some("build")), dep("d", Some("dev"))],
            }]},
        });
        let metadata = serde_json::from_value(metadata).expect("it has the shape of cargo's");
        let graph = Graph::from_metadata(metadata);
        assert!(graph.way("a", "b").is_some());
        assert!(graph.way("a", "c").is_none());
        assert!(graph.way("a", "d").is_none());
    }

    #[test]
    fn a_manifest_that_inherits_nothing_is_told() {
        let text = "[package]\nname = \"a\"\nversion = \"1.0.0\"\n[dependencies]\nserde = \"1\"\n";
        let repository = Repository::of(&[("crates/a/Cargo.toml", text)]);
        assert_eq!(manifests_inherit_from_the_workspace(&repository).len(), 7);
        let of_its_own = format!("{text}[workspace]\n");
        let repository = Repository::of(&[("crates/a/Cargo.toml", &of_its_own)]);
        assert!(manifests_inherit_from_the_workspace(&repository).is_empty());
    }

    #[test]
    fn a_root_that_says_nothing_is_told() {
        let mut repository = Repository::of(&[("crates/omise-types/src/lib.rs", "mod a;")]);
        repository.graph = graph(&[]).graph;
        assert_eq!(roots_say_what_they_are(&repository).len(), 1);
        repository.files[0].text = "#![doc = include_str!(\"../README.md\")]\n".to_owned();
        assert!(roots_say_what_they_are(&repository).is_empty());
    }
}
