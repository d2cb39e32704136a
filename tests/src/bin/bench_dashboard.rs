//! `cargo xtask bench dashboard`: how fast coordinators of every level see a week, a year and ten years
//! of the whole city, over HTTP: alone, and a hundred at once while fifty phones write every second.
//!
//! Lines, beside them their floors of the same run: `dashboard_LEVEL_PERIOD_p50_ms` and `_p99_ms`
//! (levels `city`, `county`, `town`, `branch`; periods `week`, `year`, `10y`) with a hundred reading
//! and fifty writing, `_alone_p50_ms` with nobody else; `dashboard_floor_p50_ms` and `_p99_ms` (a row by
//! its key, straight from the file), `dashboard_http_floor_` (an answer with nothing behind it);
//! `dashboard_LEVEL_10y_to_week` (ratio of the medians under load); `dashboard_reads_per_s`,
//! `dashboard_writes_per_s`, `dashboard_server_cpu_share` (of all cores); `dashboard_live_p50_ms` and
//! `_max_ms` (from a stored check-in to the number of the city); `dashboard_peak_rss_mib`,
//! `dashboard_disk_mib`, `dashboard_rollup_mib`; `dashboard_export_rows`, `_seconds`, `_peak_rss_mib`
//! (the ledger of attendance as XLSX).

use std::error::Error;
use std::fs;
use std::path::Path;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use rusqlite::Connection as Database;
use server::store::sqlite::DATABASE;
use shared::time::{Day, Timestamp};
use tests::bench::dashboard::{Cast, Level, Load, Look, Period, gather, live, prepare, run};
use tests::bench::load::Connection;
use tests::bench::server::BenchServer;
use tests::bench::{median, percentile};

/// How long everybody looks and writes.
const LASTS: Duration = Duration::from_secs(60);
/// Looks alone of each level and period.
const ALONE: usize = 50;
/// Check-ins whose way to the dashboard is measured.
const LIVE: usize = 20;
/// The least rows of the export that is measured.
const EXPORT_ROWS: i64 = 100_000;

fn main() -> Result<(), Box<dyn Error>> {
    let city = std::env::var_os("BAODAO_CITY").ok_or("BAODAO_CITY must name a city's data")?;
    let city = Path::new(&city);
    // Beside the city: where temporary files lie there may be no room for it.
    let data = tempfile::tempdir_in(city.parent().ok_or("a folder, not a root")?)?;
    fs::copy(city.join(DATABASE), data.path().join(DATABASE))?;
    let today = today()?;
    let runtime = tokio::runtime::Runtime::new()?;
    let cast = runtime.block_on(prepare(data.path(), today))?;
    print_disk(data.path())?;
    let folder = data.path().to_owned();
    let server = BenchServer::serve_on_all(data, &[])?;
    let load = Load {
        address: server.address(),
        data: &folder,
        cast: &cast,
        today,
        lasts: LASTS,
    };
    let alone = gather(&load, ALONE).map_err(|trouble| trouble as Box<dyn Error>)?;
    let (began, cpu) = (Instant::now(), server.cpu_seconds()?);
    let looks = run(&load).map_err(|trouble| trouble as Box<dyn Error>)?;
    let seconds = began.elapsed().as_secs_f64();
    let cpu_share = (server.cpu_seconds()? - cpu) / seconds / cores();
    print_looks(&alone, &looks);
    let count = |is: fn(&Look) -> bool| looks.iter().filter(|look| is(look)).count() as f64;
    let reads = count(|look| matches!(look, Look::Dashboard(..))) / seconds;
    let writes = count(|look| matches!(look, Look::Written(_))) / seconds;
    println!("dashboard_reads_per_s {reads:.0}");
    println!("dashboard_writes_per_s {writes:.0}");
    println!("dashboard_server_cpu_share {cpu_share:.2}");
    let mut appeared = live(&load, LIVE).map_err(|trouble| trouble as Box<dyn Error>)?;
    println!("dashboard_live_p50_ms {:.0} ms", median(&mut appeared));
    println!(
        "dashboard_live_max_ms {:.0} ms",
        percentile(&mut appeared, 1.0)
    );
    println!("dashboard_peak_rss_mib {:.0} MiB", server.peak_mib()?);
    export(&server, &cast, &folder, today)
}

fn today() -> Result<Day, Box<dyn Error>> {
    let now = SystemTime::now().duration_since(UNIX_EPOCH)?.as_millis();
    Ok(Timestamp(i64::try_from(now)?).day())
}

