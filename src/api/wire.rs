//! What goes over the wire. The comments here are the descriptions in the OpenAPI document.

use jiff::{Timestamp, tz::TimeZone};
use poem_openapi::{Enum, Object};
use serde::Serialize;

use super::place::Place as Asked;
use crate::{
    places,
    service::{self, Answer},
    weather::{
        self, Conditions, Coordinates, Forecast, Length, Pressure, Sourced, Speed, Step, Temperature,
        days::days,
        outlook::outlook,
        sun::{self, Polar as SunPolar, SunDay},
    },
};

/// How far ahead the hours go.
const HOURS_AHEAD: jiff::SignedDuration = jiff::SignedDuration::from_hours(48);

/// A system of units.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Enum, Serialize)]
#[oai(rename_all = "snake_case", rename = "UnitSystem")]
#[serde(rename_all = "snake_case")]
pub enum UnitSystem {
    /// °C, m/s, hPa, mm, m
    #[default]
    Metric,
    /// °F, mph, hPa, in, mi
    Imperial,
}

/// The unit of each kind of value.
#[derive(Clone, Copy, Debug, Object, Serialize)]
pub struct Units {
    /// The system that was asked for.
    system: UnitSystem,
    /// Of temperatures: `°C` or `°F`.
    temperature: &'static str,
    /// Of wind speeds: `m/s` or `mph`.
    wind_speed: &'static str,
    /// Of pressures: `hPa` in both systems.
    pressure: &'static str,
    /// Of precipitation, as water: `mm` or `in`.
    precipitation: &'static str,
    /// Of the visibility: `m` or `mi`.
    visibility: &'static str,
}
