/// What a version of the API has to do with this crate.
///
/// # Example
///
/// ```
/// use omise_types::{API_VERSION, API_VERSIONS, ApiVersion};
///
/// let mut versions = API_VERSIONS.iter();
/// let described = versions.find(|(_, version)| *version == ApiVersion::Described);
/// assert_eq!(described.map(|(name, _)| *name), Some(API_VERSION));
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum ApiVersion {
    /// It is the one that the specification describes: [`API_VERSION`](crate::API_VERSION).
    Described,
    /// It has sources, in another shape than the specification describes.
    NotDescribed,
    /// It has no sources.
    WithoutSources,
}
