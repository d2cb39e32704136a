//! Memory and processor time of this process, under the names that Prometheus' own libraries use.
//! Read from `/proc`; elsewhere the figures stay zero.

use std::fs;
use std::sync::atomic::AtomicU64;

use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::{Registry, Unit};

#[derive(Debug, Default)]
pub(super) struct Figures {
    resident_bytes: Gauge,
    /// A gauge, because it is read and not counted.
    cpu_seconds: Gauge<f64, AtomicU64>,
    open_files: Gauge,
}

impl Figures {
    pub(super) fn register(&self, registry: &mut Registry) {
        let process = registry.sub_registry_with_prefix("process");
        let resident = self.resident_bytes.clone();
        process.register_with_unit("resident_memory", "Resident memory", Unit::Bytes, resident);
        let cpu = self.cpu_seconds.clone();
        let help = "Processor time, of user and system together";
        process.register_with_unit("cpu", help, Unit::Seconds, cpu);
        process.register("open_fds", "Open file descriptors", self.open_files.clone());
    }

    pub(super) fn read(&self) {
        if let Some((cpu, resident)) = fs::read_to_string("/proc/self/stat")
            .ok()
            .as_deref()
            .and_then(parse)
        {
            self.cpu_seconds.set(cpu);
            self.resident_bytes.set(resident);
        }
        if let Ok(files) = fs::read_dir("/proc/self/fd") {
            self.open_files
                .set(i64::try_from(files.count()).unwrap_or(i64::MAX));
        }
    }
}

/// Returns the most memory that this process has held, in bytes; none where `/proc` is not.
/// Source: proc_pid_status(5), `VmHWM` in kibibytes.
pub fn peak_memory() -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kibibytes: u64 = line.trim().strip_suffix(" kB")?.parse().ok()?;
    Some(kibibytes * 1_024)
}

/// Returns processor seconds and resident bytes. Source: proc_pid_stat(5); fields 14 and 15 in ticks,
/// field 24 in pages.
fn parse(stat: &str) -> Option<(f64, i64)> {
    let (_, fields) = stat.rsplit_once(") ")?;
    let fields: Vec<&str> = fields.split(' ').collect();
    let number = |field: usize| fields.get(field - 3)?.parse::<u64>().ok();
    let ticks = number(14)? + number(15)?;
    let pages = number(24)?;
    let cpu = ticks as f64 / rustix::param::clock_ticks_per_second() as f64;
    let page = rustix::param::page_size() as u64;
    Some((cpu, i64::try_from(pages * page).ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stat_line_is_read_past_a_name_with_spaces_and_brackets() {
        let stat = "7 (a) b (c) S 1 1 1 0 -1 4194560 9 0 0 0 150 50 0 0 20 0 9 0 44 9000 3 1844";
        let (cpu, bytes) = parse(stat).unwrap();
        assert_eq!(cpu, 200.0 / rustix::param::clock_ticks_per_second() as f64);
        assert_eq!(bytes, 3 * rustix::param::page_size() as i64);
        assert_eq!(parse("nonsense"), None);
    }
}
