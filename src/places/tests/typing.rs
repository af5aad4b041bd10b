//! Misspelt and incomplete names.

use super::*;

#[test]
fn a_misspelt_name_gets_suggestions() {
    let gazetteer = Gazetteer::embedded();
    let cases = [
        ("Keswik", "Keswick, England, GB"),
        ("Berlinn", "Berlin, State of Berlin, DE"),
        ("Colonge", "Köln, North Rhine-Westphalia, DE"),
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
    assert_eq!(shown(&gazetteer.suggest("Vieena", 1)), ["Vienna, Vienna, AT"]);
    assert!(gazetteer.suggest("Keswik, UK", 5).iter().all(|place| place.country == "GB"));
    assert_eq!(shown(&gazetteer.suggest("xqzvwj", 5)), [""; 0]);
    // Names of fewer than five letters are all one edit apart.
    assert_eq!(shown(&gazetteer.suggest("Xqzv", 5)), [""; 0]);
}

#[test]
fn search_finds_incomplete_names() {
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
fn own_names_with_the_prefix_come_before_alternate_names() {
    let first = |text, count| {
        let found = shown(&Gazetteer::embedded().search(text, 8));
        found.into_iter().take(count).collect::<Vec<_>>()
    };
    for place in ["San Francisco, California, US", "San Diego, California, US"] {
        assert!(first("san", 4).contains(&place.to_owned()), "{:?}", first("san", 8));
    }
    assert_eq!(first("par", 1), ["Paris, Île-de-France, FR"]);
    assert_eq!(first("mün", 2), ["Munich, Bavaria, DE", "Münster, North Rhine-Westphalia, DE"]);
    assert_eq!(first("new", 1), ["New York City, New York, US"]);
    assert!(first("new", 3).contains(&"New Delhi, Delhi, IN".to_owned()), "{:?}", first("new", 8));
    assert_eq!(first("newcastle u", 2), ["Newcastle upon Tyne, England, GB", "Newcastle under Lyme, England, GB"]);
    let new_yo = first("new yo", 8);
    assert_eq!(new_yo[0], "New York City, New York, US");
    let own = new_yo.iter().rposition(|place| place.starts_with("New York")).unwrap();
    let jakarta = new_yo.iter().position(|place| place.starts_with("Jakarta"));
    assert!(jakarta.is_none_or(|jakarta| jakarta > own), "{new_yo:?}");
}

#[test]
fn an_own_name_comes_before_the_foreign_name_of_a_country() {
    let found = shown(&Gazetteer::embedded().search("syd", 8));
    assert_eq!(found[..2], ["Sydney, New South Wales, AU", "Sydney, Nova Scotia, CA"]);
}

#[test]
fn a_citys_abbreviation_is_found_before_longer_names() {
    let cities = [
        ("NY", "New York City, New York, US"),
        ("LA", "Los Angeles, California, US"),
        ("SF", "San Francisco, California, US"),
        ("DC", "Washington, District of Columbia, US"),
    ];
    for (text, city) in cities {
        let index_of =
            |text: &str| shown(&Gazetteer::embedded().search(text, 8)).iter().position(|shown| shown == city);
        assert_eq!(index_of(text), Some(0), "{text}");
        assert!(index_of(&text.to_lowercase()).is_some_and(|index| index < 3), "{text}");
    }
}

#[test]
fn an_area_may_be_one_letter_so_far() {
    let found = |text| shown(&Gazetteer::embedded().search(text, 8));
    for text in ["paris, t", "paris t"] {
        assert_eq!(found(text)[..2], ["Paris, Texas, US", "Paris, Tennessee, US"], "{text}");
    }
    let in_m = found("springfield, m");
    assert_eq!(in_m[..2], ["Springfield, Missouri, US", "Springfield, Massachusetts, US"]);
}

#[test]
fn search_respects_its_limit_and_has_no_duplicates() {
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
