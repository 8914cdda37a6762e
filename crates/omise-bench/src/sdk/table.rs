//! What was measured of the SDK, and how it is printed.

/// All rows, a line each.
pub(super) fn table(rows: &[Row]) -> String {
    let mut lines = vec![
        "the SDK beside bare reqwest; lower is better".to_owned(),
        format!(
            "{:<26} {:>8} {:>8} {:>8} {:>11}",
            "", "ours", "bare", "more", "limit"
        ),
    ];
    lines.extend(rows.iter().map(Row::line));
    lines.join("\n")
}

/// One thing that the SDK's program and the bare one have so much of.
pub(super) struct Row {
    pub(super) name: String,
    pub(super) ours: f64,
    // Nothing for what only the SDK's can do.
    pub(super) bare: Option<f64>,
    pub(super) limit: Limit,
}

/// What is too much.
#[derive(Clone, Copy)]
pub(super) enum Limit {
    /// So much more than the bare program.
    More(f64),
    /// So much.
    InAll(f64),
    None,
}

impl Row {
    /// How much more than the bare program; the whole where there is none.
    fn more(&self) -> f64 {
        self.ours - self.bare.unwrap_or_default()
    }

    fn is_within(&self) -> bool {
        match self.limit {
            Limit::More(limit) => self.more() <= limit,
            Limit::InAll(limit) => self.ours <= limit,
            Limit::None => true,
        }
    }

    /// That the limit is missed, in words.
    pub(super) fn missed(&self) -> Option<String> {
        let Row { name, ours, .. } = self;
        let more = self.more();
        match self.limit {
            _ if self.is_within() => None,
            Limit::More(limit) => Some(format!("{name}: {more:.2} more than bare, not {limit}")),
            Limit::InAll(limit) => Some(format!("{name}: {ours:.2}, not {limit}")),
            Limit::None => None,
        }
    }

    fn line(&self) -> String {
        let limit = match self.limit {
            Limit::More(limit) => format!("{limit} more"),
            Limit::InAll(limit) => format!("{limit} in all"),
            Limit::None => String::new(),
        };
        let verdict = match self.limit {
            Limit::None => "",
            _ if self.is_within() => "  ok",
            _ => "  MISSED",
        };
        let (bare, more) = match self.bare {
            Some(bare) => (format!("{bare:.2}"), format!("{:.2}", self.more())),
            None => (String::new(), String::new()),
        };
        let line = format!(
            "{:<26} {:>8.2} {bare:>8} {more:>8} {limit:>11}{verdict}",
            self.name, self.ours
        );
        line.trim_end().to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_missed(ours: f64, limit: Limit, expected: Option<&str>) {
        let row = Row {
            name: "a".to_owned(),
            ours,
            bare: Some(5.0),
            limit,
        };
        assert_eq!(row.missed().as_deref(), expected);
        assert_eq!(row.line().contains("MISSED"), expected.is_some());
    }

    #[test]
    fn a_limit_is_missed_by_what_is_above_it() {
        check_missed(7.0, Limit::More(2.0), None);
        check_missed(7.5, Limit::More(2.0), Some("a: 2.50 more than bare, not 2"));
        check_missed(5.0, Limit::InAll(5.0), None);
        check_missed(6.0, Limit::InAll(5.0), Some("a: 6.00, not 5"));
        check_missed(1e9, Limit::None, None);
    }

    #[test]
    fn what_only_ours_can_do_is_not_compared() {
        let row = Row {
            name: "a".to_owned(),
            ours: 7.0,
            bare: None,
            limit: Limit::None,
        };
        assert_eq!(
            row.line().split_whitespace().collect::<Vec<_>>(),
            ["a", "7.00"]
        );
    }
}
