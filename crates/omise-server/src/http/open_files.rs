//! How many connections the operating system allows.

/// How many files the program needs beside its connections: the store, the log, the listener, and
/// connections that are about to close.
#[cfg(unix)]
const OTHER_FILES: u64 = 64;

/// Raises the limit of open files as far as it may be raised, and gives the number of connections
/// that fit under it: `wanted`, or fewer.
#[cfg(unix)]
pub fn connections_within_open_files(wanted: usize) -> usize {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

    let limit = getrlimit(Resource::Nofile);
    let raised = Rlimit {
        current: limit.maximum,
        ..limit
    };
    // macOS refuses to raise it without bound. What it was is then what there is.
    let _ = setrlimit(Resource::Nofile, raised);
    let Some(open_files) = getrlimit(Resource::Nofile).current else {
        return wanted;
    };
    let most = usize::try_from(open_files.saturating_sub(OTHER_FILES)).unwrap_or(usize::MAX);
    let connections = wanted.min(most.max(1));
    if connections < wanted {
        tracing::warn!(
            wanted,
            connections,
            open_files,
            "fewer connections than wanted: raise the limit of open files (ulimit -n)"
        );
    }
    connections
}

/// The number of connections that the operating system allows: `wanted`.
#[cfg(not(unix))]
pub fn connections_within_open_files(wanted: usize) -> usize {
    wanted
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn no_more_connections_than_files() {
        assert_eq!(connections_within_open_files(1), 1);
        let limit = rustix::process::getrlimit(rustix::process::Resource::Nofile);
        if let Some(open_files) = limit.current.and_then(|limit| usize::try_from(limit).ok()) {
            assert!(connections_within_open_files(usize::MAX) < open_files);
        }
    }
}
