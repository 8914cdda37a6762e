//! Rust files, as their tokens: comments are no code, and a word in a text is no keyword.

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};

use super::{File, Repository};

/// The lint of the workspace forbids it; no `allow` and no crate of its own may bring it back.
pub(super) fn nothing_is_unsafe(repository: &Repository) -> Vec<String> {
    in_rust(repository, "has unsafe code", |window| {
        is_ident(&window[0], "unsafe")
    })
}

/// A test that is not run proves nothing.
pub(super) fn no_test_is_ignored(repository: &Repository) -> Vec<String> {
    in_rust(repository, "ignores a test", |window| {
        let [hash, TokenTree::Group(group)] = window else {
            return false;
        };
        let first = group.stream().into_iter().next();
        is_punct(hash, '#')
            && group.delimiter() == Delimiter::Bracket
            && first.is_some_and(|first| is_ident(&first, "ignore"))
    })
}

/// What is not done is an issue, not a panic.
pub(super) fn nothing_is_left_to_do(repository: &Repository) -> Vec<String> {
    const MACROS: [&str; 3] = ["todo", "unimplemented", "dbg"];
    in_rust(repository, "has todo!, unimplemented! or dbg!", |window| {
        let is_macro = MACROS.iter().any(|name| is_ident(&window[0], name));
        is_macro && window.get(1).is_some_and(|next| is_punct(next, '!'))
    })
}

/// A payment method that code knows by name is one that the specification cannot change.
///
/// Tests may name them, and so may doc comments.
pub(super) fn wire_values_stand_in_the_specification_only(repository: &Repository) -> Vec<String> {
    let mut problems = Vec::new();
    for file in rust_files(repository) {
        let path = file.path.as_str();
        let is_product = path.starts_with("crates/") && path.contains("/src/");
        let is_test = path.ends_with("/tests.rs") || path.contains("/tests/");
        if !is_product || is_test {
            continue;
        }
        let Ok(tokens) = file.text.parse::<TokenStream>() else {
            continue;
        };
        let mut literals = Vec::new();
        literals_of_product(tokens, &mut literals);
        for (line, literal) in literals {
            let is_part = |character: char| !character.is_ascii_alphanumeric() && character != '_';
            let named = literal
                .split(is_part)
                .find(|word| repository.payment_methods.iter().any(|name| name == word));
            if let Some(name) = named {
                problems.push(format!("{path}:{line}: names the payment method `{name}`"));
            }
        }
    }
    problems
}

/// The rules above say nothing of a file that is no Rust.
pub(super) fn files_can_be_read(repository: &Repository) -> Vec<String> {
    rust_files(repository)
        .filter_map(|file| {
            let error = file.text.parse::<TokenStream>().err()?;
            Some(format!("{}: {error}", file.path))
        })
        .collect()
}

fn rust_files(repository: &Repository) -> impl Iterator<Item = &File> {
    let files = repository.files.iter();
    files.filter(|file| file.path.ends_with(".rs"))
}

/// Finds a token, with the one behind it where there is one.
fn in_rust(
    repository: &Repository,
    message: &str,
    is_wrong: fn(&[TokenTree]) -> bool,
) -> Vec<String> {
    let mut problems = Vec::new();
    for file in rust_files(repository) {
        let Ok(tokens) = file.text.parse::<TokenStream>() else {
            continue;
        };
        let mut to_follow = vec![tokens];
        while let Some(tokens) = to_follow.pop() {
            let tokens: Vec<TokenTree> = tokens.into_iter().collect();
            for index in 0..tokens.len() {
                let end = tokens.len().min(index + 2);
                if is_wrong(&tokens[index..end]) {
                    let line = tokens[index].span().start().line;
                    problems.push(format!("{}:{line}: {message}", file.path));
                }
                if let TokenTree::Group(group) = &tokens[index] {
                    to_follow.push(group.stream());
                }
            }
        }
    }
    problems
}

/// The literals with their lines, without doc comments and what is compiled for tests only.
fn literals_of_product(tokens: TokenStream, literals: &mut Vec<(usize, String)>) {
    let mut tokens = tokens.into_iter().peekable();
    while let Some(token) = tokens.next() {
        match token {
            TokenTree::Punct(punct) if punct.as_char() == '#' => {
                // The mark of an inner attribute.
                tokens.next_if(|next| is_punct(next, '!'));
                let Some(TokenTree::Group(attribute)) = tokens.next() else {
                    continue;
                };
                if is_for_tests(&attribute) {
                    skip_item(&mut tokens);
                } else if !is_doc(&attribute) {
                    literals_of_product(attribute.stream(), literals);
                }
            }
            TokenTree::Group(group) => literals_of_product(group.stream(), literals),
            TokenTree::Literal(literal) => {
                literals.push((literal.span().start().line, literal.to_string()));
            }
            TokenTree::Punct(_) | TokenTree::Ident(_) => {}
        }
    }
}

