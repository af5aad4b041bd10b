//! A summary of a place and its weather, for people and link previews that read the page before its script runs, or
//! without it.

use std::fmt::Write;

use jiff::{Timestamp, civil::Date, tz::TimeZone};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Serialize;

use crate::{
    api::{PageContents, PageWeather, json},
    provider::sample,
};

/// The name of the page.
const PAGE_TITLE: &str = "Weather";

/// How many days the description covers, as previews show some 160 characters.
const DAYS_IN_DESCRIPTION: usize = 2;

/// The smallest amount of precipitation that is shown, in millimetres.
const MIN_AMOUNT: f64 = 0.05;

/// The characters to encode in a path segment; some of them, such as `/`, would have another meaning there.
const IN_SEGMENT: &AsciiSet =
    &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~').remove(b',').remove(b'\'');

/// The address of a place's page.
fn address(place: &json::RequestedPlaceJson) -> String {
    let Some(name) = &place.name else { return format!("/{},{}", place.latitude, place.longitude) };
    let parts = [Some(name), place.region.as_ref(), place.country.as_ref()];
    let text = parts.into_iter().flatten().map(String::as_str).collect::<Vec<_>>().join(",");
    format!("/{}", utf8_percent_encode(&text, IN_SEGMENT).to_string().replace("%20", "+"))
}

/// The part of the page's head about the place: title, description, previews, and the weather for the script.
pub(super) fn head(contents: &PageContents) -> String {
    let (name, weather) = (name(&contents.place), contents.weather.as_ref());
    let reading = weather.map(|weather| reading(&weather.weather.current)).unwrap_or_default();
    let temperature = weather.and_then(|weather| weather.weather.current.temperature);
    let title = match temperature {
        Some(celsius) => format!("{} {name} – {PAGE_TITLE}", degrees(celsius)),
        None => format!("{name} – {PAGE_TITLE}"),
    };
    let full_name = [name, region(contents)].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ");
    let preview = if reading.is_empty() { full_name.clone() } else { format!("{full_name}: {reading}") };
    let description = weather.map_or_else(
        || format!("The weather now, hour by hour and for the next seven days in {full_name}."),
        |weather| format!("{preview}. {}", outlook_and_days(weather)),
    );
    let (title, preview, description) = (escaped(&title), escaped(&preview), escaped(&description));
    let address = escaped(&address(&contents.place));
    let data = weather.map(embedded_weather).unwrap_or_default();
    format!(
        "<title>{title}</title>
  <meta name=\"description\" content=\"{description}\">
  <link rel=\"canonical\" href=\"{address}\">
  <meta property=\"og:type\" content=\"website\">
  <meta property=\"og:site_name\" content=\"{PAGE_TITLE}\">
  <meta property=\"og:title\" content=\"{preview}\">
  <meta property=\"og:description\" content=\"{description}\">
  {data}"
    )
}

/// The reading and the outlook in the page's body.
pub(super) fn reading_section(contents: &PageContents) -> String {
    let (name, region) = (escaped(&name(&contents.place)), escaped(&region(contents)));
    let mut section = format!(
        "<section class=\"hero summary\">
        <div class=\"hero-place\"><div><h1><bdi>{name}</bdi></h1><p>{region}</p></div></div>"
    );
    if let Some(PageWeather { weather, forecast, .. }) = &contents.weather {
        let temperature = weather.current.temperature.map(temperatures).unwrap_or_default();
        let description = escaped(&sentence_case(&weather.current.description));
        let outlook = forecast.as_ref().and_then(|forecast| forecast.outlook.as_ref());
        let outlook = escaped(outlook.map(|outlook| &*outlook.sentence).unwrap_or_default());
        let source = source(weather);
        let _ = write!(
            section,
            "
        <div class=\"hero-weather\">
          <div class=\"hero-reading\"><svg class=\"icon\" aria-hidden=\"true\"></svg><p class=\"temperature\">{temperature}</p></div>
          <div class=\"hero-facts\"><p>{description}</p></div>
          <p class=\"outlook\">{outlook}</p>
        </div>
        <p class=\"status\"><span>{source}</span></p>"
        );
    }
    section.push_str("\n      </section>");
    section
}

/// The days ahead in the page's body.
pub(super) fn days_section(contents: &PageContents) -> Option<String> {
    let days = &contents.weather.as_ref()?.forecast.as_ref()?.daily;
    let rows: String = days.iter().map(row).collect();
    Some(format!(
        "<section class=\"card days summary\">
        <h2>The days ahead</h2>
        <table>{rows}</table>
      </section>"
    ))
}

/// The weather for the page's script, which then does not have to request it.
fn embedded_weather(PageWeather { weather, forecast, fresh_until }: &PageWeather) -> String {
    #[derive(Serialize)]
    struct EmbeddedWeather<'a> {
        weather: &'a json::WeatherJson,
        forecast: Option<&'a json::ForecastJson>,
        fresh_until: String,
    }
    data_block(&EmbeddedWeather { weather, forecast: forecast.as_ref(), fresh_until: json::time(*fresh_until) })
}

/// A document for the page's script. Inside a script element, only `<` could end the element or change its meaning.
pub(super) fn data_block(document: &impl Serialize) -> String {
    let json = serde_json::to_string(document).unwrap_or_default().replace('<', "\\u003c");
    format!("<script type=\"application/json\" id=\"embedded-weather\">{json}</script>")
}

fn name(place: &json::RequestedPlaceJson) -> String {
    let degrees = |value: f64, positive, negative| {
        format!("{:.2}° {}", value.abs(), if value < 0.0 { negative } else { positive })
    };
    place
        .name
        .clone()
        .unwrap_or_else(|| format!("{}, {}", degrees(place.latitude, 'N', 'S'), degrees(place.longitude, 'E', 'W')))
}

