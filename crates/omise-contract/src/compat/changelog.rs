//! `openapi/CHANGELOG.md`: a section a version, the newest first.
//!
//! A section is a heading, words of people if they want any, the mark [`MARK`], and below it a list
//! that `cargo xtask compat --write` makes out of the changes. The words are kept, the list is not.

use crate::document::Document;
use semver::Version;

use super::change::{Change, Class};
use super::methods;

/// What parts the words of people from the list.
const MARK: &str = "<!-- Written by `cargo xtask compat --write`; words go above this line. -->";

const HEAD: &str = "\
# Changelog

What changed in `source.yaml`, for whoever follows it. The newest version stands first; what breaks
a request that was right or a reader of answers is marked [breaking]. `cargo xtask compat` demands
every line.
";

/// The line of the first version: there is nothing that it could be compared with.
pub fn of_the_first(document: &Document) -> Vec<String> {
    let components = &document.components;
    let currencies = components.schemas.values();
    let currencies = currencies.filter_map(|schema| schema.currencies.as_ref());
    let codes = components.schemas.get("ErrorCode");
    let codes = codes.and_then(|schema| schema.extensible_enum.as_ref());
    let count = [
        (
            document.paths.values().map(|methods| methods.len()).sum(),
            "operations",
        ),
        (methods::of(document).len(), "payment methods"),
        (currencies.map(|table| table.len()).sum(), "currencies"),
        (
            methods::parameters(document).count(),
            "parameters of a new source",
        ),
        (codes.map_or(0, Vec::len), "error codes"),
    ];
    let counted = count.map(|(count, what): (usize, &str)| format!("{count} {what}"));
    vec![format!("First published version: {}", counted.join(", "))]
}

/// The lines of changes: what breaks first, each once; words and examples are listed by topic.
pub fn lines(changes: &[Change]) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let mut topics: Vec<(&str, Vec<&str>)> = Vec::new();
    let breaks = |line: &str| {
        changes
            .iter()
            .any(|one| one.class.is_breaking() && one.line == line)
    };
    for change in changes {
        match &change.topic {
            // The same may break one direction and be safe in the other.
            None if change.class == Class::Safe && breaks(&change.line) => {}
            None => {
                let line = change.marked();
                if !lines.contains(&line) {
                    lines.push(line);
                }
            }
            Some((topic, name)) => {
                let known = topics.iter_mut().find(|(known, _)| known == topic);
                match known {
                    Some((_, names)) if names.contains(&name.as_str()) => {}
                    Some((_, names)) => names.push(name),
                    None => topics.push((topic, vec![name])),
                }
            }
        }
    }
    let topics = topics.into_iter();
    lines.extend(topics.map(|(topic, names)| format!("{topic}: {}", names.join(", "))));
    lines
}

/// A changelog, taken apart.
#[derive(Debug, Default, PartialEq)]
pub struct Changelog {
    sections: Vec<Section>,
}

#[derive(Debug, PartialEq)]
struct Section {
    version: String,
    // All below the heading, without blank lines at its ends.
    text: String,
}

impl Changelog {
    /// Reads a changelog.
    pub fn read(text: &str) -> Changelog {
        let mut sections: Vec<Section> = Vec::new();
        for line in text.lines() {
            if let Some(version) = line.strip_prefix("## ") {
                sections.push(Section {
                    version: version.trim().to_owned(),
                    text: String::new(),
                });
            } else if let Some(section) = sections.last_mut() {
                section.text.push_str(line);
                section.text.push('\n');
            }
        }
        for section in &mut sections {
            section.text = section.text.trim().to_owned();
        }
        Changelog { sections }
    }

    /// Writes it as it is read.
    pub fn write(&self) -> String {
        let sections = self.sections.iter();
        let sections =
            sections.map(|section| format!("\n## {}\n\n{}\n", section.version, section.text));
        std::iter::once(HEAD.to_owned()).chain(sections).collect()
    }

    /// Whether the list of a version is this one; `None` if it has no section.
    pub fn has(&self, version: &str, lines: &[String]) -> Option<bool> {
        let section = self.section(version)?;
        let list = section.text.split_once(MARK).map(|(_, list)| list.trim());
        Some(list == Some(list_of(lines).trim()))
    }

