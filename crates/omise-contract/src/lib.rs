//! The OpenAPI document of the Source API as data: read, checked, compared and published.
//!
//! [`Spec::read`] reads and checks the document. It knows no Rust that is emitted from it and no
//! generator, so that a tool for its authors starts when the document is so broken that nothing
//! builds.

#[cfg(feature = "tools")]
pub mod compat;
pub mod document;
pub mod glossary;
#[cfg(feature = "tools")]
pub mod lint;
pub mod overlay;
pub mod publish;
pub mod tree;

mod amount;
mod build;
mod check;
mod japanese;
mod limits;
mod problem;
mod read;
mod requests;
mod rule;
mod spec;

use std::path::{Path, PathBuf};
use std::sync::LazyLock;

pub use amount::{in_threes, readable_amount};
pub use build::{build, build_all};
pub use check::{NEWTYPES, PUBLIC_KEY, SECRET_KEY};
pub use japanese::japanese;
pub use limits::{installment_minimum, limits, limits_are_assumed};
pub use problem::{Problem, Problems};
pub use requests::{example_request, whole_request};
pub use rule::{RULES, Rule};
pub use spec::Spec;

/// The document of this workspace: the text of `openapi/source.yaml`.
///
/// It is read when it is first asked for, and not compiled in: a change of the document rebuilds
/// what is emitted from it, and no generator.
pub static SOURCE_YAML: LazyLock<String> = LazyLock::new(|| text("source.yaml"));

/// Its overlay in Japanese: the text of `openapi/source.ja.yaml`.
pub static SOURCE_JA_YAML: LazyLock<String> = LazyLock::new(|| text("source.ja.yaml"));

/// The path of a file of the folder `openapi`.
pub fn path(name: &str) -> PathBuf {
    Path::new(omise_openapi::FOLDER).join(name)
}

fn text(name: &str) -> String {
    let path = path(name);
    std::fs::read_to_string(&path)
        .unwrap_or_else(|error| panic!("cannot read {}: {error}", path.display()))
}
