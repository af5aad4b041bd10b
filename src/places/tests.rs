//! What people look up, and the place that they expect first.

use super::*;

mod postcodes;
mod typing;

/// As `Name, Region, CC`, best first.
fn shown(places: &[Place]) -> Vec<String> {
    let shown = |place: &Place| format!("{}, {}, {}", place.name, place.region.unwrap_or("-"), place.country);
    places.iter().map(shown).collect()
}

fn first_meant_by(text: &str) -> String {
    shown(&Gazetteer::embedded().resolve(text, 1)).pop().unwrap_or_default()
}

fn assert_first(expected: &[(&str, &[&str])]) {
    for (place, texts) in expected {
        for text in *texts {
            assert_eq!(first_meant_by(text), *place, "{text}");
        }
    }
}

#[test]
fn a_name_means_its_best_known_place() {
    assert_first(&[
        ("London, England, GB", &["London", "LONDON", " london ", "Londres", "Лондон", "倫敦", "لندن"]),
        ("Paris, Île-de-France, FR", &["Paris", "Париж", "巴黎"]),
        ("Halle (Saale), Saxony-Anhalt, DE", &["Halle", "Halle (Saale)", "Halle/Saale"]),
        ("Frankfurt am Main, Hesse, DE", &["Frankfurt", "Frankfurt am Main", "Francoforte"]),
        ("Zaragoza, Aragon, ES", &["Zaragoza", "Saragossa"]),
        ("Birmingham, England, GB", &["Birmingham"]),
        ("Cambridge, England, GB", &["Cambridge"]),
        ("Zermatt, Valais, CH", &["Zermatt"]),
        ("Naples, Campania, IT", &["Naples", "Napoli"]),
        ("Newcastle upon Tyne, England, GB", &["Newcastle upon Tyne", "newcastle-upon-tyne"]),
        ("Stratford-upon-Avon, England, GB", &["Stratford-upon-Avon", "stratford upon avon"]),
    ]);
}

#[test]
fn accents_scripts_and_punctuation_do_not_matter() {
    assert_first(&[
        ("Munich, Bavaria, DE", &["münchen", "MUNCHEN", "Munich", "Muenchen", "Мюнхен", "ミュンヘン"]),
        ("Köln, North Rhine-Westphalia, DE", &["Köln", "Koeln", "koln", "Cologne", "Кёльн"]),
        ("Beijing, Beijing, CN", &["北京", "Peking", "北京市", "베이징"]),
        ("Tokyo, Tokyo, JP", &["東京", "Токио", "Tōkyō"]),
        ("Seoul, Seoul, KR", &["서울", "ソウル"]),
        ("Osaka, Osaka, JP", &["오사카", "오사카시", "大阪", "大阪市"]),
        ("Chiang Mai, Chiang Mai, TH", &["チェンマイ", "チエンマイ"]),
        ("Washington, District of Columbia, US", &["워싱턴"]),
        ("Moscow, Moscow, RU", &["Москва", "МОСКВА", "Moskva", "Moskau"]),
        ("Cairo, Cairo, EG", &["القاهرة", "القاهره", "Le Caire"]),
        ("Athens, Attica, GR", &["Αθήνα", "ΑΘΗΝΑ", "αθηνα"]),
        ("Delhi, Delhi, IN", &["दिल्ली"]),
        ("São Paulo, São Paulo, BR", &["sao paulo", "São Paulo", "Сан-Паулу"]),
        ("Petrópolis, Rio de Janeiro, BR", &["Petropolis"]),
        ("Cancún, Quintana Roo, MX", &["Cancun"]),
        ("Saint-Denis, Réunion, RE", &["Saint-Denis", "St Denis", "st. denis", "St.-Denis"]),
        ("O'Fallon, Missouri, US", &["O'Fallon", "O’Fallon", "O Fallon", "ofallon"]),
        ("Xi’an, Shaanxi, CN", &["Xi'an", "Xian", "西安"]),
        ("Sankt Gallen, Saint Gallen, CH", &["St. Gallen", "Sankt Gallen", "st gallen"]),
        ("Fort Worth, Texas, US", &["Ft. Worth", "Fort Worth"]),
        ("Istanbul, Istanbul, TR", &["İSTANBUL", "istanbul", "Constantinople"]),
        ("Saint Petersburg, St.-Petersburg, RU", &["st petersburg", "St.Petersburg", "Leningrad"]),
    ]);
}

