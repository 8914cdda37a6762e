//! That what was published stays as it is: by its own sums, and by the history of the repository.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

use omise_contract::publish::{SUMS, digest};

use super::PUBLISHED;
use crate::workspace;

/// What is wrong with what is published, and what of it could not be looked at.
#[derive(Default)]
pub(super) struct Findings {
    /// What is wrong: the file, what is wrong with it, and what brings it back.
    pub(super) problems: Vec<String>,
    /// Why the history was not looked at.
    pub(super) unseen: Option<String>,
}

/// Compares what is published with its sums and with the commits that published it.
pub(super) fn look() -> Result<Findings> {
    let mut findings = Findings::default();
    let present = files()?;
    for (version, names) in by_version(&present, &mut findings.problems) {
        let folder = format!("{PUBLISHED}/{version}");
        findings.problems.extend(against_sums(&folder, &names)?);
        findings
            .problems
            .extend(of_another_version(&folder, &version)?);
    }
    match as_published()? {
        Ok(published) => findings
            .problems
            .extend(against_history(&published, &present)?),
        Err(reason) => findings.unseen = Some(reason),
    }
    Ok(findings)
}

/// Every file that is there, from the root.
fn files() -> Result<BTreeSet<String>> {
    let mut files = BTreeSet::new();
    let mut folders = vec![workspace::root().join(PUBLISHED)];
    while let Some(folder) = folders.pop() {
        if !folder.exists() {
            continue;
        }
        for entry in fs::read_dir(&folder)? {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let name = path.strip_prefix(workspace::root())?;
            let name = name.to_str().context("a file name is not UTF-8")?;
            files.insert(name.replace('\\', "/"));
        }
    }
    Ok(files)
}

/// The names of the files of each version.
fn by_version(
    present: &BTreeSet<String>,
    problems: &mut Vec<String>,
) -> BTreeMap<String, BTreeSet<String>> {
    let mut versions: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for path in present {
        let below = path.strip_prefix(PUBLISHED).unwrap_or(path);
        match below.trim_start_matches('/').split_once('/') {
            Some((version, name)) => {
                let names = versions.entry(version.to_owned()).or_default();
                names.insert(name.to_owned());
            }
            None => problems.push(format!("{path}: belongs to no version; delete it")),
        }
    }
    versions
}

/// Compares the files of a version with its sums.
fn against_sums(folder: &str, names: &BTreeSet<String>) -> Result<Vec<String>> {
    let sums = format!("{folder}/{SUMS}");
    if !names.contains(SUMS) {
        return Ok(vec![format!("{sums}: is missing; {}", restore(&sums))]);
    }
    let mut problems = Vec::new();
    let text = fs::read(workspace::root().join(&sums))?;
    let text = String::from_utf8_lossy(&text);
    let mut expected = BTreeMap::new();
    for (index, line) in text.lines().enumerate() {
        let (digest, name) = line.split_once("  ").unwrap_or_default();
        let is_digest = digest.len() == 64 && digest.bytes().all(|byte| byte.is_ascii_hexdigit());
        if !is_digest || expected.insert(name, digest).is_some() {
            let line = index + 1;
            problems.push(format!(
                "{sums}:{line}: names no file once; {}",
                restore(&sums)
            ));
        }
    }
    for (name, sum) in &expected {
        let path = format!("{folder}/{name}");
        match fs::read(workspace::root().join(&path)) {
            Err(_) => problems.push(format!("{path}: is missing; {}", restore(&path))),
            Ok(bytes) if digest(&bytes) != *sum => {
                let restore = restore(&path);
                problems.push(format!("{path}: is not what {sums} says; {restore}"));
            }
            Ok(_) => {}
        }
    }
    for name in names {
        if name != SUMS && !expected.contains_key(name.as_str()) {
            problems.push(format!(
                "{folder}/{name}: is not named in {sums}; delete it"
            ));
        }
    }
    Ok(problems)
}

/// A bundle that lies in the folder of another version.
fn of_another_version(folder: &str, version: &str) -> Result<Option<String>> {
    let path = format!("{folder}/source-{version}.yaml");
    if !workspace::root().join(&path).is_file() {
        return Ok(Some(format!("{path}: is missing; {}", restore(&path))));
    }
    let found = workspace::spec_of(&workspace::read(&path)?);
    Ok(match found {
        Ok(spec) if spec.document().info.version == version => None,
        // A document of long ago need not be what is asked of one now; its bytes are checked.
        Err(_) => None,
        Ok(spec) => {
            let found = &spec.document().info.version;
            Some(format!("{path}: is version {found}; {}", restore(&path)))
        }
    })
}

fn restore(path: &str) -> String {
    format!("to bring it back: git checkout HEAD -- {path}")
}

