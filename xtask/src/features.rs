//! `cargo xtask features`: the SDK in every way that it can be built.
//!
//! Clippy is `cargo check` with more to say, and can refuse a warning without building everything
//! that comes from elsewhere again, which `RUSTFLAGS` cannot.

use std::path::Path;
use std::time::Instant;

use anyhow::{Context, Result};

use crate::failure::Failure;
use crate::{say, workspace};

/// How a program that uses the SDK runs.
#[derive(Clone, Copy)]
struct Run {
    name: &'static str,
    features: &'static [&'static str],
    target: Option<&'static str>,
}

const RUNS: [Run; 3] = [
    Run {
        name: "async",
        features: &[],
        target: None,
    },
    Run {
        name: "blocking",
        features: &["blocking"],
        target: None,
    },
    Run {
        name: "wasm32",
        features: &[],
        target: Some("wasm32-unknown-unknown"),
    },
];

/// What carries its requests.
#[derive(Clone, Copy)]
struct Transport {
    name: &'static str,
    features: &'static [&'static str],
    // Whether it is the program's, so that the program is built and not only the SDK.
    is_own: bool,
}

const TRANSPORTS: [Transport; 4] = [
    Transport {
        name: "rustls",
        features: &["rustls"],
        is_own: false,
    },
    Transport {
        name: "native-tls",
        features: &["native-tls"],
        is_own: false,
    },
    Transport {
        name: "no TLS",
        features: &[],
        is_own: false,
    },
    Transport {
        name: "own transport",
        features: &[],
        is_own: true,
    },
];

/// Builds every combination, tells which fail, and fails if one does.
pub(crate) fn run() -> Result<()> {
    let folder = tempfile::tempdir().context("no temporary folder")?;
    write_program(folder.path())?;
    let mut failed = Vec::new();
    for run in RUNS {
        for transport in TRANSPORTS {
            let name = format!("{}, {}", run.name, transport.name);
            let started = Instant::now();
            let passes = passes(run, transport, folder.path())?;
            let word = if passes { "passed" } else { "FAILED" };
            let seconds = started.elapsed().as_secs_f64();
            say::line(&format!("features: {name}: {word} in {seconds:.1} s"));
            if !passes {
                failed.push(name);
            }
        }
    }
    if failed.is_empty() {
        return Ok(());
    }
    let what = format!("omise-client does not build for {}", failed.join("; "));
    let mend = "edit what is named above, then run `cargo xtask features`; a missing target is \
                had by `rustup target add wasm32-unknown-unknown`";
    Err(Failure::failed(what, mend).into())
}

fn passes(run: Run, transport: Transport, program: &Path) -> Result<bool> {
    let mut command = workspace::cargo();
    command.args(["clippy", "--quiet"]);
    if transport.is_own {
        command.current_dir(program).arg("--offline");
        command.arg("--target-dir").arg(workspace::target()?);
    } else {
        command.args(["--package", "omise-client", "--lib"]);
    }
    command.args(arguments(run, transport));
    let status = command.status().context("cannot run cargo clippy")?;
    Ok(status.success())
}

fn arguments(run: Run, transport: Transport) -> Vec<String> {
    let features = [run.features, transport.features].concat().join(",");
    let mut arguments = vec!["--no-default-features".to_owned()];
    arguments.push(format!("--features={features}"));
    arguments.extend(run.target.map(|target| format!("--target={target}")));
    arguments.extend(["--", "-D", "warnings"].map(str::to_owned));
    arguments
}

/// Makes a program of the example. As an example it would be built with what the tests need, and
/// that has a transport.
fn write_program(folder: &Path) -> Result<()> {
    const DEPENDENCIES: &str = r#"
[features]
blocking = ["omise-client/blocking"]

[dependencies]
bytes = "1"
http = "1"

[target.'cfg(not(target_family = "wasm"))'.dependencies]
tokio = { version = "1", features = ["macros", "rt"] }

[target.'cfg(target_family = "wasm")'.dependencies]
wasm-bindgen-futures = "0.4"
"#;
    let sdk = workspace::root().join("crates/omise-client");
    let manifest = format!(
        "[package]\nname = \"own-transport\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n\
         [workspace]\n{DEPENDENCIES}\n[dependencies.omise-client]\npath = {:?}\n\
         default-features = false\n{}",
        sdk.display().to_string(),
        workspace::dev_profile()?
    );
    std::fs::write(folder.join("Cargo.toml"), manifest)?;
    // Offline there are the versions only that this workspace has.
    std::fs::write(folder.join("Cargo.lock"), workspace::read("Cargo.lock")?)?;
    std::fs::create_dir(folder.join("src"))?;
    let program = workspace::read("crates/omise-client/examples/own_transport.rs")?;
    std::fs::write(folder.join("src/main.rs"), program)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_combination_is_built_with_its_features_and_no_others() {
        let [_, blocking, wasm] = RUNS;
        let [rustls, _, none, _] = TRANSPORTS;
        assert_eq!(
            arguments(blocking, rustls).join(" "),
            "--no-default-features --features=blocking,rustls -- -D warnings"
        );
        assert_eq!(
            arguments(wasm, none).join(" "),
            "--no-default-features --features= --target=wasm32-unknown-unknown -- -D warnings"
        );
    }
}
