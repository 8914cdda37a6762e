//! Shapes: what a sender may write and a reader may meet.

use crate::document::{Kind, Schema};
use indexmap::IndexMap;

use super::change::{Changes, Class, EXAMPLES, Effect, ORDER, REWORDED, Site};
use super::diff::{Lists, lists, maps};
use super::reach::Reach;
use super::{currencies, methods};

/// Compares the named shapes.
pub(super) fn components(
    changes: &mut Changes,
    reach: &Reach<'_>,
    old: &IndexMap<String, Schema>,
    new: &IndexMap<String, Schema>,
) {
    let schemas = maps(old, new);
    let site = |name: &str| {
        let path = format!("components.schemas.{name}");
        Site::new(path, name, reach.uses(name))
    };
    for (name, _) in schemas.gone {
        if !reach.is_former_name(name) {
            changes.breaks(&site(name), format!("the schema `{name}` is gone"));
        }
    }
    for (name, _) in schemas.come {
        let former = reach.former_name(name);
        if former == name {
            let line = format!("the schema `{name}` is new");
            changes.add(Class::Safe, site(name).path, line);
        } else {
            // Generators name a class by it.
            let line = format!("the schema `{former}` is now called `{name}`");
            changes.breaks(&site(name), line);
        }
    }
    if schemas.moved {
        changes.words("components.schemas", ORDER, "`components.schemas`");
    }
    for (name, before, after) in schemas.kept {
        compare(changes, reach, &site(name), before, after);
    }
}

/// Compares two editions of one shape.
pub(super) fn compare(
    changes: &mut Changes,
    reach: &Reach<'_>,
    site: &Site,
    old: &Schema,
    new: &Schema,
) {
    let mut comparison = Comparison {
        changes,
        reach,
        site,
    };
    comparison.schema(old, new);
}

struct Comparison<'a, 'r> {
    changes: &'a mut Changes,
    reach: &'a Reach<'r>,
    site: &'a Site,
}

impl Comparison<'_, '_> {
    fn schema(&mut self, old: &Schema, new: &Schema) {
        let Schema {
            reference: _,
            kind,
            title,
            format,
            values,
            minimum,
            max_length,
            max_items,
            nullable,
            description,
            required,
            properties,
            items,
            example,
            extensible_enum,
            currencies,
            payment_methods,
            every_type,
            alias_of,
            id_prefix,
            messages,
            sensitive,
        } = old;
        self.words(REWORDED, description, &new.description);
        self.words(EXAMPLES, example, &new.example);
        self.alias_of(alias_of.as_ref(), new.alias_of.as_ref());
        if old.reference.is_some() || new.reference.is_some() {
            return self.target(old, new);
        }
        self.words("Classified otherwise", sensitive, &new.sensitive);
        self.words("Prefixes of ids", id_prefix, &new.id_prefix);
        self.words("What is known of messages", messages, &new.messages);
        self.title(title.as_ref(), new.title.as_ref());
        self.kind((*kind, format.as_ref()), (new.kind, new.format.as_ref()));
        if *kind != new.kind {
            // All that follows is of one kind.
            return;
        }
        self.nullable(*nullable, new.nullable);
        self.minimum(*minimum, new.minimum);
        self.most(*max_length, new.max_length, "characters");
        self.most(*max_items, new.max_items, "elements");
        self.values(values.as_ref(), new);
        self.extensible_enum(extensible_enum.as_ref(), new);
        let none = IndexMap::new();
        let properties = properties.as_ref().unwrap_or(&none);
        let new_properties = new.properties.as_ref().unwrap_or(&none);
        self.properties(properties, new_properties, &new.required);
        // What came or went altogether is told already.
        let is_in_both =
            |name: &&String| properties.contains_key(*name) && new_properties.contains_key(*name);
        self.every_type(every_type, &new.every_type, is_in_both);
        self.required(required, properties, &new.required, new_properties);
        self.items(items.as_deref(), new.items.as_deref());
        self.tables(currencies.as_ref(), payment_methods.as_ref(), new);
    }

    /// Compares what two shapes point at, where one of them does.
    fn target(&mut self, old: &Schema, new: &Schema) {
        let (before, after) = (target_of(old), target_of(new));
        if before != after.map(|name| self.reach.former_name(name)) {
            let words = |target: Option<&str>| match target {
                None => "written in place".to_owned(),
                Some(name) => format!("`{name}`"),
            };
            self.breaks(format!("is {}, was {}", words(after), words(before)));
        }
    }

    fn title(&mut self, old: Option<&String>, new: Option<&String>) {
        if old != new {
            // Generators name a class by it.
            let words = |title: Option<&String>| match title {
                None => "without a title".to_owned(),
                Some(title) => format!("titled `{title}`"),
            };
            self.breaks(format!("is {}, was {}", words(new), words(old)));
        }
    }

    fn kind(&mut self, old: (Option<Kind>, Option<&String>), new: (Option<Kind>, Option<&String>)) {
        if old != new {
            self.breaks(format!("is {}, was {}", kind_of(new), kind_of(old)));
        }
    }

