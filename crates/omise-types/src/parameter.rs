use std::fmt;

use crate::{Operation, Shape};

/// A parameter of a request; [`Operation::parameters`] has those of an operation.
///
/// # Example
///
/// ```
/// use omise_types::{Operation, Parameter};
///
/// let items = Operation::CreateSource.parameter(Parameter::ITEMS).expect("it takes items");
/// assert_eq!(items.name, "items");
/// assert!(!items.is_common);
/// ```
#[derive(Clone, Copy)]
#[non_exhaustive]
pub struct Parameter {
    /// The name as it stands on the wire.
    pub name: &'static str,
    /// What it is, as the specification says it.
    pub description: &'static str,
    /// The shape of its value.
    pub shape: Shape,
    /// Whether every payment method takes it.
    pub is_common: bool,
    /// Whether its value, or a part of it, is sensitive and kept out of `Debug`, errors and logs.
    pub is_sensitive: bool,
    /// The parameter that this one is only another name of.
    pub alias_of: Option<&'static str>,
    /// A value that it may have, as JSON.
    pub example: &'static str,
}

impl Operation {
    /// The parameter of its body that has the name.
    pub fn parameter(self, name: &str) -> Option<&'static Parameter> {
        self.parameters().iter().find(|one| one.name == name)
    }
}

/// Parameters of one name are one parameter.
impl PartialEq for Parameter {
    fn eq(&self, other: &Parameter) -> bool {
        self.name == other.name
    }
}

impl Eq for Parameter {}

impl fmt::Debug for Parameter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}
