//! The log of `omise serve`, on stderr.
//!
//! A request never waits for the reader of the log: lines go to a queue with an end, and a thread
//! writes them. What does not fit is dropped and counted, and the count is written as soon as
//! stderr takes lines again. `tracing-appender` does the same, but says on stdout when its thread
//! does not end, and so can hang where nobody reads stdout either; and it leaves the count to its
//! user.

use std::env;
use std::ffi::OsStr;
use std::io::{self, IsTerminal, Write};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{self, Receiver, SyncSender, TrySendError};
use std::sync::{Arc, OnceLock};
use std::thread;
use std::time::Duration;

use clap::ValueEnum;
use tracing::level_filters::LevelFilter;
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::fmt::format::Writer;
use tracing_subscriber::fmt::time::{FormatTime, SystemTime};

/// How many lines wait to be written, at most. A line has a few hundred bytes.
const LINES_MAX: usize = 4096;

/// How long the end of the process waits for a reader of the log.
const FLUSH_WITHIN: Duration = Duration::from_secs(1);

/// How to log.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Format {
    /// Lines for people
    Text,
    /// A JSON object a line
    Json,
}

/// The log of this process, which can be started once.
static LOG: OnceLock<Log> = OnceLock::new();

/// A queue of lines, and the thread that writes them.
#[derive(Clone, Debug)]
struct Log {
    entries: SyncSender<Entry>,
    dropped: Arc<AtomicU64>,
}

enum Entry {
    Line(Vec<u8>),
    /// Everything before this is written; the sender says so.
    Flush(mpsc::Sender<()>),
}

/// Starts the log on stderr; panics are logged too.
pub(crate) fn start(level: LevelFilter, format: Format) {
    let log = LOG.get_or_init(|| Log::start(io::stderr(), format, LINES_MAX));
    let is_coloured = is_coloured(
        io::stderr().is_terminal(),
        env::var_os("NO_COLOR").as_deref(),
        env::var_os("TERM").as_deref(),
    );
    let subscriber = tracing_subscriber::fmt()
        .log_internal_errors(false)
        .with_max_level(level)
        .with_writer(log.clone())
        .with_ansi(is_coloured);
    match format {
        Format::Text => subscriber.init(),
        Format::Json => subscriber.json().init(),
    }
    // The text of a panic may hold what a request said; its place is enough to find it.
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string);
        tracing::error!(place, "a panic, which is a mistake in this program");
    }));
}

/// Writes a line as it is, after those that were logged before. Nothing if the log is not started.
pub(crate) fn line(text: &str) {
    if let Some(log) = LOG.get() {
        log.push(format!("{text}\n").into_bytes());
    }
}

/// Waits until what was logged is written, but no longer than a second.
pub(crate) fn flush() {
    if let Some(log) = LOG.get() {
        log.flush(FLUSH_WITHIN);
    }
}

/// Whether lines have colours: on a terminal that knows them, unless <https://no-color.org> is
/// asked for.
fn is_coloured(is_terminal: bool, no_color: Option<&OsStr>, term: Option<&OsStr>) -> bool {
    is_terminal && no_color.is_none_or(OsStr::is_empty) && term.is_none_or(|term| term != "dumb")
}

impl Log {
    fn start(writer: impl Write + Send + 'static, format: Format, lines_max: usize) -> Log {
        let (entries, queue) = mpsc::sync_channel(lines_max);
        let dropped = Arc::<AtomicU64>::default();
        let log = Log {
            entries,
            dropped: Arc::clone(&dropped),
        };
        // Without the thread every line counts as dropped, and the server works.
        let _ = thread::Builder::new()
            .name("log".to_owned())
            .spawn(move || write_all(&queue, writer, &dropped, format));
        log
    }

    fn push(&self, line: Vec<u8>) {
        if self.entries.try_send(Entry::Line(line)).is_err() {
            self.dropped.fetch_add(1, Ordering::Relaxed);
        }
    }

    fn flush(&self, within: Duration) {
        let (tell, flushed) = mpsc::channel();
        let mut entry = Entry::Flush(tell);
        let pause = Duration::from_millis(10);
        let mut waited = Duration::ZERO;
        // A full queue: the writer may be stuck, so a blocking `send` has no end.
        while let Err(TrySendError::Full(again)) = self.entries.try_send(entry) {
            if waited >= within {
                return;
            }
            entry = again;
            thread::sleep(pause);
            waited += pause;
        }
        let _ = flushed.recv_timeout(within.saturating_sub(waited));
    }
}

