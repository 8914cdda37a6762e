#![doc = include_str!("../README.md")]

mod builder;
mod fault;
mod recorded_request;
mod service;

pub use builder::TestServiceBuilder;
pub use fault::Fault;
pub use recorded_request::RecordedRequest;
pub use service::TestService;
