//! Which version of the API a request speaks.

use http::HeaderMap;
use omise_types::{API_VERSION, API_VERSIONS, ApiVersion, Operation};

use crate::failure::Failure;
use crate::http::headers::OMISE_VERSION;

/// Refuses a version that this service does not speak, or that does not have the operation. Without
/// the header it is the one that the specification describes: every account's default here.
pub(crate) fn check(headers: &HeaderMap, operation: Operation) -> Result<(), Failure> {
    let Some(version) = headers.get(OMISE_VERSION) else {
        return Ok(());
    };
    if version.is_empty() || version == API_VERSION {
        return Ok(());
    }
    let known = API_VERSIONS.iter().find(|(name, _)| version == name);
    Err(match known {
        Some((_, version)) if !has(*version, operation) => Failure::VersionTooOld,
        _ => Failure::VersionNotSpoken,
    })
}

/// Whether a version has an operation.
fn has(version: ApiVersion, operation: Operation) -> bool {
    match operation {
        Operation::CreateSource | Operation::RetrieveSource => {
            !matches!(version, ApiVersion::WithoutSources)
        }
        _ => true,
    }
}