fn write_all(queue: &Receiver<Entry>, mut writer: impl Write, dropped: &AtomicU64, format: Format) {
    for entry in queue {
        // A log that cannot be written, as when its reader is gone, is no reason to stop.
        match entry {
            Entry::Line(line) => drop(writer.write_all(&line)),
            Entry::Flush(tell) => drop(tell.send(())),
        }
        let lost = dropped.swap(0, Ordering::Relaxed);
        if lost > 0 {
            let _ = writer.write_all(dropped_line(lost, format).as_bytes());
        }
    }
}

/// The line about lines that were dropped.
fn dropped_line(dropped_lines: u64, format: Format) -> String {
    let message = "log lines were dropped, as stderr was not read fast enough";
    let mut timestamp = String::new();
    let _ = SystemTime.format_time(&mut Writer::new(&mut timestamp));
    match format {
        Format::Text => {
            format!("{timestamp}  WARN omise_cli::log: {message} dropped_lines={dropped_lines}\n")
        }
        Format::Json => format!(
            "{{\"timestamp\":\"{timestamp}\",\"level\":\"WARN\",\"fields\":{{\"message\":\"{message}\",\
             \"dropped_lines\":{dropped_lines}}},\"target\":\"omise_cli::log\"}}\n"
        ),
    }
}

impl<'a> MakeWriter<'a> for Log {
    type Writer = Queued<'a>;

    fn make_writer(&'a self) -> Queued<'a> {
        Queued {
            log: self,
            line: Vec::new(),
        }
    }
}

/// Collects one event, and puts it into the queue when it is dropped.
struct Queued<'a> {
    log: &'a Log,
    line: Vec<u8>,
}

impl Write for Queued<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.line.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Drop for Queued<'_> {
    fn drop(&mut self) {
        if !self.line.is_empty() {
            self.log.push(std::mem::take(&mut self.line));
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::*;

    /// A writer that takes nothing until it is told to.
    struct Gate {
        opened: Receiver<()>,
        written: Arc<Mutex<Vec<u8>>>,
    }

    impl Write for Gate {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            // An error means that it is open for good.
            let _ = self.opened.recv();
            self.written.lock().unwrap().extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn check_dropped_lines_are_counted(format: Format) {
        let (open, opened) = mpsc::channel();
        let written = Arc::<Mutex<Vec<u8>>>::default();
        let gate = Gate {
            opened,
            written: Arc::clone(&written),
        };
        let log = Log::start(gate, format, 8);
        for number in 0..100 {
            log.push(format!("line {number}\n").into_bytes());
        }
        drop(open);
        log.flush(Duration::from_secs(60));

        let written = String::from_utf8(written.lock().unwrap().clone()).unwrap();
        let (lines, counts): (Vec<&str>, Vec<&str>) =
            written.lines().partition(|line| line.starts_with("line "));
        let counted = counts.iter().map(|line| {
            // Either `dropped_lines=92` or `"dropped_lines":92`.
            let (_, count) = line.split_once("dropped_lines").expect("a count");
            let count = count.trim_start_matches(['"', ':', '=']);
            let digits = count.split(|c: char| !c.is_ascii_digit()).next();
            digits
                .and_then(|digits| digits.parse::<usize>().ok())
                .expect("a number")
        });
        assert!(!counts.is_empty(), "{written}");
        assert_eq!(lines.len() + counted.sum::<usize>(), 100, "{written}");
        assert_eq!(lines[0], "line 0");
    }

    #[test]
    fn lines_that_do_not_fit_are_dropped_and_counted() {
        check_dropped_lines_are_counted(Format::Text);
        check_dropped_lines_are_counted(Format::Json);
    }

    #[test]
    fn colours_are_for_terminals_that_want_them() {
        let check = |terminal, no_color: Option<&str>, term: Option<&str>, expected| {
            let found = is_coloured(terminal, no_color.map(OsStr::new), term.map(OsStr::new));
            assert_eq!(found, expected, "{terminal} {no_color:?} {term:?}");
        };
        check(true, None, Some("xterm"), true);
        check(true, None, None, true);
        check(true, Some(""), Some("xterm"), true);
        check(true, Some("1"), Some("xterm"), false);
        check(true, None, Some("dumb"), false);
        check(false, None, Some("xterm"), false);
    }
}
