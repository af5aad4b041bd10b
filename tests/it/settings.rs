//! Which providers the settings mean.

use weather_app::config::{CommandLine, ProviderSettings, Refusal, Settings};

use crate::harness::settings_with;

const KEY: [(&str, &str); 1] = [("OPENWEATHERMAP_API_KEY", "k")];
const CONTACT: [&str; 2] = ["--met-norway-contact", "operator@example.org"];

fn names(settings: &Settings) -> Vec<&'static str> {
    let name = |provider: &ProviderSettings| match provider {
        ProviderSettings::OpenWeatherMap { .. } => "openweathermap",
        ProviderSettings::MetNorway { .. } => "met-norway",
        ProviderSettings::OpenMeteo { .. } => "open-meteo",
        ProviderSettings::Sample => "sample",
    };
    settings.provider_settings().unwrap().iter().map(name).collect()
}

#[test]
fn providers_where_none_is_named() {
    assert_eq!(names(&settings_with(&[], &[])), ["open-meteo", "sample"]);
    assert_eq!(names(&settings_with(&[], &KEY)), ["openweathermap"]);
    assert_eq!(names(&settings_with(&CONTACT, &[])), ["met-norway"]);
    assert_eq!(names(&settings_with(&CONTACT, &KEY)), ["openweathermap", "met-norway"]);
}

#[test]
fn providers_in_the_order_in_which_they_are_named() {
    assert_eq!(names(&settings_with(&["--providers", "sample, open-meteo"], &KEY)), ["sample", "open-meteo"]);
    for (flags, missing) in [
        (["--providers", "openweathermap"], "OPENWEATHERMAP_API_KEY"),
        (["--providers", "met-norway"], "MET_NORWAY_CONTACT"),
        (["--providers", "sample,sample"], "PROVIDERS"),
    ] {
        let sentence = settings_with(&flags, &[]).provider_settings().unwrap_err();
        assert!(sentence.contains(missing) && sentence.ends_with('.'), "{sentence}");
    }
}

#[test]
fn sizes_in_any_unit() {
    for (text, bytes) in [
        ("1MB", 1_000_000),
        ("64 MB", 64_000_000),
        ("64MiB", 67_108_864),
        ("2000kB", 2_000_000),
        ("1024KiB", 1_048_576),
        ("1GiB", 1_073_741_824),
        ("1000GB", 1_000_000_000_000),
        ("100000000", 100_000_000),
    ] {
        assert_eq!(settings_with(&["--cache-size", text], &[]).cache_size, bytes, "{text}");
    }
}

#[test]
fn secrets_are_never_shown() {
    let settings = settings_with(&[], &[("OPENWEATHERMAP_API_KEY", "hush-1"), ("OPEN_METEO_API_KEY", "hush-2")]);
    assert!(!format!("{settings:?} {:?}", settings.provider_settings()).contains("hush"));
    let flag = CommandLine::parse_from(["weather-app", "--openweathermap-api-key", "hush"], &[]).unwrap_err();
    assert!(matches!(&flag, Refusal::Usage(sentence) if !sentence.contains("hush")), "{flag:?}");
}
