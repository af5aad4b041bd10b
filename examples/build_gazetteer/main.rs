//! Makes `src/places/gazetteer.bin` from GeoNames' dump files.
//!
//! Fetch `cities1000.zip` (unzipped), `admin1CodesASCII.txt` and `countryInfo.txt` from
//! <https://download.geonames.org/export/dump/>, then:
//!
//! ```sh
//! cargo run --release --example build_gazetteer -- \
//!     cities1000.txt admin1CodesASCII.txt countryInfo.txt src/places/gazetteer.bin
//! ```
//!
//! The same files always make the same gazetteer. GeoNames' data is licensed under CC BY 4.0.

#![expect(clippy::print_stderr, reason = "a command says what it did")]

mod dump;
mod keys;
mod names;
mod pack;
mod qualifiers;

use std::error::Error;
use std::{env, fs};

/// The most bytes that the repository and the program are willing to carry.
const MAX_BYTES: usize = 10_000_000;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [cities, regions, countries, output] = arguments.as_slice() else {
        return Err("give cities1000.txt admin1CodesASCII.txt countryInfo.txt and the file to write".into());
    };
    let read = |path: &String| fs::read_to_string(path).map_err(|error| format!("{path}: {error}"));
    let places = dump::places(&read(cities)?)?;
    let regions = dump::regions(&read(regions)?)?;
    let countries = dump::countries(&read(countries)?)?;

    let file = pack::gazetteer(&places, &regions, &countries)?;
    eprintln!("{} places, {} bytes", places.len(), file.len());
    if file.len() > MAX_BYTES {
        return Err(format!("more than {MAX_BYTES} bytes").into());
    }
    Ok(fs::write(output, file)?)
}