#[test]
fn alternate_and_shortened_names_are_known() {
    assert_first(&[
        ("Vienna, Vienna, AT", &["Wien", "Vienna", "Вена", "Bécs"]),
        ("Mumbai, Maharashtra, IN", &["bombay", "Mumbai"]),
        ("Kyiv, Kyiv City, UA", &["Kiev", "Kyiv", "Київ", "Киев"]),
        ("New York City, New York, US", &["New York", "NYC", "New York City", "Nueva York"]),
        ("Mexico City, Mexico City, MX", &["Mexico City", "Ciudad de México"]),
        ("Québec, Quebec, CA", &["Quebec", "Quebec City"]),
        ("Panama City, Panamá, PA", &["Panama", "Panama City"]),
        ("Ho Chi Minh City, Ho Chi Minh, VN", &["Saigon", "Ho Chi Minh"]),
        ("Geneva, Geneva, CH", &["Genève", "Genf", "Geneva"]),
    ]);
}

#[test]
fn qualifiers_may_follow_with_or_without_a_comma() {
    assert_first(&[
        (
            "Paris, Texas, US",
            &["Paris, TX", "Paris Texas", "Paris,US", "paris tx usa", "Paris (Texas)", "Paris, Texas, US"],
        ),
        ("London, Ontario, CA", &["london ontario", "London, Canada", "London, ON", "London, ON, Canada", "london on"]),
        (
            "Springfield, Illinois, US",
            &["Springfield IL", "Springfield, IL, US", "Springfield IL, US", "springfield illinois"],
        ),
        ("Frankfurt (Oder), Brandenburg, DE", &["Frankfurt (Oder)", "Frankfurt Oder", "Frankfurt, Brandenburg"]),
        ("St. Petersburg, Florida, US", &["St. Petersburg, FL", "saint petersburg florida"]),
        ("New York City, New York, US", &["New York, NY, USA", "New York NY", "New York, New York"]),
        ("Washington, District of Columbia, US", &["Washington, DC", "Washington D.C.", "washington dc"]),
        ("Keswick, England, GB", &["Keswick, UK", "Keswick, England", "keswick gb", "Keswick, Great Britain"]),
        ("Ambleside, England, GB", &["Ambleside, UK", "Ambleside England"]),
        ("Amsterdam, North Holland, NL", &["Amsterdam, Holland", "Amsterdam, The Netherlands", "Amsterdam NLD"]),
        ("Newcastle, New South Wales, AU", &["Newcastle, NSW", "newcastle australia"]),
        ("Munich, Bavaria, DE", &["München, Bayern", "München, Deutschland", "Munich, Germany"]),
        ("Berlin, State of Berlin, DE", &["Berlin, Berlin", "Berlin, DE"]),
        ("Prague, Prague, CZ", &["Prague, Czech Republic", "Praha, Česko"]),
        ("Dubai, Dubai, AE", &["Dubai, UAE", "Dubai, United Arab Emirates"]),
        ("Hong Kong, -, HK", &["Hong Kong, China", "Hong Kong"]),
        ("Misato, Saitama, Saitama, JP", &["Misato, Saitama"]),
        ("Beijing, Beijing, CN", &["北京，中国"]),
    ]);
}

