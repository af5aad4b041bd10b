//! The document of the status of the service. The comments here are descriptions in the OpenAPI document.

use poem_openapi::{Enum, Object};
use serde::Serialize;

use super::units::time;
use crate::{
    service::{ProviderState, ProviderStatus},
    store::{StoreState, StoreStatus},
};

/// The status of the service.
#[derive(Clone, Debug, Object, Serialize)]
#[oai(rename = "Status")]
pub struct StatusJson {
    /// The program's version.
    pub version: String,
    /// When this process started.
    pub started_at: String,
    /// The providers in the order in which they are asked.
    pub providers: Vec<ProviderJson>,
    /// The store, whose data survive a restart.
    pub store: StoreJson,
}

/// The status of the store, whose data survive a restart.
#[derive(Clone, Debug, Object, Serialize)]
#[oai(rename = "Store")]
pub struct StoreJson {
    /// `disk` if `DATA_DIR` is set, `valkey` if `VALKEY_URL` is, else `none`.
    pub kind: String,
    /// Its state.
    pub state: StoreStateJson,
    /// Why it last failed, in words; `null` if it has not failed since the program was started.
    pub last_error: Option<String>,
}

/// The state of the store: `off` (there is none), `ok`, `unreadable` (it works, but the last record read was damaged or of
/// another version), `failing` (it could not read or write).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum, Serialize)]
#[oai(rename = "StoreState", rename_all = "kebab-case", remote = "StoreState")]
#[serde(rename_all = "kebab-case")]
pub enum StoreStateJson {
    Off,
    Ok,
    Unreadable,
    Failing,
}

/// The status of a provider.
#[derive(Clone, Debug, Object, Serialize)]
#[oai(rename = "Provider")]
pub struct ProviderJson {
    /// `openweathermap`, `met-norway`, `open-meteo` or `sample`.
    pub name: String,
    /// Its state.
    pub state: ProviderStateJson,
    /// When it last answered.
    pub last_success: Option<String>,
    /// When it last failed.
    pub last_error: Option<String>,
}

/// The state of a provider: `ok`, `failing` (its last request failed), `open` (it failed repeatedly and is paused),
/// `key-rejected`, `rate-limited`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum, Serialize)]
#[oai(rename = "State", rename_all = "kebab-case", remote = "ProviderState")]
#[serde(rename_all = "kebab-case")]
pub enum ProviderStateJson {
    Ok,
    Failing,
    Open,
    KeyRejected,
    RateLimited,
}

impl From<ProviderStatus> for ProviderJson {
    fn from(status: ProviderStatus) -> Self {
        Self {
            name: status.name.to_owned(),
            state: status.state.into(),
            last_success: status.last_success.map(time),
            last_error: status.last_error.map(time),
        }
    }
}

impl From<StoreStatus> for StoreJson {
    fn from(StoreStatus { kind, state, last_error }: StoreStatus) -> Self {
        Self { kind: kind.to_owned(), state: state.into(), last_error }
    }
}
