//! The weather as text, at the same addresses as the page.

use std::net::IpAddr;

use http::{HeaderMap, HeaderValue, header::VARY, request::Parts};
use jiff::Timestamp;

use super::{
    place::{PlaceResolver, ResolvedPlace},
    problem::Fault,
    render_window::RenderWindow,
    rendering::{modified_at, source},
    state::{ApiState, ResponseKey},
};
use crate::{
    place_address::NamedPlace,
    response::{
        CacheControl, FullResponse, Rendering, Representation, RequestTarget, ResponseSource, TEXT, VARY_BY_CLIENT,
        Variant,
    },
    service::{PackedForecast, ServedReport},
    text::{
        self,
        options::{TextFormat, TextOptions},
        report::{PlaceCaption, Reported, TextReport},
    },
    weather::Conditions,
};

/// For text that depends on the clock.
const NO_STORE: CacheControl = CacheControl::Fixed("no-store");

impl ApiState {
    /// The weather of a place as text: from the cache if the options are common, else rendered for this request.
    pub async fn text(
        &self,
        named: &NamedPlace,
        options: &TextOptions,
        variant: Variant,
        request: &Parts,
        peer: IpAddr,
    ) -> Result<FullResponse, Fault> {
        let Self { place_resolver, service, responses, caller_resolver, .. } = self;
        let (caller, deadline) = (caller_resolver.resolve(&request.headers, peer), service.deadline());
        let resolved = place_resolver.resolve_named(named, caller, deadline).await?;
        let coordinates = resolved.place.coordinates;
        let current = service.current(coordinates, caller, deadline).await;
        let current = current.map_err(|why| Fault::no_weather(&resolved.place.label(), &why))?;
        let forecast =
            if options.needs_forecast() { service.forecast(coordinates, caller, deadline).await.ok() } else { None };
        let reports = TextReports { resolved, current, forecast };
        let render = |now| reports.render(place_resolver, options, now);
        let source = reports.source();
        if !options.is_common() {
            let is_custom = matches!(options.format, TextFormat::Custom(_));
            let cache_control = if is_custom { NO_STORE } else { source.cache_control };
            return Ok(responses.render_once(&request.headers, &cache_control, render));
        }
        let key = ResponseKey::Text(reports.resolved.clone(), options.clone());
        let path_and_query = request.uri.path_and_query().map_or("", |target| target.as_str());
        let target = RequestTarget { path_and_query, variant };
        Ok(responses.get_or_render(target, &request.headers, key, source, render))
    }

    /// Text that is not about a place.
    pub fn text_about(&self, write: impl FnOnce(Timestamp) -> String, request: &HeaderMap) -> FullResponse {
        let rendering = |now| Rendering { representation: representation(write(now)), valid_during: None };
        self.responses.render_once(request, &NO_STORE, rendering)
    }
}

/// A place with its reports.
struct TextReports {
    resolved: ResolvedPlace,
    current: ServedReport<Conditions>,
    /// `None` if no provider has it, or if it is not needed.
    forecast: Option<ServedReport<PackedForecast>>,
}

impl TextReports {
    /// The source of a response made from all reports.
    fn source(&self) -> ResponseSource {
        self.forecast.iter().map(source).fold(source(&self.current), ResponseSource::and)
    }

    /// Renders the text at `now`.
    fn render(&self, place_resolver: &PlaceResolver, options: &TextOptions, now: Timestamp) -> Rendering {
        let Self { resolved, current, forecast } = self;
        let sourced = &current.sourced;
        let zone = place_resolver.zone(&resolved.place, sourced.timezone.as_deref());
        let mut window = RenderWindow::of_current(sourced, current.is_recording, &zone.rules, now);
        let mut modified = modified_at(current, window);
        let day = window.day_of(&sourced.value);
        let ahead = forecast.as_ref().map(|served| {
            let forecast = served.sourced.value.unpack();
            let (fetched_at, is_recording) = (served.sourced.fetched_at, served.is_recording);
            let forecast_window = RenderWindow::of_forecast(&forecast, fetched_at, is_recording, &zone.rules, now);
            window = window.and(forecast_window);
            modified = modified.max(modified_at(served, forecast_window));
            let as_of = forecast.reading_time(forecast_window.as_of);
            reported(served, forecast, as_of)
        });
        let current = reported(current, sourced.value.clone(), day);
        let country_name = matches!(options.format, TextFormat::Json { .. })
            .then(|| place_resolver.country_name(&resolved.place))
            .flatten();
        let report = TextReport::new(caption(resolved, country_name), zone, current, ahead);
        let representation = representation(text::render(&report, options, now)).modified_at(modified);
        Rendering { representation, valid_during: Some((window.as_of, window.until)) }
    }
}

fn representation(text: String) -> Representation {
    Representation::new(TEXT, text).with(VARY, HeaderValue::from_static(VARY_BY_CLIENT))
}

fn reported<T, V>(served: &ServedReport<T>, value: V, as_of: Timestamp) -> Reported<V> {
    let sourced = &served.sourced;
    Reported { value, source: sourced.source, fetched_at: sourced.fetched_at, stale: served.stale, as_of }
}

fn caption(resolved: &ResolvedPlace, country_name: Option<&'static str>) -> PlaceCaption {
    let place = &resolved.place;
    PlaceCaption {
        name: place.label(),
        matched: place.matched.clone(),
        region: place.region.clone(),
        country: place.country.clone(),
        country_name,
        coordinates: place.coordinates,
    }
}
