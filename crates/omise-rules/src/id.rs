use omise_types::ObjectId;

/// The random part of an id lies below this.
pub const RANDOM_BELOW: u64 = 10_000_000_000_000_000;

const DIGITS: usize = 19;
const BASE: u64 = 36;

/// How far the clock may go back with ids that still ascend.
const BACK_MS_MAX: i64 = 60_000;

/// How many milliseconds 19 base-36 digits can count in steps of 2^55: until the year 2296.
const MS_BELOW: i64 = (36_u128.pow(DIGITS as u32) >> 55) as i64;

/// Makes ids as the API does: 19 base-36 digits of `unix_ms * 2^55 + random`, so that ids sort by
/// the time of creation.
///
/// The scheme was decoded from 175 recorded pairs of id and time. The clock and the random number
/// are passed in, and the clock may be wrong:
///
/// - When it goes back by a minute or less, ids ascend all the same.
/// - When it goes back further, ids follow it: a clock that was years ahead for a moment does not
///   leave later ids in those years. Of two ids of the same millisecond the random numbers differ,
///   but for one pair in 10^16, which the key of a store tells.
/// - Before 1970 the time counts as 0, and from the year 2296 on it begins at 0 again.
///
/// # Example
///
/// ```
/// use omise_rules::IdSequence;
/// use omise_types::SourceId;
///
/// let mut ids = IdSequence::default();
/// let first: SourceId = ids.next(1_577_797_199_000, 42, false);
/// let second: SourceId = ids.next(1_577_797_198_000, 7, false);
/// assert!(first < second, "the clock went back by a second, the ids did not");
/// assert_eq!(first.as_str().len(), SourceId::TEST_PREFIX.len() + 19);
/// ```
#[derive(Debug, Default)]
pub struct IdSequence {
    last: u128,
}

impl IdSequence {
    /// The next id, for a moment and a random number below [`RANDOM_BELOW`].
    pub fn next<I: ObjectId>(&mut self, unix_ms: i64, random: u64, livemode: bool) -> I {
        let ms = unix_ms.max(0) % MS_BELOW;
        let random = random % RANDOM_BELOW;
        let number = (u128::from(ms.unsigned_abs()) << 55) + u128::from(random);
        let back_ms = (self.last >> 55) as i64 - ms;
        self.last = if back_ms > BACK_MS_MAX {
            number
        } else {
            // Behind the last one by a small random step, so that ids stay hard to count.
            let step = u128::from(1 + random % 1024);
            number.max(self.last + step)
        };
        let prefix = if livemode {
            I::LIVE_PREFIX
        } else {
            I::TEST_PREFIX
        };
        I::new(with_digits(prefix, self.last)).expect("base-36 digits are what an id is made of")
    }
}

// Two halves that fit 64 bits: dividing 128 bits digit by digit would cost more than the rest.
fn with_digits(prefix: &str, number: u128) -> String {
    const HALF: u128 = (BASE as u128).pow(10);
    let mut digits = [b'0'; DIGITS];
    let (high, low) = digits.split_at_mut(DIGITS - 10);
    write((number / HALF) as u64, high);
    write((number % HALF) as u64, low);
    let digits = std::str::from_utf8(&digits).unwrap_or_default();
    [prefix, digits].concat()
}

fn write(mut number: u64, digits: &mut [u8]) {
    for digit in digits.iter_mut().rev() {
        *digit = char::from_digit((number % BASE) as u32, BASE as u32).unwrap_or('0') as u8;
        number /= BASE;
    }
}

#[cfg(test)]
mod tests {
    use omise_types::SourceId;

    use super::*;

    /// Recorded in 2025-03 with `created_at` 2025-03-20T09:41:53Z.
    #[test]
    fn a_recorded_id_decodes_to_the_second_of_its_creation() {
        let number = u128::from_str_radix("6344b4gx4a8rx10p8p2", 36).expect("base-36 digits");
        let ms = (number >> 55) as i64;
        assert_eq!(ms / 1000, 1_742_463_713);
        let random = (number - ((ms as u128) << 55)) as u64;
        assert!(random < RANDOM_BELOW);
        let id: SourceId = IdSequence::default().next(ms, random, false);
        assert_eq!(id.as_str(), "src_test_6344b4gx4a8rx10p8p2");
    }

    #[test]
    fn ids_of_one_millisecond_differ_and_ascend() {
        let mut ids = IdSequence::default();
        let all: Vec<SourceId> = (0..1000)
            .map(|step| ids.next(1, step * 7 % 5, true))
            .collect();
        assert!(all.is_sorted_by(|a, b| a < b));
        assert!(
            all.iter()
                .all(|id| id.is_live() && id.as_str().len() == SourceId::LIVE_PREFIX.len() + DIGITS)
        );
    }

    fn number(id: &SourceId) -> u128 {
        let digits = id.as_str().strip_prefix(SourceId::TEST_PREFIX);
        u128::from_str_radix(digits.expect("a test id"), 36).expect("base-36 digits")
    }

    #[test]
    fn ids_come_back_with_a_clock_that_was_years_ahead() {
        const NOW: i64 = 1_742_463_713_000;
        const YEARS: i64 = 50 * 365 * 86_400_000;
        let mut ids = IdSequence::default();
        for now in [NOW, NOW + YEARS, NOW + 1000] {
            let id: SourceId = ids.next(now, 42, false);
            assert_eq!((number(&id) >> 55) as i64, now);
        }
        let ascending: SourceId = ids.next(NOW + 1000 - BACK_MS_MAX, 42, false);
        assert_eq!((number(&ascending) >> 55) as i64, NOW + 1000);
    }

    #[test]
    fn every_year_has_ids_that_differ() {
        let mut ids = IdSequence::default();
        let mut all: Vec<SourceId> = [i64::MIN, -1, 0, MS_BELOW - 1, MS_BELOW, i64::MAX]
            .into_iter()
            .zip((0..).step_by(10_000))
            .flat_map(|(ms, random)| [ids.next(ms, random, false), ids.next(ms, random, false)])
            .collect();
        let given = all.len();
        assert!(all.iter().all(|id| number(id) < 36_u128.pow(DIGITS as u32)));
        all.sort();
        all.dedup();
        assert_eq!(all.len(), given);
    }
}