#[test]
fn a_misspelt_name_or_a_wrong_country_matches_nothing() {
    let gazetteer = Gazetteer::embedded();
    for text in ["Keswik", "new yrok", "Lonndon", "Paris, Japan", "Paris, Txas", "Lond", "", " , ", "🌧️", "\0", "."]
    {
        assert_eq!(shown(&gazetteer.resolve(text, 6)), [""; 0], "{text:?}");
    }
}

#[test]
fn the_better_known_place_comes_first() {
    let found = shown(&Gazetteer::embedded().resolve("London", 6));
    assert_eq!(found[..2], ["London, England, GB", "London, Ontario, CA"]);
    assert_eq!(found.len(), 6);
    assert!(found.iter().all(|place| place.contains("London")), "{found:?}");
    assert_first(&[
        ("Brugge, Flanders, BE", &["Bruges"]),
        ("Bern, Bern, CH", &["Berne"]),
        ("Odesa, Odessa, UA", &["Odessa"]),
        ("Kingston upon Hull, England, GB", &["Hull"]),
        ("Newcastle upon Tyne, England, GB", &["Newcastle, UK", "Newcastle, England"]),
        ("Rome, Lazio, IT", &["Roma", "罗马", "羅馬"]),
        ("Zaragoza, Aragon, ES", &["Zaragoza"]),
        ("Ambleside, England, GB", &["Ambleside"]),
        ("Heroica Matamoros, Tamaulipas, MX", &["Matamoros"]),
        ("Bethlehem, West Bank, PS", &["Bethlehem"]),
        ("Kórinthos, Peloponnese, GR", &["Corinth"]),
        ("St. Louis, Missouri, US", &["St. Louis", "Saint Louis"]),
    ]);
}

#[test]
fn a_towns_own_name_does_not_mean_a_city_with_a_similar_one() {
    assert_first(&[
        ("Trnava, Trnava Region, SK", &["Trnava"]),
        ("Valence, Auvergne-Rhône-Alpes, FR", &["Valence"]),
        ("Arrecife, Canary Islands, ES", &["Arrecife"]),
        ("Gera, Thuringia, DE", &["Gera"]),
        ("Pueblo, Colorado, US", &["Pueblo"]),
        ("Puno, Puno, PE", &["Puno"]),
        ("Sakata, Yamagata, JP", &["Sakata"]),
        ("Kudus, Central Java, ID", &["Kudus"]),
        ("Biel/Bienne, Bern, CH", &["Bienne"]),
        ("Columbia, South Carolina, US", &["Columbia"]),
        ("Franca, São Paulo, BR", &["Franca"]),
        ("Alta, Finnmark, NO", &["Alta"]),
        ("Alba Iulia, Alba County, RO", &["Alba"]),
        ("Hel, Pomerania, PL", &["Hel"]),
        ("Bude, England, GB", &["Bude"]),
        ("Ngerulmud, Melekeok, PW", &["Palau"]),
    ]);
}

#[test]
fn names_in_other_languages_and_spellings_still_mean_the_city() {
    assert_first(&[
        ("London, England, GB", &["Londres"]),
        ("Milan, Lombardy, IT", &["Mailand", "Milano"]),
        ("Warsaw, Mazovia, PL", &["Varsovia", "Warschau"]),
        ("Florence, Tuscany, IT", &["Florenz", "Firenze"]),
        ("Odesa, Odessa, UA", &["Odessa"]),
        ("Girona, Catalonia, ES", &["Gerona"]),
        ("Kolkata, West Bengal, IN", &["Calcutta"]),
        ("Hannover, Lower Saxony, DE", &["Hanover"]),
        ("Philadelphia, Pennsylvania, US", &["Filadelfia"]),
        ("Bangkok, Bangkok, TH", &["Tailandia"]),
        ("Köln, North Rhine-Westphalia, DE", &["Colonia"]),
        ("Jakarta, Jakarta, ID", &["Batavia"]),
    ]);
}

