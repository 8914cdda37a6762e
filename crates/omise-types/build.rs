//! Writes what omise-codegen emits into `OUT_DIR`.

fn main() {
    omise_codegen::build("types.rs", omise_codegen::types);
    omise_codegen::build("tables.rs", omise_codegen::tables);
    omise_codegen::build("payment_methods.rs", omise_codegen::payment_methods);
}
