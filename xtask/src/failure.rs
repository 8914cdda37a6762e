//! What a task ends with when all is not well.

use std::fmt;
use std::process::ExitCode;

/// A failure of which the mending command is known.
#[derive(Debug)]
pub(crate) struct Failure {
    kind: Kind,
    what: String,
    mend: String,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Kind {
    Failed,
    OutOfDate,
}

impl Failure {
    /// Something is wrong. `mend` completes "to mend it: ".
    pub(crate) fn failed(what: impl Into<String>, mend: impl Into<String>) -> Failure {
        Failure {
            kind: Kind::Failed,
            what: what.into(),
            mend: mend.into(),
        }
    }

    /// Something that a command writes is not what that command would write now.
    pub(crate) fn out_of_date(what: impl Into<String>, mend: impl Into<String>) -> Failure {
        Failure {
            kind: Kind::OutOfDate,
            what: what.into(),
            mend: mend.into(),
        }
    }

    /// The exit code that tells the two kinds apart.
    pub(crate) fn exit_code(&self) -> ExitCode {
        match self.kind {
            Kind::Failed => ExitCode::from(1),
            Kind::OutOfDate => ExitCode::from(2),
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}\nto mend it: {}", self.what, self.mend)
    }
}

impl std::error::Error for Failure {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_failed_and_what_is_out_of_date_have_different_exit_codes() {
        let failed = Failure::failed("a", "b").exit_code();
        let out_of_date = Failure::out_of_date("a", "b").exit_code();
        assert_eq!(format!("{failed:?}"), format!("{:?}", ExitCode::from(1)));
        assert_eq!(
            format!("{out_of_date:?}"),
            format!("{:?}", ExitCode::from(2))
        );
    }

    #[test]
    fn a_failure_names_what_mends_it() {
        let failure = Failure::out_of_date("the snapshots are old", "cargo xtask emit");
        assert_eq!(
            failure.to_string(),
            "the snapshots are old\nto mend it: cargo xtask emit"
        );
    }
}
