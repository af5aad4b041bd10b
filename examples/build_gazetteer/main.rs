//! Builds `src/places/gazetteer.bin` from GeoNames' dump files.
//!
//! Fetch `cities1000.zip` (unzipped), `admin1CodesASCII.txt` and `countryInfo.txt` from
//! <https://download.geonames.org/export/dump/>, then:
//!
//! ```sh
//! cargo run --release --example build_gazetteer -- \
//!     cities1000.txt admin1CodesASCII.txt countryInfo.txt src/places/gazetteer.bin
//! ```
//!
//! The same files always give the same gazetteer. GeoNames' data is licensed under CC BY 4.0.

#![expect(clippy::print_stderr, reason = "a command says what it did")]

mod airports;
mod areas;
mod dump;
mod likeness;
mod names;
mod pack;
mod prominence;
mod tables;
mod world;

use std::error::Error;
use std::{env, fs};

use world::World;

/// The maximum size of the file, which is part of the repository and of the program.
const MAX_BYTES: usize = 22_000_000;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [cities, regions, countries, output] = arguments.as_slice() else {
        return Err("give cities1000.txt admin1CodesASCII.txt countryInfo.txt and the file to write".into());
    };
    let read = |path: &String| fs::read_to_string(path).map_err(|error| format!("{path}: {error}"));
    let places = dump::places(&read(cities)?)?;
    let regions = dump::regions(&read(regions)?)?;
    let countries = dump::countries(&read(countries)?)?;

    let world = World::new(places, &regions, countries)?;
    let file = pack::gazetteer(&world)?;
    eprintln!("{} places, {} airports, {} bytes", world.cities.len(), world.airports.len(), file.len());
    if file.len() > MAX_BYTES {
        return Err(format!("more than {MAX_BYTES} bytes").into());
    }
    Ok(fs::write(output, file)?)
}
