//! The contents of the page of a place, with its weather if that is quickly available.

use std::net::IpAddr;

use http::request::Parts;
use jiff::Timestamp;

use super::{
    json::{self, UnitSystem},
    place::{PlaceResolver, ResolvedPlace},
    problem::Fault,
    render,
    render_window::RenderWindow,
    rendering::report_version,
    state::{ApiState, ResponseKey},
};
use crate::{
    clock::Moment,
    place_address::NamedPlace,
    response::{CacheControl, FullResponse, REVALIDATE, Rendering, Representation, ResponseSource},
    service::{Complements, PackedForecast, ServedReport},
    weather::Conditions,
};

/// The contents of a page.
pub struct PageContents {
    /// The place.
    pub place: json::RequestedPlaceJson,
    /// English name of its country, if known.
    pub country_name: Option<&'static str>,
    /// Its weather, if that is quickly available.
    pub weather: Option<PageWeather>,
}

/// The weather of a place in metric units, as the documents of the API.
pub struct PageWeather {
    /// Current weather.
    pub weather: json::WeatherJson,
    /// The forecast.
    pub forecast: Option<json::ForecastJson>,
    /// Until when both are fresh.
    pub fresh_until: Timestamp,
}

/// The served reports. Without current weather there is no forecast either.
struct PageReports {
    current: ServedReport<Conditions>,
    forecast: Option<ServedReport<PackedForecast>>,
}

/// The page of a place, rendered by `write`. Its bytes stay the same until its weather renders differently.
pub async fn respond(
    state: &ApiState,
    named: &NamedPlace,
    request: &Parts,
    peer: IpAddr,
    write: impl FnOnce(&PageContents) -> Representation,
) -> Result<FullResponse, Fault> {
    let ApiState { place_resolver, service, responses, caller_resolver, clock, .. } = state;
    let resolved = place_resolver.find_in_gazetteer(named)?;
    let caller = caller_resolver.resolve(&request.headers, peer);
    let (current, forecast) = service.for_page(resolved.place.coordinates, caller).await;
    let reports = current.map(|current| PageReports { current, forecast });
    let key = ResponseKey::Page(resolved.clone());
    let target = request.uri.path_and_query().map_or("", |target| target.as_str());
    let source = source(reports.as_ref(), clock.moment());
    Ok(responses.get_or_render(target, &request.headers, key, source, |now| {
        let (contents, window) = contents(place_resolver, &resolved, reports.as_ref(), now);
        let valid_during = window.map(|window| (window.as_of, window.until));
        Rendering { representation: write(&contents), valid_during }
    }))
}

fn contents(
    place_resolver: &PlaceResolver,
    resolved: &ResolvedPlace,
    reports: Option<&PageReports>,
    now: Timestamp,
) -> (PageContents, Option<RenderWindow>) {
    let (country_name, units) = (place_resolver.country_name(&resolved.place), UnitSystem::Metric);
    let none = Complements::default();
    let Some(PageReports { current, forecast }) = reports else {
        return (
            PageContents { place: place_resolver.requested_json(&resolved.place), country_name, weather: None },
            None,
        );
    };
    let (weather, window) = render::weather(place_resolver, resolved, current, &none, units, now);
    let ahead =
        forecast.as_ref().map(|report| (report, render::forecast(place_resolver, resolved, report, &none, units, now)));
    let place = weather.place.clone();
    let (weather, window) = match ahead {
        Some((report, (forecast, ahead))) => {
            let fresh_until = current.fresh_until.or_earlier(report.fresh_until).wall();
            (PageWeather { weather, forecast: Some(forecast), fresh_until }, window.and(ahead))
        }
        None => (PageWeather { weather, forecast: None, fresh_until: current.fresh_until.wall() }, window),
    };
    (PageContents { place, country_name, weather: Some(weather) }, Some(window))
}

/// The source of a page. If a report is missing, the page is valid only now, so that the next request checks for it.
fn source(reports: Option<&PageReports>, now: Moment) -> ResponseSource {
    let current = reports.map(|reports| &reports.current);
    let forecast = reports.and_then(|reports| reports.forecast.as_ref());
    let versions = [current.map(report_version), forecast.map(report_version)];
    let until = [current.map(|report| report.unchanged_until), forecast.map(|report| report.unchanged_until)];
    ResponseSource {
        versions: versions.into_iter().flatten().collect(),
        cache_control: CacheControl::Fixed(REVALIDATE),
        valid_until: until.map(|until| until.unwrap_or(now)).into_iter().reduce(Moment::or_earlier),
    }
}
