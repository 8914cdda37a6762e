//! The spans of the SDK: their names, their fields and which is in which.

use std::fmt;
use std::sync::{Arc, Mutex};

use omise_client::blocking;
use omise_client::money::Thb;
use omise_client::payment_methods::Promptpay;
use omise_testing::{Fault, TestService};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Subscriber, subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::{Context, SubscriberExt as _};
use tracing_subscriber::registry::LookupSpan;

#[tokio::test(start_paused = true)]
async fn a_call_and_each_of_its_attempts_have_a_span() {
    let spans = Spans::default();
    let _guard = subscriber::set_default(tracing_subscriber::registry().with(spans.clone()));
    let service = TestService::start();
    let client = service.client();

    service.inject(Fault::NotConnected);
    let source = client
        .create_source(Promptpay::new(Thb::new(10_000)))
        .await
        .expect("the second attempt has success");
    service.inject(Fault::status(400));
    client
        .retrieve_source(&source.id)
        .await
        .expect_err("it is refused");
    client
        .create_source(Promptpay::new(Thb::new(1)))
        .await
        .expect_err("it is too little");

    insta::with_settings!({filters => vec![
        (r"src_test_[0-9a-z]+", "[id]"),
        (r#"request_id: "[^"]+""#, r#"request_id: "[request id]""#),
    ]}, {
        insta::assert_snapshot!(spans.to_string());
    });
}

#[test]
fn a_call_that_blocks_has_its_span_in_the_span_of_its_caller() {
    let spans = Spans::default();
    let _guard = subscriber::set_default(tracing_subscriber::registry().with(spans.clone()));
    let client = blocking::Client::new(TestService::start().client()).expect("a thread");
    tracing::info_span!("order").in_scope(|| {
        let creation = client.create_source(Promptpay::new(Thb::new(10_000)));
        creation.send().expect("a source");
    });

    let spans = spans.to_string();
    let names: Vec<&str> = spans
        .lines()
        .filter(|line| !line.starts_with(' '))
        .collect();
    assert_eq!(names, ["attempt in call", "call in order"]);
}

/// Every span that ended, with its fields in the order in which they were set.
#[derive(Clone, Default)]
struct Spans(Arc<Mutex<Vec<String>>>);

impl fmt::Display for Spans {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let spans = self.0.lock().expect("no test panics while it holds it");
        f.write_str(&spans.join("\n"))
    }
}

impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for Spans {
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        let mut fields = Fields::default();
        attributes.record(&mut fields);
        if let Some(span) = context.span(id) {
            span.extensions_mut().insert(fields);
        }
    }

    fn on_record(&self, id: &Id, values: &Record<'_>, context: Context<'_, S>) {
        if let Some(span) = context.span(id)
            && let Some(fields) = span.extensions_mut().get_mut::<Fields>()
        {
            values.record(fields);
        }
    }

    fn on_close(&self, id: Id, context: Context<'_, S>) {
        let Some(span) = context.span(&id) else {
            return;
        };
        if !span.metadata().target().starts_with("omise_client") {
            return;
        }
        let parent = span.parent().map_or("nothing", |parent| parent.name());
        let mut text = format!("{} in {parent}", span.name());
        if let Some(fields) = span.extensions().get::<Fields>() {
            text += &fields.0;
        }
        self.0
            .lock()
            .expect("no test panics while it holds it")
            .push(text);
    }
}

#[derive(Default)]
struct Fields(String);

impl Visit for Fields {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.0 += &format!("\n    {}: {value:?}", field.name());
    }
}
