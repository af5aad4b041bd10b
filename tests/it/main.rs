//! The real server over HTTP against upstreams that are played here: in this process on a port of its own
//! ([`harness`]), or as the built program is run ([`program`]).
#![expect(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests stop at the first surprise")]

mod faulty;
mod harness;
mod program;
mod upstream;

mod answers;
mod bad_input;
mod caching;
mod command_line;
mod document;
mod failures;
mod faults;
mod geocoding;
mod http_rules;
mod load;
mod logs;
mod memory;
mod metrics;
mod secrets;
mod settings;
mod upstream_requests;
