//! A generated answer: what it means, and one of the many ways to say that.
//!
//! An answer begins as a source of some payment method. Chance changes what it means, attribute by
//! attribute, and then how it is said. What is to be written again once it was read follows from
//! the first step and the specification alone: nothing of the SDK decides what is right.

use std::cell::Cell;

use omise_contract::Spec;
use omise_contract::document::{Kind, Schema};
use serde_json::{Map, Value, json};

use crate::random::Random;

/// Makes answers.
#[derive(Debug)]
pub struct Answers {
    source: Object,
    beginnings: Vec<Value>,
    maker: Maker,
}

/// A source as a service would send it.
#[derive(Debug)]
pub struct Answer {
    /// The body.
    pub text: String,
    /// What a complete writer makes of it.
    pub meant: Value,
    /// The attributes that the specification does not have, each with its value as it stands there.
    pub unknown: Vec<(String, String)>,
}

impl Answers {
    /// Answers that begin as these sources.
    pub fn new(random: Random, spec: &Spec, beginnings: &[Value]) -> Answers {
        let source = Object::new(spec, &spec.schemas()["Source"]);
        let mut maker = Maker {
            random,
            changed: 0,
            blank: "",
            is_shuffled: false,
        };
        let beginnings = beginnings.iter();
        let beginnings = beginnings
            .map(|beginning| maker.object(&source, Some(beginning)))
            .collect();
        Answers {
            source,
            beginnings,
            maker,
        }
    }

    /// The next answer.
    pub fn make(&mut self) -> Answer {
        let Answers {
            source,
            beginnings,
            maker,
        } = self;
        maker.changed = maker.random.pick(&[0, 5, 20, 60]);
        maker.blank = maker.random.pick(&["", " ", "\n  ", "\r\n\t"]);
        maker.is_shuffled = maker.random.chance(50);

        let beginning = &beginnings[maker.random.0.usize(0..beginnings.len())];
        let meant = match maker.changed {
            0 => beginning.clone(),
            _ => maker.object(source, Some(beginning)),
        };
        let mut text = String::from(maker.blank);
        let unknown = maker.say_object(&mut text, source, &meant);
        text.push_str(maker.blank);
        Answer {
            text,
            meant,
            unknown,
        }
    }

    /// What was never tried, though the specification has it: a test with such a gap proves less
    /// than it says.
    pub fn never_tried(&self) -> Vec<String> {
        let mut gaps = Vec::new();
        self.source.never_tried("", &mut gaps);
        gaps
    }
}

/// An object of the specification, and how often it was varied.
#[derive(Debug)]
struct Object {
    members: Vec<Member>,
    with_unknown: Cell<usize>,
}

#[derive(Debug)]
struct Member {
    name: String,
    is_required: bool,
    is_nullable: bool,
    shape: Shape,
    absent: Cell<usize>,
    null: Cell<usize>,
    // With a value or a spelling that is newer or older than the specification.
    foreign: Cell<usize>,
}

#[derive(Debug)]
enum Shape {
    Object(Object),
    List(Box<Shape>),
    Id,
    Time,
    Currency,
    Open(Vec<String>),
    Only(String),
    Text,
    Whole { max: i64, min: i64 },
    Decimal,
    Flag,
    Any,
}

impl Object {
    fn new(spec: &Spec, schema: &Schema) -> Object {
        let member = |(name, property): (&String, &Schema)| Member {
            name: name.clone(),
            is_required: schema.required.contains(name),
            is_nullable: property.nullable,
            shape: Shape::new(spec, name, property),
            absent: Cell::new(0),
            null: Cell::new(0),
            foreign: Cell::new(0),
        };
        let members = schema.properties.iter().flatten().map(member).collect();
        Object {
            members,
            with_unknown: Cell::new(0),
        }
    }

