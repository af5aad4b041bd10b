"""Compares the program's sunrise and sunset with those computed from ephem's sun.

The sun is up while its centre is higher than 50 arc minutes below the horizon. ephem's own search for risings gives up
where the sun nearly stays up or down, so only the heights are taken from it: the crossings are searched for here.
"""

import random
import subprocess
import sys
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import ephem

HORIZON = -50 / 60
LOOK_EVERY = timedelta(minutes=2)
MOST_OFF = timedelta(minutes=1)
DAYS_EACH = 5
# Northern places where the sun sets after midnight or hardly at all, and zones whose clocks are far from solar time.
NAMED = [
    (64.15, -21.94, "Atlantic/Reykjavik"), (64.84, -147.72, "America/Anchorage"), (64.5, -165.41, "America/Nome"),
    (65.58, 22.15, "Europe/Stockholm"), (66.5, 25.73, "Europe/Helsinki"), (68.97, 33.08, "Europe/Moscow"),
    (69.65, 18.96, "Europe/Oslo"), (78.22, 15.65, "Arctic/Longyearbyen"), (-77.85, 166.67, "Antarctica/McMurdo"),
    (51.51, -0.13, "Europe/London"), (40.71, -74.01, "America/New_York"), (22.57, 88.36, "Asia/Kolkata"),
    (1.98, -157.47, "Pacific/Kiritimati"), (-14.28, -170.7, "Pacific/Pago_Pago"), (43.83, 87.6, "Asia/Shanghai"),
    (-44.01, -176.54, "Pacific/Chatham"), (90.0, 0.0, "UTC"), (-90.0, 0.0, "UTC"), (0.0, 180.0, "Pacific/Auckland"),
]
# Further places: how many, between which latitudes.
BANDS = [(80, -60, 60), (90, 60, 71), (60, 71, 90), (51, -90, -60)]


def cases(rng):
    places = list(NAMED)
    for count, south, north in BANDS:
        for _ in range(count):
            latitude, longitude = round(rng.uniform(south, north), 2), round(rng.uniform(-180, 180), 2)
            places.append((latitude, longitude, f"Etc/GMT{-round(longitude / 15):+d}"))
    for latitude, longitude, zone in places:
        # Half of the days are near one on which the midnight sun or the polar night begins or ends.
        for n in range(DAYS_EACH):
            day = date(2024, 1, 1) + timedelta(days=rng.randrange(7 * 365))
            if n % 2 and abs(latitude) > 60:
                day = edge_of_season(latitude, longitude, day.year, rng)
            yield latitude, longitude, zone, day


def edge_of_season(latitude, longitude, year, rng):
    """A day near one on which the midnight sun or the polar night begins or ends."""
    sky = Sky(latitude, longitude)
    days = [date(year, 1, 1) + timedelta(days=n) for n in range(365)]
    kinds = []
    for day in days:
        noon = datetime.combine(day, time(12), UTC) - timedelta(hours=longitude / 15)
        kinds.append((sky.is_up(noon), sky.is_up(noon + timedelta(hours=12))))
    edges = [day for day, kind, next_kind in zip(days, kinds, kinds[1:]) if kind != next_kind]
    return (rng.choice(edges) if edges else days[0]) + timedelta(days=rng.randrange(-3, 4))


class Sky:
    def __init__(self, latitude, longitude):
        self.observer = ephem.Observer()
        self.observer.lat, self.observer.lon = str(latitude), str(longitude)
        self.observer.pressure = 0
        self.sun = ephem.Sun()

    def height(self, moment):
        self.observer.date = moment.replace(tzinfo=None)
        self.sun.compute(self.observer)
        return float(self.sun.alt) * 180 / ephem.pi

    def is_up(self, moment):
        return self.height(moment) > HORIZON

    def crossing(self, start, end, up):
        """The first moment at which the sun comes up, or goes down, between two."""
        moment = start
        while moment < end:
            following = min(moment + LOOK_EVERY, end)
            if self.is_up(moment) != up and self.is_up(following) == up:
                while following - moment > timedelta(seconds=1):
                    middle = moment + (following - moment) / 2
                    if self.is_up(middle) == up:
                        following = middle
                    else:
                        moment = middle
                return following
            moment = following
        return None

    def day(self, zone, day):
        start = datetime.combine(day, time(), ZoneInfo(zone)).astimezone(UTC)
        end = datetime.combine(day + timedelta(days=1), time(), ZoneInfo(zone)).astimezone(UTC)
        rise = self.crossing(start, end, True)
        sets = self.crossing(rise, rise + timedelta(days=1), False) if rise else None
        crosses = rise or self.crossing(start, end, False)
        polar = "-" if crosses else "day" if self.is_up(start) else "night"
        return rise, sets, polar


def agree(ours, theirs):
    if ours == "-" or theirs is None:
        return (ours == "-") == (theirs is None)
    return abs(datetime.fromisoformat(ours) - theirs) <= MOST_OFF


def main():
    table = list(cases(random.Random(1)))
    lines = "".join(f"{latitude} {longitude} {zone} {day}\n" for latitude, longitude, zone, day in table)
    answer = subprocess.run([sys.argv[1]], input=lines, capture_output=True, text=True, check=True)
    failed = worst = 0
    for case, line in zip(table, answer.stdout.splitlines(), strict=True):
        latitude, longitude, zone, day = case
        rise, sets, polar = line.split()
        expected = Sky(latitude, longitude).day(zone, day)
        if agree(rise, expected[0]) and agree(sets, expected[1]) and polar == expected[2]:
            pairs = [(rise, expected[0]), (sets, expected[1])]
            differences = [abs(datetime.fromisoformat(ours) - theirs).total_seconds() for ours, theirs in pairs if theirs]
            worst = max([worst, *differences])
        else:
            failed += 1
            print(*case, "gives", line, "instead of", *(f"{it:%FT%TZ}" if hasattr(it, "year") else it for it in expected))
    print(f"{len({case[:2] for case in table})} places, {len(table)} days; the worst that agrees is {worst:.0f} s off")
    print(f"{len(table) - failed} passed, {failed} failed")
    return failed > 0


sys.exit(main())
