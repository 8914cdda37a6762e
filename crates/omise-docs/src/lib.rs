#![doc = include_str!("../README.md")]

mod both;
mod build;
mod call;
mod field;
mod japanese;
mod markdown;
mod page;
mod section;
mod value;

use omise_codegen::{Problem, Problems, Spec};

use both::Both;
pub use build::build;
pub use call::{Call, Language, calls};
pub use japanese::{SOURCE_JA_YAML, japanese};

/// A page that needs nothing but itself.
#[derive(Clone, Debug)]
pub struct Page {
    /// The whole of it.
    pub html: String,
    /// Its Content-Security-Policy, which stands in it as well: it may load nothing.
    pub policy: String,
}

/// Makes the page from the document and from the document with its prose in Japanese.
///
/// `source` is the address of the document itself, seen from the page.
///
/// # Errors
///
/// If the document has not what the page shows, or an example that a language cannot write.
pub fn page(english: &Spec, japanese: &Spec, source: &str) -> Result<Page, Problems> {
    let document = Both {
        en: english,
        ja: japanese,
    };
    let calls = calls(english)?;
    let [html, policy] = page::write(document, &calls, source);
    Ok(Page { html, policy })
}

/// The first server of the document.
fn server(spec: &Spec) -> Result<&str, Problems> {
    let first = spec.document().servers.first();
    let url = first.and_then(|server| server["url"].as_str());
    url.ok_or_else(|| problem("servers", "has no address"))
}

fn problem(path: &str, message: &str) -> Problems {
    Problems(vec![Problem {
        path: path.to_owned(),
        message: message.to_owned(),
    }])
}
