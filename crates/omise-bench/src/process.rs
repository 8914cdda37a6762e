//! Child processes that are killed when their owner is dropped.

use std::ffi::OsString;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::cpu::CpuTime;

/// How long a program may take until it can be used.
pub(crate) const TO_START: Duration = Duration::from_secs(30);

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

    /// Waits for the line that begins like this, and returns what follows.
    pub(crate) fn line(&mut self, start: &str, limit: Duration) -> Result<String> {
        let until = Instant::now() + limit;
        loop {
            let left = until.saturating_duration_since(Instant::now());
            match self.lines.recv_timeout(left) {
                Ok(line) => {
                    if let Some((_, rest)) = line.split_once(start) {
                        return Ok(rest.to_owned());
                    }
                }
                Err(RecvTimeoutError::Timeout) => {
                    bail!("no line with `{start}` came within {} s", limit.as_secs())
                }
                Err(RecvTimeoutError::Disconnected) => {
                    bail!("it ended without a line with `{start}`")
                }
            }
        }
    }

    /// Waits until a server says where it listens, and returns that as `127.0.0.1:PORT`.
    pub(crate) fn address(&mut self) -> Result<String> {
        let rest = self.line("http://", TO_START)?;
        let is_part = |character: char| character.is_ascii_digit() || ".:".contains(character);
        let end = rest.find(|character| !is_part(character));
        Ok(rest[..end.unwrap_or(rest.len())].to_owned())
    }

    /// Waits until a program can take orders.
    pub(crate) fn ready(&mut self) -> Result<()> {
        self.line("ready", TO_START).map(drop)
    }

    /// Writes a line to its stdin and waits for the numbers of its answer.
    pub(crate) fn ask(&mut self, line: &str, limit: Duration) -> Result<Vec<u64>> {
        writeln!(self.stdin, "{line}").context("it does not read its stdin")?;
        let answer = self.line("done ", limit)?;
        let numbers = answer.split(' ').map(str::parse);
        let numbers: Result<_, _> = numbers.collect();
        numbers.with_context(|| format!("it answered `{answer}`"))
    }

    /// The CPU time that it has spent so far.
    pub(crate) fn cpu(&self) -> Result<CpuTime> {
        CpuTime::read(self.child.id())
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// How child processes are started on this machine.
pub(crate) struct Launcher {
    // Whether a child can be made to end with this process, however that ends.
    can_tie: bool,
    // The cores of a server and of the load; nothing where they cannot be chosen.
    cores: Option<(u32, u32)>,
}

impl Launcher {
    /// Finds out what the machine has: util-linux is not everywhere.
    pub(crate) fn find() -> Launcher {
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
    pub(crate) fn server(&self, program: &Path) -> Command {
        self.command(program, self.cores.map(|(server, _)| server))
    }

    /// A command for the load, on the core of the load.
    pub(crate) fn load(&self, program: &Path) -> Command {
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

    #[cfg(target_os = "linux")]
    #[test]
    fn a_process_is_asked_and_has_ended_once_it_is_dropped() {
        let mut command = Command::new("sh");
        command.args([
            "-c",
            "echo on http://1:2, docs; read a; echo done $a 3; sleep 60",
        ]);
        let mut process = Process::start(command).expect("sh starts");
        assert_eq!(process.address().expect("it is written"), "1:2");
        assert_eq!(process.ask("4", TO_START).expect("it answers"), [4, 3]);
        assert!(process.line("never", Duration::from_millis(20)).is_err());
        let folder = format!("/proc/{}", process.child.id());
        assert!(Path::new(&folder).exists());
        drop(process);
        assert!(!Path::new(&folder).exists());
    }
}
