//! The SDK over TLS, to a server whose certificate an authority of its own has signed.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use omise_client::money::Thb;
use omise_client::payment_methods::Promptpay;
use omise_client::{Client, HttpTransport, SecretKey, Source};
use omise_tests::process::SECRET_KEY;
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use rustls::crypto::aws_lc_rs::default_provider;
use rustls::pki_types::PrivatePkcs8KeyDer;
use rustls::{ServerConfig, ServerConnection, StreamOwned};

#[tokio::test]
async fn a_server_is_trusted_by_the_authority_that_is_given_and_by_no_other() {
    let (authority, other) = (Authority::new(), Authority::new());
    let server = Server::start(&authority);

    let source = create(&server, &authority).await.expect("it is trusted");
    assert_eq!(source.id.as_str(), "src_test_5g5in1we65199wlsyji");
    assert_eq!(server.requests.load(Ordering::SeqCst), 1);

    let error = create(&server, &other).await.expect_err("it is not");
    assert!(error.is_connect(), "{error}");
    assert_eq!(server.requests.load(Ordering::SeqCst), 1, "nothing is sent");
}

async fn create(server: &Server, authority: &Authority) -> Result<Source, omise_client::Error> {
    let transport = HttpTransport::builder()
        .without_system_certificates()
        .add_root_certificates(authority.certificate.as_str())
        .build()
        .expect("a transport");
    let client = Client::builder()
        .base_url(format!("https://{}", server.address))
        .secret_key(SecretKey::new(SECRET_KEY).expect("a key"))
        .transport(transport)
        .max_attempts(1)
        .build()
        .expect("a client");
    let source = client
        .create_source(Promptpay::new(Thb::new(10_000)))
        .await?;
    Ok(source.into_inner())
}

struct Authority {
    /// In PEM.
    certificate: String,
    issuer: Issuer<'static, KeyPair>,
}

impl Authority {
    fn new() -> Authority {
        let key = KeyPair::generate().expect("a key");
        let mut parameters = CertificateParams::default();
        parameters.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let certificate = parameters.self_signed(&key).expect("a certificate");
        Authority {
            certificate: certificate.pem(),
            issuer: Issuer::new(parameters, key),
        }
    }

    /// TLS with a certificate that the authority has signed.
    fn tls(&self, address: SocketAddr) -> ServerConfig {
        let key = KeyPair::generate().expect("a key");
        let parameters = CertificateParams::new([address.ip().to_string()]).expect("a name");
        let certificate = parameters.signed_by(&key, &self.issuer);
        let chain = vec![certificate.expect("a certificate").der().clone()];
        ServerConfig::builder_with_provider(Arc::new(default_provider()))
            .with_safe_default_protocol_versions()
            .expect("versions of TLS")
            .with_no_client_auth()
            .with_single_cert(chain, PrivatePkcs8KeyDer::from(key.serialize_der()).into())
            .expect("a certificate and its key")
    }
}

/// Answers each connection's first request with a source.
struct Server {
    address: SocketAddr,
    requests: Arc<AtomicUsize>,
}

impl Server {
    fn start(authority: &Authority) -> Server {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("an address");
        let tls = Arc::new(authority.tls(address));
        let requests = Arc::new(AtomicUsize::new(0));
        let counter = Arc::clone(&requests);
        thread::spawn(move || {
            for socket in listener.incoming() {
                let session = ServerConnection::new(Arc::clone(&tls)).expect("a session");
                let mut stream = StreamOwned::new(session, socket.expect("a connection"));
                // A client that does not trust the server breaks off.
                if read_request(&mut stream).is_ok() {
                    counter.fetch_add(1, Ordering::SeqCst);
                    let _ = stream.write_all(answer().as_bytes());
                    let _ = stream.flush();
                }
            }
        });
        Server { address, requests }
    }
}

/// Reads to the end of the JSON object that is the body.
fn read_request(stream: &mut impl Read) -> std::io::Result<()> {
    let mut read = Vec::new();
    let mut byte = [0];
    while !read.ends_with(b"}") {
        stream.read_exact(&mut byte)?;
        read.push(byte[0]);
    }
    Ok(())
}

fn answer() -> String {
    let source = r#"{"object":"source","id":"src_test_5g5in1we65199wlsyji","livemode":false,
        "location":"/sources/src_test_5g5in1we65199wlsyji","amount":10000,"currency":"THB",
        "created_at":"2019-12-31T12:59:59Z","flow":"offline","type":"promptpay"}"#;
    let length = source.len();
    format!("HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: {length}\r\n\r\n{source}")
}
