//! What the cases are worth: every server with a single fault fails at least one.

use omise_conformance::Suite;
use omise_tests::flawed::{FAULTS, Flawed};

use super::failures;

#[tokio::test]
async fn every_single_fault_is_caught() {
    let suite = Suite::embedded();
    let mut text = String::new();
    for fault in FAULTS {
        let api = Flawed::new(Some(fault));
        let send = async |request| Ok::<_, String>(api.answer(request).await);
        let caught = failures(&suite, send).await;
        assert!(!caught.is_empty(), "no case sees that {}", fault.name);
        // One case of each file is enough to see which of them catch it.
        let mut by_file: Vec<(&str, &str, usize)> = Vec::new();
        for (case, _) in &caught {
            let (file, id) = case.split_once('/').expect("a file and an id");
            match by_file.last_mut() {
                Some((last, _, number)) if *last == file => *number += 1,
                _ => by_file.push((file, id, 1)),
            }
        }
        text.push_str(&format!("{}\n", fault.name));
        for (file, id, number) in by_file {
            let more = if number > 1 {
                format!(" and {} more", number - 1)
            } else {
                String::new()
            };
            text.push_str(&format!("  {file}: {id}{more}\n"));
        }
    }
    insta::assert_snapshot!("which_case_catches_which_fault", text);
}

#[test]
fn there_are_faults_enough_and_none_twice() {
    let mut names: Vec<&str> = FAULTS.iter().map(|fault| fault.name).collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), FAULTS.len());
    assert!(names.len() >= 24, "{} faults", names.len());
}
