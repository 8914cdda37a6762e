//! Everything through the front door, in reading order.

mod agreement;
mod browser;
mod cli;
mod cli_values;
mod cli_width;
mod compile_fail;
mod conformance;
mod connections;
mod crash;
mod docs_calls;
mod docs_page;
mod documentation;
mod fixtures;
mod generated_answers;
mod hostile;
mod limits;
mod mutated_errors;
mod official_clients;
mod own_authority;
mod payment_methods;
mod replays;
mod serve;
mod serve_log;
mod typed_requests;
mod wasm;
mod wire;
