/// The shape of a parameter's value, for those who read or offer parameters one by one.
///
/// # Example
///
/// ```
/// use omise_types::{Operation, Parameter, Shape};
///
/// let platform = Operation::CreateSource.parameter(Parameter::PLATFORM_TYPE).expect("one of them");
/// let Shape::OneOf(platforms) = platform.shape else {
///     panic!("a platform is one of a few");
/// };
/// assert_eq!(platforms, ["WEB", "IOS", "ANDROID"]);
/// ```
#[derive(Clone, Copy, Debug)]
pub enum Shape {
    /// An amount of money: a whole number of smallest units.
    Amount {
        /// The least that makes sense, 0 or more.
        min: i64,
    },
    /// A number of things: a whole number that fits 32 bits.
    Count {
        /// The least that makes sense, 0 or more.
        min: i64,
    },
    /// True or false.
    Boolean,
    /// Any text without control characters, but for tabs and line breaks.
    Text {
        /// The most characters that it may have.
        max_length: u32,
    },
    /// One of these texts, in any case.
    OneOf(&'static [&'static str]),
    /// An object with these members.
    Object(&'static [Member]),
    /// A list of such values.
    Array {
        /// The shape of each.
        element: &'static Shape,
        /// The most that there may be.
        max_items: u32,
    },
}

/// A member of an object.
///
/// # Example
///
/// ```
/// use omise_types::{Operation, Parameter, Shape};
///
/// let shipping = Operation::CreateSource.parameter(Parameter::SHIPPING).expect("one of them");
/// let Shape::Object(members) = shipping.shape else {
///     panic!("an address is an object");
/// };
/// let optional = members.iter().filter(|member| !member.is_required);
/// assert_eq!(optional.map(|member| member.name).collect::<Vec<_>>(), ["state", "street2"]);
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Member {
    /// Its name on the wire.
    pub name: &'static str,
    /// Whether the object needs it.
    pub is_required: bool,
    /// The shape of its value.
    pub shape: Shape,
}
