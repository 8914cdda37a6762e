//! How the service behaves on the wire, beside what makes a source: keys, versions, encodings,
//! routes, browsers, and who sees what.

use std::net::IpAddr;
use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD};
use bytes::Bytes;
use http::{Method, Request, Response};
use http_body_util::{BodyExt, Full};
use omise_rules::{Account, ContractedCurrency};
use omise_server::{
    AccountKeys, Accounts, Api, Cors, Environment, Options, Pages, Peer, SystemEnvironment,
};
use omise_store::{MemoryStore, Store};
use omise_tests::redact;
use omise_types::{Amount, Country, PublicKey, SecretKey};
use serde_json::{Value, json};

const PUBLIC: &str = "pkey_test_5xuy4w91xqz7d1w9u0t";
const SECRET: &str = "skey_test_5xuy4w91xqz7d1w9u0t";
const LIVE: &str = "skey_5xuy4w91xqz7d1w9u0t";
const OTHER: &str = "skey_test_5xuy4w91xqz7d1w9u0u";
const JAPAN: &str = "skey_test_5xuy4w91xqz7d1w9u0v";

/// A service with an account that has keys of every kind, another one, and one of Japan that takes
/// current payment methods only.
fn api() -> Api {
    api_with(Options::default())
}

fn api_with(options: Options) -> Api {
    let shop = AccountKeys {
        public_keys: vec![PublicKey::new(PUBLIC).expect("a key")],
        secret_keys: vec![
            SecretKey::new(SECRET).expect("a key"),
            SecretKey::new(LIVE).expect("a key"),
        ],
        ..AccountKeys::new("shop")
    };
    let other = AccountKeys {
        secret_keys: vec![SecretKey::new(OTHER).expect("a key")],
        ..AccountKeys::new("other")
    };
    let japan = AccountKeys {
        secret_keys: vec![SecretKey::new(JAPAN).expect("a key")],
        terms: Account {
            country: Some(Country::new("JP").expect("a country")),
            current_only: true,
            ..Account::default()
        },
        ..AccountKeys::new("japan")
    };
    let accounts = Accounts::new([shop, other, japan]).expect("no key twice");
    let store = Arc::new(MemoryStore::new());
    Api::with_options(accounts, store, Arc::new(SystemEnvironment), options)
}

/// An answer, as a test looks at it.
struct Answer {
    head: http::response::Parts,
    body: Value,
}

impl Answer {
    fn status(&self) -> u16 {
        self.head.status.as_u16()
    }

    fn header(&self, name: &str) -> &str {
        self.head
            .headers
            .get(name)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
    }

    fn message(&self) -> &str {
        self.body["message"].as_str().unwrap_or_default()
    }
}

async fn send(api: &Api, request: Request<Full<Bytes>>) -> Answer {
    let response: Response<Full<Bytes>> = api.answer(request).await;
    let (head, body) = response.into_parts();
    let body = body.collect().await.expect("a body").to_bytes();
    let body = match body.as_ref() {
        b"" => Value::Null,
        body => serde_json::from_slice(body).expect("every body is JSON"),
    };
    Answer { head, body }
}

fn basic(key: &str) -> String {
    format!("Basic {}", STANDARD.encode(format!("{key}:")))
}

fn post(key: &str, content_type: &str, body: impl Into<Bytes>) -> Request<Full<Bytes>> {
    Request::post("/sources")
        .header("authorization", basic(key))
        .header("content-type", content_type)
        .body(Full::new(body.into()))
        .expect("a request")
}

fn get(key: &str, path: &str) -> Request<Full<Bytes>> {
    let request = Request::get(path).header("authorization", basic(key));
    request.body(Full::default()).expect("a request")
}

const FORM: &str = "application/x-www-form-urlencoded";
const JSON: &str = "application/json";
const PROMPTPAY: &str = "amount=10000&currency=thb&type=promptpay";

async fn create(api: &Api, key: &str, parameters: Value) -> Answer {
    send(api, post(key, JSON, parameters.to_string())).await
}

