//! weather-app: one binary that answers for the weather.
//!
//! A request's way through the house: [`server`] accepts it, [`app`] finds the handler, [`api`] finds the place it
//! means in [`places`] and asks [`service`], which answers from memory or sends one flight to the [`provider`]s in
//! their order; what they say is [`weather`], and what the asker gets is [`ready`] bytes. While these hold, [`app`]
//! repeats them to whoever asks the same, and no handler is asked.
//!
//! Arrows never turn back: `weather` knows nothing of the others, only `provider` speaks HTTP to the outside, only
//! `server`, `app`, `api`, `page`, `docs`, `ready`, `metrics` and `metrics_page` know that we are asked over HTTP, and
//! [`program`] puts the parts together from the [`config`]. What happens in `app` and `service` is counted in
//! [`metrics`], which [`metrics_page`] tells Prometheus. What any of them keeps stays within its share of the
//! [`memory`].

pub mod api;
pub mod app;
pub mod clock;
pub mod config;
pub mod docs;
pub mod memory;
pub mod metrics;
pub mod metrics_page;
pub mod page;
pub mod places;
pub mod program;
pub mod provider;
pub mod ready;
pub mod secret;
pub mod server;
pub mod service;
pub mod telemetry;
pub mod weather;
