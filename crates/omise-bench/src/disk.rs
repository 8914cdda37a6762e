//! What the disk alone can do: the bound of everything durable.

use std::fs::OpenOptions;
use std::io::Write;
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};

/// How often in a second a page can be appended to a file and forced to the disk.
pub(crate) fn syncs_per_second(folder: &Path) -> Result<f64> {
    const TIME: Duration = Duration::from_secs(1);
    let path = folder.join("syncs");
    let mut file = OpenOptions::new()
        .create(true)
        .append(true)
        .open(&path)
        .context("cannot write beside the data")?;
    let page = [0x5a; 4096];
    let started = Instant::now();
    let mut syncs = 0_u32;
    while started.elapsed() < TIME {
        file.write_all(&page)?;
        file.sync_data()?;
        syncs += 1;
    }
    let rate = f64::from(syncs) / started.elapsed().as_secs_f64();
    std::fs::remove_file(&path)?;
    Ok(rate)
}