async fn created(api: &Api, key: &str) -> String {
    let answer = send(api, post(key, FORM, PROMPTPAY)).await;
    assert_eq!(answer.status(), 200, "{}", answer.body);
    answer.body["location"]
        .as_str()
        .expect("a location")
        .to_owned()
}

#[tokio::test]
async fn a_created_source_is_answered_as_the_api_writes_it() {
    let response = api().answer(post(SECRET, FORM, PROMPTPAY)).await;
    let (head, body) = response.into_parts();
    let body = body.collect().await.expect("a body").to_bytes();
    let mut text = format!("{}\n", head.status);
    for (name, value) in &head.headers {
        text.push_str(&format!("{name}: {}\n", value.to_str().expect("text")));
    }
    text.push_str(&format!("\n{}", String::from_utf8_lossy(&body)));
    insta::with_settings!({ filters => redact::filters() }, {
        insta::assert_snapshot!("a_created_source", text);
    });
}

#[tokio::test]
async fn what_is_retrieved_is_what_was_created_with_either_key_and_with_a_slash() {
    let api = api();
    let made = send(&api, post(PUBLIC, FORM, PROMPTPAY)).await;
    let path = made.body["location"].as_str().expect("a location");
    for (key, path) in [
        (PUBLIC, path.to_owned()),
        (SECRET, path.to_owned()),
        (SECRET, format!("{path}/")),
    ] {
        let found = send(&api, get(key, &path)).await;
        assert_eq!((found.status(), &found.body), (200, &made.body));
        assert_eq!(found.header("omise-version"), "2019-05-29");
    }
    let slash = Request::post("/sources/").header("authorization", basic(PUBLIC));
    let slash = slash
        .header("content-type", FORM)
        .body(Full::from(PROMPTPAY))
        .expect("a request");
    assert_eq!(send(&api, slash).await.status(), 200);
}

#[tokio::test]
async fn a_retrieval_may_come_with_a_json_body() {
    let api = api();
    let path = created(&api, SECRET).await;
    let request = Request::get(path)
        .header("authorization", basic(SECRET))
        .header("content-type", JSON);
    let request = request.body(Full::from("{}")).expect("a request");
    assert_eq!(send(&api, request).await.status(), 200);
}

#[tokio::test]
async fn every_spelling_of_basic_authentication_is_understood() {
    let api = api();
    let spellings = [
        basic(SECRET),
        format!("Basic {}", STANDARD.encode(SECRET)),
        format!("Basic {}", STANDARD.encode(format!("{SECRET}:x"))),
        format!("basic {}", STANDARD.encode(format!("{SECRET}:"))),
        format!("BASIC  {}", STANDARD_NO_PAD.encode(format!("{SECRET}:"))),
    ];
    for spelling in spellings {
        let request = Request::post("/sources").header("authorization", &spelling);
        let request = request
            .header("content-type", FORM)
            .body(Full::from(PROMPTPAY));
        let answer = send(&api, request.expect("a request")).await;
        assert_eq!(answer.status(), 200, "{spelling}");
    }
}

#[tokio::test]
async fn a_key_that_no_account_has_is_refused() {
    let api = api();
    let unknown = [
        None,
        Some(basic("skey_test_nobody")),
        Some(basic("")),
        Some(format!("Bearer {SECRET}")),
        Some("Basic !!!".to_owned()),
        Some(basic(&SECRET.to_uppercase())),
        Some(basic(&SECRET[..SECRET.len() - 1])),
    ];
    for authorization in unknown {
        let mut request = Request::post("/sources").header("content-type", FORM);
        if let Some(authorization) = &authorization {
            request = request.header("authorization", authorization);
        }
        let answer = send(
            &api,
            request.body(Full::from(PROMPTPAY)).expect("a request"),
        )
        .await;
        assert_eq!(answer.status(), 401, "{authorization:?}");
        assert_eq!(answer.body["code"], "authentication_failure");
        assert_eq!(answer.message(), "authentication failed");
        assert_eq!(answer.header("omise-version"), "");
        assert!(answer.header("www-authenticate").starts_with("Basic"));
    }
}

