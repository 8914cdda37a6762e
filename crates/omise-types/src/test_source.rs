//! A source for the tests of this crate.

use serde_json::{Value, json};

use crate::{Source, SourceType};

/// A source that waits for its payer, with these attributes beside or instead of its own.
pub(crate) fn source(attributes: Value) -> Source {
    let mut source = json!({
        "object": "source",
        "id": "src_test_5g5in1we65199wlsyji",
        "livemode": false,
        "location": "/sources/src_test_5g5in1we65199wlsyji",
        "amount": 10_000,
        "created_at": "2019-12-31T12:59:59Z",
        "currency": "THB",
        "flow": "offline",
        "type": SourceType::KNOWN[0],
        "charge_status": "pending",
    });
    let Value::Object(attributes) = attributes else {
        panic!("attributes are an object");
    };
    let members = source.as_object_mut().expect("it was written as one");
    members.extend(attributes);
    serde_json::from_value(source).expect("a source")
}
