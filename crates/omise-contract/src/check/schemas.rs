//! Schemas: what has a type, a name in Rust and a classification.

use serde_json::json;

use super::{Check, NEWTYPES};
use crate::document::{Kind, Schema};
use crate::rule::all as rule;

impl Check<'_> {
    pub(super) fn schemas(&mut self) {
        for name in [
            "SourceParameters",
            "Source",
            "SourceType",
            "Currency",
            "ErrorBody",
        ] {
            if !self.spec.schemas().contains_key(name) {
                self.problem(
                    rule::what_rust_names_is_there,
                    "components.schemas",
                    format!("`{name}` is missing"),
                );
            }
        }
        for (name, schema) in self.spec.schemas() {
            let place = format!("components.schemas.{name}");
            let has_values = schema.values.is_some() || schema.extensible_enum.is_some();
            let is_id = schema.id_prefix.is_some();
            let is_known = schema.kind == Some(Kind::Object) || has_values || is_id;
            if !is_known && !NEWTYPES.contains(&name.as_str()) {
                self.problem(
                    rule::named_schemas_have_members_or_values,
                    &place,
                    format!(
                        "must be an object, have values or `x-omise-id`, or be one of {}",
                        NEWTYPES.join(", ")
                    ),
                );
            }
            if let Some(prefix) = &schema.id_prefix {
                let is_letters = prefix.bytes().all(|byte| byte.is_ascii_lowercase());
                if prefix.is_empty() || !is_letters || !name.ends_with("Id") {
                    self.problem(
                        rule::ids_have_a_prefix,
                        format!("{place}.x-omise-id"),
                        "must be the prefix of a schema whose name ends with `Id`",
                    );
                }
            }
            self.rust_name(&place, name);
            self.schema(&place, schema);
        }
        for (name, parameter) in &self.spec.document().components.parameters {
            self.schema(
                &format!("components.parameters.{name}.schema"),
                &parameter.schema,
            );
        }
        for (name, header) in &self.spec.document().components.headers {
            self.schema(&format!("components.headers.{name}.schema"), &header.schema);
        }
    }

    /// Checks what becomes `Parameter` in Rust.
    pub(super) fn parameters(&mut self) {
        let place = "components.schemas.SourceParameters.properties";
        let names: Vec<&String> = self.spec.parameters().map(|(name, _)| name).collect();
        self.variants(place, names.iter().copied());
        for (name, parameter) in self.spec.parameters() {
            if let Some(alias_of) = parameter.alias_of.as_ref().filter(|of| !names.contains(of)) {
                self.problem(
                    rule::aliases_have_a_target,
                    format!("{place}.{name}.x-omise-alias-of"),
                    format!("`{alias_of}` is not a property of SourceParameters"),
                );
            }
        }
        for name in self.spec.every_type() {
            let schema = self.spec.parameters().find(|(known, _)| *known == name);
            if schema.is_none_or(|(_, schema)| schema.alias_of.is_some()) {
                self.problem(
                    rule::what_every_row_takes_is_a_parameter,
                    "components.schemas.SourceParameters.x-omise-every-type",
                    format!("`{name}` is no property of SourceParameters, or an alias"),
                );
            }
        }
    }

    fn schema(&mut self, place: &str, schema: &Schema) {
        self.target(place, schema);
        self.kind(place, schema);
        self.sensitive(place, schema);
        self.members(place, schema);
    }

    fn target(&mut self, place: &str, schema: &Schema) {
        if let Some(reference) = &schema.reference {
            let alone = Schema {
                reference: Some(reference.clone()),
                ..Schema::default()
            };
            if serde_json::to_value(schema).ok() != serde_json::to_value(alone).ok() {
                self.problem(
                    rule::references_stand_alone,
                    place,
                    "nothing may stand beside `$ref`",
                );
            }
        }
        if let Some(name) = schema.points_at() {
            if !self.spec.schemas().contains_key(name) {
                self.problem(
                    rule::schemas_are_components,
                    place,
                    format!("`{name}` is not one of components.schemas"),
                );
            }
        } else if schema.reference.is_some() {
            self.problem(
                rule::references_stay_inside,
                place,
                "a reference must point into components.schemas",
            );
        }
    }

    fn kind(&mut self, place: &str, schema: &Schema) {
        if schema.kind.is_none() && schema.reference.is_none() {
            self.problem(rule::everything_has_a_type, place, "has no `type`");
        }
        if let Some(values) = schema.values.as_ref().or(schema.extensible_enum.as_ref()) {
            self.variants(place, values);
        }
        if let Some(values) = &schema.extensible_enum {
            if schema.kind != Some(Kind::String) {
                self.problem(
                    rule::open_values_are_texts,
                    place,
                    "`x-extensible-enum` needs `type: string`",
                );
            }
            if values.is_empty() {
                self.problem(
                    rule::open_values_are_listed,
                    place,
                    "`x-extensible-enum` must not be empty",
                );
            }
        }
        let known = match (schema.kind, schema.format.as_deref()) {
            (_, None) => true,
            (Some(Kind::Integer), Some(format)) => matches!(format, "int32" | "int64"),
            (Some(Kind::Number), Some(format)) => format == "double",
            (Some(Kind::String), Some(format)) => format == "date-time",
            _ => false,
        };
        if !known {
            self.problem(
                rule::formats_are_known,
                format!("{place}.format"),
                "is not one that the generator knows",
            );
        }
        if schema.kind == Some(Kind::Integer) && schema.format.is_none() {
            self.problem(
                rule::integers_have_a_size,
                place,
                "is an integer without a `format`",
            );
        }
    }

    /// A text that nobody has classified would be shown or hidden by accident.
    fn sensitive(&mut self, place: &str, schema: &Schema) {
        let is_text = schema.kind == Some(Kind::String);
        if is_text && schema.sensitive.is_none() {
            self.problem(
                rule::texts_are_classified,
                place,
                "is a text that is not classified",
            );
        }
        if !is_text && schema.sensitive.is_some() {
            self.problem(
                rule::only_texts_are_classified,
                format!("{place}.x-omise-sensitive"),
                "classifies what is no text",
            );
        }
    }

    fn members(&mut self, place: &str, schema: &Schema) {
        if (schema.kind == Some(Kind::Array)) != schema.items.is_some() {
            self.problem(
                rule::lists_have_items,
                place,
                "`type: array` and `items` belong together",
            );
        }
        if (schema.kind == Some(Kind::Object)) != schema.properties.is_some() {
            self.problem(
                rule::objects_have_properties,
                place,
                "`type: object` and `properties` belong together",
            );
        }
        let properties = schema.properties.as_ref();
        for name in &schema.required {
            if !properties.is_some_and(|properties| properties.contains_key(name)) {
                self.problem(
                    rule::what_is_required_is_there,
                    format!("{place}.required"),
                    format!("`{name}` is not one of the properties"),
                );
            }
        }
        for (name, property) in properties.into_iter().flatten() {
            self.schema_in_place(&format!("{place}.properties.{name}"), property);
        }
        // Nothing may stand beside `type` where no member is known.
        let is_unknown = |items: &Schema| {
            serde_json::to_value(items).is_ok_and(|items| items == json!({"type": "object"}))
        };
        if let Some(items) = schema.items.as_ref().filter(|items| !is_unknown(items)) {
            self.schema_in_place(&format!("{place}.items"), items);
        }
    }

    fn schema_in_place(&mut self, place: &str, schema: &Schema) {
        self.schema(place, schema);
        let becomes_a_type = schema.kind == Some(Kind::Object) || schema.extensible_enum.is_some();
        match &schema.title {
            Some(title) => self.rust_name(&format!("{place}.title"), title),
            None if becomes_a_type => self.problem(
                rule::what_stands_in_place_has_a_title,
                place,
                "is written in place and has no `title`",
            ),
            None => {}
        }
    }
}
