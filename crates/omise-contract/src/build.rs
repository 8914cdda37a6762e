//! What a build script does: it reads the document and writes what is emitted from it.

use crate::problem::Problems;
use crate::spec::Spec;
use crate::{SOURCE_YAML, path};

/// Writes what is emitted into a file of `OUT_DIR`; the whole of a `build.rs`.
///
/// On an error it prints every problem with its path in the document and ends the build.
pub fn build<T: AsRef<[u8]>>(file_name: &str, emit: impl FnOnce(&Spec) -> Result<T, Problems>) {
    build_all(&["source.yaml"], |spec| {
        Ok([(file_name.to_owned(), emit(spec)?)])
    });
}

/// Writes all files that are emitted into `OUT_DIR`, each by its name, as [`build`] does one.
///
/// `documents` are the files of the folder `openapi` that they are made from.
pub fn build_all<T: AsRef<[u8]>, Files: IntoIterator<Item = (String, T)>>(
    documents: &[&str],
    emit: impl FnOnce(&Spec) -> Result<Files, Problems>,
) {
    for document in documents {
        say(&format!(
            "cargo::rerun-if-changed={}",
            path(document).display()
        ));
    }
    let emitted = Spec::read(&SOURCE_YAML).and_then(|spec| emit(&spec));
    let problem = match emitted.map(write_all) {
        Ok(Ok(())) => return,
        Ok(Err(problem)) => problem,
        Err(problems) => problems.to_string(),
    };
    for line in problem.lines() {
        // `cargo::error` fails the build with this text, where a panic would bury it.
        say(&format!("cargo::error={line}"));
    }
    std::process::exit(1);
}

fn write_all<T: AsRef<[u8]>>(files: impl IntoIterator<Item = (String, T)>) -> Result<(), String> {
    let out_dir = std::env::var_os("OUT_DIR").expect("cargo sets it for a build script");
    for (name, bytes) in files {
        let path = std::path::Path::new(&out_dir).join(name);
        std::fs::write(&path, bytes)
            .map_err(|error| format!("cannot write {}: {error}", path.display()))?;
    }
    Ok(())
}

#[expect(
    clippy::print_stdout,
    reason = "a build script speaks to cargo on stdout"
)]
fn say(line: &str) {
    println!("{line}");
}
