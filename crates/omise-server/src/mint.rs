//! What a new object begins with: its id and its time, from one reading of the clock.

use std::sync::{Arc, Mutex, PoisonError};

use omise_rules::{IdSequence, RANDOM_BELOW};
use omise_types::{SourceId, Timestamp};

use crate::environment::Environment;
use crate::failure::Failure;

/// Makes ids that no other object of this server has.
pub(crate) struct Mint {
    environment: Arc<dyn Environment>,
    ids: Mutex<IdSequence>,
}

/// An id and the time that is in it.
pub(crate) struct Minted {
    pub(crate) id: SourceId,
    pub(crate) created_ms: i64,
    pub(crate) created_at: Timestamp,
}

impl Mint {
    pub(crate) fn new(environment: Arc<dyn Environment>) -> Mint {
        Mint {
            environment,
            ids: Mutex::default(),
        }
    }

    /// Makes the id of a new source.
    pub(crate) fn source(&self, livemode: bool) -> Result<Minted, Failure> {
        let created_ms = self.environment.unix_ms();
        let created_at = Timestamp::from_unix_ms(created_ms)
            .map_err(|_| Failure::Internal("the clock is beyond the year 9999"))?;
        let random = self.environment.random_below(RANDOM_BELOW);
        // A panic while it was held leaves the sequence whole: it is changed by one assignment.
        let mut ids = self.ids.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(Minted {
            id: ids.next(created_ms, random, livemode),
            created_ms,
            created_at,
        })
    }
}
