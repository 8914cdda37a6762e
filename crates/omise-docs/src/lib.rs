#![doc = include_str!("../README.md")]

mod both;
mod build;
mod call;
mod field;
mod language;
mod markdown;
mod page;
mod section;
mod value;

use omise_contract::document::Server;
use omise_contract::{Problem, Problems, Spec};

use both::Both;
pub use build::{build, emitted};
pub use call::{Call, OperationCall, calls, operation_calls};
pub use language::Language;
pub use section::clients::{CLIENT_SAMPLES, ClientSample};

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
/// `folder` is where the files beside the page are, seen from it, with a slash at its end.
///
/// # Errors
///
/// If the document has not what the page shows, or an example that a language cannot write.
pub fn page(english: &Spec, japanese: &Spec, folder: &str) -> Result<Page, Problems> {
    let document = Both {
        en: english,
        ja: japanese,
    };
    let calls = calls(english)?;
    let operation_calls = operation_calls(english)?;
    let server = server(english)?;
    let [html, policy] = page::write(document, &server, &calls, &operation_calls, folder);
    Ok(Page { html, policy })
}

/// The server of the document that is on the reader's own machine: what is copied from the page
/// must never call the live service by accident.
fn server(spec: &Spec) -> Result<String, Problems> {
    let servers = spec.document().servers.iter();
    let mut addresses = servers.map(Server::address);
    let local = addresses.find(|address| address.starts_with("http://127.0.0.1"));
    local.ok_or_else(|| problem("servers", "has no server on http://127.0.0.1"))
}

fn problem(path: &str, message: &str) -> Problems {
    Problems(vec![Problem {
        path: path.to_owned(),
        message: message.to_owned(),
    }])
}

#[cfg(test)]
mod tests {
    use heck::ToKebabCase;
    use omise_contract::glossary::Glossary;
    use omise_contract::tree::Node;
    use omise_contract::{SOURCE_JA_YAML, SOURCE_YAML, japanese};

    use super::*;

    /// How many tags of a name the page of a document has.
    fn tags(document: &str, name: &str) -> usize {
        let spec = Spec::read(document).expect("the document can be read");
        let page = page(&spec, &spec, "").expect("it has all that is shown");
        page.html.matches(&format!("<{name}")).count()
    }

    #[test]
    fn text_of_the_document_adds_no_element_wherever_it_stands() {
        const HOSTILE: &str = "</code></style></script><script>a()</script><img src=x onerror=a()>";
        // A label, a note, descriptions, summaries and a value of an example.
        for (text, hostile) in [
            ("label: FPX\n", "label: FPX '\"HOSTILE\n"),
            ("An Alipay+ wallet. Some", "HOSTILE Some"),
            (
                "description: The new source.",
                "description: The new source. HOSTILE",
            ),
            ("summary: PromptPay QR code\n", "summary: HOSTILE\n"),
            ("Where the API is called.", "HOSTILE."),
            ("name: Running shoes\n", "name: HOSTILE\n"),
            ("summary: Create a source\n", "summary: HOSTILE\n"),
        ] {
            assert!(SOURCE_YAML.contains(text), "{text}");
            let document = SOURCE_YAML.replace(text, &hostile.replace("HOSTILE", HOSTILE));
            for name in ["script", "style", "img", "/script", "/style"] {
                let expected = tags(&SOURCE_YAML, name);
                assert_eq!(tags(&document, name), expected, "{hostile}: {name}");
            }
        }
    }

    #[test]
    fn no_japanese_of_the_page_breaks_the_glossary() {
        let english = Spec::read(&SOURCE_YAML).expect("the specification is in order");
        let japanese = japanese(&SOURCE_YAML, &SOURCE_JA_YAML).expect("the translation fits");
        let page = page(&english, &japanese, "").expect("it has all that is shown");
        let translation = Node::read(&SOURCE_JA_YAML).expect("it is YAML");
        let glossary = Glossary::of(&translation).expect("it has one");
        let found: Vec<String> = glossary
            .misuses(&page.html)
            .map(|misuse| misuse.to_string())
            .collect();
        assert_eq!(found, [""; 0]);
        assert!(page.html.contains("決済方法") && page.html.contains("秘匿対象"));
    }

    #[test]
    fn a_link_that_runs_something_is_its_text() {
        let address = "https://docs.omise.co/sources-api\n";
        let document = SOURCE_YAML.replace(address, "javascript:alert(1)\n");
        assert_ne!(document, *SOURCE_YAML);
        let spec = Spec::read(&document).expect("the document can be read");
        let page = page(&spec, &spec, "").expect("it has all that is shown");
        assert!(!page.html.contains("href=\"javascript:"));
    }

    #[test]
    fn every_payment_method_and_error_and_attribute_is_on_the_page() {
        let spec = Spec::read(&SOURCE_YAML).expect("the specification is in order");
        let page = page(&spec, &spec, "").expect("it has all that is shown");
        let has = |id: &str| page.html.contains(&format!(" id=\"{id}\""));
        for (source_type, _) in spec.payment_methods() {
            assert!(has(source_type), "{source_type}");
        }
        let schemas = spec.schemas();
        for code in schemas["ErrorCode"].extensible_enum.iter().flatten() {
            assert!(has(&format!("code-{code}")), "{code}");
        }
        for (name, _) in schemas["Source"].properties.iter().flatten() {
            assert!(has(&format!("source-{name}")), "{name}");
        }
        for (_, _, operation) in spec.operations() {
            for status in operation.responses.keys() {
                let is_shown = status.starts_with('2') || has(&format!("error-{status}"));
                assert!(is_shown, "{status}");
            }
        }
        for (name, example) in &spec.document().components.examples {
            let message = example.value["message"].as_str().unwrap_or(name);
            let place = name.trim_end_matches("Source").to_kebab_case();
            let is_shown = name.ends_with("Request")
                || page.html.contains(message)
                || has(&format!("example-{place}"));
            assert!(is_shown, "{name}");
        }
    }
}
