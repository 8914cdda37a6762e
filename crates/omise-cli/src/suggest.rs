//! What somebody may have meant who mistyped a value.

use omise_types::PaymentMethod;

/// How alike two texts are at least, of 1, that one is suggested for the other.
const LIKENESS_MIN: f64 = 0.85;

/// How many values are suggested at most.
const SUGGESTIONS_MAX: usize = 3;

/// The known values that look like the given one, the most alike first.
pub(crate) fn similar<'a>(given: &str, known: impl IntoIterator<Item = &'a str>) -> Vec<&'a str> {
    let given = plain(given);
    let likeness = |known: &str| {
        let known = plain(known);
        let is_part = given.len() >= 3 && known.contains(&given);
        let is_whole = known.len() >= 3 && given.contains(&known);
        let is_one_slip = given.len() >= 3 && strsim::osa_distance(&given, &known) == 1;
        match known == given {
            true => 2.0,
            false if is_part || is_whole || is_one_slip => 1.0,
            false => strsim::jaro_winkler(&given, &known),
        }
    };
    let known = known.into_iter().map(|known| (likeness(known), known));
    let mut alike: Vec<_> = known
        .filter(|(likeness, _)| *likeness >= LIKENESS_MIN)
        .collect();
    alike.sort_by(|(one, _), (other, _)| other.total_cmp(one));
    // The same text but for its case and separators is what was meant.
    if let Some((likeness, _)) = alike.first()
        && *likeness > 1.0
    {
        alike.truncate(1);
    }
    let alike = alike.into_iter().take(SUGGESTIONS_MAX);
    alike.map(|(_, known)| known).collect()
}

/// The payment methods whose type, or else whose name for people, looks like the given text.
pub(crate) fn payment_methods(given: &str) -> Vec<&'static str> {
    let types = PaymentMethod::all()
        .iter()
        .map(|method| method.source_type.as_str());
    let similar = similar(given, types);
    if !similar.is_empty() || given.len() < 3 {
        return similar;
    }
    let given = plain(given);
    PaymentMethod::all()
        .iter()
        .filter(|method| plain(method.label).contains(&given))
        .map(|method| method.source_type.as_str())
        .take(SUGGESTIONS_MAX)
        .collect()
}

/// A question after the suggestions, or `None` without any.
pub(crate) fn did_you_mean(suggestions: &[&str]) -> Option<String> {
    let (last, others) = suggestions.split_last()?;
    let others = match others {
        [] => String::new(),
        others => format!("{} or ", others.join(", ")),
    };
    Some(format!("did you mean {others}{last}?"))
}

fn plain(text: &str) -> String {
    let kept = text.chars().filter(|character| character.is_alphanumeric());
    kept.flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(given: &str, expected: &[&str]) {
        assert_eq!(payment_methods(given), expected, "{given}");
    }

    #[test]
    fn a_mistyped_payment_method_is_recognised() {
        check("prompt_pay", &["promptpay"]);
        check("PromptPay", &["promptpay"]);
        check("promtpay", &["promptpay"]);
        check("paypal", &["paypay"]);
        check("prompt", &["promptpay"]);
    }

    #[test]
    fn a_slip_in_a_short_code_is_recognised() {
        assert_eq!(similar("TBH", ["JPY", "THB"]), ["THB"]);
        assert_eq!(similar("THP", ["JPY", "THB"]), ["THB"]);
    }

    #[test]
    fn a_payment_method_is_found_by_its_name_for_people() {
        check("konbini", &["econtext"]);
    }

    #[test]
    fn a_text_that_looks_like_nothing_has_no_suggestion() {
        check("pay_by_thought", &[]);
        check("", &[]);
        assert_eq!(did_you_mean(&[]), None);
    }

    #[test]
    fn suggestions_are_a_question() {
        let question = |suggestions| did_you_mean(suggestions).expect("there are some");
        assert_eq!(question(&["a"]), "did you mean a?");
        assert_eq!(question(&["a", "b", "c"]), "did you mean a, b or c?");
    }
}