#[tokio::test]
async fn a_source_of_another_mode_or_account_is_not_found() {
    let api = api();
    let test = created(&api, SECRET).await;
    let live = created(&api, LIVE).await;
    assert!(!live.contains("_test_"));
    for (key, path) in [
        (SECRET, &live),
        (PUBLIC, &live),
        (LIVE, &test),
        (OTHER, &test),
        (OTHER, &live),
    ] {
        let answer = send(&api, get(key, path)).await;
        assert_eq!(answer.status(), 404, "{path}");
        assert_eq!(answer.body["code"], "not_found");
        let id = path.trim_start_matches("/sources/");
        assert_eq!(answer.message(), format!("source {id} was not found"));
    }
    for (key, path) in [(SECRET, &test), (LIVE, &live)] {
        assert_eq!(send(&api, get(key, path)).await.status(), 200);
    }
}

#[tokio::test]
async fn livemode_is_the_keys_and_never_the_requests() {
    let api = api();
    let parameters =
        json!({"amount": 2000, "currency": "THB", "type": "promptpay", "livemode": true});
    assert_eq!(
        create(&api, SECRET, parameters.clone()).await.body["livemode"],
        false
    );
    assert_eq!(create(&api, LIVE, parameters).await.body["livemode"], true);
}

#[tokio::test]
async fn the_version_of_the_api_is_echoed_and_checked() {
    let api = api();
    let expected = [
        ("2019-05-29", 200, ""),
        ("2017-11-02", 400, "bad_request"),
        ("2015-11-17", 404, "service_not_found"),
        ("2014-07-27", 404, "service_not_found"),
        ("2030-01-01", 400, "bad_request"),
        ("latest", 400, "bad_request"),
    ];
    for (version, status, code) in expected {
        let mut request = post(SECRET, FORM, PROMPTPAY);
        request
            .headers_mut()
            .insert("omise-version", version.parse().expect("a value"));
        let answer = send(&api, request).await;
        assert_eq!(answer.status(), status, "{version}");
        assert_eq!(
            answer.body["code"].as_str().unwrap_or_default(),
            code,
            "{version}"
        );
        let echoed = if status == 200 { version } else { "" };
        assert_eq!(answer.header("omise-version"), echoed, "{version}");
    }
}

#[tokio::test]
async fn a_form_means_what_the_same_json_means() {
    let api = api();
    let form = "amount=200000&currency=THB&type=atome&phone_number=0812345678&name=Somchai\
        &billing[city]=Bangkok&billing%5Bcountry%5D=TH\
        &shipping[city]=Bangkok&shipping[country]=TH&shipping[postal_code]=10310&shipping[state]=BKK\
        &shipping[street1]=1448/4+Praditmanutham+Road\
        &items[][sku]=a&items[][name]=Shoes&items[][amount]=100000&items[][quantity]=1\
        &items[][sku]=b&items[][name]=Socks&items[][amount]=50000&items[][quantity]=2";
    let shipping = json!({
        "city": "Bangkok", "country": "TH", "postal_code": "10310", "state": "BKK",
        "street1": "1448/4 Praditmanutham Road",
    });
    let parameters = json!({
        "amount": 200000, "currency": "THB", "type": "atome", "phone_number": "0812345678",
        "name": "Somchai", "billing": {"city": "Bangkok", "country": "TH"}, "shipping": shipping,
        "items": [
            {"sku": "a", "name": "Shoes", "amount": "100000", "quantity": "1"},
            {"sku": "b", "name": "Socks", "amount": 50000, "quantity": 2},
        ],
    });
    let mut by_form = send(&api, post(SECRET, FORM, form)).await.body;
    let by_json = create(&api, SECRET, parameters).await.body;
    for own in ["id", "location", "created_at"] {
        by_form[own] = by_json[own].clone();
    }
    assert_eq!(by_form, by_json);
    assert_eq!(by_json["items"][1]["amount"], 50000);
    assert_eq!(by_json["shipping"]["street2"], Value::Null);

    let indexed =
        form.replace("items[][", "items[0][")
            .replacen("items[0][sku]=b", "items[1][sku]=b", 1);
    let indexed = indexed.replace("items[0][name]=Socks", "items[1][name]=Socks");
    let indexed = indexed.replace("items[0][amount]=50000", "items[1][amount]=50000");
    let indexed = indexed.replace("items[0][quantity]=2", "items[1][quantity]=2");
    let by_index = send(&api, post(SECRET, FORM, indexed)).await.body;
    assert_eq!(by_index["items"], by_json["items"]);
}

