//! Which operation a method and a path mean.

use http::Method;
use matchit::{Match, Router};
use omise_types::Operation;

use crate::failure::Failure;

/// The paths of the specification, each with the operations that its methods mean.
pub(crate) struct Routes(Router<Vec<Operation>>);

/// A path of the specification, as a request has it.
pub(crate) struct Route<'r, 'p>(Match<'r, 'p, &'r Vec<Operation>>);

/// What a method of a path means.
pub(crate) enum Meaning<'a> {
    /// An operation, and the part of the path that stands for its parameter.
    Operation { operation: Operation, id: &'a str },
    /// A question for the methods that the path has.
    Options { allow: String },
}

impl Routes {
    /// The routes of the specification; none is written by hand.
    pub(crate) fn new() -> Routes {
        let mut routes = Router::new();
        let mut paths: Vec<&str> = Operation::ALL.iter().map(|one| one.path()).collect();
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
    pub(crate) fn find<'r, 'p>(&'r self, path: &'p str) -> Option<Route<'r, 'p>> {
        let path = match path.strip_suffix('/') {
            Some(shorter) if !shorter.is_empty() => shorter,
            _ => path,
        };
        self.0.at(path).ok().map(Route)
    }
}

impl Route<'_, '_> {
    /// Finds the operation. `HEAD` is answered as `GET` is.
    pub(crate) fn meaning(&self, method: &Method) -> Result<Meaning<'_>, Failure> {
        let wanted = if method == Method::HEAD {
            Method::GET.as_str()
        } else {
            method.as_str()
        };
        let mut operations = self.0.value.iter();
        if let Some(&operation) = operations.find(|operation| operation.method() == wanted) {
            let id = self.0.params.get("id").unwrap_or_default();
            return Ok(Meaning::Operation { operation, id });
        }
        let allow = allow(self.0.value);
        if method == Method::OPTIONS {
            Ok(Meaning::Options { allow })
        } else {
            Err(Failure::MethodNotAllowed { allow })
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
