"""Recordings with their times moved to the present: they are years old, and outdated weather counts as a failure."""

import datetime
import json
import pathlib
import time

FIXTURES = pathlib.Path(__file__).resolve().parent / "fixtures"
HOUR = 3600
READING_AGE = 300

NOT_RECORDED = {
    "apparent_temperature": -5.2,
    "relative_humidity_2m": 60,
    "dew_point_2m": -8.1,
    "pressure_msl": 1004.9,
    "cloud_cover": 97,
    "visibility": 16000.0,
    "wind_gusts_10m": 12.5,
    "wind_direction_10m": 138,
    "precipitation_probability": 16,
    "uv_index": 0.5,
}


def current(name):
    """OpenWeatherMap's reading, a few minutes old."""
    document = json.loads((FIXTURES / "openweathermap" / "current" / name).read_text())
    document["dt"] = int(time.time()) - READING_AGE
    return json.dumps(document).encode()


def forecast(name):
    """OpenWeatherMap's forecast, whose first item is at the end of the current step."""
    document = json.loads((FIXTURES / "openweathermap" / "forecast" / name).read_text())
    items = document["list"]
    step = items[1]["dt"] - items[0]["dt"]
    now = int(time.time())
    shift = now - now % step + step - items[0]["dt"]
    for item in items:
        item["dt"] += shift
    return json.dumps(document).encode()


def met_norway(name):
    """MET Norway's forecast, whose first point is at the start of the current hour."""
    recording = json.loads((FIXTURES / "met-norway" / name).read_text())
    document = recording.get("data", recording)
    properties = document["properties"]
    read = lambda text: datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))
    now = int(time.time())
    first = read(properties["timeseries"][0]["time"]).timestamp()
    shift = datetime.timedelta(seconds=now - now % HOUR - first)
    moved = lambda text: (read(text) + shift).strftime("%Y-%m-%dT%H:%M:%SZ")
    properties["meta"]["updated_at"] = moved(properties["meta"]["updated_at"])
    for point in properties["timeseries"]:
        point["time"] = moved(point["time"])
    return json.dumps(document).encode()


def open_meteo(name):
    """Open-Meteo's forecast, moved by whole hours so that its current weather is at most an hour old."""
    document = json.loads((FIXTURES / "open-meteo" / "forecast" / name).read_text())
    offset = document["utc_offset_seconds"]
    read = lambda text: datetime.datetime.fromisoformat(text + "+00:00").timestamp()
    shift = (time.time() + offset - read(document["current"]["time"])) // HOUR * HOUR
    moved = lambda text: time.strftime("%Y-%m-%dT%H:%M", time.gmtime(read(text) + shift))
    document["current"]["time"] = moved(document["current"]["time"])
    hourly = document["hourly"]
    hourly["time"] = [moved(text) for text in hourly["time"]]
    # It was recorded for a client that requests fewer variables than the program does.
    for name, value in NOT_RECORDED.items():
        document["current"].setdefault(name, value)
        hourly.setdefault(name, [value] * len(hourly["time"]))
    return json.dumps(document).encode()
