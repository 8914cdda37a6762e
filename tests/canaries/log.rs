//! All that this process logs, at the finest level: what `tracing` and `log` are told, and panics.

use std::io::{self, Write};
use std::sync::{LazyLock, Mutex, MutexGuard, PoisonError};

use omise_tests::canary::Search;
use tracing::level_filters::LevelFilter;
use tracing_subscriber::fmt::format::FmtSpan;

static HEARD: Mutex<Heard> = Mutex::new(Heard {
    text: String::new(),
    searched: 0,
});

struct Heard {
    text: String,
    /// So many bytes of it were looked through.
    searched: usize,
}

/// Listens from now on.
pub(crate) fn listen() {
    static LISTENING: LazyLock<()> = LazyLock::new(|| {
        tracing_subscriber::fmt()
            .with_max_level(LevelFilter::TRACE)
            .with_span_events(FmtSpan::FULL)
            .with_ansi(false)
            .with_writer(|| Lines)
            .init();
        log::set_logger(&Lines).expect("there is no other one");
        log::set_max_level(log::LevelFilter::Trace);
        let told = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            add(&format!("{panic}\n"));
            told(panic);
        }));
    });
    LazyLock::force(&LISTENING);
}

/// All that was heard so far.
pub(crate) fn heard() -> String {
    heard_so_far().text.clone()
}

/// Looks through what was heard since the last time, line by line.
pub(crate) fn search(search: &mut Search) {
    let mut heard = heard_so_far();
    for line in heard.text[heard.searched..].lines() {
        search.through("the log", line);
    }
    heard.searched = heard.text.len();
}

fn add(text: &str) {
    heard_so_far().text.push_str(text);
}

fn heard_so_far() -> MutexGuard<'static, Heard> {
    HEARD.lock().unwrap_or_else(PoisonError::into_inner)
}

struct Lines;

impl Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        add(&String::from_utf8_lossy(bytes));
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl log::Log for Lines {
    fn enabled(&self, _: &log::Metadata<'_>) -> bool {
        true
    }

    fn log(&self, record: &log::Record<'_>) {
        add(&format!(
            "{} {} {}\n",
            record.level(),
            record.target(),
            record.args()
        ));
    }

    fn flush(&self) {}
}
