//! Authentication: the keys, and which operation takes which.

use maud::html;
use omise_contract::Spec;

use super::Section;
use crate::both::{Both, Words};

pub(crate) fn section(document: Both<'_, Spec>) -> Section {
    let schemes = document.map(|spec| &spec.document().components.security_schemes);
    let names = schemes.en.keys();
    let known = names.filter_map(|name| Some((name, schemes.find(|all| all.get(name))?)));
    let content = html! {
        @for (name, scheme) in known {
            h3 id={ "key-" (name) } { a href={ "#key-" (name) } { code { (name) } } }
            (scheme.map(|scheme| &scheme.description).blocks())
            p.small {
                (Words("Taken by", "使える操作："))
                @for (path, method, operation) in document.en.operations() {
                    @let takes = document.en.security(operation);
                    @if takes.iter().any(|keys| keys.contains_key(name)) {
                        " " a href={ "#" (super::operation::id(operation)) } {
                            code { (method.as_str()) " " (path) }
                        }
                    }
                }
            }
        }
    };
    Section::new("authentication", Words("Authentication", "認証"), content)
}
