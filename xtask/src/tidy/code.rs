//! Rust files as tokens: a comment is not code, and neither is what only tests compile.

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};

use super::File;

/// A payment method that code knows by name is one that the specification cannot change.
///
/// Tests may name them, and so may doc comments.
pub(super) fn wire_values(files: &[File], payment_methods: &[String]) -> Vec<String> {
    let mut problems = Vec::new();
    for file in files {
        let path = &file.path;
        let is_product = path.starts_with("crates/") && path.contains("/src/");
        if !is_product
            || !path.ends_with(".rs")
            || path.ends_with("/tests.rs")
            || path.contains("/tests/")
        {
            continue;
        }
        let mut open = vec![product(&file.text)];
        while let Some(tokens) = open.pop() {
            for token in tokens {
                let literal = match token {
                    TokenTree::Group(group) => {
                        open.push(group.stream());
                        continue;
                    }
                    TokenTree::Literal(literal) => literal,
                    TokenTree::Punct(_) | TokenTree::Ident(_) => continue,
                };
                let text = literal.to_string();
                let is_part = |one: char| one.is_ascii_alphanumeric() || one == '_';
                let mut words = text.split(|one| !is_part(one));
                if let Some(name) = words.find(|word| payment_methods.iter().any(|it| it == word)) {
                    problems.push(format!("{path}: names the payment method `{name}`"));
                }
            }
        }
    }
    problems
}

/// The tokens of a Rust file without doc comments and without items for tests; nothing of a file
/// that does not parse, which the compiler reports.
pub(super) fn product(text: &str) -> TokenStream {
    text.parse()
        .map_or_else(|_| TokenStream::new(), without_tests)
}

fn without_tests(tokens: TokenStream) -> TokenStream {
    let mut kept = Vec::new();
    let mut tokens = tokens.into_iter().peekable();
    while let Some(token) = tokens.next() {
        if is_punct(&token, '#') {
            // The mark of an inner attribute.
            tokens.next_if(|next| is_punct(next, '!'));
            if let Some(TokenTree::Group(attribute)) = tokens.next_if(is_brackets) {
                let attribute = attribute.stream();
                match attribute.to_string().replace(' ', "").as_str() {
                    "cfg(test)" => skip_item(&mut tokens),
                    text if text.starts_with("doc=") => {}
                    _ => kept.extend(attribute),
                }
                continue;
            }
        }
        kept.push(match token {
            TokenTree::Group(group) => {
                Group::new(group.delimiter(), without_tests(group.stream())).into()
            }
            other => other,
        });
    }
    kept.into_iter().collect()
}

/// An item ends with the first braces or semicolon.
fn skip_item(tokens: &mut impl Iterator<Item = TokenTree>) {
    tokens.find(|token| match token {
        TokenTree::Group(group) => group.delimiter() == Delimiter::Brace,
        token => is_punct(token, ';'),
    });
}

fn is_brackets(token: &TokenTree) -> bool {
    matches!(token, TokenTree::Group(group) if group.delimiter() == Delimiter::Bracket)
}

/// Whether a token is this mark.
pub(super) fn is_punct(token: &TokenTree, mark: char) -> bool {
    matches!(token, TokenTree::Punct(punct) if punct.as_char() == mark)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_wire_values(path: &str, text: &str, expected: usize) {
        let files = [File::of(path, text)];
        let methods = ["promptpay", "econtext"].map(str::to_owned);
        assert_eq!(
            wire_values(&files, &methods).len(),
            expected,
            "{path}: {text}"
        );
    }

    #[test]
    fn a_payment_method_in_code_is_found() {
        for text in [
            "const A: &str = \"promptpay\";",
            "fn f() { g(r#\"{\"type\": \"econtext\"}\"#) }",
            "#[arg(help = \"such as promptpay\")] struct A;",
            "#[cfg(not(test))] const A: &str = \"promptpay\";",
        ] {
            check_wire_values("crates/a/src/b.rs", text, 1);
        }
    }

    #[test]
    fn a_payment_method_in_a_comment_or_a_test_is_allowed() {
        for text in [
            "/// `\"promptpay\"`\nstruct A;",
            "//! \"promptpay\"",
            "#[cfg(test)]\nmod tests { const A: &str = \"promptpay\"; }",
            "#[cfg(test)]\n#[path = \"promptpay\"]\nmod tests;",
            "const A: &str = \"promptpay_like\";",
        ] {
            check_wire_values("crates/a/src/b.rs", text, 0);
        }
        for path in ["crates/a/src/b/tests.rs", "tests/a.rs"] {
            check_wire_values(path, "const A: &str = \"promptpay\";", 0);
        }
    }
}
