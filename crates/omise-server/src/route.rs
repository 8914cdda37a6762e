//! Which operation a method and a path mean.

use http::Method;
use matchit::Router;
use omise_types::Operation;

use crate::failure::Failure;

/// The paths of the specification, each with the operations that its methods mean.
pub(crate) struct Routes(Router<Vec<Operation>>);

/// What a method and a path mean.
pub(crate) enum Route<'p> {
    /// An operation, and the part of the path that stands for its parameter.
    Operation { operation: Operation, id: &'p str },
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

    /// Finds the operation. A trailing slash changes nothing, and `HEAD` is answered as `GET` is.
    pub(crate) fn find<'p>(&self, method: &Method, path: &'p str) -> Result<Route<'p>, Failure> {
        let path = match path.strip_suffix('/') {
            Some(shorter) if !shorter.is_empty() => shorter,
            _ => path,
        };
        let found = self.0.at(path).map_err(|_| Failure::RouteNotFound)?;
        let wanted = if method == Method::HEAD {
            Method::GET.as_str()
        } else {
            method.as_str()
        };
        let operation = found
            .value
            .iter()
            .find(|operation| operation.method() == wanted);
        if let Some(&operation) = operation {
            let id = found.params.get("id").unwrap_or_default();
            return Ok(Route::Operation { operation, id });
        }
        let allow = allow(found.value);
        if method == Method::OPTIONS {
            Ok(Route::Options { allow })
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
