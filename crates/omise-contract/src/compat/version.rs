//! How great a step of the version a change asks for.

use std::fmt;

use semver::{BuildMetadata, Prerelease, Version};

use super::change::{Change, Class};

/// A step of a version, by the rules of `openapi/README.md`.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum Bump {
    /// The version may stay.
    None,
    /// Words changed.
    Patch,
    /// More is possible.
    Minor,
    /// Something breaks.
    Major,
}

impl Bump {
    /// The step that all the changes together ask for.
    pub fn of(changes: &[Change]) -> Bump {
        let of_one = |change: &Change| match change.class {
            Class::BreakingRequests | Class::BreakingResponses => Bump::Major,
            Class::Safe => Bump::Minor,
            Class::Documentation => Bump::Patch,
        };
        changes.iter().map(of_one).max().unwrap_or(Bump::None)
    }

    /// The least version that is far enough from another.
    ///
    /// Before 1.0.0 a minor step may do what a major one does.
    pub fn least_after(self, version: &Version) -> Version {
        let mut next = version.clone();
        next.pre = Prerelease::EMPTY;
        next.build = BuildMetadata::EMPTY;
        match self {
            Bump::None => return version.clone(),
            Bump::Patch => next.patch += 1,
            Bump::Minor => (next.minor, next.patch) = (next.minor + 1, 0),
            Bump::Major if version.major == 0 => (next.minor, next.patch) = (next.minor + 1, 0),
            Bump::Major => (next.major, next.minor, next.patch) = (next.major + 1, 0, 0),
        }
        next
    }
}

impl fmt::Display for Bump {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Bump::None => "no",
            Bump::Patch => "a patch",
            Bump::Minor => "a minor",
            Bump::Major => "a major",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(bump: Bump, version: &str, expected: &str) {
        let version = Version::parse(version).expect("a version");
        assert_eq!(bump.least_after(&version).to_string(), expected);
    }

    #[test]
    fn a_step_sets_what_is_below_it_to_zero() {
        check(Bump::Major, "1.2.3", "2.0.0");
        check(Bump::Minor, "1.2.3", "1.3.0");
        check(Bump::Patch, "1.2.3", "1.2.4");
        check(Bump::None, "1.2.3", "1.2.3");
    }

    #[test]
    fn before_the_first_major_version_a_minor_step_breaks() {
        check(Bump::Major, "0.1.0", "0.2.0");
        check(Bump::Minor, "0.1.4", "0.2.0");
        check(Bump::Patch, "0.1.0", "0.1.1");
    }
}
