//! The parts of `openapi/generators.md` that are facts: how a generator is called, and its client.

use anyhow::{Context, Result};

use super::generators::{GENERATORS, Generator};
use super::marked;
use crate::workspace;

/// The file, from the root.
pub(super) const FILE: &str = "openapi/generators.md";

const COLUMNS: usize = 96;

/// The file as it should be.
pub(super) fn up_to_date(file: &str) -> Result<String> {
    let mut text = file.to_owned();
    for generator in &GENERATORS {
        text = marked::with_part(&text, generator.name, &part(generator)?).context(FILE)?;
    }
    Ok(text)
}

fn part(generator: &Generator) -> Result<String> {
    let install = generator.package.install();
    let command = folded(generator.command);
    let mut part = format!(
        "\n```sh\n{}\n```\n\n",
        format!("{install}\n{command}").trim_end()
    );
    let folder = generator.folder();
    if let Some(settings) = generator.settings {
        let text = workspace::read(&format!("{folder}/{settings}"))?;
        let (_, language) = settings.rsplit_once('.').unwrap_or_default();
        part.push_str(&format!("`{settings}`:\n\n```{language}\n{text}```\n\n"));
    }
    if let Some((driver, language)) = generator.driver {
        let call = call(&workspace::read(&format!("{folder}/{driver}"))?);
        part.push_str(&format!("```{language}\n{call}```\n\n"));
    }
    Ok(part)
}

/// A command in lines that are not too long.
fn folded(command: &str) -> String {
    let mut lines = vec![String::new()];
    for word in command.split_whitespace() {
        let line = lines.last().map_or(0, String::len);
        if line > 0 && line + 1 + word.len() > COLUMNS {
            lines.push(String::from("  "));
        }
        if let Some(line) = lines.last_mut() {
            if !line.trim().is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
    }
    lines.join(" \\\n")
}

/// The lines of a driver that are a call, which stand between two comments.
fn call(driver: &str) -> String {
    let mut calls: Vec<Vec<&str>> = Vec::new();
    let mut is_inside = false;
    for line in driver.lines() {
        match line.trim() {
            "// call" | "# call" => {
                is_inside = true;
                calls.push(Vec::new());
            }
            "// end" | "# end" => is_inside = false,
            _ if is_inside => calls.last_mut().expect("one has begun").push(line),
            _ => {}
        }
    }
    let calls: Vec<String> = calls.iter().map(|lines| unindented(lines)).collect();
    calls.join("\n")
}

fn unindented(lines: &[&str]) -> String {
    let indentation = |line: &&str| line.len() - line.trim_start().len();
    let written = lines.iter().filter(|line| !line.is_empty());
    let least = written.map(indentation).min().unwrap_or(0);
    let lines = lines
        .iter()
        .map(|line| line.get(least..).unwrap_or_default());
    lines.map(|line| format!("{line}\n")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_call_is_what_stands_between_its_comments() {
        let driver = "a\n  // call\n  if b {\n    c\n  }\n  // end\nd\n# call\ne\n# end\n";
        assert_eq!(call(driver), "if b {\n  c\n}\n\ne\n");
    }

    #[test]
    fn a_long_command_is_folded_between_words() {
        let word = "w".repeat(50);
        assert_eq!(
            folded(&format!("{word} {word}")),
            format!("{word} \\\n  {word}")
        );
        assert_eq!(folded("a  b"), "a b");
    }

    #[test]
    fn every_generator_with_a_driver_shows_a_call() {
        for generator in GENERATORS
            .iter()
            .filter(|generator| generator.driver.is_some())
        {
            let part = part(generator).expect("the driver is there");
            assert!(!part.contains("```\n```"), "{part}");
            assert!(part.lines().all(|line| line.len() <= 100), "{part}");
        }
    }
}
