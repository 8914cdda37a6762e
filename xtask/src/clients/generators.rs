//! The generators: which version, called how. `openapi/generators.md` is written from this table.

use std::ffi::OsString;
use std::path::PathBuf;

use anyhow::{Context, Result};

use super::toolchain::Toolchain;
use crate::tools;

/// A generator, as it is called for one language.
pub(super) struct Generator {
    /// Its name, that of its folder in `tests/clients/generated`, and that of its row.
    pub(super) name: &'static str,
    /// The language of what it writes, for people.
    pub(super) language: &'static str,
    pub(super) package: Package,
    /// The command, its words separated by blanks: it reads `source.yaml` and writes to `client`.
    /// Empty for a generator that the compiler calls.
    pub(super) command: &'static str,
    /// The file of the driver and its language in Markdown; none if nothing here compiles it.
    pub(super) driver: Option<(&'static str, &'static str)>,
    /// A file beside the driver that the command reads.
    pub(super) settings: Option<&'static str>,
    /// What compiles and runs what it writes.
    pub(super) toolchain: Toolchain,
    /// Whether it belongs to the half that CI runs on every change.
    pub(super) is_quick: bool,
}

/// Where a generator comes from, at its version.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Package {
    /// From npm, as `name@version`; beside the generator what it needs at another version than npm
    /// would take.
    Npm(&'static [&'static str]),
    /// From Python's registry, as `name==version`.
    Pip(&'static [&'static str]),
    /// From crates.io, as `name@version`; the manifest beside the driver installs it.
    Cargo(&'static str),
}

/// The generator of most languages.
pub(super) const OPENAPI_GENERATOR: Package = Package::Pip(&["openapi-generator-cli==7.26.0"]);

/// Every generator, the quick half first.
pub(super) const GENERATORS: [Generator; 16] = [
    Generator {
        name: "typescript-fetch",
        language: "TypeScript",
        package: OPENAPI_GENERATOR,
        command: "openapi-generator-cli generate -i source.yaml -g typescript-fetch -o client",
        driver: Some(("driver.ts", "ts")),
        settings: None,
        toolchain: Toolchain::TypeScript,
        is_quick: true,
    },
    Generator {
        name: "openapi-typescript",
        language: "TypeScript",
        package: Package::Npm(&["openapi-typescript@7.13.0"]),
        command: "openapi-typescript source.yaml -o client/schema.ts",
        driver: Some(("driver.ts", "ts")),
        settings: None,
        toolchain: Toolchain::TypeScript,
        is_quick: true,
    },
    Generator {
        name: "hey-api",
        language: "TypeScript",
        package: Package::Npm(&["@hey-api/openapi-ts@0.95.0", "typescript@5.9.3"]),
        command: "openapi-ts -i ./source.yaml -o client -c @hey-api/client-fetch",
        driver: Some(("driver.ts", "ts")),
        settings: None,
        toolchain: Toolchain::TypeScript,
        is_quick: true,
    },
    Generator {
        name: "orval",
        language: "TypeScript",
        package: Package::Npm(&["orval@7.13.2"]),
        command: "orval --config orval.config.js",
        driver: Some(("driver.ts", "ts")),
        settings: Some("orval.config.js"),
        toolchain: Toolchain::TypeScript,
        is_quick: false,
    },
    Generator {
        name: "python",
        language: "Python",
        package: OPENAPI_GENERATOR,
        command: "openapi-generator-cli generate -i source.yaml -g python -o client \
                  --additional-properties=packageName=source_api",
        driver: Some(("driver.py", "python")),
        settings: None,
        toolchain: Toolchain::Python,
        is_quick: true,
    },
    Generator {
        name: "openapi-python-client",
        language: "Python",
        package: Package::Pip(&["openapi-python-client==0.29.1"]),
        command: "openapi-python-client generate --path source.yaml --meta none \
                  --output-path client/source_api",
        driver: Some(("driver.py", "python")),
        settings: None,
        toolchain: Toolchain::Python,
        is_quick: true,
    },
    Generator {
        name: "datamodel-code-generator",
        language: "Python",
        package: Package::Pip(&["datamodel-code-generator==0.89.0"]),
        command: "datamodel-codegen --input source.yaml --input-file-type openapi \
                  --output client/source_api.py --output-model-type pydantic_v2.BaseModel \
                  --use-annotated --strict-nullable --formatters=builtin",
        driver: Some(("driver.py", "python")),
        settings: None,
        toolchain: Toolchain::Python,
        is_quick: true,
    },
    Generator {
        name: "go",
        language: "Go",
        package: OPENAPI_GENERATOR,
        command: "openapi-generator-cli generate -i source.yaml -g go -o client \
                  --additional-properties=packageName=sourceapi,withGoMod=false \
                  --additional-properties=disallowAdditionalPropertiesIfNotPresent=false",
        driver: Some(("driver.go", "go")),
        settings: None,
        toolchain: Toolchain::Go,
        is_quick: true,
    },
    Generator {
        name: "java",
        language: "Java",
        package: OPENAPI_GENERATOR,
        command: "openapi-generator-cli generate -i source.yaml -g java -o client \
                  --library native --additional-properties=openApiNullable=false,useJakartaEe=true",
        driver: Some(("Driver.java", "java")),
        settings: None,
        toolchain: Toolchain::Java,
        is_quick: false,
    },
    Generator {
        name: "kotlin",
        language: "Kotlin",
        package: OPENAPI_GENERATOR,
        command: "openapi-generator-cli generate -i source.yaml -g kotlin -o client \
                  --additional-properties=serializationLibrary=kotlinx_serialization",
        driver: Some(("Driver.kt", "kotlin")),
        settings: None,
        toolchain: Toolchain::Kotlin,
        is_quick: false,
    },
    Generator {
        name: "swift6",
        language: "Swift",
        package: OPENAPI_GENERATOR,
        command: "openapi-generator-cli generate -i source.yaml -g swift6 -o client",
        driver: None,
        settings: None,
        toolchain: Toolchain::None,
        is_quick: false,
    },
    Generator {
        name: "php",
        language: "PHP",
        package: OPENAPI_GENERATOR,
        command: "openapi-generator-cli generate -i source.yaml -g php -o client",
        driver: Some(("driver.php", "php")),
        settings: None,
        toolchain: Toolchain::Php,
        is_quick: false,
    },
    Generator {
        name: "ruby",
        language: "Ruby",
        package: OPENAPI_GENERATOR,
        command: "openapi-generator-cli generate -i source.yaml -g ruby -o client",
        driver: Some(("driver.rb", "ruby")),
        settings: None,
        toolchain: Toolchain::Ruby,
        is_quick: false,
    },
    Generator {
        name: "csharp",
        language: "C#",
        package: OPENAPI_GENERATOR,
        command: "openapi-generator-cli generate -i source.yaml -g csharp -o client \
                  --library httpclient --additional-properties=targetFramework=netstandard2.0",
        driver: Some(("Driver.cs", "csharp")),
        settings: None,
        toolchain: Toolchain::Mono,
        is_quick: false,
    },
    Generator {
        name: "rust",
        language: "Rust",
        package: OPENAPI_GENERATOR,
        command: "openapi-generator-cli generate -i source.yaml -g rust -o client",
        driver: Some(("main.rs", "rust")),
        settings: None,
        toolchain: Toolchain::Rust,
        is_quick: false,
    },
    Generator {
        name: "progenitor",
        language: "Rust",
        package: Package::Cargo("progenitor@0.15.1"),
        command: "",
        driver: Some(("main.rs", "rust")),
        settings: Some("manifest.toml"),
        toolchain: Toolchain::Rust,
        is_quick: false,
    },
];

