//! `cargo xtask bench rush`: every phone of a city reconnects at once over HTTP, each with three unsent
//! claims, in processes apart from the server's. `bench pull`: the same phones, and nothing is new.
//!
//! Lines: `rush_phones`, `rush_seconds` (until every claim is durable), `rush_sync_p50_ms`,
//! `rush_sync_p99_ms`, `rush_server_cpu_ms_per_sync`, beside it `rush_phones_cpu_ms_per_sync` (what the
//! load itself costs: the cores of both are all there are, so their sum bounds the pace),
//! `rush_peak_rss_mib`, `rush_up_bytes`, `rush_down_bytes`, `rush_round_trips` (means for a phone) and
//! `rush_lost`; `pull_` the same, with `pull_documents_loaded` for `rush_lost`.

use std::error::Error;
use std::time::Instant;

use tests::bench::percentile;
use tests::bench::rush::{Errand, Fare, Rushed, city, generator, rush};
use tests::bench::server::BenchServer;

/// The phones of a run without `--phones`.
const PHONES: usize = 20_000;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words[..] {
        ["phones", address, errand, first, count] => {
            let errand = Errand::parse(errand).ok_or("push or pull")?;
            generator::run(address.parse()?, errand, first.parse()?, count.parse()?)
        }
        ["rush"] => measure(Errand::Push, PHONES),
        ["pull"] => measure(Errand::Pull, PHONES),
        ["rush", "--phones", phones] => measure(Errand::Push, phones.parse()?),
        ["pull", "--phones", phones] => measure(Errand::Pull, phones.parse()?),
        _ => Err("bench_rush rush|pull [--phones N]".into()),
    }
}

fn measure(errand: Errand, phones: usize) -> Result<(), Box<dyn Error>> {
    let data = tempfile::tempdir()?;
    let runtime = tokio::runtime::Runtime::new()?;
    let began = Instant::now();
    runtime.block_on(city::found(data.path(), phones))?;
    eprintln!("note: enrolled in {:.1} s", began.elapsed().as_secs_f64());
    let server = BenchServer::serve_on_all(data, &["--metrics", "127.0.0.1:0"])?;
    let before = server.cpu_seconds()?;
    let Rushed {
        seconds,
        fares,
        phones_cpu_ms,
    } = rush(server.address(), phones, errand)?;
    let cpu_ms = (server.cpu_seconds()? - before) * 1e3;
    let name = match errand {
        Errand::Push => "rush",
        Errand::Pull => "pull",
    };
    let mut times: Vec<f64> = fares.iter().map(|fare| fare.sync_ms).collect();
    let mean = |of: fn(&Fare) -> f64| fares.iter().map(of).sum::<f64>() / fares.len() as f64;
    println!("{name}_phones {}", fares.len());
    println!("{name}_seconds {seconds:.1} s");
    println!("{name}_sync_p50_ms {:.1} ms", percentile(&mut times, 0.5));
    println!("{name}_sync_p99_ms {:.1} ms", percentile(&mut times, 0.99));
    println!(
        "{name}_server_cpu_ms_per_sync {:.3} ms",
        cpu_ms / fares.len() as f64
    );
    println!(
        "{name}_phones_cpu_ms_per_sync {:.3} ms",
        phones_cpu_ms / fares.len() as f64
    );
    println!("{name}_peak_rss_mib {:.0} MiB", server.peak_mib()?);
    println!("{name}_up_bytes {:.0} B", mean(|fare| fare.up_bytes as f64));
    println!(
        "{name}_down_bytes {:.0} B",
        mean(|fare| fare.down_bytes as f64)
    );
    println!(
        "{name}_round_trips {:.3}",
        mean(|fare| f64::from(fare.round_trips))
    );
    match errand {
        Errand::Push => {
            let data = server.end()?;
            println!(
                "rush_lost {}",
                runtime.block_on(city::lost(data.path(), phones))?
            );
        }
        Errand::Pull => {
            let loaded = server.figure("baodao_documents_loaded_total ")?;
            println!("pull_documents_loaded {loaded}");
        }
    }
    Ok(())
}
