//! Which known payment method a mistyped one is likely to mean.

use crate::SourceType;

impl SourceType {
    /// The known payment method that this one is likely to mean, if it is not known itself.
    ///
    /// # Example
    ///
    /// ```
    /// use omise_types::SourceType;
    ///
    /// let mistyped = SourceType::from("prompt_pay");
    /// assert_eq!(mistyped.similar(), Some(&SourceType::Promptpay));
    /// assert_eq!(SourceType::from("pay_by_thought").similar(), None);
    /// assert_eq!(SourceType::Promptpay.similar(), None, "it is known");
    /// ```
    pub fn similar(&self) -> Option<&'static SourceType> {
        const DISTANCE_MAX: usize = 2;
        let SourceType::Other(mistyped) = self else {
            return None;
        };
        let mistyped = letters(mistyped.as_str());
        let known = SourceType::KNOWN.iter();
        let distances = known.filter_map(|known| {
            let distance = distance(&mistyped, &letters(known.as_str()), DISTANCE_MAX)?;
            // A short name is near to many.
            (distance * 4 <= mistyped.len()).then_some((distance, known))
        });
        Some(distances.min_by_key(|(distance, _)| *distance)?.1)
    }

    /// The known payment method that this one spells, with other separators or in another case.
    ///
    /// # Example
    ///
    /// ```
    /// use omise_types::SourceType;
    ///
    /// assert_eq!(SourceType::from("Prompt-Pay").spells(), Some(&SourceType::Promptpay));
    /// assert_eq!(SourceType::from("promptpya").spells(), None);
    /// ```
    pub fn spells(&self) -> Option<&'static SourceType> {
        let SourceType::Other(text) = self else {
            return None;
        };
        let text = letters(text.as_str());
        let mut known = SourceType::KNOWN.iter();
        known.find(|known| letters(known.as_str()) == text)
    }
}

/// Letters and digits alone, in small letters.
fn letters(text: &str) -> Vec<char> {
    let letters = text.chars().filter(|letter| letter.is_alphanumeric());
    letters.flat_map(char::to_lowercase).collect()
}

/// How many letters have to be changed, added, left out or swapped with their neighbour to make one
/// text of the other, or `None` if it is more than a bound: the optimal string alignment distance.
fn distance(one: &[char], other: &[char], max: usize) -> Option<usize> {
    if one.len().abs_diff(other.len()) > max {
        return None;
    }
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=other.len()).collect();
    for (row, letter) in one.iter().enumerate() {
        let mut next = vec![row + 1];
        for (column, wanted) in other.iter().enumerate() {
            let changed = last[column] + usize::from(letter != wanted);
            let mut least = changed.min(last[column + 1] + 1).min(next[column] + 1);
            if row > 0 && column > 0 && *letter == other[column - 1] && one[row - 1] == *wanted {
                least = least.min(before[column - 1] + 1);
            }
            next.push(least);
        }
        before = std::mem::replace(&mut last, next);
    }
    let distance = last[other.len()];
    (distance <= max).then_some(distance)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(mistyped: &str, meant: Option<&str>) {
        let found = SourceType::from(mistyped).similar();
        assert_eq!(found.map(SourceType::as_str), meant, "{mistyped}");
    }

    #[test]
    fn a_mistyped_payment_method_is_recognised() {
        check("prompt_pay", Some("promptpay"));
        check("PROMPTPAY", Some("promptpay"));
        check("promtpay", Some("promptpay"));
        check("promptpya", Some("promptpay"));
        check("mobile_banking_kbnk", Some("mobile_banking_kbank"));
        check("truemoney_wallet", None);
        check("fpy", None);
        check("", None);
    }

    #[test]
    fn every_known_payment_method_spells_itself_alone() {
        for known in SourceType::KNOWN {
            let upper = known.as_str().to_uppercase().replace('_', " ");
            assert_eq!(SourceType::from(upper.as_str()).spells(), Some(known));
        }
    }
}
