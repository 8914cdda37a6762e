//! What a test pays for its own service. Alone in its program, so that no other test runs beside.

use std::time::{Duration, Instant};

use omise_client::{Amount, Client, CreateSourceRequest, SourceType};
use omise_testing::TestService;

#[tokio::test]
async fn a_service_and_its_client_are_there_in_less_than_5_ms() {
    let fastest = fastest_of(20, async || {
        std::hint::black_box(TestService::start().client());
    });
    let fastest = fastest.await;
    assert!(fastest < Duration::from_millis(5), "{fastest:?}");
}

// In rounds that are shorter than a turn of the scheduler: a machine that does something else at
// the same time slows some of them down, and not all.
#[tokio::test]
async fn a_thousand_pairs_take_less_than_a_second() {
    let service = TestService::start();
    let client = service.client();
    let fastest = fastest_of(100, async || {
        for _ in 0..10 {
            create_and_retrieve(&client).await;
        }
    });
    let thousand = fastest.await * 100;
    assert_eq!(service.sources().len(), 1_000);
    assert!(thousand < Duration::from_secs(1), "{thousand:?}");
}

async fn create_and_retrieve(client: &Client) {
    let amount = Amount::new(10_000).expect("an amount");
    let currency = "THB".parse().expect("a currency");
    let request = CreateSourceRequest::new(amount, currency, SourceType::Promptpay);
    let created = client.create_source(request).await.expect("a source");
    let retrieved = client.retrieve_source(&created.id).await;
    assert_eq!(retrieved.expect("the source").id, created.id);
}

async fn fastest_of(rounds: u32, mut round: impl AsyncFnMut()) -> Duration {
    let mut fastest = Duration::MAX;
    for _ in 0..rounds {
        let started = Instant::now();
        round().await;
        fastest = fastest.min(started.elapsed());
    }
    fastest
}
