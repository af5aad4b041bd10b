//! The process, as the kernel tells of it; under the names that Prometheus' own clients use.

use std::{fs, time::SystemTime};

use prometheus::{
    Counter, Error, IntGauge, Registry, register_counter_with_registry, register_int_gauge_with_registry,
};

/// The unit of the kernel's tables of processor time: `USER_HZ`, which is 100 a second on every platform of ours.
const TICKS_PER_SECOND: f64 = 100.0;

/// What is measured of this process.
pub(super) struct Process {
    cpu: Counter,
    memory: IntGauge,
    open_files: IntGauge,
}

impl Process {
    /// Nothing where the kernel has no `/proc`.
    pub(super) fn new(registry: &Registry) -> Result<Option<Self>, Error> {
        if cpu_seconds().is_none() {
            return Ok(None);
        }
        let gauge = |name: &str, help: &str| register_int_gauge_with_registry!(name, help, registry);
        let since_epoch = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        gauge("process_start_time_seconds", "Start of the process, as seconds since 1970.")?
            .set(since_epoch.as_secs().try_into().unwrap_or(i64::MAX));
        let cpu = "process_cpu_seconds_total";
        Ok(Some(Self {
            cpu: register_counter_with_registry!(cpu, "Processor time used, of user and system.", registry)?,
            memory: gauge("process_resident_memory_bytes", "Memory in use.")?,
            open_files: gauge("process_open_fds", "Open file descriptors.")?,
        }))
    }

    /// Looks at the process.
    pub(super) fn measure(&self) {
        if let Some(seconds) = cpu_seconds() {
            self.cpu.inc_by((seconds - self.cpu.get()).max(0.0));
        }
        if let Some(bytes) = resident_bytes() {
            self.memory.set(bytes);
        }
        if let Ok(files) = fs::read_dir("/proc/self/fd") {
            // The one through which they are counted is not among those of the program.
            self.open_files.set(files.count().saturating_sub(1).try_into().unwrap_or(i64::MAX));
        }
    }
}

/// Processor time so far, of user and system.
fn cpu_seconds() -> Option<f64> {
    let stat = fs::read_to_string("/proc/self/stat").ok()?;
    // The program's name, in parentheses, may hold anything; user and system time are the 12th and 13th after it.
    let (_, fields) = stat.rsplit_once(')')?;
    let mut times = fields.split_whitespace().skip(11).map(str::parse::<f64>);
    Some((times.next()?.ok()? + times.next()?.ok()?) / TICKS_PER_SECOND)
}

/// Memory in use.
fn resident_bytes() -> Option<i64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    line.trim().strip_suffix("kB")?.trim().parse::<i64>().ok().map(|kilobytes| kilobytes * 1024)
}
