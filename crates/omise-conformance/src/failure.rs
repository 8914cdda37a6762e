use std::{error, fmt};

use crate::Mismatch;

/// Why a case failed.
///
/// No key is in it: what was sent is named by its method and path.
///
/// # Example
///
/// ```
/// use omise_conformance::{Keys, Suite};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let keys = Keys { public: "pkey_test_1".to_owned(), secret: "skey_test_1".to_owned() };
/// let suite = Suite::embedded();
/// let case = suite.case("key-missing").expect("a case of the suite");
/// let failure = case.run(&keys, async |_| Err("nobody listens")).await.unwrap_err();
/// assert_eq!(failure.to_string(), "POST /sources: no answer: nobody listens");
/// # }
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Failure {
    /// The request as a line: its method and path.
    pub request: String,
    /// Where the answer is not as expected; nothing if there was no answer.
    pub mismatches: Vec<Mismatch>,
    pub(crate) no_answer: Option<String>,
}

impl Failure {
    /// Whether there was an answer, if not the expected one.
    pub fn is_answered(&self) -> bool {
        self.no_answer.is_none()
    }
}

/// On several lines if several places are not as expected.
impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(problem) = &self.no_answer {
            return write!(f, "{}: no answer: {problem}", self.request);
        }
        let mut lines = self.mismatches.iter();
        if let Some(first) = lines.next() {
            write!(f, "{}: {first}", self.request)?;
        }
        lines.try_for_each(|line| write!(f, "\n{line}"))
    }
}

impl error::Error for Failure {}
