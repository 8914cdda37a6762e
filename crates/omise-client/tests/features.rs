//! What the features compile.

use std::process::Command;

/// The packages that the client needs with these features.
fn packages(features: &[&str]) -> Vec<String> {
    let output = Command::new(env!("CARGO"))
        .args(["tree", "--offline", "--edges", "normal", "--prefix", "none"])
        .args([
            "--manifest-path",
            concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml"),
        ])
        .args(features)
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let tree = String::from_utf8(output.stdout).unwrap();
    let names = tree.lines().filter_map(|line| line.split(' ').next());
    names.map(str::to_owned).collect()
}

fn has_tls(packages: &[String]) -> bool {
    const TLS: [&str; 6] = [
        "aws-lc",
        "native-tls",
        "openssl",
        "ring",
        "rustls",
        "schannel",
    ];
    packages
        .iter()
        .any(|package| TLS.iter().any(|tls| package.starts_with(tls)))
}

#[test]
fn without_a_feature_for_tls_none_is_compiled() {
    assert!(has_tls(&packages(&[])));
    let without = packages(&["--no-default-features", "--features", "blocking,tracing"]);
    assert!(without.len() > 10, "{without:?}");
    assert!(!has_tls(&without), "{without:?}");
}

#[test]
fn a_program_compiles_at_most_a_hundred_crates_for_the_client() {
    let mut packages = packages(&[]);
    packages.sort();
    packages.dedup();
    assert!(packages.len() <= 100, "{}", packages.len());
}
