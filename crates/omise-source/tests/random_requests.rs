//! What holds for every request, tried with 20,000 random ones over all payment methods.

use omise_source::Stamp;
use omise_types::{Account, Draft, Parameter, PaymentMethod, Shape, Source, SourceId, Timestamp};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use serde_json::{Map, Value, json};

const REQUESTS: usize = 20_000;
const SEED: u64 = 20_190_529;

#[test]
fn no_request_panics_and_an_accepted_one_makes_a_whole_source() {
    let mut random = Random(StdRng::seed_from_u64(SEED));
    let methods = PaymentMethod::all();
    let mut accepted = vec![0; methods.len()];
    for number in 0..REQUESTS {
        let row = number % methods.len();
        let request = random.request(&methods[row]);
        match Draft::read(request.clone()).check(&Account::default()) {
            Ok(request) => {
                accepted[row] += 1;
                check_source(&stamp().make(request), &methods[row]);
            }
            Err(rejection) => {
                assert!(!rejection.reasons().is_empty(), "{request}");
                assert!(!rejection.to_string().is_empty(), "{request}");
            }
        }
    }

    assert!(
        !accepted.contains(&0),
        "a row was never accepted: {accepted:?}"
    );
    let total: usize = accepted.iter().sum();
    assert!(
        (REQUESTS / 4..REQUESTS * 3 / 4).contains(&total),
        "{total} accepted, so one outcome was hardly tried"
    );
}

fn check_source(source: &Source, method: &PaymentMethod) {
    assert_eq!(source.type_, method.source_type);
    let limits = method
        .limits(source.currency)
        .expect("an accepted currency is one of the payment method's");
    assert!(
        (limits.min..=limits.max).contains(&source.amount),
        "{source:?}"
    );

    let written = serde_json::to_value(source).expect("a source is written as JSON");
    let members = written.as_object().expect("a source is an object");
    let with_supplier = usize::from(members.contains_key("supplier_id"));
    assert_eq!(members.len(), 34 + with_supplier, "{source:?}");
}

fn stamp() -> Stamp {
    Stamp {
        id: SourceId::new("src_test_5g5in1we65199wlsyji").expect("an id"),
        created_at: Timestamp::from_unix_ms(1_577_797_199_000).expect("a moment"),
        peer_ip: None,
    }
}

struct Random(StdRng);

impl Random {
    fn chance(&mut self, percent: u32) -> bool {
        self.0.random_ratio(percent, 100)
    }

    fn pick<T: Clone>(&mut self, values: &[T]) -> T {
        values[self.0.random_range(0..values.len())].clone()
    }

    /// What the row asks for, with something missing or wrong here and there.
    fn request(&mut self, method: &PaymentMethod) -> Value {
        let mut request = Map::new();
        for &parameter in Parameter::ALL {
            let percent = if method.requires(parameter) { 97 } else { 15 };
            if self.chance(percent) {
                let value = if self.chance(4) {
                    self.junk(3)
                } else {
                    self.right(parameter, method)
                };
                request.insert(parameter.name().to_owned(), value);
            }
        }
        Value::Object(request)
    }

    fn right(&mut self, parameter: Parameter, method: &PaymentMethod) -> Value {
        let value = match parameter {
            Parameter::Amount | Parameter::Currency => {
                let (currency, limits) = method.currencies[0];
                if parameter == Parameter::Currency {
                    json!(currency)
                } else if self.chance(80) {
                    json!(self.0.random_range(limits.min.get()..=limits.max.get()))
                } else {
                    let (min, max) = (limits.min.get(), limits.max.get());
                    json!(self.pick(&[min - 1, min, max, max + 1]))
                }
            }
            Parameter::Type => json!(method.source_type),
            Parameter::Name => json!("Taro"),
            Parameter::Bank if !method.banks.is_empty() => json!(self.pick(method.banks)),
            Parameter::InstallmentTerm if !method.installment_terms.is_empty() => {
                json!(self.pick(method.installment_terms).months)
            }
            _ if self.chance(90) => {
                serde_json::from_str(parameter.example()).expect("an example is JSON")
            }
            _ => self.of_shape(parameter.shape()),
        };
        match value {
            // Forms send numbers as digits.
            Value::Number(number) if self.chance(30) => Value::String(number.to_string()),
            value => value,
        }
    }

    fn of_shape(&mut self, shape: &Shape) -> Value {
        if self.chance(10) {
            return self.junk(2);
        }
        match shape {
            Shape::Amount { .. } | Shape::Count { .. } => json!(self.0.random_range(0..100)),
            Shape::Boolean => json!(self.0.random::<bool>()),
            Shape::Text => self.text(),
            Shape::OneOf(values) => json!(self.pick(values)),
            Shape::Object(members) => members
                .iter()
                .map(|member| (member.name.to_owned(), self.of_shape(&member.shape)))
                .collect(),
            Shape::Array(element) => (0..self.0.random_range(0..4))
                .map(|_| self.of_shape(element))
                .collect(),
        }
    }

    /// Any JSON, nested so deep at most.
    fn junk(&mut self, depth: u32) -> Value {
        match self.0.random_range(0..if depth == 0 { 6 } else { 8 }) {
            0 => Value::Null,
            1 => json!(self.0.random::<bool>()),
            2 => json!(self.0.random::<i64>()),
            3 => json!(self.0.random::<u64>()),
            4 => json!(f64::from_bits(self.0.random())),
            5 => self.text(),
            6 => (0..self.0.random_range(0..4))
                .map(|_| self.junk(depth - 1))
                .collect(),
            _ => (0..self.0.random_range(0..4))
                .map(|_| {
                    let name = self.pick(&["0", "1", "-1", "city", "sku"]);
                    (name.to_owned(), self.junk(depth - 1))
                })
                .collect(),
        }
    }

    fn text(&mut self) -> Value {
        const TEXTS: [&str; 12] = [
            "",
            " ",
            "0",
            "-7",
            "1.0",
            "1e9",
            "true",
            "WEB",
            "a@b.c",
            "\0",
            "ヤマダ",
            "x, and y",
        ];
        if self.chance(80) {
            return json!(self.pick(&TEXTS));
        }
        let length = self.0.random_range(0..300);
        let text: String = (0..length).map(|_| self.0.random::<char>()).collect();
        json!(text)
    }
}
