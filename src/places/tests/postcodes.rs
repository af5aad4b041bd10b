//! Postcodes, and words that are no part of a name.

use super::*;

#[test]
fn postcodes_and_words_around_a_name_are_ignored() {
    assert_first(&[
        ("Berlin, State of Berlin, DE", &["10115 Berlin", "weather in berlin", "Berlin weather", "Stadt Berlin"]),
        ("Cambridge, Massachusetts, US", &["Cambridge, MA 02139", "Cambridge, Mass."]),
        ("Chelsea, England, GB", &["Chelsea, London"]),
        ("Hollywood, California, US", &["Hollywood, Los Angeles"]),
        ("Keswick, England, GB", &["Keswick, Cumbria"]),
        ("Paris, Île-de-France, FR", &["Paris, Frankreich", "Paris, France", "France, Paris"]),
        ("Beijing, Beijing, CN", &["中国北京", "北京市"]),
        ("New York City, New York, US", &["Newyork", "New York, NY 10001"]),
        ("Boston, Massachusetts, US", &["weather for Boston today", "boston tomorrow"]),
        ("New York City, New York, US", &["State of New York"]),
        ("", &["10115", "SW1A 1AA", "weather", "20", "%20", "' OR 1=1 --"]),
    ]);
}

#[test]
fn postcodes_of_every_form_and_numbers_of_districts_are_ignored() {
    assert_first(&[
        ("Warsaw, Mazovia, PL", &["00-001 Warszawa", "PL-00-001 Warszawa"]),
        ("Stockholm, Stockholm, SE", &["111 22 Stockholm", "SE-111 22 Stockholm"]),
        ("Prague, Prague, CZ", &["110 00 Praha", "Praha 1"]),
        ("Amsterdam, North Holland, NL", &["1012 AB Amsterdam", "1012AB Amsterdam", "Amsterdam 1012 AB"]),
        ("La Paz, La Paz Department, BO", &["1000 La Paz"]),
        ("Manchester, England, GB", &["Manchester M1 1AE"]),
        ("London, England, GB", &["E1 6AN London", "London, W1", "London E1", "London SW1A 1AA"]),
        ("Paris, Île-de-France, FR", &["F-75001 Paris", "Paris F-75001", "Paris 20"]),
        ("Vienna, Vienna, AT", &["A-1010 Wien", "1010 Vienna"]),
        ("Geneva, Geneva, CH", &["1200 Genève"]),
        ("Munich, Bavaria, DE", &["D-80331 München"]),
        ("Dublin, Leinster, IE", &["Dublin 2"]),
        // Only large cities have numbered districts, and a number in brackets is not one.
        ("", &["Chelsea 2", "Saint-Denis (93)", "E1", "1 Paris"]),
    ]);
}

#[test]
fn a_postcode_beside_a_country_or_region_is_not_its_capital() {
    assert_first(&[
        ("", &["80331 Germany", "90210, US", "US 90210", "99501, USA", "NY 10001", "SW1A 1AA, UK", "75001 France"]),
        ("", &["12345, Texas", "80331 Bayern", "07001 Baleares"]),
        ("New York City, New York, US", &["10001 New York"]),
        ("Singapore, -, SG", &["Singapore 238801"]),
        ("Luxembourg, Luxembourg, LU", &["1111 Luxembourg"]),
    ]);
}
