//! weather-app: a self-hosted weather service in one binary.
//!
//! [`server`] accepts a connection and reads a request. [`app`] sends a cached response or a static file, or calls a
//! handler in [`api`] or, for clients of other services, in [`dialect`]. The handler finds the place in the [`places`]
//! gazetteer and asks [`service`] for its weather, which comes from memory, from the [`store`], or from the
//! [`provider`]s in their order. The [`weather`] is rendered into a [`response`], which is cached until its report
//! changes or expires.
//!
//! # Modules, from top to bottom
//!
//! A module imports only from modules below it in this list, and a file in `foo/` only from its siblings and from what
//! is below them, never from `foo.rs`. A test checks both (`tests/it/architecture.rs`).
//!
//! - [`program`] builds the parts from the settings and runs them.
//! - [`telemetry`] installs the logger.
//! - [`config`] reads the settings from arguments and environment.
//! - [`metrics_page`] serves `/metrics`.
//! - [`app`] routes requests and adds what every response has in common.
//! - [`page`] serves the web page, with the weather in it.
//! - [`dialect`] answers in the formats of other weather services.
//! - [`api`] implements the JSON API.
//! - [`docs`] serves the OpenAPI document and Swagger UI.
//! - [`text`] renders weather for terminals and status bars.
//! - [`service`] decides what is served: caching, fail-over, rate limits, stale answers.
//! - [`store`] keeps records across restarts, and shares them between instances.
//! - [`provider`] asks weather services and geocoders over HTTP.
//! - [`place_address`] finds the place in an address of the page.
//! - [`places`] finds places by name and by coordinates.
//! - [`response`] makes, compresses and caches responses.
//! - [`server`] accepts connections, enforces time limits and drains.
//! - [`metrics`] counts what happens, for Prometheus.
//! - [`weather`] is the domain: conditions, forecasts, days, sun and moon. It knows no provider, protocol or clock.
//! - [`byte_cache`] is a cache bounded by bytes.
//! - [`clock`] tells the time, which tests can set.
//! - [`log_throttle`] keeps floods of one line out of the log.
//! - [`fingerprint`] identifies secret texts without revealing them.
//! - [`secret`] holds values that are never shown.

pub mod api;
pub mod app;
pub mod byte_cache;
pub mod clock;
pub mod config;
pub mod dialect;
pub mod docs;
pub mod fingerprint;
pub mod log_throttle;
pub mod metrics;
pub mod metrics_page;
pub mod page;
pub mod place_address;
pub mod places;
pub mod program;
pub mod provider;
pub mod response;
pub mod secret;
pub mod server;
pub mod service;
pub mod store;
pub mod telemetry;
pub mod text;
pub mod weather;