    fn never_tried(&self, path: &str, gaps: &mut Vec<String>) {
        let mut gap = |what: &str, count: &Cell<usize>, name: &str| {
            if count.get() == 0 {
                gaps.push(format!("{path}{name} {what}"));
            }
        };
        gap("with an unknown attribute", &self.with_unknown, "");
        for member in &self.members {
            if !member.is_required {
                gap("absent", &member.absent, &member.name);
                gap("null", &member.null, &member.name);
            }
            if member.shape.may_be_foreign() {
                gap("newer or older", &member.foreign, &member.name);
            }
        }
        for member in &self.members {
            if let Some(object) = member.shape.object() {
                object.never_tried(&format!("{path}{} ", member.name), gaps);
            }
        }
    }
}

impl Shape {
    fn new(spec: &Spec, name: &str, schema: &Schema) -> Shape {
        let target = schema.points_at();
        let schema = target.map_or(schema, |target| &spec.schemas()[target]);
        match (schema.kind, schema.format.as_deref()) {
            (Some(Kind::Object), _) if schema.is_any_object() => Shape::Any,
            (Some(Kind::Object), _) => Shape::Object(Object::new(spec, schema)),
            (Some(Kind::Array), _) => {
                let items = schema.items.as_deref().expect("a list has elements");
                Shape::List(Box::new(Shape::new(spec, name, items)))
            }
            (Some(Kind::Integer), Some("int32")) => Shape::Whole {
                min: i32::MIN.into(),
                max: i32::MAX.into(),
            },
            // Of 64 bits are amounts alone, which are never negative.
            (Some(Kind::Integer), _) => Shape::Whole {
                min: 0,
                max: i64::MAX,
            },
            (Some(Kind::Number), _) => Shape::Decimal,
            (Some(Kind::Boolean), _) => Shape::Flag,
            (Some(Kind::String), Some("date-time")) => Shape::Time,
            (Some(Kind::String), _) => match (&schema.extensible_enum, schema.values.as_deref()) {
                (Some(known), _) => Shape::Open(known.clone()),
                (None, Some([only])) => Shape::Only(only.clone()),
                _ if target == Some("SourceId") => Shape::Id,
                _ if name.ends_with("currency") => Shape::Currency,
                _ => Shape::Text,
            },
            (None, _) => unreachable!("checked: everything has a type"),
        }
    }

    fn object(&self) -> Option<&Object> {
        match self {
            Shape::Object(object) => Some(object),
            Shape::List(element) => element.object(),
            _ => None,
        }
    }

    fn may_be_foreign(&self) -> bool {
        matches!(self, Shape::Open(_) | Shape::Whole { .. } | Shape::Time)
    }
}

/// Makes one answer after the other.
#[derive(Debug)]
struct Maker {
    random: Random,
    /// How many attributes in a hundred are changed.
    changed: u32,
    /// Stands between what belongs to JSON.
    blank: &'static str,
    is_shuffled: bool,
}

/// What is meant.
impl Maker {
    /// An object with every attribute that a complete writer writes; made up if there is none to
    /// begin with.
    fn object(&mut self, object: &Object, beginning: Option<&Value>) -> Value {
        let mut members = Map::new();
        for member in &object.members {
            let beginning = beginning.map(|members| &members[&member.name]);
            let value = match beginning {
                _ if !member.is_required && self.random.chance(self.changed / 3) => None,
                Some(beginning) if !self.random.chance(self.changed) => {
                    let is_given = !beginning.is_null();
                    is_given.then(|| self.value(&member.shape, Some(beginning)))
                }
                _ => Some(self.value(&member.shape, None)),
            };
            let value = value.or_else(|| member.nothing());
            members.extend(value.map(|value| (member.name.clone(), value)));
        }
        Value::Object(members)
    }

