//! What the server promises about its end: killed, drained, or refused at the door.

use std::collections::{BTreeMap, HashSet};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use omise_tests::process::{NotReady, PUBLIC_KEY, SECRET_KEY, ServeProcess, authorization};
use omise_tests::raw_http::{Answer, Body, Connection, preview, request};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use rusqlite::OpenFlags;

const SERVER: &str = env!("CARGO_BIN_EXE_omise-under-test");
const ROUNDS: usize = 20;
const CLIENTS: usize = 16;

/// A restart includes whatever recovery the database needs, so this bounds that too. It takes some
/// 0.1 s on a machine with nothing else to do.
const RESTARTED_WITHIN: Duration = Duration::from_secs(30);

/// Fewer acknowledgements than this in all rounds would prove nothing.
const ACKNOWLEDGED_MIN: usize = 1_000;

/// How long the clients of a round may take for their acknowledgements.
const LOADED_WITHIN: Duration = Duration::from_secs(60);

/// Every source that the server has answered for: its id, and the body as it was sent.
type Acknowledged = BTreeMap<String, Vec<u8>>;

#[test]
#[expect(
    clippy::print_stdout,
    reason = "the harness shows it when the test fails"
)]
fn no_acknowledged_source_is_lost_when_the_server_is_killed() {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let seed: u64 = rand::random();
    println!("the moments of death come from seed {seed}");
    let mut random = StdRng::seed_from_u64(seed);

    // Amounts are never repeated, so that no source can be mistaken for another.
    let next_amount = AtomicI64::new(2_000);
    let mut all = Acknowledged::new();
    let mut server = start_on(directory.path());
    for round in 1..=ROUNDS {
        // By acknowledgements and not by time, so that a slow machine proves as much as a fast one.
        let target = random.random_range(ACKNOWLEDGED_MIN / ROUNDS..=400);
        let acknowledged = load_until_killed(&mut server, target, &next_amount)
            .unwrap_or_else(|error| panic!("round {round}, killed after {target}: {error:#}"));

        server = start_on(directory.path());
        assert!(
            server.ready_after() < RESTARTED_WITHIN,
            "round {round}: ready {:?} after the restart",
            server.ready_after()
        );
        read_back(server.address(), &acknowledged).unwrap_or_else(|error| {
            panic!(
                "round {round}, killed after {target}, {} acknowledged: {error:#}",
                acknowledged.len()
            )
        });
        all.extend(acknowledged);
    }
    server.kill().expect("the last server can be killed");

    println!("{} sources were acknowledged in {ROUNDS} rounds", all.len());
    check_database(directory.path(), &all).expect("the database is whole");
    assert!(
        all.len() >= ACKNOWLEDGED_MIN,
        "only {} sources were acknowledged",
        all.len()
    );
}

#[test]
fn the_server_drains_on_sigterm() {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let mut server = start_on(directory.path());
    let address = server.address();

    // `Expect: 100-continue` tells the client when a handler has begun to wait for the body: from
    // then on the request is in flight, and nothing about the order of events is left to chance.
    let authorization = authorization(SECRET_KEY);
    let body = br#"{"amount":10000,"currency":"THB","type":"promptpay"}"#;
    let length = body.len().to_string();
    let head = request(
        "POST",
        "/sources",
        &[
            ("host", "localhost"),
            ("authorization", &authorization),
            ("content-type", "application/json"),
            ("content-length", &length),
            ("expect", "100-continue"),
        ],
        b"",
    );
    let mut in_flight: Vec<Connection> = (0..CLIENTS)
        .map(|_| {
            let mut connection = Connection::open(address).expect("the server listens");
            connection.send(&head).expect("the head is sent");
            connection
                .receive_continue()
                .expect("the server waits for the body");
            connection
        })
        .collect();

    server.send_sigterm().expect("SIGTERM is sent");
    wait_until_refused(address);
    let mut acknowledged = Acknowledged::new();
    for connection in &mut in_flight {
        connection
            .send(body)
            .expect("a draining server still reads");
        let answer = connection
            .receive(Body::Follows)
            .expect("a whole answer")
            .expect("an answer");
        assert_eq!(answer.status, 200, "{}", preview(&answer.body));
        acknowledged.insert(id_of(&answer).expect("an id"), answer.body);
    }
    let status = server.wait_for_exit().expect("the server ends");
    assert!(
        status.success(),
        "the drained server ended with {status}; stderr: {}",
        server.stderr()
    );
    assert_eq!(
        server.later_stdout_lines(),
        [""; 0],
        "stdout has more than the line that says it is ready"
    );
    assert_eq!(acknowledged.len(), CLIENTS, "two requests got the same id");

    let server = start_on(directory.path());
    read_back(server.address(), &acknowledged)
        .expect("what was acknowledged while draining is kept");
}

#[test]
fn a_second_server_on_the_same_data_directory_is_refused() {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let server = start_on(directory.path());

    let error = ServeProcess::on_directory(Path::new(SERVER), directory.path())
        .expect_err("the second server does not start");
    let NotReady { status, stderr } = error.downcast_ref().expect("it ended by itself");
    let status = status.expect("it ended by itself");
    assert!(!status.success(), "the second server ended with {status}");
    let name = directory.path().to_str().expect("a path that is text");
    assert!(
        stderr.contains(name),
        "stderr does not name the directory: {stderr}"
    );

    let mut connection = Connection::open(server.address()).expect("the first server listens");
    let created = create(&mut connection, 10_000).expect("the first server still works");
    let acknowledged = Acknowledged::from([(id_of(&created).expect("an id"), created.body)]);
    read_back(server.address(), &acknowledged).expect("the first server still works");
}

