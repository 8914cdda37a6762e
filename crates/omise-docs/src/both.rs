//! A part of the document in English and in Japanese.
//!
//! The two documents have the same shape: the Japanese one is the English one with other words. So
//! a way into the one is a way into the other.

use maud::{Markup, PreEscaped, Render, html};
use omise_contract::Spec;
use omise_contract::document::Schema;

use crate::markdown;

/// A part of the document in both languages.
pub(crate) struct Both<'a, T: ?Sized> {
    /// The English one; all that is no prose is read from it.
    pub(crate) en: &'a T,
    /// The Japanese one.
    pub(crate) ja: &'a T,
}

impl<T: ?Sized> Clone for Both<'_, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: ?Sized> Copy for Both<'_, T> {}

impl<'a, T> Both<'a, T> {
    /// A part that every such thing has.
    pub(crate) fn map<U: ?Sized>(self, part: impl Fn(&'a T) -> &'a U) -> Both<'a, U> {
        Both {
            en: part(self.en),
            ja: part(self.ja),
        }
    }

    /// A part that there may be. Where Japanese lacks it, English stands.
    pub(crate) fn find<U: ?Sized>(
        self,
        part: impl Fn(&'a T) -> Option<&'a U>,
    ) -> Option<Both<'a, U>> {
        let en = part(self.en)?;
        let ja = part(self.ja).unwrap_or(en);
        Some(Both { en, ja })
    }
}

impl<'a> Both<'a, Spec> {
    /// A named shape.
    pub(crate) fn schema(self, name: &str) -> Option<Both<'a, Schema>> {
        self.find(|spec| spec.schemas().get(name))
    }

    /// The shape that is meant: the component that a schema points at, or itself.
    pub(crate) fn resolve(self, schema: Both<'a, Schema>) -> Both<'a, Schema> {
        Both {
            en: self.en.resolve(schema.en),
            ja: self.ja.resolve(schema.ja),
        }
    }

    /// What a schema says of itself, or the component that it points at.
    pub(crate) fn description(self, schema: Both<'a, Schema>) -> Option<Both<'a, String>> {
        let en = self.en.description(schema.en)?;
        let ja = self.ja.description(schema.ja).unwrap_or(en);
        Some(Both { en, ja })
    }
}

impl<'a> Both<'a, String> {
    /// The text as paragraphs.
    pub(crate) fn blocks(self) -> Markup {
        let [en, ja] = [self.en, self.ja].map(|text| markdown::blocks(text));
        if self.en == self.ja {
            return html! { div.prose { (en) } };
        }
        html! {
            div.prose lang="en" { (en) }
            div.prose lang="ja" { (ja) }
        }
    }

    /// The text in a line.
    pub(crate) fn inline(self) -> Markup {
        let [en, ja] = [self.en, self.ja].map(|text| markdown::inline(text));
        if self.en == self.ja {
            return en;
        }
        html! { span lang="en" { (en) } span lang="ja" { (ja) } }
    }
}

/// What stands between two things of a list.
pub(crate) const COMMA: PreEscaped<&str> =
    PreEscaped("<span lang=\"en\">, </span><span lang=\"ja\">、</span>");

/// What ends a sentence that is put together.
pub(crate) const STOP: PreEscaped<&str> =
    PreEscaped("<span lang=\"en\">. </span><span lang=\"ja\">。</span>");

/// Words of the page itself, in English and Japanese.
#[derive(Clone, Copy)]
pub(crate) struct Words(pub(crate) &'static str, pub(crate) &'static str);

impl Render for Words {
    fn render(&self) -> Markup {
        html! {
            span lang="en" { (markdown::inline(self.0)) }
            span lang="ja" { (markdown::inline(self.1)) }
        }
    }
}
