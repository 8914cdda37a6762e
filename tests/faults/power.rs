//! The loss of power, at any moment.
//!
//! A store runs under load while all that it does to its files is recorded. The record is then cut
//! at points, and the files are made as a disk could have them that lost its power there: all that
//! was flushed, and of the rest any writes, each torn into sectors. What was acknowledged before a
//! point must be found in what is made for it.

use std::collections::BTreeMap;
use std::env;
use std::fs;
use std::path::Path;

use omise_tests::disk::{Entry, Operation, read_record};
use omise_tests::load::{Line, Load, Outcome, body, sources};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

use crate::disk;
use crate::store::LOAD;

/// How many points there are in an ordinary run. `OMISE_POWER_CUTS` sets another number.
const POINTS: usize = 200;

/// Of this many points of a control, some must lose a source; else the test could not fail.
const CONTROL_POINTS: usize = 15;

const TASKS: usize = 6;
const BODY_BYTES: usize = 40_000;

/// Enough sources for the log to be moved into the database, and to be begun anew.
const SOURCES: usize = 1_500;

/// What a disk writes whole or not at all.
const SECTOR_BYTES: usize = 512;

/// Which flushes the disk obeys.
#[derive(Clone, Copy)]
enum Flushes {
    All,
    /// As if those of the log were forgotten.
    NoneOfTheLog,
    /// Of the log only those that come before it is moved, as with `synchronous=NORMAL`.
    OfTheLogBeforeCheckpoints,
}

#[test]
#[expect(
    clippy::print_stdout,
    reason = "the harness shows it when the test fails"
)]
fn no_acknowledged_source_is_lost_when_the_power_goes() {
    let Some(disk) = disk("faults::power") else {
        return;
    };
    let points = env::var("OMISE_POWER_CUTS").map_or(POINTS, |points| {
        points.parse().expect("OMISE_POWER_CUTS is a number")
    });
    let seed: u64 = rand::random();
    println!("the points come from seed {seed}");
    let mut random = StdRng::seed_from_u64(seed);

    let mut load = Load::start(LOAD, &disk, TASKS, BODY_BYTES);
    load.wait_for(Outcome::Acknowledged, SOURCES)
        .expect("sources are committed");
    load.kill().expect("it is killed");
    let record = fs::read(disk.record()).expect("a record");
    let entries = read_record(&record);
    let checkpoints = entries
        .iter()
        .filter(|entry| !entry.is_log && matches!(entry.operation, Operation::Flush))
        .count();
    assert!(checkpoints >= 2, "the log was moved {checkpoints} times");

    let mut lost = |flushes, points| {
        let cut = || random.random_range(0..record.len() as u64);
        let mut cuts: Vec<u64> = std::iter::repeat_with(cut).take(points).collect();
        cuts.sort_unstable();
        let mut random = StdRng::seed_from_u64(seed);
        lost_at(&cuts, &entries, &load.read, flushes, &mut random)
    };
    let acknowledged = load.ids(Outcome::Acknowledged).count();
    let losing = lost(Flushes::All, points);
    println!("{acknowledged} acknowledged; {losing} of {points} points lose");
    assert_eq!(losing, 0);
    let control_points = CONTROL_POINTS.max(points / 10);
    for (name, flushes) in [
        ("flushes of the log ignored", Flushes::NoneOfTheLog),
        ("synchronous=NORMAL", Flushes::OfTheLogBeforeCheckpoints),
    ] {
        let losing = lost(flushes, control_points);
        println!("control, {name}: {losing} of {control_points} points lose");
        assert!(losing > 0, "{name}: the test cannot fail");
    }
}