/// Waits until the server drains: from then on it accepts no connection.
fn wait_until_refused(address: SocketAddr) {
    let deadline = Instant::now() + Duration::from_secs(60);
    while TcpStream::connect(address).is_ok() {
        assert!(Instant::now() < deadline, "the server still accepts");
        thread::sleep(Duration::from_millis(5));
    }
}

fn start_on(directory: &Path) -> ServeProcess {
    ServeProcess::on_directory(Path::new(SERVER), directory).expect("the server starts")
}

/// Creates sources from many clients, kills the server once it has acknowledged `target` of them,
/// and returns what had been answered for.
fn load_until_killed(
    server: &mut ServeProcess,
    target: usize,
    next_amount: &AtomicI64,
) -> anyhow::Result<Acknowledged> {
    let address = server.address();
    let killed = AtomicBool::new(false);
    let count = AtomicUsize::new(0);
    thread::scope(|scope| {
        let clients: Vec<_> = (0..CLIENTS)
            .map(|_| scope.spawn(|| create_until_killed(address, &killed, &count, next_amount)))
            .collect();
        let deadline = Instant::now() + LOADED_WITHIN;
        while count.load(Ordering::SeqCst) < target
            && clients.iter().any(|client| !client.is_finished())
            && Instant::now() < deadline
        {
            thread::sleep(Duration::from_micros(200));
        }
        // Set first, so that an error before it is the server's own fault.
        killed.store(true, Ordering::SeqCst);
        let kill = server.kill();
        let mut acknowledged = Acknowledged::new();
        for client in clients {
            acknowledged.extend(client.join().expect("a client does not panic")?);
        }
        kill.map(|()| acknowledged)
    })
}

fn create_until_killed(
    address: SocketAddr,
    killed: &AtomicBool,
    count: &AtomicUsize,
    next_amount: &AtomicI64,
) -> anyhow::Result<Vec<(String, Vec<u8>)>> {
    let mut acknowledged = Vec::new();
    let mut run = || -> anyhow::Result<()> {
        let mut connection = Connection::open(address)?;
        while !killed.load(Ordering::SeqCst) {
            let answer = create(&mut connection, next_amount.fetch_add(1, Ordering::Relaxed))?;
            acknowledged.push((id_of(&answer)?, answer.body));
            count.fetch_add(1, Ordering::SeqCst);
        }
        Ok(())
    };
    match run() {
        Err(error) if !killed.load(Ordering::SeqCst) => {
            Err(error.context("before the server was killed"))
        }
        // A request that the kill cut off was not acknowledged; it may or may not have been kept.
        _ => Ok(acknowledged),
    }
}

fn create(connection: &mut Connection, amount: i64) -> anyhow::Result<Answer> {
    let body = format!(r#"{{"amount":{amount},"currency":"THB","type":"promptpay"}}"#);
    let headers = [
        ("host", "localhost"),
        ("authorization", &authorization(PUBLIC_KEY)),
        ("content-type", "application/json"),
    ];
    let answer = connection.exchange(&request("POST", "/sources", &headers, body.as_bytes()))?;
    ensure!(
        answer.status == 200,
        "{} {}",
        answer.status,
        preview(&answer.body)
    );
    Ok(answer)
}

/// Reads every acknowledged source over HTTP and compares it byte for byte.
fn read_back(address: SocketAddr, acknowledged: &Acknowledged) -> anyhow::Result<()> {
    let sources: Vec<_> = acknowledged.iter().collect();
    let share = sources.len().div_ceil(CLIENTS).max(1);
    thread::scope(|scope| {
        let readers: Vec<_> = sources
            .chunks(share)
            .map(|chunk| scope.spawn(move || read_back_chunk(address, chunk)))
            .collect();
        readers
            .into_iter()
            .try_for_each(|reader| reader.join().expect("a reader does not panic"))
    })
}

fn read_back_chunk(address: SocketAddr, sources: &[(&String, &Vec<u8>)]) -> anyhow::Result<()> {
    let headers = [
        ("host", "localhost"),
        ("authorization", &*authorization(SECRET_KEY)),
    ];
    let mut connection = Connection::open(address)?;
    for (id, body) in sources {
        let path = format!("/sources/{id}");
        let answer = connection.exchange(&request("GET", &path, &headers, b""))?;
        ensure!(
            answer.status == 200,
            "{id} is lost: {} {}",
            answer.status,
            preview(&answer.body)
        );
        ensure!(
            answer.body == **body,
            "{id} is not what was acknowledged: {}",
            preview(&answer.body)
        );
    }
    Ok(())
}

/// Looks at the database behind the server's back.
fn check_database(directory: &Path, acknowledged: &Acknowledged) -> anyhow::Result<()> {
    let path = directory.join("objects.sqlite3");
    let database = rusqlite::Connection::open_with_flags(&path, OpenFlags::SQLITE_OPEN_READ_ONLY)
        .with_context(|| format!("opening {}", path.display()))?;
    let integrity: String = database.query_row("PRAGMA integrity_check", [], |row| row.get(0))?;
    ensure!(integrity == "ok", "integrity_check: {integrity}");

    let mut select = database.prepare("SELECT id FROM object")?;
    let kept: HashSet<String> = select
        .query_map([], |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    for id in acknowledged.keys() {
        ensure!(kept.contains(id), "{id} is not in the database");
    }
    Ok(())
}

fn id_of(answer: &Answer) -> anyhow::Result<String> {
    let source: serde_json::Value = serde_json::from_slice(&answer.body).context("not JSON")?;
    Ok(source["id"].as_str().context("no id")?.to_owned())
}
