//! That the document can be turned into Rust, which no look at the document alone can tell.

use omise_contract::Problem;

use super::Document;

/// Everything that is emitted from the document, emitted once more.
pub(super) fn it_turns_into_rust(document: &Document<'_>) -> Vec<Problem> {
    let emitters = [
        omise_codegen::types,
        omise_codegen::tables,
        omise_codegen::payment_methods,
        omise_codegen::client,
    ];
    let mut problems = Vec::new();
    for emit in emitters {
        for problem in emit(document.spec)
            .err()
            .into_iter()
            .flat_map(|more| more.0)
        {
            // Two of them may trip over one thing.
            if !problems.contains(&problem) {
                problems.push(problem);
            }
        }
    }
    problems
}
