//! A store under load whose disk fails.

use omise_tests::disk::{DATABASE, Disk, EIO, ENOSPC, LOG, Operation, read_record};
use omise_tests::load::{Load, Outcome, log_bytes};

use crate::disk;

pub(crate) const LOAD: &str = env!("CARGO_BIN_EXE_store-under-load");

/// Bodies of this size fill the log after some 130 sources.
const LARGE: usize = 256 * 1024;

/// Four times the size at which the log is moved into the database.
const LOG_MAX_BYTES: u64 = 4 * 8000 * 4120;

#[test]
fn a_checkpoint_that_cannot_write_is_reported_and_writes_come_back_when_it_can() {
    for errno in [EIO, ENOSPC] {
        let Some(disk) = disk("faults::a_checkpoint_that_cannot_write") else {
            return;
        };
        make_store(&disk);
        disk.set(&format!("write {DATABASE} 0 error {errno}"));
        let mut load = Load::start(LOAD, &disk, 4, LARGE);
        load.wait_for(Outcome::Unavailable, 20)
            .expect("the failure is noticed");
        let log = log_bytes(&disk.data());
        assert!(log < LOG_MAX_BYTES, "{errno}: the log has {log} bytes");

        disk.set("");
        load.wait_for(Outcome::Acknowledged, 20)
            .expect("writes come back without a restart");

        assert!(load.end().expect("it ends").success(), "{errno}");
        let logged = load.log();
        let reason = "the write-ahead log cannot be moved into the database";
        let reported: Vec<_> = logged
            .lines()
            .filter(|line| line.contains(reason))
            .collect();
        assert_eq!(
            reported.len(),
            2,
            "once when it began, once when it ended: {logged}"
        );
        load.check(&disk.data()).expect("nothing is lost");
    }
}

#[test]
fn after_a_flush_that_failed_nothing_is_acknowledged() {
    for rule in [
        format!("sync {LOG} 5 error {EIO}"),
        format!("sync {DATABASE} 0 error {EIO}"),
    ] {
        let Some(disk) = disk("faults::after_a_flush_that_failed") else {
            return;
        };
        // Making the database flushes it; the load comes afterwards.
        make_store(&disk);
        disk.set(&rule);
        let mut load = Load::start(LOAD, &disk, 4, LARGE);

        let status = load.wait().expect("it ends by itself");

        assert_eq!(status.code(), Some(1), "{rule}");
        let record = std::fs::read(disk.record()).expect("a record");
        let mut entries = read_record(&record).into_iter();
        let failed = entries
            .find(|entry| matches!(entry.operation, Operation::FailedFlush))
            .expect("a flush has failed");
        let later = entries.count();
        assert_eq!(later, 0, "{rule}: something was written after it");
        if rule.contains(LOG) {
            // A commit whose flush failed is not acknowledged, nor is any other after it.
            for line in &load.read {
                let is_late = line.record_bytes > failed.end;
                assert!(
                    !is_late || line.outcome == Outcome::Stopped,
                    "{rule}: {line:?}"
                );
            }
        }
        disk.set("");
        load.check(&disk.data()).expect("nothing is lost");
    }
}

#[test]
fn a_log_that_cannot_be_written_stops_the_store() {
    let Some(disk) = disk("faults::a_log_that_cannot_be_written") else {
        return;
    };
    make_store(&disk);
    disk.set(&format!("write {LOG} 40 error {EIO}"));
    let mut load = Load::start(LOAD, &disk, 4, 1000);

    assert_eq!(load.wait().expect("it ends by itself").code(), Some(1));

    disk.set("");
    load.check(&disk.data()).expect("nothing is lost");
    assert!(load.ids(Outcome::Acknowledged).count() > 0);
}

#[test]
fn a_full_disk_refuses_writes_until_there_is_room() {
    // One is found by the write that fails, the other before anything is written.
    for rule in [
        format!("write {LOG} 0 error {ENOSPC}"),
        "space data 0 free 1000000".to_owned(),
    ] {
        let Some(disk) = disk("faults::a_full_disk") else {
            return;
        };
        let mut load = Load::start(LOAD, &disk, 4, 1000);
        load.wait_for(Outcome::Acknowledged, 20)
            .expect("all is well");

        disk.set(&rule);
        load.wait_for(Outcome::Unavailable, 20)
            .expect("the full disk is noticed");
        disk.set("");
        load.wait_for(Outcome::Acknowledged, 20)
            .expect("writes come back without a restart");

        disk.set(&rule);
        load.wait_for(Outcome::Unavailable, 20)
            .expect("it is noticed once more");
        load.kill().expect("it is killed");
        disk.set("");
        // What was refused is not there, not even after a crash.
        load.check(&disk.data()).expect("nothing is lost");
    }
}

#[test]
fn a_disk_that_hangs_keeps_nobody_waiting() {
    let Some(disk) = disk("faults::a_disk_that_hangs") else {
        return;
    };
    let mut load = Load::start(LOAD, &disk, 8, 1000);
    load.wait_for(Outcome::Acknowledged, 20)
        .expect("all is well");

    disk.set(&format!("sync {LOG} 0 hang 0"));
    load.wait_for(Outcome::Unknown, 1)
        .expect("what is under way is unknown");
    // What comes later is refused at once.
    load.wait_for(Outcome::Unavailable, 50)
        .expect("the rest is refused");

    disk.set("");
    load.wait_for(Outcome::Acknowledged, 20)
        .expect("writes come back without a restart");
    assert!(load.end().expect("it ends").success());
    let unknown = load.ids(Outcome::Unknown).count();
    assert!(unknown <= 8, "{unknown} for 8 tasks");
    load.check(&disk.data())
        .expect("nothing is lost, and what was refused is not there");
    let logged = load.log();
    assert!(logged.contains("the disk does not answer"), "{logged}");
    assert!(logged.contains("the disk answers again"), "{logged}");
}

#[test]
fn a_kill_inside_of_a_write_or_a_flush_loses_nothing() {
    for rule in [
        format!("write {LOG} 0 kill 0"),
        format!("write {LOG} 7 kill 0"),
        format!("write {LOG} 100 kill 0"),
        format!("sync {LOG} 0 kill 0"),
        format!("sync {LOG} 9 kill 0"),
        format!("write {DATABASE} 5 kill 0"),
        format!("sync {DATABASE} 0 kill 0"),
    ] {
        let Some(disk) = disk("faults::a_kill_inside_of_a_write") else {
            return;
        };
        make_store(&disk);
        disk.set(&rule);
        let bytes = if rule.contains(LOG) { 1000 } else { LARGE };
        let mut load = Load::start(LOAD, &disk, 4, bytes);

        let status = load.wait().expect("it is killed");

        assert_eq!(status.code(), None, "{rule}: killed by a signal");
        disk.set("");
        load.check(&disk.data()).expect("nothing is lost");
    }
}

/// Makes an empty store, so that a rule does not count what making it does.
fn make_store(disk: &Disk) {
    let mut load = Load::start(LOAD, disk, 0, 0);
    assert!(load.end().expect("it ends").success());
    let _ = std::fs::remove_file(disk.record());
}