    /// Gives a version this list, and keeps what people wrote there.
    pub fn set(&mut self, version: &str, lines: &[String]) {
        let words = self.section(version).map(|section| {
            let words = section.text.split_once(MARK).map(|(words, _)| words);
            words.unwrap_or(&section.text).trim().to_owned()
        });
        let words = words.filter(|words| !words.is_empty());
        let words = words
            .map(|words| format!("{words}\n\n"))
            .unwrap_or_default();
        let text = format!("{words}{MARK}\n\n{}", list_of(lines))
            .trim()
            .to_owned();
        match self
            .sections
            .iter_mut()
            .find(|section| section.version == version)
        {
            Some(section) => section.text = text,
            None => self.sections.push(Section {
                version: version.to_owned(),
                text,
            }),
        }
        self.sections
            .sort_by_key(|section| std::cmp::Reverse(Version::parse(&section.version).ok()));
    }

    /// The versions of another changelog whose section here is missing or another.
    pub fn differs_from(&self, other: &Changelog) -> Vec<String> {
        let others = other.sections.iter();
        let differs = |other: &&Section| self.section(&other.version) != Some(*other);
        others
            .filter(differs)
            .map(|section| section.version.clone())
            .collect()
    }

    /// What is wrong with the order of the sections, if anything is.
    pub fn disorder(&self) -> Option<String> {
        let versions = self.sections.iter().map(|section| &section.version);
        for version in versions.clone() {
            if Version::parse(version).is_err() {
                return Some(format!("`## {version}` is not a version"));
            }
        }
        let parsed: Vec<Option<Version>> = versions
            .map(|version| Version::parse(version).ok())
            .collect();
        let pair = parsed.windows(2).find(|pair| pair[0] <= pair[1])?;
        let last = pair[1].as_ref().map(Version::to_string).unwrap_or_default();
        Some(format!("`## {last}` does not stand below a newer version"))
    }

    fn section(&self, version: &str) -> Option<&Section> {
        self.sections
            .iter()
            .find(|section| section.version == version)
    }
}

fn list_of(lines: &[String]) -> String {
    let options = textwrap::Options::new(100)
        .initial_indent("- ")
        .subsequent_indent("  ")
        .break_words(false)
        .word_splitter(textwrap::WordSplitter::NoHyphenation);
    let wrapped = lines
        .iter()
        .map(|line| textwrap::fill(line, &options) + "\n");
    if lines.is_empty() {
        "Nothing changed.\n".to_owned()
    } else {
        wrapped.collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sections_that_are_out_of_order_fail() {
        let mut changelog = Changelog::default();
        changelog.set("0.1.0", &[]);
        changelog.set("0.10.0", &[]);
        changelog.set("0.9.0", &[]);
        assert_eq!(changelog.disorder(), None);
        let text = changelog.write();
        assert!(text.find("## 0.10.0") < text.find("## 0.9.0"), "{text}");
        let spoilt = Changelog::read(&text.replace("## 0.9.0", "## 0.11.0"));
        let expected = "`## 0.11.0` does not stand below a newer version";
        assert_eq!(spoilt.disorder().as_deref(), Some(expected));
    }

    #[test]
    fn words_of_people_stay_when_the_list_is_written_anew() {
        let mut changelog = Changelog::default();
        changelog.set("0.2.0", &["One".to_owned()]);
        let text = changelog
            .write()
            .replace("<!--", "Read this first.\n\n<!--");
        let mut changelog = Changelog::read(&text);
        changelog.set("0.2.0", &["Two".to_owned()]);
        let text = changelog.write();
        assert!(text.contains("Read this first.\n\n<!--"), "{text}");
        assert!(text.ends_with("\n\n- Two\n"), "{text}");
        assert_eq!(Changelog::read(&text), changelog);
    }

    #[test]
    fn long_lines_are_folded() {
        let mut changelog = Changelog::default();
        let long = vec!["`word`"; 40].join(", ");
        changelog.set("0.2.0", std::slice::from_ref(&long));
        let text = changelog.write();
        assert!(
            text.lines().all(|line| line.chars().count() <= 100),
            "{text}"
        );
        assert_eq!(Changelog::read(&text).has("0.2.0", &[long]), Some(true));
    }
}
