//! The table of `openapi/README.md`: what each client was seen to do.

use std::collections::BTreeMap;

use anyhow::{Context, Result};

use super::generators::{GENERATORS, Generator};
use super::marked;
use super::verdict::{CHECKS, Cell};

/// The file that has the table, from the root.
pub(super) const FILE: &str = "openapi/README.md";

const PART: &str = "clients";

/// What a generator's client was seen to do.
pub(super) struct Row {
    pub(super) generator: &'static Generator,
    pub(super) generates: Cell,
    pub(super) compiles: Cell,
    /// In the order of [`CHECKS`].
    pub(super) checks: Vec<Cell>,
}

impl Row {
    /// Everything that it should do and does not; a mistake that has the same reason as the one
    /// before it is told with that.
    pub(super) fn mistakes(&self) -> Vec<String> {
        let names = ["generates", "compiles"].into_iter();
        let names = names.chain(CHECKS.iter().map(|(_, title)| *title));
        let mut mistakes: Vec<(String, &str)> = Vec::new();
        for (name, cell) in names.zip(self.cells()) {
            let Cell::No(reason) = cell else { continue };
            match mistakes.last_mut() {
                Some((names, last)) if last == reason => names.push_str(&format!(", {name}")),
                _ => mistakes.push((name.to_owned(), reason)),
            }
        }
        let name = self.generator.name;
        let mistakes = mistakes.iter();
        mistakes
            .map(|(names, reason)| format!("{name}: {names}: {reason}"))
            .collect()
    }

    fn cells(&self) -> impl Iterator<Item = &Cell> {
        [&self.generates, &self.compiles]
            .into_iter()
            .chain(&self.checks)
    }

    fn line(&self) -> String {
        let Generator {
            name,
            language,
            package,
            toolchain,
            ..
        } = self.generator;
        let mut cells = self.cells().map(|cell| match cell {
            Cell::Yes => "yes",
            Cell::No(_) => "**no**",
            Cell::NotRun => "not run",
        });
        let generates = cells.next().unwrap_or_default();
        let compiles = match self.compiles {
            Cell::Yes => toolchain.checker(),
            _ => self.compiles_in_words().to_owned(),
        };
        let checks: Vec<&str> = cells.skip(1).collect();
        format!(
            "| `{name}` | {} | {language} | {generates} | {compiles} | {} |\n",
            package.version(),
            checks.join(" | ")
        )
    }

    fn compiles_in_words(&self) -> &'static str {
        match self.compiles {
            Cell::NotRun => "not run",
            _ => "**no**",
        }
    }
}

/// The file with the rows in its table; rows that were not run stay as they are.
pub(super) fn with_rows(file: &str, rows: &[Row]) -> Result<String> {
    let mut lines = BTreeMap::new();
    let old = marked::part(file, PART).context(FILE)?;
    for line in old.lines() {
        let name = line.split('`').nth(1).unwrap_or_default();
        lines.insert(name, format!("{line}\n"));
    }
    for row in rows {
        lines.insert(row.generator.name, row.line());
    }
    let in_order = GENERATORS
        .iter()
        .filter_map(|generator| lines.get(generator.name));
    let rows: String = in_order.map(String::as_str).collect();
    marked::with_part(file, PART, &format!("{}{rows}", head()))
}

fn head() -> String {
    let checks = CHECKS.map(|(_, title)| title).join(" | ");
    let columns = 5 + CHECKS.len();
    format!(
        "| generator | version | language | generates | compiles | {checks} |\n|{}\n",
        " --- |".repeat(columns)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    const EMPTY: &str = "<!-- clients: written by cargo xtask clients -->\n<!-- /clients -->\n";

    fn row(index: usize, cell: &Cell) -> Row {
        Row {
            generator: &GENERATORS[index],
            generates: Cell::Yes,
            compiles: Cell::Yes,
            checks: vec![cell.clone(); CHECKS.len()],
        }
    }

    #[test]
    fn a_row_that_was_not_run_stays_as_it_is() {
        let both = [row(1, &Cell::Yes), row(0, &Cell::Yes)];
        let file = with_rows(EMPTY, &both).expect("the part is there");
        let again = with_rows(&file, &[row(1, &Cell::Yes)]).expect("the part is there");
        assert_eq!(again, file);
        let position = |name: &str| file.find(&format!("`{name}`"));
        assert!(position(GENERATORS[0].name) < position(GENERATORS[1].name));
    }

    #[test]
    fn a_row_that_says_something_else_changes_the_file() {
        let file = with_rows(EMPTY, &[row(0, &Cell::Yes)]).expect("the part is there");
        let worse = row(0, &Cell::No("it said no".to_owned()));
        let changed = with_rows(&file, &[worse]).expect("the part is there");
        assert_ne!(changed, file);
        assert!(changed.contains("**no**"));
    }

    #[test]
    fn what_a_client_cannot_do_is_told_by_name() {
        let mut worse = row(0, &Cell::Yes);
        assert!(worse.mistakes().is_empty());
        worse.checks[1] = Cell::No("it said no".to_owned());
        worse.checks[2] = Cell::No("it said no".to_owned());
        worse.checks[3] = Cell::NotRun;
        let told = format!(
            "{}: future type, future flow: it said no",
            GENERATORS[0].name
        );
        assert_eq!(worse.mistakes(), [told]);
    }
}
