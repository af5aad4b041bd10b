//! What people ask the gazetteer, and what they expect first.

use super::*;

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
fn other_names_and_names_left_short_are_known() {
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
fn region_and_country_may_follow_with_or_without_a_comma() {
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
fn a_slip_or_a_wrong_country_names_nothing() {
    let gazetteer = Gazetteer::embedded();
    for text in ["Keswik", "new yrok", "Lonndon", "Paris, Japan", "Paris, Txas", "Lond", "", " , ", "🌧️", "\0", "."]
    {
        assert_eq!(shown(&gazetteer.resolve(text, 6)), [""; 0], "{text:?}");
    }
}

#[test]
fn official_names_come_first_and_then_the_most_people() {
    let found = Gazetteer::embedded().resolve("London", 6);
    assert_eq!(shown(&found)[..3], ["London, England, GB", "London, Ontario, CA", "London, Ohio, US"]);
    assert_eq!(found.len(), 6);
    assert!(found.iter().all(|place| place.name == "London"));
    // Tijuana, also called Zaragoza, has more people than the one in the Philippines, but not 50 times as many.
    assert_eq!(
        shown(&Gazetteer::embedded().resolve("Zaragoza", 3)),
        ["Zaragoza, Aragon, ES", "Zaragoza, Central Luzon, PH", "Tijuana, Baja California, MX"]
    );
}

#[test]
fn the_same_town_comes_once() {
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
fn a_misspelt_name_gets_suggestions() {
    let gazetteer = Gazetteer::embedded();
    let cases = [
        ("Keswik", "Keswick, England, GB"),
        ("Keswik, UK", "Keswick, England, GB"),
        ("keswik uk", "Keswick, England, GB"),
        ("Keswick, Cumbria", "Keswick, England, GB"),
        ("new yrok", "New York City, New York, US"),
        ("Lond", "London, England, GB"),
        ("Lonndon", "London, England, GB"),
        ("Los Angelos", "Los Angeles, California, US"),
        ("Edinbrugh", "Edinburgh, Scotland, GB"),
        ("Paris, Txas", "Paris, Texas, US"),
        ("Springfeild, IL", "Springfield, Illinois, US"),
        ("Мосвка", "Moscow, Moscow, RU"),
    ];
    for (text, place) in cases {
        let suggestions = gazetteer.suggest(text, 5);
        assert!(suggestions.len() <= 5);
        assert!(shown(&suggestions).iter().any(|shown| shown == place), "{text}: {:?}", shown(&suggestions));
    }
    assert!(gazetteer.suggest("Keswik, UK", 5).iter().all(|place| place.country == "GB"));
    assert_eq!(shown(&gazetteer.suggest("xqzvwj", 5)), [""; 0]);
    // Of fewer than five letters everything is a slip away.
    assert_eq!(shown(&gazetteer.suggest("Xqzv", 5)), [""; 0]);
}

#[test]
fn search_finds_while_one_types() {
    let gazetteer = Gazetteer::embedded();
    let cases = [
        ("lond", "London, England, GB"),
        ("lo", "London, England, GB"),
        ("new", "New York City, New York, US"),
        ("mün", "Munich, Bavaria, DE"),
        ("München", "Munich, Bavaria, DE"),
        ("par", "Paris, Île-de-France, FR"),
        ("paris te", "Paris, Texas, US"),
        ("paris, te", "Paris, Texas, US"),
        ("paris, texas", "Paris, Texas, US"),
        ("spring, il", "Springfield, Illinois, US"),
        ("san jose ca", "San Jose, California, US"),
        ("st pet", "Saint Petersburg, St.-Petersburg, RU"),
        ("stockh", "Stockholm, Stockholm, SE"),
        ("東", "Tokyo, Tokyo, JP"),
        ("мос", "Moscow, Moscow, RU"),
        ("new yrok", "New York City, New York, US"),
        ("york", "York, England, GB"),
    ];
    for (text, place) in cases {
        let found = shown(&gazetteer.search(text, 8));
        assert!(found[..found.len().min(3)].iter().any(|shown| shown == place), "{text}: {found:?}");
    }
    let stockholm = shown(&gazetteer.search("st", 8));
    assert!(stockholm.iter().any(|shown| shown == "Stockholm, Stockholm, SE"), "{stockholm:?}");
}

#[test]
fn search_keeps_its_limit_and_repeats_nothing() {
    let gazetteer = Gazetteer::embedded();
    for text in ["l", "lon", "london", "san jose", "st", "北", "a, us"] {
        for limit in [1, 8, 20] {
            let mut ids: Vec<_> = gazetteer.search(text, limit).iter().map(|place| place.id).collect();
            assert!(ids.len() <= limit, "{text}");
            ids.sort_unstable();
            let found = ids.len();
            ids.dedup();
            assert_eq!(ids.len(), found, "{text}");
        }
    }
    assert_eq!(gazetteer.search("l", 20).len(), 20);
    assert_eq!(shown(&gazetteer.search("", 8)), [""; 0]);
}

#[test]
fn a_place_is_told_in_full() {
    let place = Gazetteer::embedded().resolve("Zermatt", 1).remove(0);
    let expected = Place {
        id: place.id,
        name: "Zermatt".into(),
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
fn no_text_is_too_odd() {
    let gazetteer = Gazetteer::embedded();
    let texts = [
        "a".repeat(10_000),
        "london ".repeat(80),
        "us, ".repeat(140),
        "new york ny ".repeat(49),
        "st ".repeat(199),
        "\0\u{202e}🌧️".repeat(50),
        ",,,;،".into(),
        "\u{301}\u{94d}".into(),
        "'".repeat(500),
    ];
    for text in texts {
        assert_eq!(shown(&gazetteer.resolve(&text, 6)), [""; 0], "{text}");
        assert!(gazetteer.search(&text, 20).len() <= 20);
        assert!(gazetteer.suggest(&text, 5).len() <= 5);
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
