"""Runs clients of other services against the program, and compares what they read with its own API.

    clients.py URL PROVIDERS

Prints a line for each view: `ok` or `FAILED`, the client, the view, and what is wrong.
"""

import asyncio
import json
import sys
import urllib.request

URL, PROVIDERS = sys.argv[1], sys.argv[2]
LAT, LON = 51.51, -0.13
HOST = URL.removeprefix("http://")


def api(path):
    with urllib.request.urlopen(f"{URL}{path}") as answer:
        return json.load(answer)


CURRENT = api(f"/api/weather?lat={LAT}&lon={LON}")["current"]


def near(value, expected, what):
    if abs(value - expected) > 0.02:
        raise AssertionError(f"{what}: {value} instead of {expected}")


def pyowm_views():
    """Unmodified, through its own setting for a proxy."""
    from pyowm import OWM
    from pyowm.utils.config import get_default_config

    config = get_default_config()
    config["connection"]["use_ssl"] = False
    config["connection"]["use_proxy"] = True
    config["proxies"] = {"http": URL, "https": URL}
    owm = OWM("any", config)
    weather, geo = owm.weather_manager(), owm.geocoding_manager()

    def current():
        it = weather.weather_at_coords(LAT, LON).weather
        near(it.temperature("celsius")["temp"], CURRENT["temperature"], "temperature")
        near(it.wind()["speed"], CURRENT["wind_speed"], "wind")

    def by_name():
        assert weather.weather_at_place("London,GB").location.name == "London"

    def five_days():
        assert len(weather.forecast_at_coords(LAT, LON, "3h").forecast.weathers) == 40

    def one_call():
        it = weather.one_call(lat=LAT, lon=LON)
        near(it.current.temperature("celsius")["temp"], CURRENT["temperature"], "temperature")
        assert len(it.forecast_hourly) == 48 and len(it.forecast_daily) >= 5

    def geocoder():
        assert geo.geocode("London", country="GB")[0].country == "GB"
        assert geo.reverse_geocode(LAT, LON)[0].name == "London"

    return [("current", current), ("by name", by_name), ("forecast", five_days), ("one call", one_call), ("geocoder", geocoder)]


def pyopenweathermap_views():
    """The client in Home Assistant's core. Its addresses are constants; only these are replaced here."""
    from pyopenweathermap import create_owm_client
    from pyopenweathermap.client import free_client, onecall_client

    free_client.CURRENT_WEATHER_API_URL = f"{URL}/data/2.5/weather"
    free_client.FORECAST_API_URL = f"{URL}/data/2.5/forecast"
    onecall_client.API_URL = f"{URL}/data/3.0/onecall"

    def read(kind):
        return asyncio.run(create_owm_client("any", kind).get_weather(LAT, LON))

    def current():
        near(read("current").current.temperature, CURRENT["temperature"], "temperature")

    def five_days():
        assert len(read("forecast").hourly_forecast) == 40

    def one_call():
        report = read("v3.0")
        near(report.current.temperature, CURRENT["temperature"], "temperature")
        assert len(report.hourly_forecast) == 48 and len(report.daily_forecast) >= 5

    return [("current", current), ("forecast", five_days), ("one call", one_call)]


def open_meteo_views():
    """Home Assistant's library. The hosts are constants in its calls; the session sends the requests to URL instead."""
    import aiohttp
    import open_meteo
    from yarl import URL as Address

    class Session:
        def __init__(self, session):
            self.session = session

        def get(self, url, **options):
            return self.session.get(Address(URL).join(Address(url).relative()), **options)

    async def read(ask):
        async with aiohttp.ClientSession() as session:
            return await ask(open_meteo.OpenMeteo(session=Session(session)))

    def forecast():
        hourly, daily = open_meteo.HourlyParameters, open_meteo.DailyParameters
        it = asyncio.run(
            read(
                lambda client: client.forecast(
                    latitude=LAT,
                    longitude=LON,
                    current=[hourly.TEMPERATURE_2M, hourly.WEATHER_CODE],
                    hourly=[hourly.TEMPERATURE_2M, hourly.PRECIPITATION, hourly.WEATHER_CODE],
                    daily=[daily.TEMPERATURE_2M_MAX, daily.SUNRISE, daily.SUNSET, daily.PRECIPITATION_SUM],
                )
            )
        )
        near(it.current.temperature_2m, CURRENT["temperature"], "temperature")
        # The days end with the forecast, and no day lacks a value.
        assert len(it.hourly.time) == 168 and 5 <= len(it.daily.time) <= 7
        assert None not in it.daily.temperature_2m_max, it.daily.temperature_2m_max

    def geocoding():
        found = asyncio.run(read(lambda client: client.geocoding(name="Berlin")))
        assert found.results[0].country_code == "DE", found

    return [("forecast", forecast), ("geocoding", geocoding)]


def forecastio_views():
    """Unmodified: it accepts a complete address."""
    import forecastio

    def all_blocks():
        it = forecastio.manual(f"{URL}/forecast/any/{LAT},{LON}?units=si")
        near(it.currently().temperature, CURRENT["temperature"], "temperature")
        assert len(it.hourly().data) == 48 and len(it.daily().data) >= 5 and len(it.minutely().data) == 61
        assert it.alerts() == []

    return [("all blocks", all_blocks)]


def pirateweather_views():
    """Its address is a constant; only this is replaced here."""
    from pirate_weather import api as library
    from pirate_weather.types.units import Units

    class ReplacedAddress:
        value = f"{URL}/forecast"

    library.PirateWeather.get_url.__defaults__ = tuple(
        ReplacedAddress if isinstance(default, library.PirateWeatherApiVersion) else default
        for default in library.PirateWeather.get_url.__defaults__
    )

    def forecast():
        it = library.PirateWeather("any").get_forecast(LAT, LON, values_units=Units.SI)
        near(it.currently.temperature, CURRENT["temperature"], "temperature")
        assert len(it.hourly.data) == 48 and len(it.daily.data) >= 5

    return [("forecast", forecast)]


for name, views in [
    ("pyowm", pyowm_views),
    ("pyopenweathermap", pyopenweathermap_views),
    ("open-meteo", open_meteo_views),
    ("python-forecastio", forecastio_views),
    ("pirateweather", pirateweather_views),
]:
    for view, check in views():
        try:
            check()
            print(f"ok {PROVIDERS} {name} {view}")
        except Exception as problem:
            print(f"FAILED {PROVIDERS} {name} {view}: {type(problem).__name__} {problem}")
