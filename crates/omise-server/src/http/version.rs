//! Which version of the API a request speaks.

use http::HeaderMap;
use omise_types::{API_VERSION, API_VERSIONS, ApiVersion};

use crate::failure::Failure;
use crate::http::headers::OMISE_VERSION;

/// Refuses a version that this service does not speak. Without the header it is the one that the
/// specification describes: every account's default here.
pub(crate) fn check(headers: &HeaderMap) -> Result<(), Failure> {
    let Some(version) = headers.get(OMISE_VERSION) else {
        return Ok(());
    };
    if version.is_empty() || version == API_VERSION {
        return Ok(());
    }
    let known = API_VERSIONS.iter().find(|(name, _)| version == name);
    Err(match known {
        Some((_, ApiVersion::WithoutSources)) => Failure::VersionWithoutSources,
        _ => Failure::VersionNotSpoken,
    })
}
