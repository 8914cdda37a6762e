//! Chance, from a seed that is printed: a failure can be had again.

use serde_json::{Value, json};

/// The seed, unless the environment says another one.
const SEED: u64 = 20_190_529;

/// The variable of the environment that says another one.
const VARIABLE: &str = "OMISE_TEST_SEED";

/// A source of random values.
#[derive(Debug)]
pub struct Random(pub fastrand::Rng);

impl Random {
    /// Starts from the seed, and prints it with the name of what is tried.
    pub fn new(what: &str) -> Random {
        let seed = match std::env::var(VARIABLE) {
            Ok(seed) => seed.parse().expect("a seed is a whole number"),
            Err(_) => SEED,
        };
        say(&format!("{what}: {VARIABLE}={seed}"));
        Random(fastrand::Rng::with_seed(seed))
    }

    /// Another one, whose values follow from the same seed.
    pub fn fork(&mut self) -> Random {
        Random(self.0.fork())
    }

    /// True so many times in a hundred.
    pub fn chance(&mut self, percent: u32) -> bool {
        percent > 0 && self.0.u32(0..100) < percent
    }

    /// One of the values.
    pub fn pick<T: Clone>(&mut self, values: &[T]) -> T {
        values[self.0.usize(0..values.len())].clone()
    }

    /// Any JSON, nested so deep at most.
    pub fn junk(&mut self, depth: u32) -> Value {
        match self.0.u32(0..if depth == 0 { 6 } else { 8 }) {
            0 => Value::Null,
            1 => json!(self.0.bool()),
            2 => json!(self.0.i64(..)),
            3 => json!(self.0.u64(..)),
            4 => json!(f64::from_bits(self.0.u64(..))),
            5 => json!(self.text()),
            6 => (0..self.0.u32(0..4))
                .map(|_| self.junk(depth - 1))
                .collect(),
            _ => (0..self.0.u32(0..4))
                .map(|_| {
                    let name = self.pick(&["0", "1", "-1", "city", "sku"]);
                    (name.to_owned(), self.junk(depth - 1))
                })
                .collect(),
        }
    }

    /// A text: one that looks like something else, or fewer than 300 characters of Unicode.
    pub fn text(&mut self) -> String {
        const TEXTS: [&str; 12] = [
            "",
            " ",
            "0",
            "-7",
            "1.0",
            "1e9",
            "true",
            "WEB",
            "a@b.c",
            "\0",
            "ヤマダ",
            "x, and y",
        ];
        if self.chance(80) {
            return self.pick(&TEXTS).to_owned();
        }
        let length = self.pick(&[3, 30, 300]);
        (0..self.0.u32(0..length))
            .map(|_| self.0.char(..))
            .collect()
    }
}

/// Prints a line, for whoever asks with `--nocapture` and for the harness when a test fails.
#[expect(clippy::print_stdout, reason = "the harness keeps it for a failure")]
pub fn say(line: &str) {
    println!("{line}");
}