    fn value(&mut self, shape: &Shape, beginning: Option<&Value>) -> Value {
        match (shape, beginning) {
            (Shape::Object(object), beginning) => self.object(object, beginning),
            (Shape::List(element), Some(Value::Array(values))) => values
                .iter()
                .map(|value| self.value(element, Some(value)))
                .collect(),
            (Shape::List(element), _) => (0..self.random.0.u32(0..4))
                .map(|_| self.value(element, None))
                .collect(),
            (_, Some(value)) => value.clone(),
            (Shape::Id, None) => json!(self.id()),
            (Shape::Time, None) => json!(self.time()),
            (Shape::Currency, None) => json!(self.letters(b'A'..=b'Z', 3)),
            (Shape::Open(known), None) if self.random.chance(50) => json!(self.random.pick(known)),
            (Shape::Open(_) | Shape::Text, None) => json!(self.random.text()),
            (Shape::Only(value), None) => json!(value),
            (Shape::Whole { min, max }, None) => {
                let near = self.random.0.i64(0..1_000_000);
                let far = self.random.0.i64(*min..=*max);
                json!(self.random.pick(&[near, near, far, *min, *max]))
            }
            (Shape::Decimal, None) => json!(self.decimal()),
            (Shape::Flag, None) => json!(self.random.0.bool()),
            (Shape::Any, None) => self.random.junk(3),
        }
    }

    fn id(&mut self) -> String {
        let prefix = self.random.pick(&["src_", "src_test_"]);
        format!("{prefix}{}", self.letters(b'a'..=b'z', 19))
    }

    fn letters(&mut self, range: std::ops::RangeInclusive<u8>, count: usize) -> String {
        (0..count)
            .map(|_| char::from(self.random.0.u8(range.clone())))
            .collect()
    }

    fn time(&mut self) -> String {
        let mut part = |range| self.random.0.u32(range);
        let (year, month, day) = (part(1990..2100), part(1..13), part(1..29));
        let (hour, minute, second) = (part(0..24), part(0..60), part(0..60));
        format!("{year}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
    }

    /// As rates have it, or any number that floating point holds.
    fn decimal(&mut self) -> f64 {
        let any = f64::from_bits(self.random.0.u64(..));
        if self.random.chance(50) && any.is_finite() {
            return any;
        }
        f64::from(self.random.0.u32(0..1_000_000)) / 10_000.0
    }
}

impl Member {
    /// What a complete writer writes where nothing is given.
    fn nothing(&self) -> Option<Value> {
        match self.shape {
            Shape::List(_) => Some(json!([])),
            _ => self.is_nullable.then_some(Value::Null),
        }
    }
}

/// How it is said.
impl Maker {
    /// Adds the text of an object, and gives the attributes in it that the specification does not
    /// have.
    fn say_object(
        &mut self,
        text: &mut String,
        object: &Object,
        meant: &Value,
    ) -> Vec<(String, String)> {
        let mut members: Vec<Said> = Vec::with_capacity(object.members.len() + 3);
        for member in &object.members {
            let value = meant.get(&member.name).filter(|value| !value.is_null());
            let is_nothing = value.is_none_or(|value| value.as_array().is_some_and(Vec::is_empty));
            match value {
                _ if is_nothing && !member.is_required && self.random.chance(50) => {
                    count(&member.absent);
                }
                Some(value) if !is_nothing || self.random.chance(50) => {
                    members.push(Said::Value(member, value));
                }
                _ => {
                    count(&member.null);
                    members.push(Said::Null(member));
                }
            }
        }
        let mut unknown = Vec::new();
        if self.random.chance(self.changed / 2) {
            count(&object.with_unknown);
            for number in 0..self.random.0.u32(1..4) {
                let name = self
                    .random
                    .pick(&["mood", "Amount", "amount ", "", "id\0", "メモ"]);
                unknown.push((format!("{name}{number}"), self.say_unknown()));
            }
        }
        members.extend(unknown.iter().map(Said::Unknown));
        if self.is_shuffled {
            self.random.0.shuffle(&mut members);
        }

        self.say_between(text, '{', members, '}', |maker, text, member| {
            match member {
                Said::Null(Member { name, .. }) | Said::Value(Member { name, .. }, _) => {
                    // Such a name is its own JSON.
                    text.extend(["\"", name, "\""]);
                }
                Said::Unknown((name, _)) => maker.say_text(text, name),
            }
            text.extend([maker.blank, ":", maker.blank]);
            match member {
                Said::Null(_) => text.push_str("null"),
                Said::Value(member, value) => maker.say_member(text, member, value),
                Said::Unknown((_, value)) => text.push_str(value),
            }
        });
        unknown
    }

