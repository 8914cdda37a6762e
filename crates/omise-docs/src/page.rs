//! The page around the sections.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use maud::{DOCTYPE, Markup, PreEscaped, html};
use omise_contract::Spec;
use sha2::{Digest, Sha256};

use crate::both::{Both, Words};
use crate::call::{Call, OperationCall};
use crate::language::Language;
use crate::section::{
    Section, about, clients, currencies, errors, examples, keys, more, operation, payment_methods,
    source, versions,
};

const STYLE: &str = include_str!("page.css");
const SCRIPT: &str = include_str!("page.js");

/// The page, and what it may load according to itself.
pub(crate) fn write(
    document: Both<'_, Spec>,
    server: &str,
    calls: &[Call],
    operation_calls: &[OperationCall],
    folder: &str,
) -> [String; 2] {
    let sections = sections(document, calls, operation_calls, folder);
    let style = style();
    let policy = policy(&style);
    let title = &document.en.document().info.title;
    let [en, ja] = [title, &document.ja.document().info.title];
    let page = html! {
        (DOCTYPE)
        // The script replaces this address in the programs by that of the page.
        html lang="en" data-server=(server) {
            head {
                meta charset="utf-8";
                meta http-equiv="Content-Security-Policy" content=(policy);
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                meta name="referrer" content="no-referrer";
                title data-en=(en) data-ja=(ja) { (title) }
                // Without it a browser asks for /favicon.ico.
                link rel="icon" href="data:,";
                style { (PreEscaped(&style)) }
                script { (PreEscaped(SCRIPT)) }
            }
            body {
                a.skip href="#main" { (Words("Skip to the content", "本文へ移動")) }
                (bar(document))
                div.columns-of-page {
                    (contents(&sections))
                    main #main tabindex="-1" {
                        h1 { (document.map(|spec| &spec.document().info.title).inline()) }
                        @for section in &sections { (in_page(section)) }
                    }
                }
            }
        }
    };
    [page.into_string(), policy]
}

fn sections(
    document: Both<'_, Spec>,
    calls: &[Call],
    operation_calls: &[OperationCall],
    folder: &str,
) -> Vec<Section> {
    let mut sections = vec![about::section(document, folder), keys::section(document)];
    sections.extend(operation::sections(document, operation_calls));
    sections.extend([
        source::section(document),
        payment_methods::section(document, calls),
        currencies::section(document),
        errors::section(document),
        examples::section(document),
        clients::section(),
        versions::section(document),
        more::section(),
    ]);
    sections
}

/// What stays at the top: the name and the languages.
fn bar(document: Both<'_, Spec>) -> Markup {
    let info = document.map(|spec| &spec.document().info);
    html! {
        header.bar {
            a.home href="#main" { b { (info.map(|info| &info.title).inline()) } }
            " " span.version { (info.en.version) }
            div.speak role="group" aria-label="Language / 言語" hidden {
                button type="button" data-speak="en" lang="en" { "English" }
                button type="button" data-speak="ja" lang="ja" { "日本語" }
            }
        }
    }
}

fn contents(sections: &[Section]) -> Markup {
    html! {
        nav.contents {
            details open {
                summary { (Words("Contents", "目次")) }
                ul {
                    @for section in sections {
                        li { a href={ "#" (section.id) } { (section.title) } }
                    }
                }
            }
        }
    }
}

fn in_page(section: &Section) -> Markup {
    html! {
        section id=(section.id) aria-labelledby={ (section.id) "-title" } {
            h2 id={ (section.id) "-title" } { a href={ "#" (section.id) } { (section.title) } }
            (section.content)
        }
    }
}

/// The style sheet, with the rule by which the chosen language's program is the one that is seen.
fn style() -> String {
    let mut style = STYLE.to_owned();
    for language in Language::ALL {
        let id = language.id();
        style += &format!(
            "html[data-call=\"{id}\"] .call:not([data-call=\"{id}\"]) {{ display: none; }}\n"
        );
    }
    style
}

/// Nothing may be loaded, of styles and scripts only these two run, and calls go only to the server
/// that the page comes from.
fn policy(style: &str) -> String {
    let [style, script] = [style, SCRIPT].map(|text| STANDARD.encode(Sha256::digest(text)));
    format!(
        "default-src 'none'; style-src 'sha256-{style}'; script-src 'sha256-{script}'; \
         img-src data:; connect-src 'self'; base-uri 'none'; form-action 'none'"
    )
}