    fn nullable(&mut self, old: bool, new: bool) {
        match (old, new) {
            (false, true) => self.judge(Effect::Safe, Effect::Breaks, "may be null"),
            (true, false) => self.judge(Effect::Breaks, Effect::Safe, "may no longer be null"),
            (true, true) | (false, false) => {}
        }
    }

    fn minimum(&mut self, old: Option<i64>, new: Option<i64>) {
        let (is_higher, words) = match (old, new) {
            (None, None) => return,
            (None, Some(new)) => (true, format!("is at least {new}")),
            (Some(old), None) => (false, format!("is no longer at least {old}")),
            (Some(old), Some(new)) if old == new => return,
            (Some(old), Some(new)) => (new > old, format!("is at least {new}, was {old}")),
        };
        if is_higher {
            self.judge(Effect::Breaks, Effect::Safe, &words);
        } else {
            self.judge(Effect::Safe, Effect::Breaks, &words);
        }
    }

    fn most(&mut self, old: Option<u32>, new: Option<u32>, of: &str) {
        let (is_lower, words) = match (old, new) {
            (None, None) => return,
            (None, Some(new)) => (true, format!("has at most {new} {of}")),
            (Some(old), None) => (false, format!("may have more than {old} {of}")),
            (Some(old), Some(new)) if old == new => return,
            (Some(old), Some(new)) => (new < old, format!("has at most {new} {of}, was {old}")),
        };
        if is_lower {
            self.judge(Effect::Breaks, Effect::Safe, &words);
        } else {
            self.judge(Effect::Safe, Effect::Breaks, &words);
        }
    }

    fn values(&mut self, old: Option<&Vec<String>>, new: &Schema) {
        let (old, new) = match (old, &new.values) {
            (None, None) => return,
            // The class that was made of the values comes or goes.
            (None, Some(new)) => {
                return self.breaks(format!("has no other values than {}", list(new)));
            }
            (Some(old), None) => {
                return self.breaks(format!("may have other values than {}", list(old)));
            }
            (Some(old), Some(new)) => (old, new),
        };
        let Lists { gone, come, moved } = lists(old, new);
        // A payment method is told where its row is.
        for value in gone {
            if !self.was_method(value) {
                self.breaks(format!("no longer has the value `{value}`"));
            }
        }
        for value in come {
            if !self.is_method(value) {
                let words = format!("has a new value `{value}`");
                self.judge(Effect::Safe, Effect::Breaks, &words);
            }
        }
        self.moved(moved, "values");
    }

    fn extensible_enum(&mut self, old: Option<&Vec<String>>, new: &Schema) {
        let (old, new) = match (old, &new.extensible_enum) {
            (None, None) => return,
            (None, Some(new)) => return self.breaks(format!("has known values, {}", list(new))),
            (Some(old), None) => {
                return self.breaks(format!("has no known values, had {}", list(old)));
            }
            (Some(old), Some(new)) => (old, new),
        };
        let Lists { gone, come, moved } = lists(old, new);
        for value in gone {
            if self.was_method(value) {
                self.changes.breaks(self.site, methods::gone(value));
            } else {
                self.breaks(format!("no longer has the value `{value}`"));
            }
        }
        for value in come {
            if self.is_method(value) {
                let line = methods::come(value);
                self.changes.add(Class::Safe, &self.site.path, line);
            } else {
                let words = format!("has a new value `{value}`");
                self.judge(Effect::Safe, Effect::Safe, &words);
            }
        }
        self.moved(moved, "values");
    }

    fn properties(
        &mut self,
        old: &IndexMap<String, Schema>,
        new: &IndexMap<String, Schema>,
        required: &[String],
    ) {
        let properties = maps(old, new);
        for (name, _) in properties.gone {
            let site = self.member(name);
            let line = format!("`{}` is gone", site.name);
            self.changes.breaks(&site, line);
        }
        for (name, _) in properties.come {
            let site = self.member(name);
            if required.contains(name) {
                let line = format!("`{}` is new and required", site.name);
                self.changes
                    .judge(&site, Effect::Breaks, Effect::Safe, line);
            } else {
                let line = format!("`{}` is new", site.name);
                self.changes.add(Class::Safe, &site.path, line);
            }
        }
        if properties.moved {
            // A refusal gives its reasons in this order, and generated constructors and data
            // classes take their members in it.
            self.breaks("has its members in another order".to_owned());
        }
        for (name, before, after) in properties.kept {
            let site = self.member(name);
            compare(self.changes, self.reach, &site, before, after);
        }
    }

    fn required(
        &mut self,
        old: &[String],
        old_properties: &IndexMap<String, Schema>,
        new: &[String],
        new_properties: &IndexMap<String, Schema>,
    ) {
        let Lists { gone, come, moved } = lists(old, new);
        for name in gone {
            let has_gone = old_properties.contains_key(name) && !new_properties.contains_key(name);
            if !has_gone {
                let site = self.member(name);
                let line = format!("`{}` is no longer required", site.name);
                self.changes
                    .judge(&site, Effect::Safe, Effect::Breaks, line);
            }
        }
        for name in come {
            let has_come = new_properties.contains_key(name) && !old_properties.contains_key(name);
            if !has_come {
                let site = self.member(name);
                let line = format!("`{}` is now required", site.name);
                self.changes
                    .judge(&site, Effect::Breaks, Effect::Safe, line);
            }
        }
        self.moved(moved, "required members");
    }