/// A file as it was when it came.
struct Published {
    commit: String,
    // The name that git has for its bytes.
    blob: String,
}

/// What the history says was published, or why it says nothing.
fn as_published() -> Result<std::result::Result<BTreeMap<String, Published>, String>> {
    let Ok(shallow) = workspace::git(&["rev-parse", "--is-shallow-repository"]) else {
        return Ok(Err(
            "this is no git repository, or there is no git".to_owned()
        ));
    };
    if shallow.trim() == "true" {
        return Ok(Err(
            "this clone is shallow: `git fetch --unshallow`".to_owned()
        ));
    }
    if workspace::git(&["rev-parse", "--verify", "--quiet", "HEAD"]).is_err() {
        return Ok(Err("git has no commit yet".to_owned()));
    }
    // Every change on every way to here, the oldest first; the first of a file is its coming.
    let log = workspace::git(&[
        "-c",
        "core.quotePath=false",
        "log",
        "-m",
        "--raw",
        "--no-abbrev",
        "--no-renames",
        "--topo-order",
        "--reverse",
        "--format=commit %h",
        "--",
        PUBLISHED,
    ])?;
    Ok(Ok(first_editions(&log)))
}

fn first_editions(log: &str) -> BTreeMap<String, Published> {
    let mut published = BTreeMap::new();
    let mut commit = "";
    for line in log.lines() {
        if let Some(name) = line.strip_prefix("commit ") {
            // A merge is told once for each parent, as `<hash> (from <parent>)`.
            commit = name.split_whitespace().next().unwrap_or_default();
        } else if let Some((change, path)) = line.split_once('\t') {
            // `:<mode> <mode> <blob> <blob> <letter>`
            let words: Vec<&str> = change.split_whitespace().collect();
            if let [_, _, _, blob, "A"] = words[..] {
                let first = Published {
                    commit: commit.to_owned(),
                    blob: blob.to_owned(),
                };
                published.entry(path.to_owned()).or_insert(first);
            }
        }
    }
    published
}

/// Compares what is there with what the history says was published.
fn against_history(
    published: &BTreeMap<String, Published>,
    present: &BTreeSet<String>,
) -> Result<Vec<String>> {
    let blobs = blobs(present)?;
    let mut problems = Vec::new();
    for (path, Published { commit, blob }) in published {
        let what = match blobs.get(path.as_str()) {
            Some(now) if now == blob => continue,
            Some(_) => "was published with other bytes",
            None => "was published and is gone",
        };
        let restore = format!("to bring it back: git checkout {commit} -- {path}");
        problems.push(format!("{path}: {what} in {commit}; {restore}"));
    }
    // A version comes whole: what is added to it later was not published with it.
    let versions: BTreeSet<&str> = published.keys().filter_map(|path| folder(path)).collect();
    for path in present {
        let is_late = !published.contains_key(path)
            && folder(path).is_some_and(|folder| versions.contains(folder));
        if is_late {
            problems.push(format!(
                "{path}: was not published with its version; delete it"
            ));
        }
    }
    Ok(problems)
}

fn folder(path: &str) -> Option<&str> {
    path.rsplit_once('/').map(|(folder, _)| folder)
}

/// The names that git has for the bytes of files.
fn blobs(present: &BTreeSet<String>) -> Result<BTreeMap<&str, String>> {
    if present.is_empty() {
        return Ok(BTreeMap::new());
    }
    let mut arguments = vec!["hash-object", "--no-filters", "--"];
    arguments.extend(present.iter().map(String::as_str));
    let names = workspace::git(&arguments)?;
    let names = names.lines().map(str::to_owned);
    Ok(present.iter().map(String::as_str).zip(names).collect())
}

/// Whether a version is there.
pub(super) fn is_published(version: &str) -> bool {
    let folder = Path::new(PUBLISHED).join(version);
    workspace::root().join(folder).is_dir()
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOG: &str = "\
commit aaa

:000000 100644 0000 1111 A\topenapi/published/1.0.0/a
commit bbb

:100644 100644 1111 2222 M\topenapi/published/1.0.0/a
:000000 100644 0000 3333 A\topenapi/published/1.0.0/b
commit ccc

:100644 000000 2222 0000 D\topenapi/published/1.0.0/a
commit ddd (from bbb)

:000000 100644 0000 4444 A\topenapi/published/1.0.0/a
";

    #[test]
    fn the_first_edition_of_a_file_is_what_was_published() {
        let published = first_editions(LOG);
        let of = |path: &str| {
            (
                published[path].commit.as_str(),
                published[path].blob.as_str(),
            )
        };
        assert_eq!(of("openapi/published/1.0.0/a"), ("aaa", "1111"));
        assert_eq!(of("openapi/published/1.0.0/b"), ("bbb", "3333"));
    }
}
