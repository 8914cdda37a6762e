//! The two operations of the document, found by what they take.

use anyhow::{Context, Result};
use omise_contract::Spec;
use omise_contract::document::{Method, Operation};

/// An operation and where it is.
#[derive(Clone, Copy)]
pub struct Place<'a> {
    /// Its path, parameters in braces.
    pub path: &'a str,
    /// Its method.
    pub method: Method,
    /// What it is.
    pub operation: &'a Operation,
}

/// Both.
pub struct Operations<'a> {
    /// The one that takes a body.
    pub create: Place<'a>,
    /// The one that takes none.
    pub retrieve: Place<'a>,
}

impl<'a> Operations<'a> {
    /// Finds them.
    ///
    /// # Errors
    ///
    /// If one of them is not there.
    pub fn of(spec: &'a Spec) -> Result<Operations<'a>> {
        let find = |takes_a_body: bool| {
            let mut places = spec.operations().map(|(path, method, operation)| Place {
                path,
                method,
                operation,
            });
            places.find(|place| place.operation.request_body.is_some() == takes_a_body)
        };
        Ok(Operations {
            create: find(true).context("no operation takes a body")?,
            retrieve: find(false).context("every operation takes a body")?,
        })
    }
}

impl Place<'_> {
    /// The parts of the path, with this for a parameter.
    pub fn parts(&self, parameter: &str) -> Vec<String> {
        let parts = self.path.split('/').filter(|part| !part.is_empty());
        parts
            .map(|part| {
                if part.starts_with('{') {
                    parameter
                } else {
                    part
                }
            })
            .map(str::to_owned)
            .collect()
    }

    /// Its name, for ever.
    pub fn id(&self) -> &str {
        &self.operation.operation_id
    }
}
