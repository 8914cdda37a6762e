//! What was measured of the servers, and how it is printed.

use std::time::Duration;

use super::Comparison;

/// All comparisons, a line each.
pub(super) fn table(measured: &[Measured]) -> String {
    let mut lines = vec![
        "CPU time of the server per request; ratio = bare / ours, higher is better, 1.00 = the same"
            .to_owned(),
        format!(
            "{:<16} {:>9} {:>9} {:>6} {:>6} {:>5} {:>11} {:>11}",
            "request", "bare us", "ours us", "ratio", "floor", "aim", "bare req/s", "ours req/s"
        ),
    ];
    lines.extend(measured.iter().map(|measured| {
        format!(
            "{:<16} {:>9.2} {:>9.2} {:>6.2} {:>6.2} {:>5.2} {:>11.0} {:>11.0}",
            measured.comparison.name,
            measured.bare.cpu_us,
            measured.ours.cpu_us,
            measured.ratio(),
            measured.comparison.floor,
            measured.comparison.aim,
            measured.bare.per_second,
            measured.ours.per_second,
        )
    }));
    lines.join("\n")
}

/// A comparison and its outcome.
pub(super) struct Measured {
    comparison: &'static Comparison,
    bare: Best,
    ours: Best,
}

impl Measured {
    /// Nothing measured yet.
    pub(super) fn new(comparison: &'static Comparison) -> Measured {
        const NONE: Best = Best {
            cpu_us: f64::INFINITY,
            per_second: 0.0,
        };
        Measured {
            comparison,
            bare: NONE,
            ours: NONE,
        }
    }

    /// Counts a round of either side, for as far as it is better.
    pub(super) fn add(&mut self, bare: &Round, ours: &Round) {
        self.bare.add(bare);
        self.ours.add(ours);
    }

    /// What the bare server spends of what ours spends.
    fn ratio(&self) -> f64 {
        self.bare.cpu_us / self.ours.cpu_us
    }

    /// That the ratio is below its floor, in words.
    pub(super) fn below(&self) -> Option<String> {
        let Comparison { name, floor, .. } = self.comparison;
        let ratio = self.ratio();
        (ratio < *floor)
            .then(|| format!("{name}: the ratio {ratio:.2} is below the floor {floor:.2}"))
    }
}

/// The best of all rounds of one side.
struct Best {
    cpu_us: f64,
    per_second: f64,
}

impl Best {
    fn add(&mut self, round: &Round) {
        let per_second = round.requests as f64 / round.elapsed.as_secs_f64();
        self.cpu_us = self.cpu_us.min(round.cpu_us());
        self.per_second = self.per_second.max(per_second);
    }
}

/// What one side spent in one round.
pub(super) struct Round {
    pub(super) cpu: Duration,
    pub(super) requests: u64,
    pub(super) elapsed: Duration,
}

impl Round {
    /// Microseconds of CPU time per request.
    pub(super) fn cpu_us(&self) -> f64 {
        self.cpu.as_secs_f64() * 1e6 / self.requests as f64
    }
}

#[cfg(test)]
mod tests {
    use super::super::COMPARISONS;
    use super::*;

    #[test]
    fn a_ratio_is_that_of_the_cheapest_rounds() {
        let round = |cpu_ms| Round {
            cpu: Duration::from_millis(cpu_ms),
            requests: 10_000,
            elapsed: Duration::from_secs(1),
        };
        let mut measured = Measured::new(&COMPARISONS[0]);
        for (bare, ours) in [(200, 300), (100, 400), (150, 200)] {
            measured.add(&round(bare), &round(ours));
        }
        assert!((measured.ratio() - 0.5).abs() < 1e-9);
        let below = measured.below().expect("0.50 is below the floor");
        assert!(below.contains("0.50 is below the floor 0.55"), "{below}");
    }
}
