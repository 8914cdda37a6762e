//! The languages that the calls of the page are written in.

/// A language that a call is written in.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Language {
    /// The shell, with curl.
    Curl,
    /// Rust, with `omise-client`.
    Rust,
    /// Python, with `urllib.request`.
    Python,
    /// TypeScript, with `fetch`.
    TypeScript,
    /// Go, with `net/http`.
    Go,
    /// Java, with `java.net.http`.
    Java,
    /// PHP, with its extension curl.
    Php,
}

impl Language {
    /// Every language, in the order of the page.
    pub const ALL: [Language; 7] = [
        Language::Curl,
        Language::Rust,
        Language::Python,
        Language::TypeScript,
        Language::Go,
        Language::Java,
        Language::Php,
    ];

    /// Its name for people.
    pub fn name(self) -> &'static str {
        match self {
            Language::Curl => "curl",
            Language::Rust => "Rust",
            Language::Python => "Python",
            Language::TypeScript => "TypeScript",
            Language::Go => "Go",
            Language::Java => "Java",
            Language::Php => "PHP",
        }
    }

    /// Its name in the page's attributes.
    pub fn id(self) -> String {
        self.name().to_lowercase()
    }

    /// The name of the file that a call is pasted into, and the command that runs it.
    pub fn file_and_command(self) -> (&'static str, &'static str) {
        match self {
            Language::Curl => ("call.sh", "sh call.sh"),
            Language::Rust => ("src/main.rs", "cargo run"),
            Language::Python => ("call.py", "python3 call.py"),
            Language::TypeScript => ("call.mts", "npx tsx call.mts"),
            Language::Go => ("call.go", "go run call.go"),
            Language::Java => ("Call.java", "java Call.java"),
            Language::Php => ("call.php", "php call.php"),
        }
    }

    /// What it takes beside the language itself.
    pub(crate) fn needs(self) -> Option<&'static str> {
        match self {
            Language::Rust => Some("omise-client, tokio"),
            Language::Java => Some("Java 17"),
            Language::Php => Some("ext-curl"),
            Language::Curl | Language::Python | Language::TypeScript | Language::Go => None,
        }
    }
}
