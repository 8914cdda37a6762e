use bytes::Bytes;
use http::Uri;
use omise_types::Operation;

use crate::transport::TransportError;

pub(crate) fn call<F: Future>(_: Operation, call: F) -> F {
    call
}

pub(crate) struct Attempt;

impl Attempt {
    pub(crate) fn new(_: Operation, _: &Uri, _: u32) -> Attempt {
        Attempt
    }

    pub(crate) fn run<F: Future>(&self, sending: F) -> F {
        sending
    }

    pub(crate) fn end(self, _: &Result<http::Response<Bytes>, TransportError>) {}
}
