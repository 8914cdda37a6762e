//! The manifests that the packages are made with.
//!
//! Cargo resolves what a crate inherits from its workspace when it packs it; so the packages are
//! packed in a workspace of their own, which has the versions of this one.

use omise_types::{SPEC_SHA256, SPEC_VERSION};

use super::{CRATES, VERSION};

/// The root manifest of a workspace that has the packages only.
pub(super) fn workspace(root: &str) -> String {
    let members: Vec<String> = CRATES.iter().map(|name| format!("\"{name}\"")).collect();
    let mut text = format!(
        "[workspace]\nresolver = \"3\"\nmembers = [{}]\n",
        members.join(", ")
    );
    for section in sections(root) {
        let is_inherited = ["[workspace.package]", "[workspace.dependencies]"]
            .contains(&section.header)
            || section.header.starts_with("[workspace.lints");
        if is_inherited {
            text.push('\n');
            text.push_str(section.header);
            text.push('\n');
            for line in &section.lines {
                if let Some(line) = inherited(line) {
                    text.push_str(&line);
                    text.push('\n');
                }
            }
        }
    }
    text
}

/// A line of the root manifest as the packages need it.
fn inherited(line: &str) -> Option<String> {
    let (key, value) = line.split_once('=').unwrap_or((line, ""));
    let key = key.trim();
    if CRATES.contains(&key) {
        // Two packages that are emitted from one document fit each other and no others.
        return Some(format!(
            "{key} = {{ path = \"{key}\", version = \"={VERSION}\" }}"
        ));
    }
    let is_of_the_house = value.contains("path = \"crates/");
    (!is_of_the_house && key != "publish").then(|| line.to_owned())
}

/// The manifest of a package: no generator, no tests, and from which document it is.
pub(super) fn package(manifest: &str) -> String {
    let mut text = String::new();
    for section in sections(manifest) {
        if is_for_the_workspace_only(section.header) {
            continue;
        }
        for line in std::iter::once(&section.header).chain(&section.lines) {
            if *line != "publish.workspace = true" {
                text.push_str(line);
                text.push('\n');
            }
        }
    }
    text.push_str(&format!(
        "\n[package.metadata.source-api]\nversion = \"{SPEC_VERSION}\"\nsha256 = \"{SPEC_SHA256}\"\n"
    ));
    text.trim_start().to_owned()
}

fn is_for_the_workspace_only(header: &str) -> bool {
    const TARGETS: [&str; 3] = ["[[bench]]", "[[example]]", "[[test]]"];
    let words: Vec<&str> = header.split(['[', ']', '.']).collect();
    let is_dependency = |word: &&str| ["build-dependencies", "dev-dependencies"].contains(word);
    TARGETS.contains(&header) || words.iter().any(is_dependency)
}

/// A part of a manifest: `[header]` and all lines up to the next. The first has no header.
#[derive(Default)]
struct Section<'a> {
    header: &'a str,
    lines: Vec<&'a str>,
}

fn sections(manifest: &str) -> Vec<Section<'_>> {
    let mut sections = vec![Section::default()];
    for line in manifest.lines() {
        // A line of an array begins so too, but is indented.
        if line.starts_with('[') {
            sections.push(Section {
                header: line,
                lines: Vec::new(),
            });
        } else if let Some(section) = sections.last_mut() {
            section.lines.push(line);
        }
    }
    sections
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_package_has_no_generator_and_no_tests() {
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
tokio.workspace = true

[[example]]
name = "d"
"#;
        let expected = r#"[package]
name = "a"

[features]
# Why.
b = [
    "c",
]

[dependencies]
serde.workspace = true

"#;
        let written = package(manifest);
        let rest = written.strip_prefix(expected).expect(&written);
        assert!(rest.contains(SPEC_SHA256), "{rest}");
    }

    #[test]
    fn the_workspace_of_the_packages_has_the_versions_of_this_one() {
        let root = r#"[workspace]
members = ["crates/*"]

[workspace.package]
version = "0.1.0"
publish = false

[workspace.dependencies]
# The house.
omise-store = { path = "crates/omise-store" }
omise-types = { path = "crates/omise-types" }
serde = "1"

[workspace.lints.rust]
missing_docs = "warn"

[profile.release]
lto = "fat"
"#;
        let expected = format!(
            r#"[workspace]
resolver = "3"
members = ["omise-types", "omise-client"]

[workspace.package]
version = "0.1.0"

[workspace.dependencies]
# The house.
omise-types = {{ path = "omise-types", version = "={VERSION}" }}
serde = "1"

[workspace.lints.rust]
missing_docs = "warn"
"#
        );
        assert_eq!(
            workspace(root).replace("\n\n\n", "\n\n").trim(),
            expected.trim()
        );
    }
}
