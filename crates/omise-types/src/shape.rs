/// The shape of a parameter's value, for those who read or offer parameters one by one.
#[derive(Clone, Copy, Debug)]
pub enum Shape {
    /// A whole number.
    Integer {
        /// The least value, or `i64::MIN`.
        min: i64,
        /// The greatest value that its format holds.
        max: i64,
    },
    /// True or false.
    Boolean,
    /// Any text.
    Text,
    /// One of these texts, in any case.
    OneOf(&'static [&'static str]),
    /// An object with these members.
    Object(&'static [Member]),
    /// A list of such values.
    Array(&'static Shape),
}

/// A member of an object.
#[derive(Clone, Copy, Debug)]
pub struct Member {
    /// Its name on the wire.
    pub name: &'static str,
    /// Whether the object needs it.
    pub is_required: bool,
    /// The shape of its value.
    pub shape: Shape,
}
