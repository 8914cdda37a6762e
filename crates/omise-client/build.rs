//! Writes what omise-codegen emits into `OUT_DIR`.

fn main() {
    omise_codegen::build("client.rs", omise_codegen::client);
}