    fn say_member(&mut self, text: &mut String, member: &Member, value: &Value) {
        match (&member.shape, value) {
            (Shape::Open(known), Value::String(value)) if !known.contains(value) => {
                count(&member.foreign);
            }
            // Older versions of the API wrote digits, and times like this.
            (Shape::Whole { .. }, Value::Number(number)) if self.random.chance(10) => {
                count(&member.foreign);
                text.push_str(&format!("\"{number}\""));
                return;
            }
            (Shape::Time, Value::String(time)) if self.random.chance(10) => {
                count(&member.foreign);
                let time = time.replace('T', " ").replace('Z', " UTC");
                text.push_str(&format!("\"{time}\""));
                return;
            }
            _ => {}
        }
        self.say(text, &member.shape, value);
    }

    fn say(&mut self, text: &mut String, shape: &Shape, value: &Value) {
        match (shape, value) {
            (Shape::Object(object), value) => {
                self.say_object(text, object, value);
            }
            (Shape::List(element), Value::Array(values)) => {
                let say = |maker: &mut Maker, text: &mut String, value: &Value| {
                    maker.say(text, element, value);
                };
                self.say_between(text, '[', values, ']', say);
            }
            (_, value) => self.say_any(text, value),
        }
    }

    fn say_any(&mut self, text: &mut String, value: &Value) {
        match value {
            Value::String(value) => self.say_text(text, value),
            Value::Array(values) => self.say_between(text, '[', values, ']', Maker::say_any),
            Value::Object(members) => {
                self.say_between(text, '{', members, '}', |maker, text, (name, value)| {
                    maker.say_text(text, name);
                    text.extend([maker.blank, ":", maker.blank]);
                    maker.say_any(text, value);
                });
            }
            Value::Null | Value::Bool(_) | Value::Number(_) => text.push_str(&value.to_string()),
        }
    }

    fn say_between<T>(
        &mut self,
        text: &mut String,
        open: char,
        parts: impl IntoIterator<Item = T>,
        close: char,
        mut say: impl FnMut(&mut Maker, &mut String, T),
    ) {
        text.push(open);
        for (index, part) in parts.into_iter().enumerate() {
            text.push_str(if index == 0 { "" } else { "," });
            text.push_str(self.blank);
            say(self, text, part);
            text.push_str(self.blank);
        }
        text.push(close);
    }

    /// JSON lets any character of a text be spelled as its number.
    fn say_text(&mut self, text: &mut String, value: &str) {
        if self.random.chance(self.changed / 4) {
            let units = value.encode_utf16();
            let spelled: String = units.map(|unit| format!("\\u{unit:04x}")).collect();
            text.extend(["\"", &spelled, "\""]);
        } else {
            text.push_str(&serde_json::to_string(value).expect("a text is JSON"));
        }
    }

    /// A value of an attribute that is newer than the specification: anything that JSON allows.
    fn say_unknown(&mut self) -> String {
        const BEYOND: [&str; 4] = ["1e999", "-0", "123456789012345678901234567890", "{}"];
        const DEEP: usize = 200;
        let mut text = String::new();
        match self.random.0.u32(0..10) {
            0 => text.push_str(self.random.pick(&BEYOND)),
            1 => text.extend(["[".repeat(DEEP), "]".repeat(DEEP)]),
            _ => {
                let value = self.random.junk(3);
                self.say_any(&mut text, &value);
            }
        }
        text
    }
}

/// A member of an object that is said.
enum Said<'a> {
    Null(&'a Member),
    Value(&'a Member, &'a Value),
    Unknown(&'a (String, String)),
}

fn count(counter: &Cell<usize>) {
    counter.set(counter.get() + 1);
}
