//! Amounts as people read them.

use crate::spec::Spec;

/// An amount as people write it: `10,000.00 THB`.
pub fn readable_amount(spec: &Spec, currency: &str, smallest_units: i64) -> String {
    let decimals = spec.currency(currency).map_or(0, |row| row.decimals);
    let unit = 10_i64.pow(decimals.into());
    let whole = in_threes(smallest_units / unit, ',');
    if decimals == 0 {
        return format!("{whole} {currency}");
    }
    let part = smallest_units % unit;
    let width = usize::from(decimals);
    format!("{whole}.{part:0width$} {currency}")
}

/// The digits of a number in groups of three: `10,000` with a comma as the mark.
pub fn in_threes(number: i64, mark: char) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (index, digit) in digits.char_indices() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(mark);
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::SOURCE_YAML;

    #[track_caller]
    fn check_readable_amount(currency: &str, smallest_units: i64, expected: &str) {
        let spec = Spec::read(&SOURCE_YAML).expect("the specification is in order");
        assert_eq!(readable_amount(&spec, currency, smallest_units), expected);
    }

    #[test]
    fn an_amount_has_the_decimals_of_its_currency() {
        check_readable_amount("THB", 5, "0.05 THB");
        check_readable_amount("THB", 15_000_000, "150,000.00 THB");
        check_readable_amount("JPY", 49_999, "49,999 JPY");
        check_readable_amount("JPY", 150, "150 JPY");
    }

    #[test]
    fn a_number_is_marked_before_each_three_digits() {
        for (value, expected) in [
            (0, "0"),
            (999, "999"),
            (1_000, "1_000"),
            (1_000_000, "1_000_000"),
        ] {
            assert_eq!(in_threes(value, '_'), expected);
        }
    }
}
