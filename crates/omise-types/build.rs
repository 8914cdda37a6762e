//! Writes what omise-codegen emits into `OUT_DIR`.

use omise_codegen::{payment_methods, tables, types};

fn main() {
    omise_codegen::build_all(&["source.yaml"], |spec| {
        Ok([
            ("types.rs".to_owned(), types(spec)?),
            ("tables.rs".to_owned(), tables(spec)?),
            ("payment_methods.rs".to_owned(), payment_methods(spec)?),
        ])
    });
}
