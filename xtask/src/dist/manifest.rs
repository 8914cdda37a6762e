//! The manifests of the packages and of the workspace that they are in.

use omise_types::{SPEC_SHA256, SPEC_VERSION};

use super::{CRATES, VERSION};

/// The root manifest of a workspace that has the packages only, with the versions of this one.
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
        let folder = value.split('"').nth(1)?;
        return Some(line.replacen(folder, key, 1));
    }
    let is_of_the_house = value.contains("path = \"");
    (!is_of_the_house && key != "publish").then(|| line.to_owned())
}

/// The manifest of a package: no generator, and from which document it is.
///
/// What its tests need stays, because the examples of its documentation are tests.
pub(super) fn package(manifest: &str) -> String {
    let mut text = String::new();
    for section in sections(manifest) {
        if is_for_the_workspace_only(section.header) {
            continue;
        }
        for line in std::iter::once(&section.header).chain(&section.lines) {
            let is_generator =
                line.starts_with("omise-codegen") || line.starts_with("omise-contract");
            if *line != "publish.workspace = true" && !is_generator {
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
    TARGETS.contains(&header) || words.contains(&"build-dependencies")
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

/// The manifest of a program that depends on the packages in a folder, by their paths.
pub(super) fn consumer(name: &str, folder: &str) -> String {
    format!(
        "[package]\nname = \"{name}\"\nversion = \"{VERSION}\"\nedition = \"2024\"\n\n\
         [workspace]\nexclude = [\"{folder}\"]\n\n[dependencies]\n\
         omise-client = {{ path = \"{folder}/omise-client\" }}\n\
         tokio = {{ version = \"1\", features = [\"macros\", \"rt\"] }}\n\n[dev-dependencies]\n\
         omise-testing = {{ path = \"{folder}/omise-testing\" }}\n"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

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

[target.'cfg(unix)'.dev-dependencies]
tokio.workspace = true

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
omise-cli = { path = "crates/omise-cli" }
omise-types = { path = "crates/omise-types", version = "=0.1.0" }
serde = "1"

[workspace.lints.rust]
missing_docs = "warn"

[profile.release]
lto = "fat"
"#;
        let members: Vec<String> = CRATES.iter().map(|name| format!("\"{name}\"")).collect();
        let expected = format!(
            r#"[workspace]
resolver = "3"
members = [{}]

[workspace.package]
version = "0.1.0"

[workspace.dependencies]
# The house.
omise-types = {{ path = "omise-types", version = "=0.1.0" }}
serde = "1"

[workspace.lints.rust]
missing_docs = "warn"
"#,
            members.join(", ")
        );
        assert_eq!(
            workspace(root).replace("\n\n\n", "\n\n").trim(),
            expected.trim()
        );
    }
}
