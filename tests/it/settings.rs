//! Settings, and the providers that follow from them.

use weather_app::config::{CliExit, CommandLine, ProviderSettings, Settings};

use crate::{
    harness::{OWM_WEATHER, fetch, openweathermap, settings_with},
    program::{KEY as SECRET, ProgramProcess},
};

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
fn the_default_providers_follow_from_the_settings() {
    assert_eq!(names(&settings_with(&[], &[])), ["open-meteo", "sample"]);
    assert_eq!(names(&settings_with(&[], &KEY)), ["openweathermap"]);
    assert_eq!(names(&settings_with(&CONTACT, &[])), ["met-norway"]);
    assert_eq!(names(&settings_with(&CONTACT, &KEY)), ["openweathermap", "met-norway"]);
}

#[test]
fn providers_have_the_configured_order() {
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
fn a_key_for_open_meteo_goes_to_the_paid_hosts_only() {
    let urls = |flags: &[&str], key: &str| {
        let secrets = [("OPEN_METEO_API_KEY", key)];
        let flags = [&["--providers", "open-meteo"], flags].concat();
        let settings = settings_with(&flags, if key.is_empty() { &[] } else { &secrets });
        match settings.provider_settings().unwrap().remove(0) {
            ProviderSettings::OpenMeteo { url, geocoding_url, .. } => (url, geocoding_url),
            other => panic!("{other:?}"),
        }
    };
    let free = ("https://api.open-meteo.com".to_owned(), "https://geocoding-api.open-meteo.com".to_owned());
    let paid =
        ("https://customer-api.open-meteo.com".to_owned(), "https://customer-geocoding-api.open-meteo.com".to_owned());
    assert_eq!(urls(&[], ""), free);
    assert_eq!(urls(&[], "k"), paid);
    for (url, expected) in [
        ("https://API.open-meteo.com./", "https://customer-api.open-meteo.com/"),
        ("http://api.open-meteo.com:8080/below", "http://customer-api.open-meteo.com:8080/below"),
        ("https://customer-api.open-meteo.com", "https://customer-api.open-meteo.com"),
        ("http://127.0.0.1:9000", "http://127.0.0.1:9000"),
        ("https://weather.example.org/api.open-meteo.com", "https://weather.example.org/api.open-meteo.com"),
    ] {
        assert_eq!(urls(&["--open-meteo-url", url], "k").0, expected);
    }
}

#[tokio::test]
async fn providers_are_asked_through_the_proxy_that_the_environment_names() {
    let proxy = openweathermap().await;
    for (no_proxy, status, asked) in [("", 200, 1), ("weather.invalid", 503, 0)] {
        let program = ProgramProcess::start(&[
            ("OPENWEATHERMAP_API_KEY", SECRET),
            ("OPENWEATHERMAP_URL", "http://weather.invalid"),
            ("HTTP_PROXY", proxy.url()),
            ("NO_PROXY", no_proxy),
        ]);
        let before = proxy.count(OWM_WEATHER);
        let answer = fetch(program.url("/api/weather")).await.unwrap();
        assert_eq!((answer.status().as_u16(), proxy.count(OWM_WEATHER) - before), (status, asked), "{no_proxy}");
    }
}

#[test]
fn stale_for_must_not_be_shorter_than_fresh_for() {
    let parse = |flags: &[&str]| CommandLine::parse_from([&["weather-app"], flags].concat(), &[]);
    for (flags, refused) in [
        (&["--fresh-for", "1h", "--stale-for", "1h"][..], false),
        (&["--fresh-for", "1h", "--stale-for", "59m"], true),
        (&["--fresh-for", "7h"], true),
    ] {
        match parse(flags) {
            Ok(_) => assert!(!refused, "{flags:?}"),
            Err(CliExit::Usage(sentence)) => {
                assert!(refused && sentence.starts_with("STALE_FOR: ") && sentence.ends_with('.'), "{sentence}");
            }
            Err(other) => panic!("{other:?}"),
        }
    }
}

#[test]
fn sizes_may_have_any_unit() {
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
    assert!(matches!(&flag, CliExit::Usage(sentence) if !sentence.contains("hush")), "{flag:?}");
}

#[test]
fn a_server_that_instances_share_is_named_by_a_url_and_alone() {
    let parse =
        |flags: &[&str], url| CommandLine::parse_from([&["weather-app"], flags].concat(), &[("VALKEY_URL", url)]);
    for url in
        ["valkey://localhost", "valkeys://u:p@cache.example.org:6379", "redis://:p@127.0.0.1:1/2", "rediss://[::1]:1"]
    {
        assert!(parse(&[], url).is_ok(), "{url}");
    }
    for url in
        ["localhost:6379", "http://localhost", "valkey://", "valkey://u:hidden@localhost:port", "unix:///run/hidden"]
    {
        let Err(CliExit::Usage(sentence)) = parse(&[], url) else { panic!("{url} is accepted") };
        assert!(sentence.starts_with("VALKEY_URL: expected ") && sentence.ends_with('.'), "{sentence}");
        assert!(!sentence.contains("hidden"), "{sentence}");
    }
    let Err(CliExit::Usage(sentence)) = parse(&["--data-dir", "/data"], "valkey://localhost") else { panic!() };
    assert_eq!(sentence, "VALKEY_URL: expected without DATA_DIR, as one store is used.");
}