#[test]
fn a_region_is_meant_as_often_as_its_people_say() {
    assert_first(&[
        ("Helena, Montana, US", &["Montana"]),
        ("Topeka, Kansas, US", &["Kansas", "Kansas, United States"]),
        ("Dover, Delaware, US", &["Delaware", "Delaware, United States"]),
        ("Panjim, Goa, IN", &["Goa"]),
        ("Cuernavaca, Morelos, MX", &["Morelos"]),
        ("Mito, Ibaraki, JP", &["Ibaraki, Japan"]),
        ("Tsu, Mie, JP", &["Mie, Japan"]),
        ("Mbombela, Mpumalanga, ZA", &["Mpumalanga, South Africa"]),
        ("Gorgān, Golestan, IR", &["Golestan, Iran"]),
        ("Santander, Cantabria, ES", &["Santander"]),
        ("Jilin, Jilin, CN", &["Jilin"]),
        ("Veracruz, Veracruz, MX", &["Veracruz"]),
    ]);
}

#[test]
fn a_regions_seat_counts_more_and_most_if_it_bears_the_regions_name() {
    assert_first(&[
        ("Makkah, Mecca Region, SA", &["Mecca"]),
        ("Toronto, Ontario, CA", &["Ontario"]),
        ("Guanajuato, Guanajuato, MX", &["Guanajuato"]),
        ("Qina, Qena, EG", &["Qena"]),
        ("Hải Dương, Hải Dương Province, VN", &["Hải Dương"]),
        ("Thiruvananthapuram, Kerala, IN", &["Kerala"]),
        ("Venice, Veneto, IT", &["Veneto"]),
        ("Rouen, Normandy, FR", &["Normandy"]),
        ("Nantes, Pays de la Loire, FR", &["Pays de la Loire"]),
        ("Faridabad, Haryana, IN", &["Haryana"]),
        ("La Paz, Baja California Sur, MX", &["Baja California Sur"]),
        ("Trípoli, Peloponnese, GR", &["Peloponnese"]),
        ("Los Angeles, California, US", &["California"]),
    ]);
}

#[test]
fn a_country_means_its_capital_and_a_region_its_seat_or_largest_city() {
    assert_first(&[
        ("New Delhi, Delhi, IN", &["India", "भारत", "Indien", "Индия"]),
        ("Reykjavík, Capital Region, IS", &["Iceland", "Ísland"]),
        ("Rome, Lazio, IT", &["Italy"]),
        ("Munich, Bavaria, DE", &["Bavaria", "Bayern"]),
        ("Florence, Tuscany, IT", &["Tuscany", "Toscana"]),
        ("Palma, Balearic Islands, ES", &["Mallorca"]),
        ("Singapore, -, SG", &["Singapore"]),
        ("Luxembourg, Luxembourg, LU", &["Luxembourg"]),
        ("New York City, New York, US", &["New York"]),
    ]);
}

#[test]
fn an_airports_code_in_capitals_means_the_airport() {
    assert_first(&[
        ("London Heathrow Airport, England, GB", &["LHR"]),
        ("John F Kennedy International Airport, New York, US", &["JFK"]),
        ("Manchester Airport, England, GB", &["MAN"]),
        ("New York City, New York, US", &["NYC", "nyc"]),
        ("Washington, District of Columbia, US", &["USA"]),
        ("Ufa, Bashkortostan Republic, RU", &["ufa"]),
        ("", &["lhr"]),
    ]);
}

#[test]
fn an_airport_near_a_large_city_is_found_by_its_name() {
    assert_first(&[
        ("London Heathrow Airport, England, GB", &["Heathrow", "London Heathrow", "LHR airport", "lhr airport"]),
        ("London Gatwick Airport, England, GB", &["Gatwick"]),
        ("Amsterdam Airport Schiphol, North Holland, NL", &["Schiphol", "Amsterdam Airport"]),
        ("John F Kennedy International Airport, New York, US", &["JFK airport"]),
        ("Frankfurt am Main International Airport, Hesse, DE", &["Frankfurt Airport"]),
        ("Luton, England, GB", &["Luton"]),
        ("Carthage, Tunis Governorate, TN", &["Carthage"]),
        // London has several, and another London one of this name.
        ("", &["London Airport"]),
    ]);
}