fn cores() -> f64 {
    std::thread::available_parallelism().map_or(1.0, |cores| cores.get() as f64)
}

fn print_looks(alone: &[Look], looks: &[Look]) {
    for level in Level::ALL {
        let mut medians = Vec::new();
        for period in Period::ALL {
            let of = |looks: &[Look]| -> Vec<f64> {
                let times = looks.iter().filter_map(|look| match look {
                    Look::Dashboard(l, p, ms) if (*l, *p) == (level, period) => Some(*ms),
                    Look::Dashboard(..) | Look::Row(_) | Look::Http(_) | Look::Written(_) => None,
                });
                times.collect()
            };
            let name = format!("dashboard_{}_{}", level.as_str(), period.as_str());
            let mut times = of(looks);
            medians.push(median(&mut times));
            println!("{name}_alone_p50_ms {:.2} ms", median(&mut of(alone)));
            print_percentiles(&name, times);
        }
        let ratio = medians[2] / medians[0];
        println!("dashboard_{}_10y_to_week {ratio:.2}", level.as_str());
    }
    let floor = |of: fn(&Look) -> Option<f64>| looks.iter().filter_map(of).collect::<Vec<f64>>();
    let row = floor(|look| match look {
        Look::Row(ms) => Some(*ms),
        Look::Dashboard(..) | Look::Http(_) | Look::Written(_) => None,
    });
    print_percentiles("dashboard_floor", row);
    let http = floor(|look| match look {
        Look::Http(ms) => Some(*ms),
        Look::Dashboard(..) | Look::Row(_) | Look::Written(_) => None,
    });
    print_percentiles("dashboard_http_floor", http);
    let written = floor(|look| match look {
        Look::Written(ms) => Some(*ms),
        Look::Dashboard(..) | Look::Row(_) | Look::Http(_) => None,
    });
    print_percentiles("dashboard_write", written);
}

fn print_percentiles(name: &str, mut times: Vec<f64>) {
    println!("{name}_p50_ms {:.2} ms", percentile(&mut times, 0.5));
    println!("{name}_p99_ms {:.2} ms", percentile(&mut times, 0.99));
}

fn print_disk(data: &Path) -> Result<(), Box<dyn Error>> {
    let mib = |bytes: u64| bytes as f64 / 1024.0 / 1024.0;
    let file = data.join(DATABASE);
    println!(
        "dashboard_disk_mib {:.0} MiB",
        mib(fs::metadata(&file)?.len())
    );
    let database = Database::open(&file)?;
    let (rows, bytes): (i64, i64) = database.query_row(
        "select count(*), sum(length(figures) + length(distinct_sets) + length(facets)) from rollup",
        [],
        |row| Ok((row.get(0)?, row.get(1)?)),
    )?;
    println!("dashboard_rollup_cells {rows}");
    println!("dashboard_rollup_mib {:.0} MiB", mib(bytes.unsigned_abs()));
    Ok(())
}

/// Exports the ledger of attendance, of as many months as it takes.
fn export(
    server: &BenchServer,
    cast: &Cast,
    data: &Path,
    today: Day,
) -> Result<(), Box<dyn Error>> {
    let database = Database::open(data.join(DATABASE))?;
    let mut from = today;
    let rows = loop {
        from = from.plus(-30);
        let sql = "select count(*) from outcome where day between ?1 and ?2";
        let rows: i64 = database.query_row(sql, (from.0, today.0), |row| row.get(0))?;
        if EXPORT_ROWS <= rows || from < today.plus(-3_650) {
            break rows;
        }
    };
    let (seat, ..) = cast
        .readers
        .iter()
        .find(|reader| reader.1 == Level::City)
        .ok_or("a reader of the city")?;
    let organisation = cast.root;
    server.forget_peak()?;
    let path =
        format!("/api/export/attendance.xlsx?organisation={organisation}&from={from}&to={today}");
    let began = Instant::now();
    let workbook = Connection::open(server.address())?.get(&path, &seat.cookie)?;
    println!("dashboard_export_rows {rows}");
    println!(
        "dashboard_export_seconds {:.1} s",
        began.elapsed().as_secs_f64()
    );
    println!(
        "dashboard_export_mib {:.1} MiB",
        workbook.len() as f64 / 1024.0 / 1024.0
    );
    println!(
        "dashboard_export_peak_rss_mib {:.0} MiB",
        server.peak_mib()?
    );
    Ok(())
}