#[tokio::test]
async fn what_clients_send_for_nothing_is_nothing() {
    let api = api();
    // As omise-java sends every unset member, and omise-go its empty addresses.
    let parameters = json!({
        "amount": 10000, "currency": "THB", "type": "alipay", "email": null, "name": null,
        "installment_term": 0, "zero_interest_installments": false, "phone_number": "",
        "billing": {"city": "", "country": "", "postal_code": "", "state": "", "street1": ""},
        "shipping": {}, "items": [], "qr_settings": {}, "description": "x", "flow": "redirect",
    });
    let answer = create(&api, SECRET, parameters).await;
    assert_eq!(answer.status(), 200, "{}", answer.body);
    for name in [
        "email",
        "installment_term",
        "zero_interest_installments",
        "billing",
        "shipping",
    ] {
        assert_eq!(answer.body[name], Value::Null, "{name}");
    }
    assert_eq!(answer.body["flow"], "redirect");
}

#[tokio::test]
async fn numbers_and_booleans_may_be_text_and_codes_may_be_of_any_case() {
    let api = api();
    let parameters = json!({
        "amount": "500000", "currency": "thb", "type": "installment_kbank", "installment_term": "6",
        "zero_interest_installments": "1", "platform_type": "android",
    });
    let source = create(&api, SECRET, parameters).await.body;
    assert_eq!(source["amount"], 500_000);
    assert_eq!(source["currency"], "THB");
    assert_eq!(source["installment_term"], 6);
    assert_eq!(source["zero_interest_installments"], true);
    assert_eq!(source["absorption_type"], "merchant");
    assert_eq!(source["platform_type"], "ANDROID");
}

#[tokio::test]
async fn a_phone_number_has_two_names() {
    let api = api();
    for name in ["phone_number", "mobile_number"] {
        let mut parameters = json!({"amount": 10000, "currency": "THB", "type": "truemoney"});
        parameters[name] = "0812345678".into();
        let source = create(&api, SECRET, parameters).await.body;
        assert_eq!(source["phone_number"], "0812345678");
        assert_eq!(source["mobile_number"], "0812345678");
    }
}

#[tokio::test]
async fn the_payers_address_is_told_for_a_public_key_only() {
    let api = api();
    for (key, expected) in [(PUBLIC, json!("192.0.2.1")), (SECRET, Value::Null)] {
        let mut request = post(key, FORM, PROMPTPAY);
        request
            .extensions_mut()
            .insert(Peer(IpAddr::from([192, 0, 2, 1])));
        assert_eq!(send(&api, request).await.body["ip"], expected);
    }
    let mut request = post(PUBLIC, FORM, format!("{PROMPTPAY}&ip=203.0.113.7"));
    request
        .extensions_mut()
        .insert(Peer(IpAddr::from([192, 0, 2, 1])));
    assert_eq!(send(&api, request).await.body["ip"], "203.0.113.7");
}