#[test]
fn a_place_found_by_another_name_says_by_which() {
    let matched = |text| Gazetteer::embedded().resolve(text, 1).remove(0).matched;
    for own in ["London", "london, uk", "10115 Berlin", "koln", "St Gallen"] {
        assert_eq!(matched(own), None, "{own}");
    }
    let others = [
        ("INDIA", "India"),
        ("CANADA", "Canada"),
        ("東京", "東京"),
        ("MÜNCHEN", "München"),
        ("NYC", "NYC"),
        ("DC", "DC"),
        ("India", "India"),
        ("peking", "Peking"),
        ("LHR", "LHR"),
        ("münchen", "München"),
        ("Москва", "Москва"),
    ];
    for (text, name) in others {
        assert_eq!(matched(text).as_deref(), Some(name), "{text}");
    }
    let typed = Gazetteer::embedded().search("peki", 8).remove(0);
    assert_eq!((typed.name, typed.matched.as_deref()), ("Beijing", Some("Peking")));
    for (text, name, by) in [("hong", "Hong Kong", None), ("лон", "London", Some("Лондон"))] {
        let typed = Gazetteer::embedded().search(text, 8).remove(0);
        assert_eq!((typed.name, typed.matched.as_deref()), (name, by), "{text}");
    }
}

#[test]
fn a_village_is_not_meant_by_the_name_of_a_city() {
    assert_first(&[
        ("", &["Gotham City"]),
        ("Gotham, England, GB", &["Gotham"]),
        ("Manchester, England, GB", &["Manchester City"]),
    ]);
}

/// The queries of `tests/fixtures/places`, each with the place that people mean by it.
#[test]
fn a_name_means_what_people_mean() {
    let gazetteer = Gazetteer::embedded();
    let mut counts: std::collections::BTreeMap<&str, (u32, u32)> = std::collections::BTreeMap::new();
    let (mut wrong_places, mut misses) = (0, Vec::new());
    let table = include_str!("../../tests/fixtures/places/queries.tsv");
    for line in table.lines().skip(1) {
        let [text, latitudes, longitudes, radius, kind, note] =
            line.split('\t').collect::<Vec<_>>().try_into().unwrap();
        let points = |latitudes: &str, longitudes: &str| -> Vec<Coordinates> {
            let pairs = latitudes.split('|').zip(longitudes.split('|')).filter(|(latitude, _)| !latitude.is_empty());
            pairs
                .map(|(north, east)| Coordinates::new(north.parse().unwrap(), east.parse().unwrap()).unwrap())
                .collect()
        };
        let near = |place: &Place, points: &[Coordinates], km: f64| {
            points.iter().any(|point| place.coordinates.distance_km(*point) <= km)
        };
        let suggestion = note.strip_prefix("suggest:").and_then(|rest| rest.split(' ').next()?.split_once(','));
        // The API refuses names that are too long or have control characters.
        let is_refused = text.chars().count() > 100 || text.chars().any(char::is_control);
        let found = if is_refused { Vec::new() } else { gazetteer.resolve(text, 6) };
        let meant = points(latitudes, longitudes);
        let is_right = match (found.first(), suggestion) {
            (Some(place), _) => near(place, &meant, radius.parse().unwrap()),
            (None, Some((north, east))) => {
                gazetteer.suggest(text, 5).iter().any(|place| near(place, &points(north, east), 30.0))
            }
            (None, None) => meant.is_empty(),
        };
        let (right, all) = counts.entry(if suggestion.is_some() { "typo" } else { kind }).or_default();
        *right += u32::from(is_right);
        *all += 1;
        wrong_places += u32::from(!is_right && !found.is_empty());
        if !is_right {
            misses.push(format!("{text} -> {:?}", shown(&found[..found.len().min(1)])));
        }
    }
    let at_least = [
        ("city", 99),
        ("code", 98),
        ("country", 98),
        ("namesake", 98),
        ("none", 100),
        ("qualified", 97),
        ("region", 98),
        ("typo", 97),
    ];
    assert_eq!(counts.keys().copied().collect::<Vec<_>>(), at_least.map(|(kind, _)| kind));
    for (kind, percent) in at_least {
        let (right, all) = counts[kind];
        assert!(100 * right >= percent * all, "{kind}: {right} of {all}; {misses:#?}");
    }
    let all: u32 = counts.values().map(|(_, all)| all).sum();
    assert!(200 * wrong_places <= all, "{wrong_places} of {all} are answered with a wrong place");
}

