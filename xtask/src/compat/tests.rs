//! What the gate demands of the version and of the changelog.

use std::sync::LazyLock;

use omise_contract::compat::{Changelog, compare, lines};
use omise_contract::document::Document;
use omise_contract::{SOURCE_YAML, Spec};

use super::against::Edition;
use super::{demand_sections, demand_step};

static DOCUMENT: LazyLock<Document> = LazyLock::new(|| {
    let spec = Spec::read(&SOURCE_YAML).expect("the document is right");
    spec.document().clone()
});

/// The document as it would be if it had been published as 0.1.0.
fn edition(changelog: Option<&str>) -> Edition {
    let mut document = DOCUMENT.clone();
    "0.1.0".clone_into(&mut document.info.version);
    Edition {
        name: "version 0.1.0, as published".to_owned(),
        document,
        changelog: changelog.map(str::to_owned),
    }
}

/// The document of another version, with a change that breaks, one that is safe and new words.
fn changed(version: &str) -> Document {
    let mut document = DOCUMENT.clone();
    version.clone_into(&mut document.info.version);
    document.info.description.push_str(" More.");
    for table in document.components.schemas.values_mut() {
        let rows = table
            .payment_methods
            .iter_mut()
            .flat_map(|rows| rows.values_mut());
        for row in rows.take(1) {
            row.required.push("email".to_owned());
            row.countries.push("JP".to_owned());
        }
    }
    document
}

/// What `compat` says and the code that it ends with.
fn told(outcome: anyhow::Result<()>) -> (String, String) {
    let error = outcome.expect_err("it fails");
    let failure = error.downcast_ref::<crate::failure::Failure>();
    let code = failure.map(crate::failure::Failure::exit_code);
    (error.to_string(), format!("{code:?}"))
}

fn code(code: u8) -> String {
    format!("{:?}", Some(std::process::ExitCode::from(code)))
}

#[test]
fn a_breaking_change_without_its_step_fails_and_names_the_version() {
    for version in ["0.1.0", "0.1.9"] {
        let new = changed(version);
        let changes = compare(&DOCUMENT, &new).changes;
        let (text, exit) = told(demand_step(&edition(None), &new, &changes));
        assert!(text.contains("asks for 0.2.0 or later"), "{text}");
        assert!(
            text.contains("set info.version in openapi/source.yaml to 0.2.0"),
            "{text}"
        );
        assert_eq!(exit, code(1));
    }
}

#[test]
fn a_breaking_change_with_its_step_or_a_greater_one_passes() {
    for version in ["0.2.0", "0.3.1", "1.0.0"] {
        let new = changed(version);
        let changes = compare(&DOCUMENT, &new).changes;
        assert!(
            demand_step(&edition(None), &new, &changes).is_ok(),
            "{version}"
        );
    }
}

#[test]
fn a_version_that_goes_back_fails() {
    let mut new = DOCUMENT.clone();
    "0.0.9".clone_into(&mut new.info.version);
    assert!(demand_step(&edition(None), &new, &[]).is_err());
}

#[test]
fn a_changelog_without_a_line_fails_and_names_the_command() {
    let new = changed("0.2.0");
    let lines = lines(&compare(&DOCUMENT, &new).changes);
    assert_eq!(lines.len(), 3, "{lines:#?}");
    let mut changelog = Changelog::default();
    let (text, exit) = told(demand_sections(&changelog, &new, None, &lines));
    assert!(
        text.contains("openapi/CHANGELOG.md has no section 0.2.0"),
        "{text}"
    );
    assert!(text.contains("- [breaking] "), "{text}");
    assert!(
        text.ends_with("to fix it: cargo xtask compat --write"),
        "{text}"
    );
    assert_eq!(exit, code(2));

    changelog.set("0.2.0", &lines[1..]);
    let (text, exit) = told(demand_sections(&changelog, &new, None, &lines));
    assert!(
        text.contains("the section 0.2.0 is not what changed"),
        "{text}"
    );
    assert_eq!(exit, code(2));

    changelog.set("0.2.0", &lines);
    assert!(demand_sections(&changelog, &new, None, &lines).is_ok());
}

#[test]
fn a_line_that_lost_its_mark_fails() {
    let new = changed("0.2.0");
    let lines = lines(&compare(&DOCUMENT, &new).changes);
    let mut changelog = Changelog::default();
    changelog.set("0.2.0", &lines);
    let spoilt = Changelog::read(&changelog.write().replacen("- [breaking] ", "- ", 1));
    assert!(demand_sections(&spoilt, &new, None, &lines).is_err());
}

#[test]
fn a_published_section_may_not_change() {
    let mut published = Changelog::default();
    published.set("0.1.0", &["First".to_owned()]);
    let text = published.write();
    let spoilt = Changelog::read(&text.replace("First", "Second"));
    let old = edition(Some(&text));
    let (text, exit) = told(demand_sections(&spoilt, &old.document, Some(&old), &[]));
    assert!(
        text.contains("the section 0.1.0 is not the one that was published"),
        "{text}"
    );
    assert_eq!(exit, code(1));
    assert!(demand_sections(&published, &old.document, Some(&old), &[]).is_ok());
    assert!(demand_sections(&Changelog::default(), &old.document, Some(&old), &[]).is_err());
}

#[test]
fn words_are_listed_by_topic_and_what_breaks_stands_first() {
    let mut new = changed("0.2.0");
    for scheme in new.components.security_schemes.values_mut() {
        scheme.description.push_str(" More.");
    }
    let lines = lines(&compare(&DOCUMENT, &new).changes);
    assert!(lines[0].starts_with("[breaking] "), "{lines:#?}");
    assert_eq!(
        lines.last().map(String::as_str),
        Some("Reworded: `info.description`, `publicKey`, `secretKey`")
    );
}