impl Package {
    /// Its version.
    pub(super) fn version(self) -> &'static str {
        let package = match self {
            Package::Npm(packages) | Package::Pip(packages) => packages[0],
            Package::Cargo(package) => package,
        };
        let version = package.rsplit(['@', '=']).next();
        version.unwrap_or_default()
    }

    /// Installs it and gives its folder; cargo installs where it builds.
    pub(super) fn folder(self) -> Result<Option<PathBuf>> {
        match self {
            Package::Npm(packages) => tools::npm(packages).map(Some),
            Package::Pip(packages) => tools::pip(packages).map(Some),
            Package::Cargo(_) => Ok(None),
        }
    }

    /// The path of one of its programs.
    pub(super) fn program(self, name: &str) -> Result<PathBuf> {
        Ok(self.programs()?.join(name))
    }

    /// Where programs are looked for, its own first.
    pub(super) fn path(self) -> Result<OsString> {
        let path = std::env::var_os("PATH").unwrap_or_default();
        let folders = std::iter::once(self.programs()?).chain(std::env::split_paths(&path));
        Ok(std::env::join_paths(folders)?)
    }

    fn programs(self) -> Result<PathBuf> {
        let folder = self.folder()?.context("a crate is no program")?;
        let programs = match self {
            Package::Npm(_) => "node_modules/.bin",
            Package::Pip(_) | Package::Cargo(_) => "bin",
        };
        Ok(folder.join(programs))
    }

    /// What installs it.
    pub(super) fn install(self) -> String {
        match self {
            Package::Npm(packages) => format!("npm install {}", packages.join(" ")),
            Package::Pip(packages) => format!("pip install {}", packages.join(" ")),
            Package::Cargo(package) => format!("cargo add {package}"),
        }
    }
}

impl Generator {
    /// Its folder below the root, with what is written by hand for it.
    pub(super) fn folder(&self) -> String {
        format!("tests/clients/generated/{}", self.name)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::workspace;

    #[test]
    fn every_generator_has_a_name_of_its_own_and_an_exact_version() {
        let names: BTreeSet<&str> = GENERATORS.iter().map(|generator| generator.name).collect();
        assert_eq!(names.len(), GENERATORS.len());
        for generator in &GENERATORS {
            let version = generator.package.version();
            let numbers = version
                .split('.')
                .filter(|part| part.parse::<u32>().is_ok());
            assert_eq!(numbers.count(), 3, "{}: {version}", generator.name);
        }
    }

    #[test]
    fn what_cargo_builds_is_the_version_of_the_table() {
        for generator in &GENERATORS {
            let Package::Cargo(package) = generator.package else {
                continue;
            };
            let manifest = workspace::read(&format!("{}/manifest.toml", generator.folder()));
            let wanted = package.replace('@', " = \"=") + "\"";
            let manifest = manifest.expect("it has a manifest");
            assert!(manifest.lines().any(|line| line == wanted), "{wanted}");
        }
    }

    #[test]
    fn every_driver_belongs_to_a_generator() {
        let folder = workspace::root().join("tests/clients/generated");
        let mut found = BTreeSet::new();
        for entry in std::fs::read_dir(folder).expect("there are drivers") {
            let name = entry.expect("it can be listed").file_name();
            found.insert(name.to_string_lossy().into_owned());
        }
        let with_driver = GENERATORS
            .iter()
            .filter(|generator| generator.driver.is_some());
        let expected = with_driver.map(|generator| generator.name.to_owned());
        assert_eq!(found, expected.collect());
    }
}
