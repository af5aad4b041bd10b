//! Boots the real server on a port of its own against recorded upstreams and asks it over HTTP.
#![expect(clippy::unwrap_used, clippy::panic, clippy::print_stderr, reason = "tests stop at the first surprise")]

mod harness;
mod upstream;

mod answers;
mod bad_input;
mod caching;
mod command_line;
mod document;
mod failures;
mod geocoding;
mod http_rules;
mod load;
mod secrets;
mod settings;
mod upstream_requests;
