/// What a version of the API has to do with this crate.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum ApiVersion {
    /// It is the one that the specification describes: [`API_VERSION`](crate::API_VERSION).
    Described,
    /// It has sources, in another shape than the specification describes.
    NotDescribed,
    /// It has no sources.
    WithoutSources,
}