#[tokio::test]
async fn an_account_of_one_country_has_that_countrys_methods_and_currency() {
    let api = api();
    let check = async |parameters: Value, message: &str| {
        let answer = create(&api, JAPAN, parameters).await;
        assert_eq!(
            (answer.status(), answer.message()),
            if message.is_empty() {
                (200, "")
            } else {
                (400, message)
            }
        );
    };
    check(
        json!({"amount": 1000, "currency": "JPY", "type": "paypay"}),
        "",
    )
    .await;
    let type_is_not = "type is currently not supported";
    check(
        json!({"amount": 1000, "currency": "JPY", "type": "promptpay"}),
        type_is_not,
    )
    .await;
    check(
        json!({"amount": 2000, "currency": "THB", "type": "promptpay"}),
        type_is_not,
    )
    .await;
    let currency_must_be = "currency must be JPY";
    check(
        json!({"amount": 2000, "currency": "THB", "type": "bkash"}),
        currency_must_be,
    )
    .await;
}

#[tokio::test]
async fn a_discontinued_method_is_refused_where_only_current_ones_are_taken() {
    let parameters = json!({
        "amount": 12345, "currency": "THB", "type": "barcode_alipay", "barcode": "1234567890",
    });
    assert_eq!(
        create(&api(), SECRET, parameters.clone()).await.status(),
        200
    );

    let account = AccountKeys {
        secret_keys: vec![SecretKey::new(SECRET).expect("a key")],
        terms: Account {
            current_only: true,
            ..Account::default()
        },
        ..AccountKeys::new("default")
    };
    let accounts = Accounts::new([account]).expect("one key");
    let api = Api::new(
        accounts,
        Arc::new(MemoryStore::new()),
        Arc::new(SystemEnvironment),
    );
    let answer = create(&api, SECRET, parameters).await;
    assert_eq!(
        (answer.status(), answer.message()),
        (400, "type is currently not supported")
    );
}

#[tokio::test]
async fn a_flow_may_depend_on_the_country() {
    let api = api();
    for (currency, amount, flow) in [("MYR", 100, "redirect"), ("SGD", 100, "app_redirect")] {
        let parameters = json!({"amount": amount, "currency": currency, "type": "touch_n_go"});
        assert_eq!(create(&api, SECRET, parameters).await.body["flow"], flow);
    }
}

/// What a browser asks before it sends a request of a page at `https://shop.example`.
fn preflight(path: &str, method: &str, headers: &str) -> Request<Full<Bytes>> {
    Request::builder()
        .method(Method::OPTIONS)
        .uri(path)
        .header("origin", "https://shop.example")
        .header("access-control-request-method", method)
        .header("access-control-request-headers", headers)
        .body(Full::default())
        .expect("a request")
}

#[tokio::test]
async fn a_browser_may_call_from_any_page() {
    let api = api();
    let asked = "authorization,cache-control,idempotency-key,traceparent,x-requested-with";
    for (path, method) in [
        ("/sources/", "POST"),
        ("/sources/src_test_0000000000000000000", "GET"),
        ("/sources", "DELETE"),
        ("/charges", "PATCH"),
        ("/", "GET"),
    ] {
        let answer = send(&api, preflight(path, method, asked)).await;
        assert_eq!(answer.status(), 204, "{path}");
        assert_eq!(answer.header("access-control-allow-origin"), "*");
        assert_eq!(answer.header("access-control-allow-methods"), method);
        assert_eq!(answer.header("access-control-allow-headers"), asked);
        assert_eq!(answer.header("access-control-allow-credentials"), "");
    }

    let refused = send(&api, post("skey_test_nobody", FORM, PROMPTPAY)).await;
    let wrong = send(&api, post(SECRET, FORM, "amount=1")).await;
    let lost = send(&api, get(SECRET, "/nowhere")).await;
    for answer in [refused, wrong, lost] {
        assert_eq!(answer.header("access-control-allow-origin"), "*");
        assert_eq!(
            answer.header("access-control-expose-headers"),
            "omise-version, x-request-id, retry-after"
        );
    }
}

#[tokio::test]
async fn no_source_is_larger_than_the_longest_request() {
    let api = api();
    // As JSON writes it, each of these characters takes six bytes.
    let name = "\u{1}".repeat(20_000);
    let form = format!(
        "amount=10000&currency=jpy&type=econtext&email=a@example.com&phone_number=01234567890\
         &name={}",
        name.replace('\u{1}', "%01")
    );
    let answer = send(&api, post(SECRET, FORM, form)).await;
    assert_eq!(answer.status(), 400, "{}", answer.body);
}

