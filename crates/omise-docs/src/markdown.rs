//! Markdown of the document as HTML that can do no harm.
//!
//! The document is ours, and still what it says is text: HTML in it is shown and not obeyed, and a
//! link leads to the web, to mail or within the page, or it is no link.

use maud::{Markup, PreEscaped};
use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd, html};

/// A text of several paragraphs.
pub(crate) fn blocks(text: &str) -> Markup {
    PreEscaped(render(text))
}

/// A text of one paragraph, without what stands around it.
pub(crate) fn inline(text: &str) -> Markup {
    let html = render(text);
    let html = html.trim();
    let inner = html.strip_prefix("<p>");
    let inner = inner.and_then(|inner| inner.strip_suffix("</p>"));
    let inner = inner.filter(|inner| !inner.contains("<p>"));
    PreEscaped(inner.unwrap_or(html).to_owned())
}

fn render(text: &str) -> String {
    let mut links = Vec::new();
    let events = Parser::new_ext(text, Options::empty()).filter_map(|event| match event {
        Event::Html(html) | Event::InlineHtml(html) => Some(Event::Text(html)),
        Event::Start(Tag::HtmlBlock) | Event::End(TagEnd::HtmlBlock) => None,
        // A picture would be a request.
        Event::Start(Tag::Image { .. }) | Event::End(TagEnd::Image) => None,
        Event::Start(Tag::Link { ref dest_url, .. }) => {
            links.push(is_harmless(dest_url));
            is_harmless(dest_url).then_some(event)
        }
        Event::End(TagEnd::Link) => links.pop().unwrap_or_default().then_some(event),
        event => Some(event),
    });
    let mut rendered = String::new();
    html::push_html(&mut rendered, events);
    rendered
}

/// Whether an address leads somewhere, and runs nothing.
pub(crate) fn is_harmless(address: &str) -> bool {
    let schemes = ["https://", "http://", "mailto:", "#"];
    schemes.iter().any(|scheme| address.starts_with(scheme))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_inline(text: &str, expected: &str) {
        assert_eq!(inline(text).into_string(), expected);
    }

    #[test]
    fn what_commonmark_has_is_rendered() {
        check_inline(
            "**Amounts** are `10000` & [more](https://example.com)",
            "<strong>Amounts</strong> are <code>10000</code> &amp; \
             <a href=\"https://example.com\">more</a>",
        );
        let two = blocks("one\n\ntwo").into_string();
        assert_eq!(two, "<p>one</p>\n<p>two</p>\n");
    }

    #[test]
    fn html_is_shown_and_not_obeyed() {
        for hostile in [
            "<script>alert(1)</script>",
            "a <img src=x onerror=alert(1)> b",
            "<div onclick=\"alert(1)\">\n\nx\n\n</div>",
            "`</code><script>alert(1)</script>`",
            "<!-- --><svg/onload=alert(1)>",
            "<style>*{display:none}</style>",
        ] {
            let html = blocks(hostile).into_string();
            let tags = html.split('<').skip(1);
            for tag in tags {
                let name = tag.trim_start_matches('/');
                let name = name.split(['>', ' ']).next().unwrap_or_default();
                assert!(["p", "code"].contains(&name), "{hostile}: {html}");
            }
            assert!(html.contains("&lt;"), "{hostile}: {html}");
        }
    }

    #[test]
    fn a_link_that_runs_something_and_a_picture_are_their_text() {
        check_inline("[x](javascript:alert(1))", "x");
        check_inline("[x](JaVaScRiPt:alert(1))", "x");
        check_inline("[x](data:text/html,hello)", "x");
        check_inline("[x](//example.com)", "x");
        check_inline("<javascript:alert(1)>", "javascript:alert(1)");
        check_inline("![x](https://example.com/x.png)", "x");
        check_inline(
            "[x](https://example.com/\"onclick=alert(1))",
            "<a href=\"https://example.com/%22onclick=alert(1)\">x</a>",
        );
    }
}
