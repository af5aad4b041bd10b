//! The real server over HTTP against simulated providers: in this process on a free port ([`harness`]), or as a process
//! of its own ([`program`]).
#![expect(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests stop at the first surprise")]

mod faulty;
mod harness;
mod program;
mod recordings;
mod upstream;

mod answers;
mod architecture;
mod bad_input;
mod boundaries;
mod caching;
mod command_line;
mod complements;
mod dialect_details;
mod dialects;
mod document;
mod failures;
mod faults;
mod geocoding;
mod http_rules;
mod load;
mod logs;
mod memory;
mod metrics;
mod page_addresses;
mod secrets;
mod settings;
mod text;
mod toolchain;
mod upstream_requests;
