use std::error::Error;
use std::io::stdin;

#[cfg(feature = "counted")]
#[global_allocator]
static ALLOCATOR: alloc_tracker::Allocator<std::alloc::System> = alloc_tracker::Allocator::system();

/// What a program ends with.
pub type Outcome = Result<(), Box<dyn Error>>;

/// Reads lines such as `retrieve 1000` from stdin, makes the calls one after the other, and answers
/// `done` with the number of allocations, which is 0 unless the program counts them.
///
/// # Errors
///
/// When a call fails, or a line is not of that form.
pub fn run(call: impl AsyncFn(&str) -> Outcome) -> Outcome {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(async {
        println!("ready");
        for line in stdin().lines() {
            let line = line?;
            let (operation, count) = line.split_once(' ').ok_or("expected OPERATION COUNT")?;
            println!("done {}", repeat(&call, operation, count.parse()?).await?);
        }
        Ok(())
    })
}

async fn repeat(
    call: &impl AsyncFn(&str) -> Outcome,
    operation: &str,
    count: u32,
) -> Result<u64, Box<dyn Error>> {
    #[cfg(feature = "counted")]
    let session = alloc_tracker::Session::new().no_stdout().no_file();
    #[cfg(feature = "counted")]
    let span = session.operation(operation).measure_process();
    for _ in 0..count {
        call(operation).await?;
    }
    #[cfg(not(feature = "counted"))]
    let allocations = 0;
    #[cfg(feature = "counted")]
    let allocations = {
        drop(span.iterations(1));
        let report = session.to_report();
        let counts = report.operations();
        counts
            .map(|(_, count)| count.total_allocations_count())
            .sum()
    };
    Ok(allocations)
}
