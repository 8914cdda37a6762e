//! Writes the documentation page into `OUT_DIR`.

fn main() {
    omise_docs::build();
}
