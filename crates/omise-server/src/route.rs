//! Which operation a method and a path mean, and with which parameters.

use std::borrow::Cow;

use http::{Method, Uri};
use matchit::{Params, Router};
use omise_types::Operation;
use percent_encoding::percent_decode_str;

use crate::failure::Failure;

/// The paths of the specification, each with the operations that its methods mean.
pub(crate) struct Routes(Router<Vec<Operation>>);

/// A path of the specification, as a request has it.
pub(crate) struct Route<'a> {
    operations: &'a [Operation],
    pub(crate) parameters: Parameters<'a>,
}

/// What a method of a path means.
pub(crate) enum Meaning {
    /// An operation.
    Operation(Operation),
    /// A question for the methods that the path has.
    Options { allow: String },
}

/// The parameters of an operation in the path and the query.
pub(crate) struct Parameters<'a> {
    path: Params<'a, 'a>,
    query: Option<&'a str>,
}

impl Routes {
    /// The routes of the specification; none is written by hand.
    pub(crate) fn new() -> Routes {
        let mut routes = Router::new();
        let mut paths: Vec<&str> = Operation::ALL.iter().map(|one| one.path()).collect();
        paths.sort_unstable();
        paths.dedup();
        for path in paths {
            let of_path = Operation::ALL.iter().filter(|one| one.path() == path);
            routes
                .insert(path, of_path.copied().collect())
                .expect("the paths of the specification do not conflict");
        }
        Routes(routes)
    }

    /// Finds a path. A trailing slash changes nothing.
    pub(crate) fn find<'a>(&'a self, uri: &'a Uri) -> Option<Route<'a>> {
        let path = match uri.path().strip_suffix('/') {
            Some(shorter) if !shorter.is_empty() => shorter,
            _ => uri.path(),
        };
        let found = self.0.at(path).ok()?;
        Some(Route {
            operations: found.value,
            parameters: Parameters {
                path: found.params,
                query: uri.query(),
            },
        })
    }
}

impl Route<'_> {
    /// Finds the operation. `HEAD` is answered as `GET` is.
    pub(crate) fn meaning(&self, method: &Method) -> Result<Meaning, Failure> {
        let wanted = if method == Method::HEAD {
            Method::GET.as_str()
        } else {
            method.as_str()
        };
        let mut operations = self.operations.iter();
        if let Some(&operation) = operations.find(|operation| operation.method() == wanted) {
            return Ok(Meaning::Operation(operation));
        }
        let allow = allow(self.operations);
        if method == Method::OPTIONS {
            Ok(Meaning::Options { allow })
        } else {
            Err(Failure::MethodNotAllowed { allow })
        }
    }
}

impl<'a> Parameters<'a> {
    /// The value of a parameter of the path or, if the path has none of the name, of the query.
    /// If the query gives it more than once the first counts.
    pub(crate) fn get(&self, name: &str) -> Option<Cow<'a, str>> {
        if let Some(value) = self.path.get(name) {
            return Some(percent_decode_str(value).decode_utf8_lossy());
        }
        let pairs = self.query?.split('&');
        let mut pairs = pairs.map(|pair| pair.split_once('=').unwrap_or((pair, "")));
        let (_, value) = pairs.find(|(key, _)| decoded(key) == name)?;
        Some(decoded(value))
    }
}

/// A name or a value of a query, in which a plus sign stands for a blank.
fn decoded(text: &str) -> Cow<'_, str> {
    match text.contains('+') {
        false => percent_decode_str(text).decode_utf8_lossy(),
        true => {
            let text = text.replace('+', " ");
            let decoded = percent_decode_str(&text).decode_utf8_lossy();
            Cow::Owned(decoded.into_owned())
        }
    }
}

fn allow(operations: &[Operation]) -> String {
    let mut methods: Vec<&str> = operations
        .iter()
        .map(|operation| operation.method())
        .collect();
    if methods.contains(&"GET") {
        methods.push("HEAD");
    }
    methods.push("OPTIONS");
    methods.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_parameter_is_read_from_the_path_and_then_from_the_query() {
        let routes = Routes(Router::new());
        assert!(routes.find(&Uri::from_static("/charges")).is_none());
        let mut router = Router::new();
        let path = "/charges/{charge_id}/refunds/{id}";
        router.insert(path, Vec::new()).expect("a path");
        let routes = Routes(router);
        let uri = Uri::from_static(
            "/charges/chrg%5F1/refunds/rfnd_1/?limit=20&from=2026-01-01T00%3A00%3A00Z&id=other\
             &order=reverse+order&limit=30&flag&a%3Db=c",
        );
        let route = routes.find(&uri).expect("the path is one");
        for (name, value) in [
            ("charge_id", Some("chrg_1")),
            ("id", Some("rfnd_1")),
            ("limit", Some("20")),
            ("from", Some("2026-01-01T00:00:00Z")),
            ("order", Some("reverse order")),
            ("flag", Some("")),
            ("a=b", Some("c")),
            ("offset", None),
        ] {
            assert_eq!(route.parameters.get(name).as_deref(), value, "{name}");
        }
    }
}