#[test]
fn a_town_is_listed_once() {
    let gazetteer = Gazetteer::embedded();
    for text in ["La Ceiba", "Miami Gardens", "Fuzhou", "Springs"] {
        let found = gazetteer.resolve(text, 20);
        for (i, one) in found.iter().enumerate() {
            let twin = found[i + 1..].iter().find(|other| {
                (&one.name, one.region, one.country) == (&other.name, other.region, other.country)
                    && one.coordinates.distance_km(other.coordinates) < 10.0
            });
            assert_eq!(twin, None, "{one:?}");
        }
    }
}

#[test]
fn a_place_has_all_its_fields() {
    let place = Gazetteer::embedded().resolve("Zermatt", 1).remove(0);
    let expected = Place {
        id: place.id,
        name: "Zermatt",
        matched: None,
        region: Some("Valais"),
        country: "CH",
        country_name: "Switzerland",
        coordinates: Coordinates::new(46.02, 7.75).unwrap(),
        timezone: "Europe/Zurich",
        population: 6_629,
    };
    assert_eq!(place, expected);
}

#[test]
fn odd_texts_match_nothing_and_do_not_panic() {
    let gazetteer = Gazetteer::embedded();
    let texts = [
        "a".repeat(10_000),
        "london ".repeat(80),
        "zz, ".repeat(140),
        "new york ny ".repeat(49),
        "st ".repeat(199),
        "\0\u{202e}🌧️".repeat(50),
        ",,,;،".into(),
        "\u{301}\u{94d}".into(),
        "'".repeat(500),
    ];
    // A country's name means its capital, however often it is said.
    assert_eq!(first_meant_by(&"us, ".repeat(140)), "Washington, District of Columbia, US");
    for text in texts {
        assert_eq!(shown(&gazetteer.resolve(&text, 6)), [""; 0], "{text}");
        assert!(gazetteer.search(&text, 20).len() <= 20);
        assert!(gazetteer.suggest(&text, 5).len() <= 5);
    }
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig { cases: 48, failure_persistence: None, ..Default::default() })]
    #[test]
    fn every_look_up_stays_within_its_work_budget(
        text in "((st|san|saint|new|la|upon|us|il|london|richmond|united states|北京|新|москва|ا|10115)[ ,]{0,2}[a-zü]{0,2}){1,8}",
    ) {
        let gazetteer = Gazetteer::embedded();
        for find in [Search::exact, Search::completions, Search::suggestions] {
            let units = work::tests::units_asked_for(|| drop(find(gazetteer.look_up(&text, 20))));
            proptest::prop_assert!(units <= 2 * search::MAX_WORK, "{units} units");
        }
    }
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig { cases: 64, failure_persistence: None, ..Default::default() })]
    #[test]
    fn any_text_gets_an_answer(text in "\\PC{0,40}") {
        let gazetteer = Gazetteer::embedded();
        proptest::prop_assert!(gazetteer.resolve(&text, 6).len() <= 6);
        proptest::prop_assert!(gazetteer.search(&text, 8).len() <= 8);
        proptest::prop_assert!(gazetteer.suggest(&text, 5).len() <= 5);
    }
}
