//! Programs that make a call, one language at a time.

use maud::{Markup, html};

use crate::both::Words;
use crate::field::copy_button;
use crate::language::Language;

/// A program as it stands on the page.
pub(super) struct Program<'a> {
    pub(super) language: Language,
    pub(super) text: &'a str,
    /// What follows the command that runs it.
    pub(super) argument: &'static str,
    /// How a test finds it: the attribute `data-program` or `data-operation`, and its value.
    pub(super) place: Place<'a>,
}

/// What a program belongs to.
pub(super) enum Place<'a> {
    PaymentMethod(&'a str),
    Operation(&'a str),
}

/// All programs of a place. The style sheet shows the one in the chosen language.
pub(super) fn programs<'a>(label: &str, programs: impl IntoIterator<Item = Program<'a>>) -> Markup {
    html! {
        div.code.calls {
            @for program in programs { (one(label, &program)) }
        }
    }
}

fn one(label: &str, program: &Program<'_>) -> Markup {
    let Program {
        language,
        text,
        argument,
        place,
    } = program;
    let (file, command) = language.file_and_command();
    let [method, operation] = match place {
        Place::PaymentMethod(key) => [Some(format!("{} {key}", language.id())), None],
        Place::Operation(id) => [None, Some(format!("{} {id}", language.id()))],
    };
    html! {
        div.call data-call=(language.id()) {
            p.file {
                b { (language.name()) } " "
                (Words("into", "保存先"))
                " " code { (file) }
                (Words(", then", "、実行")) " "
                code { (command) (argument) }
                @if let Some(needs) = language.needs() {
                    "; " (Words("needs", "必要なもの：")) " " (needs)
                }
            }
            pre tabindex="0" aria-label={ (label) ", " (language.name()) } {
                code.program data-program=[method] data-operation=[operation] { (text) }
            }
        }
    }
}

/// The buttons that choose a language; the script puts them above the programs.
pub(super) fn languages() -> Markup {
    html! {
        div.languages {
            div.choices role="group" {
                @for language in Language::ALL {
                    button type="button" data-choose=(language.id()) { (language.name()) }
                }
            }
            (copy_button())
        }
    }
}
