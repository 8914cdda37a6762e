//! The promises of a store, written against the trait and checked with every implementation.

mod claims;
mod life;
mod lists;
mod objects;
#[path = "../support/mod.rs"]
mod support;

use omise_store::{Durability, MemoryStore, Store};

/// Runs each check with each implementation.
macro_rules! promises {
    ($($group:ident::$check:ident proves $claim:ident;)*) => {
        mod memory {
            $(#[tokio::test(flavor = "multi_thread")]
            async fn $claim() {
                crate::$group::$check(std::sync::Arc::new(omise_store::MemoryStore::new())).await;
            })*
        }

        #[cfg(feature = "sqlite")]
        mod sqlite {
            $(#[tokio::test(flavor = "multi_thread")]
            async fn $claim() {
                let dir = tempfile::tempdir().unwrap();
                let store = omise_store::SqliteStore::open(dir.path()).unwrap();
                crate::$group::$check(std::sync::Arc::new(store)).await;
            })*
        }
    };
}

promises! {
    objects::reads_back proves what_was_committed_is_read_back_byte_for_byte;
    objects::isolation proves another_account_mode_or_type_sees_nothing;
    objects::taken proves a_taken_key_is_refused_and_nothing_changes;
    objects::replacement proves a_replacement_is_read_at_once_with_the_next_version;
    objects::changed proves an_object_that_has_changed_or_is_missing_is_not_replaced;
    objects::racing_replacements proves no_change_is_lost_when_many_replace_one_object;
    objects::readers_during_changes proves a_read_never_goes_back_behind_what_was_acknowledged;
    claims::claims proves an_idempotency_key_is_claimed_once_for_each_account_and_mode;
    claims::racing_claims proves of_requests_with_one_idempotency_key_one_has_an_effect;
    objects::all_or_nothing proves a_transaction_of_which_one_write_fails_leaves_nothing;
    objects::own_conflict proves a_transaction_that_conflicts_with_itself_writes_nothing;
    objects::sequence proves a_transaction_sees_its_own_earlier_writes;
    objects::racing_inserts proves of_transactions_that_race_for_a_key_one_wins;
    lists::pages proves a_list_is_in_order_and_says_how_many_there_are;
    lists::span proves a_list_can_be_of_a_span_of_time;
    lists::isolation proves a_list_has_nothing_of_another_account_mode_or_type;
    lists::events proves events_are_objects_and_listed_by_their_subject;
    life::concurrency proves a_thousand_concurrent_commits_are_all_readable;
    life::dropped_future proves a_commit_under_way_is_kept_when_its_caller_goes_away;
    life::close proves a_closed_store_refuses_writes_and_still_reads;
    life::stopped_is_pending proves a_store_without_failure_never_reports_that_it_stopped;
}

#[test]
fn a_store_in_memory_says_so() {
    assert_eq!(MemoryStore::new().durability(), Durability::Memory);
}
