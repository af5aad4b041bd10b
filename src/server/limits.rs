//! The limits of the server.

use std::time::Duration;

/// The most open connections. Each takes about 20 kB, mostly for the HTTP library's two buffers of 8 kB. That is 200 MB
/// in total, which leaves room for caches and kernel buffers in the smallest Fargate task (512 MB).
const MAX_CONNECTIONS: usize = 10_240;

/// File descriptors reserved for everything else: rejections at the public and at the metrics address, upstream
/// connections, DNS lookups, the runtime.
const RESERVED_FILES: usize = 768;

/// How many connections the server accepts, and how it drains.
#[derive(Clone, Copy, Debug)]
pub struct ServerLimits {
    /// How many connections may be open; excess connections get 503.
    pub connections: usize,
    /// After the signal to stop: how long it still accepts and serves, closing each connection after its response.
    pub drain_delay: Duration,
    /// How long open requests may then take to finish.
    pub drain_timeout: Duration,
}

/// How many connections this process can have open without running out of memory or file descriptors.
#[must_use]
pub fn max_connections() -> usize {
    std::fs::read_to_string("/proc/self/limits")
        .ok()
        .and_then(|limits| open_files(&limits))
        .map_or(MAX_CONNECTIONS, connections_with)
}

/// The soft limit of open files in the kernel's table of a process's limits.
fn open_files(limits: &str) -> Option<usize> {
    let numbers = limits.lines().find_map(|line| line.strip_prefix("Max open files"))?;
    numbers.split_whitespace().next()?.parse().ok()
}

fn connections_with(open_files: usize) -> usize {
    (open_files - RESERVED_FILES.min(open_files / 2)).min(MAX_CONNECTIONS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_many_connections_as_memory_and_file_descriptors_allow() {
        for (open_files, connections) in [(64, 32), (1024, 512), (65_535, 10_240)] {
            assert_eq!(connections_with(open_files), connections, "with {open_files} open files");
        }
    }

    #[test]
    fn the_soft_limit_is_found_in_the_kernels_table() {
        let table = "Limit                     Soft Limit           Hard Limit           Units     \n\
                     Max processes             95787                95787                processes \n\
                     Max open files            1024                 524288               files     \n";
        assert_eq!(open_files(table), Some(1024));
        assert_eq!(open_files("Max open files            unlimited            unlimited            files"), None);
    }
}
