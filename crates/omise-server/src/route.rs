//! Which operation a method and a path mean.

use http::Method;
use matchit::Router;
use omise_types::Operation;

use crate::failure::Failure;

/// The paths of the specification, each with the operations that its methods mean.
pub(crate) struct Routes(Router<Vec<Operation>>);

/// An operation, and the part of the path that stands for its parameter.
pub(crate) struct Route<'p> {
    pub(crate) operation: Operation,
    pub(crate) id: &'p str,
}

impl Routes {
    /// The routes of the specification; none is written by hand.
    pub(crate) fn new() -> Routes {
        let mut routes = Router::new();
        for &operation in Operation::ALL {
            let of_path = Operation::ALL
                .iter()
                .filter(|other| other.path() == operation.path());
            // The first operation of a path brings the others with it.
            let _ = routes.insert(operation.path(), of_path.copied().collect());
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
            return Ok(Route { operation, id });
        }
        let allow = allow(found.value);
        if method == Method::OPTIONS {
            Err(Failure::Preflight { allow })
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