/// Counts the points after which an acknowledged source is not found.
fn lost_at(
    cuts: &[u64],
    entries: &[Entry],
    lines: &[Line],
    flushes: Flushes,
    random: &mut StdRng,
) -> usize {
    let mut files = [File::default(), File::default()];
    let mut next = 0;
    let mut losing = 0;
    for cut in cuts {
        while let Some(entry) = entries.get(next).filter(|entry| entry.end <= *cut) {
            let file = &mut files[usize::from(entry.is_log)];
            match &entry.operation {
                Operation::Flush if is_obeyed(entries, next, flushes) => file.flush(),
                Operation::Flush | Operation::FailedFlush => {}
                _ => file.pending.push(next),
            }
            next += 1;
        }
        // In memory where there is a folder for that: the real disk has no part in it.
        let folder = tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir());
        let folder = folder.expect("a folder");
        let [database, log] = &files;
        database.write_to(&folder.path().join("objects.sqlite3"), entries, random);
        log.write_to(&folder.path().join("objects.sqlite3-wal"), entries, random);
        losing += usize::from(!is_whole(folder.path(), lines, *cut));
        for file in &mut files {
            file.apply_flushed(entries);
        }
    }
    losing
}

fn is_obeyed(entries: &[Entry], flush: usize, flushes: Flushes) -> bool {
    match flushes {
        Flushes::All => true,
        Flushes::NoneOfTheLog => !entries[flush].is_log,
        Flushes::OfTheLogBeforeCheckpoints => {
            let next = entries.get(flush + 1);
            !entries[flush].is_log || next.is_some_and(|next| !next.is_log)
        }
    }
}

/// A file on the disk, and what may get there.
#[derive(Default)]
struct File {
    /// What is on the disk for certain.
    bytes: Vec<u8>,
    /// What is on the disk for certain and not in `bytes` yet.
    flushed: Vec<usize>,
    /// What was not flushed.
    pending: Vec<usize>,
}

impl File {
    fn flush(&mut self) {
        self.flushed.append(&mut self.pending);
    }

    fn apply_flushed(&mut self, entries: &[Entry]) {
        for entry in self.flushed.drain(..) {
            apply(&mut self.bytes, &entries[entry].operation, |_| true);
        }
    }

    /// Writes the file as it may be after the power went: of what was not flushed, a part.
    fn write_to(&self, path: &Path, entries: &[Entry], random: &mut StdRng) {
        let mut bytes = self.bytes.clone();
        for entry in &self.flushed {
            apply(&mut bytes, &entries[*entry].operation, |_| true);
        }
        // A disk may write all, nothing, or what it likes.
        let share = [0.0, 0.5, 0.9, 1.0][random.random_range(0..4)];
        for entry in &self.pending {
            apply(&mut bytes, &entries[*entry].operation, |_| {
                random.random_bool(share)
            });
        }
        fs::write(path, bytes).expect("the file is written");
    }
}

fn apply(bytes: &mut Vec<u8>, operation: &Operation, mut is_written: impl FnMut(usize) -> bool) {
    match operation {
        Operation::Write { offset, data } => {
            let start = usize::try_from(*offset).expect("a file fits into memory");
            for (number, sector) in data.chunks(SECTOR_BYTES).enumerate() {
                if !is_written(number) {
                    continue;
                }
                let at = start + number * SECTOR_BYTES;
                let kept = bytes.len().saturating_sub(at).min(sector.len());
                if bytes.len() < at {
                    bytes.resize(at, 0);
                }
                bytes[at..at + kept].copy_from_slice(&sector[..kept]);
                bytes.extend_from_slice(&sector[kept..]);
            }
        }
        Operation::Truncate(length) if is_written(0) => {
            bytes.resize(
                usize::try_from(*length).expect("a file fits into memory"),
                0,
            );
        }
        Operation::Truncate(_) | Operation::Flush | Operation::FailedFlush => {}
    }
}

/// Tells whether all is there that was acknowledged before the record was so long.
fn is_whole(directory: &Path, lines: &[Line], cut: u64) -> bool {
    let before = lines
        .iter()
        .filter(|line| line.outcome == Outcome::Acknowledged && line.record_bytes <= cut);
    let expected: BTreeMap<&str, _> = before
        .map(|line| (&*line.id, body(&line.id, BODY_BYTES)))
        .collect();
    match sources(directory) {
        Ok(found) => expected
            .iter()
            .all(|(id, body)| found.get(*id).is_some_and(|found| found == body)),
        // Before anything was acknowledged there may be no database yet.
        Err(_) => expected.is_empty(),
    }
}
