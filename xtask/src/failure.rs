//! What a task ends with when all is not well.

use std::fmt;
use std::process::ExitCode;

/// A failure with the command, or the edit, that fixes it.
#[derive(Debug)]
pub(crate) struct Failure {
    exit_code: u8,
    what: String,
    fix: String,
}

impl Failure {
    /// Something is wrong. `fix` completes "to fix it: ".
    pub(crate) fn failed(what: impl Into<String>, fix: impl Into<String>) -> Failure {
        Failure {
            exit_code: 1,
            what: what.into(),
            fix: fix.into(),
        }
    }

    /// Something that a command writes is not what that command would write now.
    pub(crate) fn out_of_date(what: impl Into<String>, fix: impl Into<String>) -> Failure {
        Failure {
            exit_code: 2,
            ..Failure::failed(what, fix)
        }
    }

    /// The exit code, which tells the two kinds apart.
    pub(crate) fn exit_code(&self) -> ExitCode {
        ExitCode::from(self.exit_code)
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}\nto fix it: {}", self.what, self.fix)
    }
}

impl std::error::Error for Failure {}