    fn items(&mut self, old: Option<&Schema>, new: Option<&Schema>) {
        match (old, new) {
            (None, None) => {}
            (Some(old), Some(new)) => {
                let site = self.site.below("items", "[]");
                compare(self.changes, self.reach, &site, old, new);
            }
            (Some(_), None) => self.breaks("no longer says what its elements are".to_owned()),
            (None, Some(_)) => self.breaks("now says what its elements are".to_owned()),
        }
    }

    fn tables(
        &mut self,
        old_currencies: Option<&IndexMap<String, crate::document::CurrencyRow>>,
        old_methods: Option<&IndexMap<String, crate::document::MethodRow>>,
        new: &Schema,
    ) {
        match (old_currencies, &new.currencies) {
            (None, None) => {}
            (Some(old), Some(new)) => {
                let path = format!("{}.x-omise-currencies", self.site.path);
                currencies::compare(self.changes, &path, old, new);
            }
            (Some(_), None) => self.breaks("no longer has the table of currencies".to_owned()),
            (None, Some(_)) => self.breaks("now has a table of currencies".to_owned()),
        }
        match (old_methods, &new.payment_methods) {
            (None, None) => {}
            (Some(old), Some(new)) => {
                let path = format!("{}.{}", self.site.path, methods::TABLE);
                methods::compare(self.changes, self.reach, &path, old, new);
            }
            (Some(_), None) => self.breaks("no longer has the table of payment methods".to_owned()),
            (None, Some(_)) => self.breaks("now has a table of payment methods".to_owned()),
        }
    }

    fn every_type(
        &mut self,
        old: &[String],
        new: &[String],
        is_in_both: impl Fn(&&String) -> bool,
    ) {
        let Lists { gone, come, moved } = lists(old, new);
        let gone = gone
            .into_iter()
            .map(|name| (name, Effect::Breaks, "is no longer"));
        let come = come.into_iter().map(|name| (name, Effect::Safe, "is now"));
        for (name, effect, words) in gone.chain(come).filter(|(name, _, _)| is_in_both(name)) {
            let site = self.member(name);
            let line = format!("`{}` {words} taken by every payment method", site.name);
            self.changes.judge(&site, effect, effect, line);
        }
        self.moved(moved, "parameters of every payment method");
    }

    fn alias_of(&mut self, old: Option<&String>, new: Option<&String>) {
        if old != new {
            let words = |of: Option<&String>| match of {
                None => "no other name of anything".to_owned(),
                Some(of) => format!("another name of `{of}`"),
            };
            self.breaks(format!("is {}, was {}", words(new), words(old)));
        }
    }

    fn moved(&mut self, moved: bool, what: &str) {
        if moved {
            let name = format!("the {what} of {}", self.shown());
            self.changes.words(&self.site.path, ORDER, &name);
        }
    }

    fn words<T: serde::Serialize>(&mut self, topic: &'static str, old: &T, new: &T) {
        let name = self.shown();
        self.changes
            .words_if_changed(old, new, &self.site.path, topic, &name);
    }

    fn judge(&mut self, requests: Effect, responses: Effect, words: &str) {
        let line = format!("{} {words}", self.shown());
        self.changes.judge(self.site, requests, responses, line);
    }

    fn breaks(&mut self, words: String) {
        self.judge(Effect::Breaks, Effect::Breaks, &words);
    }

    fn member(&self, name: &str) -> Site {
        self.site
            .below(&format!("properties.{name}"), &format!(".{name}"))
    }

    fn shown(&self) -> String {
        format!("`{}`", self.site.name)
    }

    fn was_method(&self, value: &str) -> bool {
        methods::of(self.reach.old).contains_key(value)
            && !methods::of(self.reach.new).contains_key(value)
    }

    fn is_method(&self, value: &str) -> bool {
        methods::of(self.reach.new).contains_key(value)
            && !methods::of(self.reach.old).contains_key(value)
    }
}

/// What a shape points at.
fn target_of(schema: &Schema) -> Option<&str> {
    schema.points_at().or(schema.reference.as_deref())
}

fn kind_of((kind, format): (Option<Kind>, Option<&String>)) -> String {
    let kind = match kind {
        None => "of any kind",
        Some(Kind::Object) => "an object",
        Some(Kind::Array) => "a list",
        Some(Kind::String) => "a string",
        Some(Kind::Integer) => "an integer",
        Some(Kind::Number) => "a number",
        Some(Kind::Boolean) => "a boolean",
    };
    match format {
        None => kind.to_owned(),
        Some(format) => format!("{kind} ({format})"),
    }
}

fn list<T: AsRef<str>>(values: &[T]) -> String {
    let values: Vec<&str> = values.iter().map(AsRef::as_ref).collect();
    format!("`{}`", values.join("`, `"))
}
