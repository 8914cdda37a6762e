//! The signals that stop `omise serve`.

use anyhow::Context;

use crate::exit::Failure;

/// The signals that ask a process to stop, waited for one after the other.
pub(crate) struct Signals(os::Signals);

impl Signals {
    /// Takes the signals over: from now on none of them ends the process.
    pub(crate) fn listen() -> Result<Signals, Failure> {
        let signals = os::Signals::listen().context("cannot listen for signals")?;
        Ok(Signals(signals))
    }

    /// Waits for the next signal and gives its name.
    pub(crate) async fn next(&mut self) -> &'static str {
        self.0.next().await
    }
}

#[cfg(unix)]
mod os {
    use std::{fs, future, io};

    use tokio::signal::unix::{Signal, SignalKind, signal};

    pub(super) struct Signals {
        terminate: Signal,
        interrupt: Signal,
        hangup: Option<Signal>,
        quit: Signal,
        // Kept so that its handler stays: the default action would end the process.
        _file_size: Signal,
    }

    impl Signals {
        pub(super) fn listen() -> io::Result<Signals> {
            Ok(Signals {
                terminate: signal(SignalKind::terminate())?,
                interrupt: signal(SignalKind::interrupt())?,
                // `nohup` has it ignored, and is to have its way.
                hangup: match is_ignored(libc::SIGHUP) {
                    true => None,
                    false => Some(signal(SignalKind::hangup())?),
                },
                quit: signal(SignalKind::quit())?,
                // With a handler a write beyond `ulimit -f` is an error like that of a full disk.
                _file_size: signal(SignalKind::from_raw(libc::SIGXFSZ))?,
            })
        }

        pub(super) async fn next(&mut self) -> &'static str {
            tokio::select! {
                _ = self.terminate.recv() => "SIGTERM",
                _ = self.interrupt.recv() => "SIGINT",
                () = received(&mut self.hangup) => "SIGHUP",
                _ = self.quit.recv() => "SIGQUIT",
            }
        }
    }

    async fn received(signal: &mut Option<Signal>) {
        match signal {
            Some(signal) => drop(signal.recv().await),
            None => future::pending().await,
        }
    }

    /// Whether whoever started this process had it ignore a signal. Without /proc nobody knows.
    fn is_ignored(signal: i32) -> bool {
        let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
        let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
        let mask = mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok());
        mask.is_some_and(|mask| mask & (1 << (signal - 1)) != 0)
    }
}

#[cfg(not(unix))]
mod os {
    use std::{future, io};

    pub(super) struct Signals;

    impl Signals {
        pub(super) fn listen() -> io::Result<Signals> {
            Ok(Signals)
        }

        pub(super) async fn next(&mut self) -> &'static str {
            match tokio::signal::ctrl_c().await {
                Ok(()) => "Ctrl-C",
                Err(_) => future::pending().await,
            }
        }
    }
}
