//! Sources: what is read of a request, what is refused, and what is made.

mod make;
mod request;
mod rules;

pub use make::{NewSource, replace_id};
pub use request::Draft;
pub use rules::CheckedRequest;
