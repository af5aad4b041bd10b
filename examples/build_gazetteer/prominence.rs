//! How likely it is that a name means a place, as a logarithm to base 2: one more is twice as likely.
//!
//! The weights were fitted to the queries in `tests/fixtures/places`. Fitted to one half of them, they get 98 of 100
//! namesakes in the other half right.

use weather_app::places::format::Familiarity;

use crate::dump::Place;

/// The population that counts at least: some seats of government have fewer inhabitants, or GeoNames gives none.
const MIN_POPULATION: u32 = 100;

/// Up to about this number of names, the number says little, because lists of towns have been translated by machines.
const FEW_NAMES: f64 = 10.0;

/// How much more a doubling of the number of names counts than a doubling of the population.
const NAMES_WEIGHT: f64 = 1.5;

/// What a place without any alternate name loses, because it is unknown in other languages.
const UNKNOWN_ABROAD: f64 = -2.0;

/// How prominent a place is: by its population, by being a seat of government, and by the number of its names, because
/// places that are known abroad have names there.
pub(crate) fn of(place: &Place) -> f64 {
    let people = f64::from(place.population.max(MIN_POPULATION));
    let seat = match place.feature_code.as_str() {
        "PPLC" => 2.5,
        "PPLA" | "PPLA2" => 1.0,
        "PPLX" => -0.5,
        _ => 0.0,
    };
    people.log2() + fame(&place.alternate_names) + seat
}

/// How prominent a region is: by the people of its places, and by the number of its names in the tables.
#[expect(clippy::cast_precision_loss, reason = "a region has fewer than a billion people")]
pub(crate) fn of_region(people: u64, names: u32) -> f64 {
    let people = people.max(u64::from(MIN_POPULATION)) as f64;
    people.log2() - 1.0 + (1.0 + f64::from(names) / FEW_REGION_NAMES).log2()
}

/// The number of names from which on a region counts as much as a place with as many people.
const FEW_REGION_NAMES: f64 = 4.0;

fn fame(names: &[String]) -> f64 {
    let count = |is_counted: fn(&str) -> bool| u32::try_from(names.iter().filter(|name| is_counted(name)).count());
    let (Ok(written), Ok(qualified)) = (count(is_written_by_people), count(is_qualified)) else { return 0.0 };
    if written == 0 {
        return UNKNOWN_ABROAD;
    }
    // If a language adds the region to the name, it means another place by the bare name, so that counts against the place.
    let in_use = f64::from(written.saturating_sub(2 * qualified));
    NAMES_WEIGHT * (1.0 + in_use / FEW_NAMES).log2()
}

/// Whether a name is not one of the mechanical transliterations in GeoNames, which begin with a lower-case letter.
pub(crate) fn is_written_by_people(name: &str) -> bool {
    !name.is_empty() && !name.starts_with(|first: char| first.is_ascii_lowercase())
}

/// Whether a name says where the place lies: `واترلو، اونتاریو` (two spaces in a transliteration).
fn is_qualified(name: &str) -> bool {
    name.contains(['،', '(', '（']) || name.contains("  ")
}

/// The most people of any town that has a name as its own.
#[derive(Clone, Copy, Default)]
pub(crate) struct Claim {
    /// Where it is the official or the usual name.
    pub(crate) official: u32,
    /// Where it is the official name without some words.
    pub(crate) shortened: u32,
}

/// The largest town that takes nothing from others with its name.
const MIN_CLAIM: f64 = 1_000.0;

/// What others lose with each doubling of the town's population, and at most.
const YIELD_PER_DOUBLING: f64 = 1.2;
const MOST_YIELDED: f64 = 8.0;

/// A place that has more than this many times the town's people yields less, and one that has four times as many again
/// nothing: `Batavia` is Jakarta.
const FAR_LARGER: f64 = 32.0;

