//! What both programs share: they make calls when they are told to.

use std::error::Error;
use std::io::stdin;

#[cfg(feature = "counted")]
#[global_allocator]
static ALLOCATOR: alloc_tracker::Allocator<std::alloc::System> = alloc_tracker::Allocator::system();

pub type Outcome = Result<(), Box<dyn Error>>;

/// Reads lines such as `retrieve 1000` from stdin, makes the calls one after the other and says
/// `done`, with the number of allocations if the program counts them.
pub fn run(call: impl AsyncFn(&str) -> Outcome) -> Outcome {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(async {
        println!("ready");
        for line in stdin().lines() {
            let line = line?;
            let (operation, count) = line
                .split_once(' ')
                .ok_or("give an operation and a number")?;
            let count = count.parse()?;
            println!("done {}", repeat(&call, operation, count).await?);
        }
        Ok(())
    })
}

#[cfg(not(feature = "counted"))]
async fn repeat(
    call: &impl AsyncFn(&str) -> Outcome,
    operation: &str,
    count: u32,
) -> Result<u64, Box<dyn Error>> {
    for _ in 0..count {
        call(operation).await?;
    }
    Ok(0)
}

#[cfg(feature = "counted")]
async fn repeat(
    call: &impl AsyncFn(&str) -> Outcome,
    operation: &str,
    count: u32,
) -> Result<u64, Box<dyn Error>> {
    let session = alloc_tracker::Session::new().no_stdout().no_file();
    let span = session.operation(operation).measure_process();
    for _ in 0..count {
        call(operation).await?;
    }
    drop(span.iterations(1));
    let report = session.to_report();
    let operations = report.operations();
    Ok(operations
        .map(|(_, operation)| operation.total_allocations_count())
        .sum())
}
