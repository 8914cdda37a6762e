use bytes::Bytes;
use omise_types::Operation;

pub(crate) fn call<F: Future>(_: Operation, call: F) -> F {
    call
}

pub(crate) fn attempt<F: Future>(_: Operation, _: &http::Request<Bytes>, _: u32, sending: F) -> F {
    sending
}