#[tokio::test]
async fn pages_of_listed_origins_alone_may_call_with_credentials() {
    let options = Options {
        cors: Cors::Origins(vec![
            "https://shop.example".parse().expect("an origin"),
            "http://localhost:3000".parse().expect("an origin"),
        ]),
        ..Options::default()
    };
    let api = api_with(options);
    let check = |answer: &Answer, origin: &str, credentials: &str| {
        assert_eq!(answer.header("access-control-allow-origin"), origin);
        assert_eq!(
            answer.header("access-control-allow-credentials"),
            credentials
        );
        let vary = answer.head.headers.get_all("vary").iter();
        assert!(
            vary.filter_map(|value| value.to_str().ok())
                .any(|value| value == "origin")
        );
    };
    let answer = send(&api, preflight("/sources", "POST", "authorization")).await;
    check(&answer, "https://shop.example", "true");
    for (origin, allowed, credentials) in [
        (
            Some("http://localhost:3000"),
            "http://localhost:3000",
            "true",
        ),
        (Some("http://localhost:3001"), "", ""),
        (Some("null"), "", ""),
        (None, "", ""),
    ] {
        let mut request = post(SECRET, FORM, PROMPTPAY);
        if let Some(origin) = origin {
            let origin = origin.parse().expect("a value");
            request.headers_mut().insert("origin", origin);
        }
        let answer = send(&api, request).await;
        assert_eq!(answer.status(), 200);
        check(&answer, allowed, credentials);
    }
}

#[tokio::test]
async fn the_root_leads_a_person_to_the_documentation_and_gives_a_program_links() {
    let api = api_with(Options {
        pages: Some(Pages {
            answer: omise_pages::answer,
            links: omise_pages::LINKS,
        }),
        ..Options::default()
    });
    let ask = |accept: &'static str| {
        let request = Request::get("/").header("accept", accept);
        request.body(Full::default()).expect("a request")
    };
    let browser = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";
    let answer = send(&api, ask(browser)).await;
    assert_eq!((answer.status(), answer.header("location")), (302, "/docs"));
    let answer = send(&api, ask("*/*")).await;
    assert_eq!(answer.status(), 200);
    assert_eq!(answer.body["name"], "omise serve");
    assert_eq!(answer.body["version"], env!("CARGO_PKG_VERSION"));
    let links = answer.body["links"].as_object().expect("links");
    assert!(links.len() >= 5, "{links:?}");
    for link in links.values() {
        let link = link.as_str().expect("a path");
        let status = api.answer(get(SECRET, link)).await.status();
        // Sources can only be created there.
        let expected = if link == "/sources" { 405 } else { 200 };
        assert_eq!(status, expected, "{link}");
    }

    for path in ["/docs", "/livez", "/"] {
        for method in [Method::POST, Method::PUT, Method::DELETE, Method::OPTIONS] {
            let mut request = get(SECRET, path);
            *request.method_mut() = method.clone();
            let answer = send(&api, request).await;
            assert_eq!(answer.status(), 405, "{method} {path}");
            assert_eq!(answer.header("allow"), "GET, HEAD");
        }
        let mut request = get(SECRET, path);
        *request.method_mut() = Method::HEAD;
        assert_eq!(api.answer(request).await.status(), 200, "{path}");
    }
    for path in ["/docs/index.html", "/docs//", "/Docs", "/livez/"] {
        assert_eq!(send(&api, get(SECRET, path)).await.status(), 404, "{path}");
    }

    let without = api_with(Options::default());
    let answer = send(&without, ask(browser)).await;
    assert_eq!(answer.status(), 200);
    assert_eq!(answer.body["links"].get("documentation"), None);
    assert_eq!(send(&without, get(SECRET, "/docs")).await.status(), 404);
    assert_eq!(
        send(&without, get(SECRET, "/docs/source.yaml"))
            .await
            .status(),
        404
    );
}