/// "England, United Kingdom".
fn region(contents: &PageContents) -> String {
    let place = &contents.place;
    let region = place.region.as_deref().filter(|region| Some(*region) != place.name.as_deref());
    let country = contents.country_name.or(place.country.as_deref());
    let parts = [region, country].into_iter().flatten().filter(|part| Some(*part) != place.name.as_deref());
    parts.collect::<Vec<_>>().join(", ")
}

/// "5°C, light rain".
fn reading(current: &json::CurrentJson) -> String {
    let temperature = current.temperature.map(degrees);
    [temperature, Some(current.description.clone())].into_iter().flatten().collect::<Vec<_>>().join(", ")
}

/// "Rain until 07:00. Friday 28 March: light rain, 3 to 8°C."
fn outlook_and_days(weather: &PageWeather) -> String {
    let Some(forecast) = &weather.forecast else { return String::new() };
    let outlook = forecast.outlook.iter().map(|outlook| outlook.sentence.clone());
    let days = forecast.daily.iter().take(DAYS_IN_DESCRIPTION).map(|day| {
        let parts = [Some(day.description.clone()), range(day)].into_iter().flatten().collect::<Vec<_>>();
        format!("{}: {}.", date(&day.date), parts.join(", "))
    });
    outlook.chain(days).collect::<Vec<_>>().join(" ")
}

fn row(day: &json::DayJson) -> String {
    let amount = day.precipitation.filter(|amount| *amount >= MIN_AMOUNT).map(|amount| format!("{amount:.1} mm"));
    let probability = day.precipitation_probability.map(|percent| format!("{}%", whole(percent)));
    let rain = [probability, amount].into_iter().flatten().collect::<Vec<_>>().join(", ");
    let cells = [day.description.clone(), range(day).unwrap_or_default(), rain];
    let cells = cells.map(|cell| escaped(&cell)).join("</td><td>");
    format!("<tr><th scope=\"row\">{}</th><td>{cells}</td></tr>", escaped(&date(&day.date)))
}

/// "3 to 8°C".
fn range(day: &json::DayJson) -> Option<String> {
    Some(format!("{} to {}", whole(day.temperature_min?), degrees(day.temperature_max?)))
}

/// In both units; a reader whose browser runs scripts is shown one of them.
fn temperatures(celsius: f64) -> String {
    let fahrenheit = whole(celsius * 1.8 + 32.0);
    format!(
        "<data class=\"celsius\" value=\"{celsius}\">{}°<small>C</small></data> <span class=\"fahrenheit\">{fahrenheit}°<small>F</small></span>",
        whole(celsius)
    )
}

/// The time of the reading, and its source.
fn source(weather: &json::WeatherJson) -> String {
    let zone = TimeZone::get(&weather.place.timezone).unwrap_or(TimeZone::UTC);
    let time = weather.current.time.parse::<Timestamp>().map(|time| zone.to_datetime(time));
    let time = time.map(|time| time.strftime("%H:%M local time on %A, %-d %B %Y").to_string()).unwrap_or_default();
    let recorded = if weather.source.provider == sample::NAME { "A recorded sample. " } else { "" };
    let (url, name) = (escaped(&weather.source.url), escaped(&weather.source.name));
    format!("{recorded}As of {time}. Weather data from <a href=\"{url}\">{name}</a>.")
}

/// "Friday 28 March".
fn date(date: &str) -> String {
    date.parse::<Date>().map_or_else(|_| date.to_owned(), |date| date.strftime("%A %-d %B").to_string())
}

/// "−5°C".
fn degrees(celsius: f64) -> String {
    format!("{}°C", whole(celsius))
}

/// A whole number with a typographic minus sign, and never a negative zero.
fn whole(value: f64) -> String {
    format!("{}", value.round() + 0.0).replace('-', "−")
}

fn sentence_case(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// Text escaped for HTML, as content or as the value of an attribute.
fn escaped(text: &str) -> String {
    let mut html = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '"' => html.push_str("&quot;"),
            _ => html.push(letter),
        }
    }
    html
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(name: Option<&str>) -> json::RequestedPlaceJson {
        json::RequestedPlaceJson {
            name: name.map(str::to_owned),
            matched: None,
            region: Some("Île-de-France".to_owned()),
            country: Some("FR".to_owned()),
            latitude: 48.86,
            longitude: -2.35,
            timezone: "Europe/Paris".to_owned(),
        }
    }

    #[test]
    fn a_places_address_is_one_segment() {
        assert_eq!(address(&place(Some("Paris"))), "/Paris,%C3%8Ele-de-France,FR");
        assert_eq!(address(&place(Some("Saint-Denis / Nord"))), "/Saint-Denis+%2F+Nord,%C3%8Ele-de-France,FR");
        assert_eq!(address(&place(None)), "/48.86,-2.35");
    }

    #[test]
    fn text_from_a_provider_is_escaped() {
        assert_eq!(escaped("<b a=\"&\">"), "&lt;b a=&quot;&amp;&quot;&gt;");
        let block = data_block(&"</script><script>alert(1)</script>");
        assert_eq!(block.matches('<').count(), 2, "{block}");
    }

    #[test]
    fn whole_numbers_have_a_typographic_minus_and_no_negative_zero() {
        assert_eq!((whole(-0.4), whole(-4.6), whole(12.5)), ("0".to_owned(), "−5".to_owned(), "13".to_owned()));
    }
}
