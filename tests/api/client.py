"""Queries the program with the client that openapi-python-client generated; fails if it does not understand an answer.

    PYTHONPATH=GENERATED python client.py http://127.0.0.1:5000
"""

import sys

from weather_app_client import Client
from weather_app_client.api.places import places
from weather_app_client.api.service import health, status
from weather_app_client.api.weather import forecast, weather
from weather_app_client.models import Forecast, Places, Problem, Status, Weather

client = Client(base_url=sys.argv[1])


def parsed(operation, code, kind, **parameters):
    """The parsed answer of an operation, which must have this status and this type."""
    answer = operation.sync_detailed(client=client, **parameters)
    assert answer.status_code == code, answer
    assert isinstance(answer.parsed, kind), answer
    return answer.parsed


now = parsed(weather, 200, Weather, city="London")
assert now.place.name == "London" and now.units.temperature == "°C", now
assert isinstance(now.current.temperature, float) and now.current.uv_index is None, now.current
assert now.sun.sunrise and now.sun.polar is None, now.sun
pole = parsed(weather, 200, Weather, lat=89.9, lon=0.0)
assert pole.place.name is None and pole.sun.sunrise is None and pole.sun.polar in ("day", "night"), pole

ahead = parsed(forecast, 200, Forecast, city="London")
assert ahead.hourly and ahead.daily and ahead.hourly[0].hours in (1, 3, 6), ahead

found = parsed(places, 200, Places, q="lond", limit=1)
assert [place.name for place in found.places] == ["London"], found
assert parsed(status, 200, Status).providers[0].name, "no provider"
assert parsed(health, 200, str) == "OK"

wrong = parsed(weather, 400, Problem, lat=1.0)
assert wrong.code == "invalid-request" and wrong.detail, wrong
unknown = parsed(weather, 404, Problem, city="Londno")
assert unknown.code == "place-not-found" and unknown.suggestions, unknown