#[tokio::test]
async fn readiness_is_that_of_the_store_and_liveness_is_not() {
    let store = Arc::new(MemoryStore::new());
    let accounts = Accounts::new([]).expect("no key twice");
    let api = Api::new(
        accounts,
        Arc::clone(&store) as Arc<dyn Store>,
        Arc::new(SystemEnvironment),
    );
    let check = async |path: &str, status: u16, text: &str| {
        let mut request = get(SECRET, path);
        let origin = "https://shop.example".parse().expect("a value");
        request.headers_mut().insert("origin", origin);
        let answer = send(&api, request).await;
        assert_eq!(answer.status(), status, "{path}");
        assert_eq!(answer.body["status"], text, "{path}");
        assert_eq!(answer.header("cache-control"), "no-cache, no-store");
        let cors = answer.head.headers.keys().map(|name| name.as_str());
        assert!(
            !cors
                .into_iter()
                .any(|name| name.starts_with("access-control-")),
            "{path}"
        );
        let asked = send(&api, preflight(path, "GET", "authorization")).await;
        assert_eq!(asked.status(), 405);
    };
    check("/livez", 200, "live").await;
    check("/readyz", 200, "ready").await;
    store.close().await.expect("it closes");
    check("/livez", 200, "live").await;
    check("/readyz", 503, "not ready").await;
}

#[tokio::test]
async fn a_server_that_stops_is_not_ready_and_still_answers() {
    let api = api();
    assert_eq!(send(&api, get(SECRET, "/readyz")).await.status(), 200);
    api.stop_being_ready();
    let answer = send(&api, get(SECRET, "/readyz")).await;
    assert_eq!(
        (answer.status(), &answer.body["reason"]),
        (503, &json!("the server is stopping"))
    );
    created(&api, SECRET).await;
}

#[tokio::test]
async fn no_answer_is_taken_for_another_type_than_its_own() {
    let api = api();
    for request in [
        post(SECRET, FORM, PROMPTPAY),
        post(SECRET, FORM, "amount=1"),
        get(SECRET, "/livez"),
        get(SECRET, "/nowhere"),
        get("skey_test_nobody", "/sources/src_test_0000000000000000000"),
    ] {
        let answer = send(&api, request).await;
        assert_eq!(answer.header("x-content-type-options"), "nosniff");
    }
}

/// A machine whose clock stands at a moment.
struct ClockAt(i64);

impl Environment for ClockAt {
    fn unix_ms(&self) -> i64 {
        self.0
    }

    fn random_below(&self, bound: u64) -> u64 {
        SystemEnvironment.random_below(bound)
    }
}

#[tokio::test]
async fn a_clock_of_any_year_gets_an_answer() {
    for (unix_ms, status, created_at) in [
        (-86_400_000, 200, json!("1969-12-31T00:00:00Z")),
        (-1, 200, json!("1969-12-31T23:59:59Z")),
        // In 2300 the time has more digits than an id has room for.
        (10_413_792_000_000, 200, json!("2300-01-01T00:00:00Z")),
        (253_370_764_800_000, 200, json!("9999-01-01T00:00:00Z")),
        (253_402_300_800_000, 500, Value::Null),
        (i64::MAX, 500, Value::Null),
        (i64::MIN, 500, Value::Null),
    ] {
        let shop = AccountKeys {
            secret_keys: vec![SecretKey::new(SECRET).expect("a key")],
            ..AccountKeys::new("default")
        };
        let accounts = Accounts::new([shop]).expect("one key");
        let host = Arc::new(ClockAt(unix_ms));
        let api = Api::new(accounts, Arc::new(MemoryStore::new()), host);
        for _ in 0..2 {
            let answer = send(&api, post(SECRET, FORM, PROMPTPAY)).await;
            assert_eq!(answer.status(), status, "{unix_ms}: {}", answer.body);
            assert_eq!(answer.body["created_at"], created_at, "{unix_ms}");
        }
    }
}

