//! Reads one attribute out of a JSON object and skips the rest.

use std::marker::PhantomData;

use serde::Deserializer as _;
use serde::de::{DeserializeOwned, IgnoredAny, MapAccess, Visitor};

pub(crate) fn attribute<V: DeserializeOwned>(object: &[u8], name: &str) -> Option<V> {
    struct One<'a, V>(&'a str, PhantomData<V>);

    impl<'de, V: DeserializeOwned> Visitor<'de> for One<'_, V> {
        type Value = Option<V>;

        fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("an object")
        }

        fn visit_map<M: MapAccess<'de>>(self, mut object: M) -> Result<Option<V>, M::Error> {
            let mut found = None;
            while let Some(key) = object.next_key::<String>()? {
                if key == self.0 {
                    found = object.next_value()?;
                } else {
                    object.next_value::<IgnoredAny>()?;
                }
            }
            Ok(found)
        }
    }

    let mut json = serde_json::Deserializer::from_slice(object);
    let read = json.deserialize_map(One(name, PhantomData));
    read.map_err(|error: serde_json::Error| error)
        .ok()
        .flatten()
}
