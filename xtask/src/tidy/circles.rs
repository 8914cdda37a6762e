//! No circle of files: inside a crate, imports point one way.

use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::{Spacing, TokenStream, TokenTree};

use super::File;
use super::code::product;

type Path = Vec<String>;
/// The modules of a crate that are files, each with the paths that its code names.
type Modules = BTreeMap<Path, Vec<Path>>;

/// Every circle.
pub(super) fn circles_of_files(files: &[File]) -> Vec<String> {
    let mut crates: BTreeMap<&str, Modules> = BTreeMap::new();
    for file in files {
        let Some((folder, inside)) = file.path.split_once("/src/") else {
            continue;
        };
        let Some(inside) = inside
            .strip_suffix(".rs")
            .filter(|it| !it.ends_with("tests"))
        else {
            continue;
        };
        let mut module: Path = inside.split('/').map(str::to_owned).collect();
        module.pop_if(|last| ["lib", "main", "mod"].contains(&last.as_str()));
        let paths = paths(product(&file.text), &[]);
        crates
            .entry(folder)
            .or_default()
            .entry(module)
            .or_default()
            .extend(paths);
    }
    let circles = crates
        .iter()
        .flat_map(|(folder, modules)| circles(folder, modules));
    let circles: BTreeSet<Vec<String>> = circles.collect();
    let told = circles.iter();
    told.map(|circle| format!("{}: import each other in a circle", circle.join(", ")))
        .collect()
}

/// The modules that reach each other.
fn circles(folder: &str, modules: &Modules) -> Vec<Vec<String>> {
    let arrows = modules.iter().map(|(module, paths)| {
        let targets = paths
            .iter()
            .filter_map(|path| target(modules, module, path, 3));
        // A file uses the files below it, and they use what it gives all of them.
        let targets = targets.filter(|target| !target.starts_with(module));
        (module.clone(), targets.collect())
    });
    let mut reached: BTreeMap<Path, BTreeSet<Path>> = arrows.collect();
    for _ in 0..modules.len() {
        let before = reached.clone();
        for targets in reached.values_mut() {
            targets.extend(
                targets
                    .clone()
                    .iter()
                    .flat_map(|target| before[target].clone()),
            );
        }
    }
    let circle = |module: &Path| {
        let back = reached[module]
            .iter()
            .filter(|target| reached[*target].contains(module));
        let names = back.map(|it| match it.join("/") {
            root if root.is_empty() => format!("{folder}/src/lib.rs"),
            name => format!("{folder}/src/{name}.rs"),
        });
        names.collect::<Vec<String>>()
    };
    reached
        .keys()
        .map(circle)
        .filter(|circle| !circle.is_empty())
        .collect()
}

/// The file that a path in a module leads to; by way of a `pub use`, the file behind it.
fn target(modules: &Modules, from: &Path, path: &[String], depth: usize) -> Option<Path> {
    let mut absolute = from.clone();
    let mut rest = path.iter();
    for name in path {
        match name.as_str() {
            "crate" => absolute.clear(),
            "super" => drop(absolute.pop()),
            "self" => {}
            _ => break,
        }
        rest.next();
    }
    let is_relative = rest.len() < path.len();
    let mut name = rest.next();
    while let Some(next) = name {
        absolute.push(next.clone());
        if !modules.contains_key(&absolute) {
            absolute.pop();
            break;
        }
        name = rest.next();
    }
    if absolute == *from {
        return is_relative.then_some(absolute);
    }
    let exported = |path: &&Path| path.last() == name && depth > 0;
    let mut behind = modules.get(&absolute)?.iter().filter(exported);
    let behind = behind.find_map(|path| target(modules, &absolute, path, depth - 1));
    behind.or(Some(absolute))
}

/// The paths of two names and more in code, those of a tree of `use` one by one.
fn paths(tokens: TokenStream, before: &[String]) -> Vec<Path> {
    let mut found = Vec::new();
    let mut path = before.to_vec();
    let (mut is_joined, mut is_half) = (true, false);
    // What stands before a group: `mod a { .. }` or `quote! { .. }`.
    let mut keyword = "";
    for token in tokens {
        if let TokenTree::Punct(colon) = &token
            && colon.as_char() == ':'
            && (is_half || colon.spacing() == Spacing::Joint)
        {
            (is_joined, is_half) = (is_half, !is_half);
            continue;
        }
        match token {
            TokenTree::Ident(name) if is_joined => path.push(name.to_string()),
            TokenTree::Group(tree) if is_joined && path.len() > before.len() => {
                found.extend(paths(tree.stream(), &path));
                path = before.to_vec();
            }
            other => {
                let ended = std::mem::replace(&mut path, before.to_vec());
                match other {
                    TokenTree::Ident(name) => {
                        keyword = if ended == ["mod"] { "mod" } else { "" };
                        path.push(name.to_string());
                    }
                    // Emitted code names what is where it goes.
                    TokenTree::Group(_) if keyword == "quote" => {}
                    TokenTree::Group(group) => {
                        let mut inner = paths(group.stream(), &[]);
                        // In `mod a { use super::B; }` the file itself is what `super` leads to.
                        let outer = inner.iter_mut().filter(|path| path[0] == "super");
                        let outer = outer.filter(|_| keyword == "mod");
                        outer.for_each(|path| path[0] = "self".to_owned());
                        found.extend(inner);
                    }
                    _ => keyword = if ended == ["quote"] { "quote" } else { "" },
                }
                found.push(ended);
            }
        }
        is_joined = path.len() == before.len();
    }
    found.push(path);
    found.retain(|path| path.len() > 1);
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_circles(b: &str, c: &str, expected: &[&str]) {
        let files = [("lib", "mod b; mod c; pub use b::B;"), ("b", b), ("c", c)];
        let files = files.map(|(name, text)| File::of(&format!("a/src/{name}.rs"), text));
        assert_eq!(circles_of_files(&files), expected);
    }

    #[test]
    fn files_that_import_each_other_are_found() {
        let expected = ["a/src/b.rs, a/src/c.rs: import each other in a circle"];
        for b in [
            "use crate::c::C;",
            "use super::{b::d, c::{self, C}};",
            "fn f(c: u8) -> crate::c::C { g() }",
            "mod d { fn f() { super::super::c::g::<u8>() } }",
        ] {
            // By way of the root, which exports B.
            for c in [
                "use crate::b::B;",
                "use crate::B;",
                "fn f() { h!(super::b::B) }",
            ] {
                check_circles(b, c, &expected);
            }
        }
    }

    #[test]
    fn imports_one_way_and_those_of_tests_are_no_circle() {
        for c in [
            "use d::B; fn f(b: B) -> u8 { b.c(a::b()) }",
            "#[cfg(test)] mod tests { use crate::b::B; }",
            "mod d { use super::C; }",
            "fn f() { quote!(crate::b::B) }",
            "/// [`crate::b::B`]\nstruct C;",
        ] {
            check_circles("use crate::c::C;", c, &[]);
        }
    }
}
