//! The manifests of the packages and of the workspace that they are in.

use std::collections::BTreeSet;

use anyhow::{Context, Result};
use omise_contract::Spec;
use toml_edit::{Array, DocumentMut, Item, TableLike, value};

/// The root manifest of a workspace that has the packages only, with the versions of this one.
pub(super) fn workspace(root: &str, names: &BTreeSet<String>) -> Result<String> {
    let mut manifest: DocumentMut = root.parse()?;
    manifest.retain(|key, _| key == "workspace");
    let workspace = table(manifest.get_mut("workspace"))?;
    workspace.insert("members", value(names.iter().collect::<Array>()));
    workspace.remove("default-members");
    table(workspace.get_mut("package"))?.remove("publish");
    let dependencies = workspace.get_mut("dependencies");
    let dependencies = dependencies
        .and_then(Item::as_table_mut)
        .context("no dependencies")?;
    dependencies.retain(|name, item| item.get("path").is_none() || names.contains(name));
    for name in names {
        dependencies[name]["path"] = value(name);
    }
    Ok(manifest.to_string())
}

/// The manifest of a package: no generator, and which document it is from.
///
/// What its tests need stays, because the examples of its documentation are tests.
pub(super) fn package(text: &str, names: &BTreeSet<String>, spec: &Spec) -> Result<String> {
    let mut manifest: DocumentMut = text.parse()?;
    for key in ["bench", "bin", "example", "test"] {
        manifest.remove(key);
    }
    without_generators(manifest.as_table_mut(), names);
    if let Some(targets) = manifest.get_mut("target").and_then(Item::as_table_like_mut) {
        for (_, target) in targets.iter_mut() {
            without_generators(table(Some(target))?, names);
        }
    }
    let package = table(manifest.get_mut("package"))?;
    package.remove("publish");
    let mut source_api = toml_edit::Table::new();
    source_api["version"] = value(&spec.document().info.version);
    source_api["sha256"] = value(spec.sha256());
    let mut metadata = toml_edit::Table::new();
    metadata.set_implicit(true);
    metadata.insert("source-api", Item::Table(source_api));
    package.insert("metadata", Item::Table(metadata));
    Ok(manifest.to_string())
}

fn without_generators(table: &mut dyn TableLike, names: &BTreeSet<String>) {
    table.remove("build-dependencies");
    let for_tests = table
        .get_mut("dev-dependencies")
        .and_then(Item::as_table_mut);
    if let Some(for_tests) = for_tests {
        for_tests.retain(|name, _| !name.starts_with("omise-") || names.contains(name));
    }
}

fn table(item: Option<&mut Item>) -> Result<&mut dyn TableLike> {
    let table = item.and_then(Item::as_table_like_mut);
    table.context("a table is missing in a manifest")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names() -> BTreeSet<String> {
        BTreeSet::from(["omise-types".to_owned()])
    }

    #[test]
    fn a_package_has_no_generator() {
        let manifest = r#"[package]
name = "a"
publish.workspace = true

[features]
# Why.
b = [
    "c",
]

[dependencies]
serde.workspace = true

[build-dependencies]
omise-codegen.workspace = true

[target.'cfg(unix)'.dev-dependencies]
omise-codegen.workspace = true
omise-types.workspace = true
tokio.workspace = true

[[example]]
name = "d"
"#;
        let spec = crate::workspace::spec().expect("the document is sound");
        let expected = format!(
            r#"[package]
name = "a"

[package.metadata.source-api]
version = "{}"
sha256 = "{}"

[features]
# Why.
b = [
    "c",
]

[dependencies]
serde.workspace = true

[target.'cfg(unix)'.dev-dependencies]
omise-types.workspace = true
tokio.workspace = true
"#,
            spec.document().info.version,
            spec.sha256()
        );
        assert_eq!(package(manifest, &names(), &spec).expect("TOML"), expected);
    }

    #[test]
    fn the_workspace_of_the_packages_has_the_versions_of_this_one() {
        let root = r#"[workspace]
resolver = "3"
members = ["crates/*"]
default-members = ["crates/omise-cli"]

[workspace.package]
version = "0.1.0"
publish = false

[workspace.dependencies]
omise-cli = { path = "crates/omise-cli" }
omise-types = { path = "crates/omise-types", version = "=0.1.0" }
serde = "1"

[workspace.lints.rust]
missing_docs = "warn"

[profile.release]
lto = "fat"
"#;
        let expected = r#"[workspace]
resolver = "3"
members = ["omise-types"]

[workspace.package]
version = "0.1.0"

[workspace.dependencies]
omise-types = { path = "omise-types", version = "=0.1.0" }
serde = "1"

[workspace.lints.rust]
missing_docs = "warn"
"#;
        assert_eq!(workspace(root, &names()).expect("TOML"), expected);
    }
}