/// An item ends with the first braces or semicolon.
fn skip_item(tokens: &mut impl Iterator<Item = TokenTree>) {
    for token in tokens {
        let is_end = match &token {
            TokenTree::Group(group) => group.delimiter() == Delimiter::Brace,
            token => is_punct(token, ';'),
        };
        if is_end {
            return;
        }
    }
}

fn is_for_tests(attribute: &Group) -> bool {
    let mut tokens = attribute.stream().into_iter();
    let is_cfg = tokens.next().is_some_and(|first| is_ident(&first, "cfg"));
    let condition = tokens.next();
    is_cfg && condition.is_some_and(|condition| condition.to_string().replace(' ', "") == "(test)")
}

fn is_doc(attribute: &Group) -> bool {
    let first = attribute.stream().into_iter().next();
    first.is_some_and(|first| is_ident(&first, "doc"))
}

fn is_ident(token: &TokenTree, name: &str) -> bool {
    matches!(token, TokenTree::Ident(ident) if ident == name)
}

fn is_punct(token: &TokenTree, mark: char) -> bool {
    matches!(token, TokenTree::Punct(punct) if punct.as_char() == mark)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unsafe_code_is_told_and_the_word_is_not() {
        let text = "// unsafe\n#![forbid(unsafe_code)]\nconst A: &str = \"unsafe\";\n\nfn f() { unsafe { g() } }\n";
        let repository = Repository::of(&[("crates/a/src/lib.rs", text)]);
        assert_eq!(
            nothing_is_unsafe(&repository),
            ["crates/a/src/lib.rs:5: has unsafe code"]
        );
    }

    #[test]
    fn an_ignored_test_is_told() {
        let text = "#[test]\n#[ignore = \"slow\"]\nfn a() {}\n";
        let repository = Repository::of(&[("tests/a.rs", text)]);
        assert_eq!(
            no_test_is_ignored(&repository),
            ["tests/a.rs:2: ignores a test"]
        );
    }

    #[test]
    fn what_is_left_to_do_is_told() {
        for text in [
            "fn f() { todo!() }",
            "fn f() { dbg!(1); }",
            "fn f() { unimplemented!() }",
        ] {
            let repository = Repository::of(&[("a.rs", text)]);
            assert_eq!(nothing_is_left_to_do(&repository).len(), 1, "{text}");
        }
        let repository = Repository::of(&[("a.rs", "// todo!()\nfn todo() { \"todo!()\"; }")]);
        assert_eq!(nothing_is_left_to_do(&repository), Vec::<String>::new());
    }

    #[test]
    fn a_payment_method_in_code_is_told() {
        for text in [
            "const A: &str = \"promptpay\";",
            "fn f() { g(r#\"{\"type\": \"econtext\"}\"#) }",
            "#[arg(help = \"such as promptpay\")] struct A;",
            "#[cfg(not(test))] const A: &str = \"promptpay\";",
        ] {
            let repository = Repository::of(&[("crates/a/src/b.rs", text)]);
            let problems = wire_values_stand_in_the_specification_only(&repository);
            assert_eq!(problems.len(), 1, "{text}");
        }
    }

    #[test]
    fn a_payment_method_in_a_comment_or_a_test_is_not() {
        for (path, text) in [
            ("crates/a/src/b.rs", "/// `\"promptpay\"`\nstruct A;"),
            ("crates/a/src/b.rs", "//! \"promptpay\""),
            (
                "crates/a/src/b.rs",
                "#[cfg(test)]\nmod tests { const A: &str = \"promptpay\"; }",
            ),
            (
                "crates/a/src/b.rs",
                "#[cfg(test)]\n#[path = \"promptpay\"]\nmod tests;",
            ),
            ("crates/a/src/b.rs", "const A: &str = \"promptpay_like\";"),
            ("crates/a/src/b/tests.rs", "const A: &str = \"promptpay\";"),
            ("tests/a.rs", "const A: &str = \"promptpay\";"),
        ] {
            let repository = Repository::of(&[(path, text)]);
            let problems = wire_values_stand_in_the_specification_only(&repository);
            assert_eq!(problems, Vec::<String>::new(), "{text}");
        }
    }

    #[test]
    fn a_file_that_is_no_rust_is_told() {
        let repository = Repository::of(&[("a.rs", "fn f( {}")]);
        assert_eq!(files_can_be_read(&repository).len(), 1);
    }
}
