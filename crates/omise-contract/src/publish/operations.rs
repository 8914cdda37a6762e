//! The two operations of the document, found by what they take.

use crate::Spec;
use crate::document::{Method, Operation};
use anyhow::{Context, Result};

/// An operation and where it is.
#[derive(Clone, Copy)]
pub(super) struct Place<'a> {
    /// Its path, parameters in braces.
    pub(super) path: &'a str,
    /// Its method.
    pub(super) method: Method,
    /// What it is.
    pub(super) operation: &'a Operation,
}

/// Both.
pub(super) struct Operations<'a> {
    /// The one that takes a body.
    pub(super) create: Place<'a>,
    /// The one that takes none.
    pub(super) retrieve: Place<'a>,
}

impl<'a> Operations<'a> {
    /// Finds them.
    ///
    /// # Errors
    ///
    /// If one of them is not there.
    pub(super) fn of(spec: &'a Spec) -> Result<Operations<'a>> {
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
    pub(super) fn parts(&self, parameter: &str) -> Vec<String> {
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
    pub(super) fn id(&self) -> &str {
        &self.operation.operation_id
    }
}
