//! The CPU time of a process.

use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::{Context, Result};

// A tick of `/proc/<pid>/stat` on every Linux of today.
const TICK: Duration = Duration::from_millis(10);

/// What a process has spent up to a moment.
pub(crate) struct CpuTime {
    // By thread, in nanoseconds; exact, but a thread that ends takes its share with it.
    of_tasks: BTreeMap<String, u64>,
    // Of the whole process, the threads that have ended included; only as fine as a tick.
    ticks: u32,
}

impl CpuTime {
    /// Reads what a process has spent so far.
    pub(crate) fn read(pid: u32) -> Result<CpuTime> {
        let mut of_tasks = BTreeMap::new();
        let folder = format!("/proc/{pid}/task");
        for task in std::fs::read_dir(&folder).with_context(|| format!("no {folder}"))? {
            let task = task?;
            // A thread may end between the two.
            if let Ok(text) = std::fs::read_to_string(task.path().join("schedstat")) {
                let spent = text
                    .split_whitespace()
                    .next()
                    .and_then(|ns| ns.parse().ok());
                let name = task.file_name().to_string_lossy().into_owned();
                of_tasks.insert(name, spent.unwrap_or_default());
            }
        }
        let stat = std::fs::read_to_string(format!("/proc/{pid}/stat"))?;
        let ticks = ticks(&stat).context("/proc/<pid>/stat has another form")?;
        Ok(CpuTime { of_tasks, ticks })
    }

    /// What was spent since an earlier moment.
    pub(crate) fn since(&self, before: &CpuTime) -> Duration {
        let has_ended = |task: &String| !self.of_tasks.contains_key(task);
        let is_unknown = self.of_tasks.values().all(|spent| *spent == 0);
        if is_unknown || before.of_tasks.keys().any(has_ended) {
            return TICK * self.ticks.saturating_sub(before.ticks);
        }
        let spent = self.of_tasks.iter().map(|(task, spent)| {
            spent.saturating_sub(before.of_tasks.get(task).copied().unwrap_or_default())
        });
        Duration::from_nanos(spent.sum())
    }
}

/// utime and stime of `/proc/<pid>/stat`.
fn ticks(stat: &str) -> Option<u32> {
    // The name of the program stands in brackets and may hold anything.
    let (_, behind_name) = stat.rsplit_once(')')?;
    let mut fields = behind_name.split_whitespace().skip(11);
    let user: u32 = fields.next()?.parse().ok()?;
    let system: u32 = fields.next()?.parse().ok()?;
    Some(user + system)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cpu(tasks: &[(&str, u64)], ticks: u32) -> CpuTime {
        let tasks = tasks
            .iter()
            .map(|(task, spent)| ((*task).to_owned(), *spent));
        CpuTime {
            of_tasks: tasks.collect(),
            ticks,
        }
    }

    #[test]
    fn a_new_thread_counts_from_its_start() {
        let before = cpu(&[("1", 100)], 0);
        let after = cpu(&[("1", 150), ("2", 30)], 0);
        assert_eq!(after.since(&before), Duration::from_nanos(80));
    }

    #[test]
    fn what_an_ended_thread_spent_is_not_lost() {
        let before = cpu(&[("1", 100), ("2", 30)], 5);
        let after = cpu(&[("1", 150)], 8);
        assert_eq!(after.since(&before), Duration::from_millis(30));
    }

    #[test]
    fn a_name_with_blanks_and_brackets_does_not_disturb() {
        let stat = "7 (a (b) c) S 1 7 7 0 -1 4194304 1 0 0 0 12 30 0 0 20 0 1 0 5 0 0";
        assert_eq!(ticks(stat), Some(42));
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn this_process_spends_time() {
        let pid = std::process::id();
        let before = CpuTime::read(pid).expect("this process is there");
        let mut sum = 0_u64;
        for number in 0..20_000_000_u64 {
            sum = std::hint::black_box(sum.wrapping_add(number));
        }
        assert_ne!(sum, 1);
        let after = CpuTime::read(pid).expect("this process is there");
        assert!(after.since(&before) > Duration::ZERO);
    }
}
