use std::fmt;

/// A value of an open enum that this version does not know, kept as it was read.
///
/// It is only made by reading, so a known value is never hidden in it.
///
/// # Example
///
/// ```
/// use omise_types::SourceType;
///
/// let SourceType::Other(value) = SourceType::from("pay_by_thought") else {
///     panic!("the specification does not name it");
/// };
/// assert_eq!(value.as_str(), "pay_by_thought");
/// ```
#[derive(Clone, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct OtherValue(Box<str>);

impl OtherValue {
    pub(crate) fn new(value: &str) -> OtherValue {
        OtherValue(value.into())
    }

    /// The value as it stands on the wire.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for OtherValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use crate::{AbsorptionType, ChargeStatus, ErrorCode, Flow, PlatformType, SourceType};

    macro_rules! round_trips {
        ($($claim:ident: $name:ident;)*) => {$(
            #[test]
            fn $claim() {
                for value in $name::KNOWN {
                    let text = value.as_str();
                    assert!(!matches!(value, $name::Other(_)), "{text}");
                    assert_eq!($name::from(text), *value);
                    assert_eq!($name::from(text.to_owned()), *value);
                    let json = serde_json::to_value(value).expect("a text");
                    assert_eq!(json, text);
                    assert_eq!(serde_json::from_value::<$name>(json).ok().as_ref(), Some(value));
                }
            }
        )*};
    }

    round_trips! {
        every_known_absorption_type_reads_as_it_is_written: AbsorptionType;
        every_known_charge_status_reads_as_it_is_written: ChargeStatus;
        every_known_error_code_reads_as_it_is_written: ErrorCode;
        every_known_flow_reads_as_it_is_written: Flow;
        every_known_platform_type_reads_as_it_is_written: PlatformType;
        every_known_source_type_reads_as_it_is_written: SourceType;
    }

    #[test]
    fn an_unknown_value_is_written_as_it_was_read() {
        let flow: Flow = serde_json::from_str("\"telepathy\"").expect("any text is a flow");
        assert!(matches!(flow, Flow::Other(_)));
        assert_eq!(serde_json::json!(flow), "telepathy");
    }
}