/// What a place with `people` loses to a town with `claim` people.
fn yields_to(claim: u32, people: u32) -> f64 {
    let (claim, people) = (f64::from(claim.max(1)), f64::from(people.max(1)));
    let most = (YIELD_PER_DOUBLING * (claim / MIN_CLAIM).log2()).clamp(0.0, MOST_YIELDED);
    most * (1.0 - (people / claim / FAR_LARGER).log2() / 2.0).clamp(0.0, 1.0)
}

/// From how many people on a town takes its name from places that are called so in other languages (`Lérida`).
const LARGE_CLAIM: u32 = 40_000;

/// How much less a town takes with a part of its name.
const SHORTENED_SHARE: f64 = 0.4;

/// From how many people on a town takes its name from regions that are called so in other languages, and how much.
const REGION_CLAIM: u32 = 20_000;
const REGION_SHARE: f64 = 0.8;

/// The relation of a name to a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Grade {
    /// The name that it is shown under.
    Official,
    /// For a city after which a time zone is named: its name in English or in a language of the country.
    Usual,
    /// The official name without the part that distinguishes it from others.
    Shortened,
    /// Some words of the official name.
    Part,
    /// The official name in another spelling that sounds the same: `Hanover` for `Hannover`.
    Respelt,
    /// Similar to the official name: `Calcutta` for `Kolkata`.
    Variant,
    /// A name in another script, or a foreign name of a city after which a time zone is named.
    Foreign,
    /// A name that several languages share: `Peking`.
    Shared,
    /// Any other name: an old one, a nickname, or one in a single language.
    Rare,
    /// The name of its country.
    Country,
    /// The name of its country in a language that is not spoken there.
    CountryAbroad,
    /// The name of its region.
    Region,
    /// The name of its region in a language that is not spoken there, or without the words that belong to it (`Columbia`).
    RegionAbroad,
    /// An abbreviation of its region's name: `Alta.`
    Abbreviation,
    /// The name of a county, an island or a landscape of which it is the main town.
    Around,
    /// Three capitals: the code of its airport.
    Code,
}

impl Grade {
    pub(crate) fn weight(self) -> f64 {
        match self {
            Self::Country => 2.0,
            Self::Official => 0.0,
            Self::Usual => -0.5,
            Self::Shortened => -1.5,
            Self::Part | Self::Around | Self::CountryAbroad => -2.0,
            Self::Respelt | Self::Variant | Self::Region | Self::RegionAbroad => -3.0,
            Self::Foreign => -4.5,
            Self::Shared | Self::Abbreviation => -6.0,
            Self::Code => -12.0,
            Self::Rare => -9.5,
        }
    }

    /// What a name of a place with `people` loses because it is also the own name of towns: someone who types `Valence`
    /// or `Puno` rarely means Valencia or Pune.
    pub(crate) fn contested(self, people: u32, claim: Claim) -> f64 {
        let official = yields_to(claim.official, people);
        match self {
            Self::Variant => -official.max(SHORTENED_SHARE * yields_to(claim.shortened, people)),
            Self::Foreign | Self::Shared if claim.official >= LARGE_CLAIM => -official,
            // Its capital's population does not say how often a country is meant.
            Self::CountryAbroad if claim.official >= LARGE_CLAIM => -yields_to(claim.official, claim.official),
            Self::RegionAbroad if claim.official >= REGION_CLAIM => -REGION_SHARE * official,
            Self::Rare | Self::Abbreviation => -official.max(yields_to(claim.shortened, people)),
            Self::Code if claim.official > 0 => -1.0,
            _ => 0.0,
        }
    }

    pub(crate) fn familiarity(self) -> Familiarity {
        match self {
            Self::Official | Self::Usual | Self::Shortened | Self::Part => Familiarity::Own,
            Self::Rare | Self::Code | Self::Abbreviation | Self::CountryAbroad | Self::RegionAbroad => {
                Familiarity::Rare
            }
            _ => Familiarity::Other,
        }
    }
}
