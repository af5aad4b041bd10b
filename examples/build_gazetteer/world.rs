//! The places, with their regions, countries and time zones as numbers.

use std::collections::BTreeMap;
use std::error::Error;

use weather_app::weather::Coordinates;

use crate::dump::{Country, Place, Regions};
use crate::prominence;
use crate::tables::{self, Airport, Extent};

/// A place as it is written to the file.
pub(crate) struct Spot {
    pub(crate) name: String,
    pub(crate) at: Coordinates,
    pub(crate) population: u32,
    pub(crate) region: u16,
    pub(crate) timezone: u16,
    /// See [`prominence`].
    pub(crate) prominence: f64,
}

pub(crate) struct Region {
    /// GeoNames' `COUNTRY.CODE`.
    pub(crate) key: String,
    pub(crate) name: String,
    pub(crate) country: u16,
    /// See [`prominence::of_region`].
    pub(crate) prominence: f64,
}

pub(crate) struct World {
    /// The populated places, as in `cities`.
    pub(crate) spots: Vec<Spot>,
    pub(crate) cities: Vec<Place>,
    pub(crate) airports: Vec<Airport>,
    /// As in `airports`.
    pub(crate) airport_spots: Vec<Spot>,
    pub(crate) regions: Vec<Region>,
    pub(crate) countries: Vec<Country>,
    pub(crate) timezones: Vec<String>,
}

/// How far north or south of an airport the nearest place may lie, in degrees.
const NEAR_DEGREES: f64 = 3.0;

impl World {
    pub(crate) fn new(cities: Vec<Place>, regions: &Regions, countries: Vec<Country>) -> Result<Self, Box<dyn Error>> {
        let mut world = Self {
            spots: Vec::new(),
            cities,
            airports: Vec::new(),
            airport_spots: Vec::new(),
            regions: Vec::new(),
            countries: Vec::new(),
            timezones: Vec::new(),
        };
        let mut by_iso: BTreeMap<String, Country> =
            countries.into_iter().map(|country| (country.iso.clone(), country)).collect();
        let (mut region_numbers, mut country_numbers) = (BTreeMap::new(), BTreeMap::new());
        let mut timezone_numbers = BTreeMap::new();
        for city in &world.cities {
            let country = number(&mut country_numbers, city.country.clone())?;
            if usize::from(country) == world.countries.len() {
                let known = by_iso.remove(&city.country).ok_or_else(|| format!("no country {}", city.country))?;
                world.countries.push(known);
            }
            let key = format!("{}.{}", city.country, city.region_code);
            // A region code without a name in GeoNames is ignored.
            let key = if regions.contains_key(&key) { key } else { format!("{}.", city.country) };
            let region = number(&mut region_numbers, key.clone())?;
            if usize::from(region) == world.regions.len() {
                let name = regions.get(&key).cloned().unwrap_or_default();
                world.regions.push(Region { key, name, country, prominence: 0.0 });
            }
            let timezone = number(&mut timezone_numbers, city.timezone.clone())?;
            if usize::from(timezone) == world.timezones.len() {
                world.timezones.push(city.timezone.clone());
            }
            world.spots.push(Spot {
                name: city.name.clone(),
                at: coordinates(city.latitude, city.longitude)?,
                population: city.population,
                region,
                timezone,
                prominence: prominence::of(city),
            });
        }
        world.rate_regions();
        world.add_airports()?;
        Ok(world)
    }

    fn rate_regions(&mut self) {
        let mut people = vec![0; self.regions.len()];
        for spot in &self.spots {
            people[usize::from(spot.region)] += u64::from(spot.population);
        }
        let mut names: BTreeMap<String, u32> = BTreeMap::new();
        for (extent, _) in tables::region_names() {
            if let Extent::Region(key) = extent {
                *names.entry(key).or_default() += 1;
            }
        }
        for (region, people) in self.regions.iter_mut().zip(people) {
            region.prominence = prominence::of_region(people, names.get(&region.key).copied().unwrap_or(0));
        }
    }

    /// Adds the airports that have a place nearby, with its region.
    fn add_airports(&mut self) -> Result<(), Box<dyn Error>> {
        for airport in tables::airports() {
            let at = coordinates(airport.latitude, airport.longitude)?;
            let timezone = self.timezones.iter().position(|known| known == airport.timezone);
            let (Some(nearest), Some(timezone)) = (self.nearest(at, airport.country), timezone) else { continue };
            self.airport_spots.push(Spot {
                name: airport.name.to_owned(),
                at,
                population: 0,
                region: nearest.region,
                timezone: u16::try_from(timezone)?,
                prominence: 0.0,
            });
            self.airports.push(airport);
        }
        Ok(())
    }

    /// The nearest place in a country, if there is one nearby.
    fn nearest(&self, at: Coordinates, country: &str) -> Option<&Spot> {
        let near = self.spots.iter().filter(|spot| {
            (spot.at.latitude() - at.latitude()).abs() < NEAR_DEGREES && self.country_code(spot) == country
        });
        near.min_by(|a, b| at.distance_km(a.at).total_cmp(&at.distance_km(b.at)))
    }

    pub(crate) fn country_code(&self, spot: &Spot) -> &str {
        &self.countries[usize::from(self.regions[usize::from(spot.region)].country)].iso
    }

    /// The populated places with their numbers.
    pub(crate) fn populated(&self) -> impl Iterator<Item = (u32, &Spot, &Place)> {
        (0..).zip(&self.spots).zip(&self.cities).map(|((number, spot), city)| (number, spot, city))
    }
}

fn coordinates(latitude: f64, longitude: f64) -> Result<Coordinates, Box<dyn Error>> {
    Coordinates::new(latitude, longitude).map_err(|_| format!("{latitude}, {longitude} is not on Earth").into())
}

/// The number of a value; a new value gets the next number.
fn number<T: Ord>(numbers: &mut BTreeMap<T, u16>, value: T) -> Result<u16, Box<dyn Error>> {
    let next = u16::try_from(numbers.len())?;
    Ok(*numbers.entry(value).or_insert(next))
}
