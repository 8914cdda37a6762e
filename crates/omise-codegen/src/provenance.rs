//! How a row of a table is known, as words.

/// How a row is known, which of its members are defaults of this project, and where to read on.
pub(crate) fn provenance(evidence: &[String], ours: &[String], see: &str) -> String {
    let mut text = evidence.join(", ");
    if !ours.is_empty() {
        text += &format!("; ours: `{}`", ours.join("`, `"));
    }
    text + &format!("; see <https://docs.omise.co/{see}>")
}
