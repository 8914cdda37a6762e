//! What is known of a request before it is sent.

use omise_rules::{Account, Draft};
use omise_types::{CreateSourceRequest, Operation, SourceType};

use crate::error::Error;

/// The body of a request.
pub trait Request {
    /// Holds the rules of the table against it, as the server does.
    ///
    /// # Errors
    ///
    /// If the service is known to refuse it.
    fn check(&self, operation: Operation) -> Result<(), Error>;

    /// The payment method that it is likely to mean by one that this version does not know.
    fn suggestion(&self) -> Option<&'static SourceType>;
}

impl Request for CreateSourceRequest {
    fn check(&self, operation: Operation) -> Result<(), Error> {
        if self.type_.payment_method().is_none() {
            // Another spelling is a mistake; a name that is only near may be a new payment method.
            return match self.type_.spells() {
                Some(meant) => Err(Error::misspelled(operation, meant)),
                None => Ok(()),
            };
        }
        // What the account may do beyond the table, only the service knows.
        let verdict = Draft::of(self).verify(&Account::default());
        verdict.map_err(|rejection| Error::refused(operation, rejection))
    }

    fn suggestion(&self) -> Option<&'static SourceType> {
        self.type_.similar()
    }
}
