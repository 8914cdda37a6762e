//! Child processes that are killed when their owner is dropped.

use std::ffi::OsString;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::cpu::CpuTime;

const SCHEME: &str = "http://";

/// A child process whose lines can be waited for. It is killed when this is dropped.
pub(crate) struct Process {
    child: Child,
    stdin: ChildStdin,
    lines: Receiver<String>,
}

impl Process {
    /// Starts a command with pipes on its stdin and stdout.
    pub(crate) fn start(mut command: Command) -> Result<Process> {
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .with_context(|| format!("cannot start {}", command.get_program().display()))?;
        let stdin = child.stdin.take().expect("stdin is piped");
        let stdout = child.stdout.take().expect("stdout is piped");
        let (sender, lines) = channel();
        // Reads to the end, so that the child never waits for a reader.
        std::thread::spawn(move || {
            for line in BufReader::new(stdout).lines().map_while(Result::ok) {
                let _ = sender.send(line);
            }
        });
        Ok(Process {
            child,
            stdin,
            lines,
        })
    }

    /// Waits for a line that has the text.
    pub(crate) fn line_with(&mut self, text: &str, limit: Duration) -> Result<String> {
        let until = Instant::now() + limit;
        loop {
            let left = until.saturating_duration_since(Instant::now());
            match self.lines.recv_timeout(left) {
                Ok(line) if line.contains(text) => return Ok(line),
                Ok(_) => {}
                Err(RecvTimeoutError::Timeout) => {
                    bail!("no line with `{text}` came within {} s", limit.as_secs())
                }
                Err(RecvTimeoutError::Disconnected) => {
                    bail!("it ended without a line with `{text}`")
                }
            }
        }
    }

    /// Waits for the line in which a server says where it is.
    pub(crate) fn url(&mut self, limit: Duration) -> Result<String> {
        let line = self.line_with(SCHEME, limit)?;
        url_in(&line).with_context(|| format!("no address in {line}"))
    }

    /// Writes a line to its stdin.
    pub(super) fn tell(&mut self, line: &str) -> Result<()> {
        writeln!(self.stdin, "{line}").context("it does not listen")
    }

    /// The CPU time that it has spent so far.
    pub(super) fn cpu(&self) -> Result<CpuTime> {
        CpuTime::read(self.child.id())
    }
}

/// The first address in a sentence, without what follows the port.
fn url_in(line: &str) -> Option<String> {
    let (_, rest) = line.split_once(SCHEME)?;
    let is_part = |character: char| character.is_ascii_digit() || ".:".contains(character);
    let end = rest.find(|character| !is_part(character));
    let address = rest[..end.unwrap_or(rest.len())].trim_end_matches(['.', ':']);
    (!address.is_empty()).then(|| format!("{SCHEME}{address}"))
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// How child processes are started on this machine.
pub(super) struct Launcher {
    // Whether a child can be made to end with this process, however that ends.
    can_tie: bool,
    // The cores of a server and of the load; nothing where they cannot be chosen.
    cores: Option<(u32, u32)>,
}

impl Launcher {
    /// Finds out what the machine has: util-linux is not everywhere.
    pub(super) fn find() -> Launcher {
        let has = |program: &str| Command::new(program).arg("--version").output().is_ok();
        let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
        let list = status
            .lines()
            .find_map(|line| line.strip_prefix("Cpus_allowed_list:"));
        let cores = parse_list(list.unwrap_or_default().trim());
        let two = match cores.as_slice() {
            [server, load, ..] => Some((*server, *load)),
            _ => None,
        };
        Launcher {
            can_tie: has("setpriv"),
            cores: two.filter(|_| has("taskset")),
        }
    }

    /// A command for a server, on the core of servers.
    pub(super) fn server(&self, program: &Path) -> Command {
        self.command(program, self.cores.map(|(server, _)| server))
    }

    /// A command for the load, on the core of the load.
    pub(super) fn load(&self, program: &Path) -> Command {
        self.command(program, self.cores.map(|(_, load)| load))
    }

    // Both tools become the program that they start, so the child's id is the program's.
    fn command(&self, program: &Path, core: Option<u32>) -> Command {
        let mut words: Vec<OsString> = Vec::new();
        if self.can_tie {
            words.extend(["setpriv", "--pdeathsig", "KILL"].map(OsString::from));
        }
        if let Some(core) = core {
            words.extend(["taskset", "--cpu-list"].map(OsString::from));
            words.push(core.to_string().into());
        }
        words.push(program.into());
        let mut command = Command::new(&words[0]);
        command.args(&words[1..]);
        command
    }
}

/// Reads `0-2,5`.
fn parse_list(list: &str) -> Vec<u32> {
    let mut cores = Vec::new();
    for part in list.split(',') {
        let (first, last) = part.split_once('-').unwrap_or((part, part));
        if let (Ok(first), Ok(last)) = (first.parse::<u32>(), last.parse::<u32>()) {
            cores.extend(first..=last);
        }
    }
    cores
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_of_cores_is_read() {
        assert_eq!(parse_list("0-2,5"), [0, 1, 2, 5]);
        assert_eq!(parse_list("3"), [3]);
        assert_eq!(parse_list(""), Vec::<u32>::new());
    }

    #[test]
    fn an_address_ends_with_its_port_whatever_the_sentence() {
        let url = Some("http://127.0.0.1:80".to_owned());
        for line in [
            "on http://127.0.0.1:80, docs on http://127.0.0.1:80/docs",
            "http://127.0.0.1:80",
            "on http://127.0.0.1:80.",
        ] {
            assert_eq!(url_in(line), url, "{line}");
        }
        assert_eq!(url_in("nowhere"), None);
        assert_eq!(url_in("http://"), None);
    }

    #[test]
    fn a_command_is_wrapped_in_what_the_machine_has() {
        let words = |launcher: &Launcher| {
            let command = launcher.load(Path::new("a"));
            let arguments = command.get_args().map(|word| word.to_string_lossy());
            let arguments: Vec<_> = arguments.collect();
            format!(
                "{} {}",
                command.get_program().display(),
                arguments.join(" ")
            )
        };
        let full = Launcher {
            can_tie: true,
            cores: Some((0, 1)),
        };
        assert_eq!(
            words(&full),
            "setpriv --pdeathsig KILL taskset --cpu-list 1 a"
        );
        let poor = Launcher {
            can_tie: false,
            cores: None,
        };
        assert_eq!(words(&poor).trim(), "a");
    }

    #[test]
    fn a_line_that_does_not_come_is_not_waited_for_for_ever() {
        let mut command = Command::new("sleep");
        command.arg("60");
        let mut process = Process::start(command).expect("sleep starts");
        let outcome = process.line_with("ready", Duration::from_millis(20));
        assert!(outcome.is_err_and(|error| error.to_string().contains("ready")));
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_dropped_process_has_ended() {
        let mut command = Command::new("sleep");
        command.arg("60");
        let process = Process::start(command).expect("sleep starts");
        let folder = format!("/proc/{}", process.child.id());
        assert!(Path::new(&folder).exists());
        drop(process);
        assert!(!Path::new(&folder).exists());
    }
}