#[tokio::test]
async fn an_account_may_use_currencies_of_its_contract() {
    let usd = ContractedCurrency {
        currency: "USD".parse().expect("a currency"),
        min: Some(Amount::new(100).expect("an amount")),
        max: Some(Amount::new(500_000).expect("an amount")),
    };
    let shop = AccountKeys {
        secret_keys: vec![SecretKey::new(SECRET).expect("a key")],
        terms: Account {
            country: Some(Country::new("TH").expect("a country")),
            currencies: vec![usd],
            ..Account::default()
        },
        ..AccountKeys::new("default")
    };
    let accounts = Accounts::new([shop]).expect("one key");
    let contracted = Api::new(
        accounts,
        Arc::new(MemoryStore::new()),
        Arc::new(SystemEnvironment),
    );
    let check = async |api: &Api, amount: i64, currency: &str, message: &str| {
        let parameters = json!({"amount": amount, "currency": currency, "type": "promptpay"});
        let answer = create(api, SECRET, parameters).await;
        let expected = if message.is_empty() { 200 } else { 400 };
        assert_eq!((answer.status(), answer.message()), (expected, message));
    };
    check(&contracted, 100, "USD", "").await;
    check(&contracted, 500_000, "usd", "").await;
    check(&contracted, 99, "USD", "amount must be at least 100").await;
    check(
        &contracted,
        500_001,
        "USD",
        "amount must be less than 500001",
    )
    .await;
    check(&contracted, 2000, "THB", "").await;
    check(&contracted, 1999, "THB", "amount must be at least 2000").await;
    check(
        &contracted,
        2000,
        "JPY",
        "currency is currently not supported",
    )
    .await;
    check(&api(), 2000, "USD", "currency is currently not supported").await;
}

#[tokio::test]
async fn every_failure_is_an_error_object() {
    let api = api();
    let mut not_acceptable = post(SECRET, FORM, PROMPTPAY);
    not_acceptable
        .headers_mut()
        .insert("accept", "text/html".parse().expect("a value"));
    let mut delete = get(SECRET, "/sources/src_test_5g5in1we65199wlsyji");
    *delete.method_mut() = Method::DELETE;
    let mut options = get(SECRET, "/charges");
    *options.method_mut() = Method::OPTIONS;
    let large = format!("{PROMPTPAY}&name={}", "x".repeat(70_000));
    let failures = [
        ("unknown path", get(SECRET, "/charges")),
        ("a browser's question", options),
        ("wrong method", delete),
        ("no list of sources", get(SECRET, "/sources")),
        ("unknown key", post("skey_test_nobody", FORM, PROMPTPAY)),
        ("no JSON wanted", not_acceptable),
        (
            "not a media type of ours",
            post(SECRET, "text/plain", PROMPTPAY),
        ),
        ("broken JSON", post(SECRET, JSON, "{\"amount\": 1,")),
        ("JSON but no object", post(SECRET, JSON, "[]")),
        (
            "a parameter twice",
            post(SECRET, FORM, format!("{PROMPTPAY}&amount=1")),
        ),
        ("too large", post(SECRET, FORM, large)),
        ("nothing given", post(SECRET, JSON, "{}")),
        (
            "absent source",
            get(SECRET, "/sources/src_test_0000000000000000000"),
        ),
    ];
    let mut text = String::new();
    for (what, request) in failures {
        let answer = send(&api, request).await;
        let keys: Vec<&String> = answer.body.as_object().expect("an object").keys().collect();
        assert_eq!(keys, ["code", "location", "message", "object"]);
        assert_eq!(
            answer.header("content-type"),
            "application/json; charset=utf-8"
        );
        assert_eq!(answer.header("x-request-id").len(), 36);
        let allow = answer.header("allow");
        let allow = if allow.is_empty() {
            String::new()
        } else {
            format!(" [allow: {allow}]")
        };
        let code = answer.body["code"].as_str().expect("a code");
        text.push_str(&format!(
            "{what}: {} {code}: {}{allow}\n",
            answer.status(),
            answer.message()
        ));
    }
    insta::assert_snapshot!("every_failure", text);
}
