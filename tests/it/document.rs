//! The OpenAPI document: what is committed, what it says, and whether its examples keep to it.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::harness::london;

fn committed() -> Value {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/openapi.yaml");
    serde_yaml::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

/// The schema that a reference, or a reference wrapped for a sibling's sake, means.
fn resolved<'a>(document: &'a Value, schema: &'a Value) -> &'a Value {
    let reference = schema.get("$ref").or_else(|| schema["allOf"][0].get("$ref"));
    reference.map_or(schema, |reference| document.pointer(reference.as_str().unwrap().trim_start_matches('#')).unwrap())
}

/// Fails where a value is not what its schema says, or an object's keys are not exactly the required ones.
fn assert_fits(document: &Value, schema: &Value, value: &Value, at: &str) {
    if value.is_null() {
        assert_eq!(schema["nullable"], true, "{at} is null");
        return;
    }
    let schema = resolved(document, schema);
    if let Some(allowed) = schema["enum"].as_array() {
        assert!(allowed.contains(value), "{at}: {value}");
    }
    match (schema["type"].as_str(), value) {
        (Some("object"), Value::Object(members)) => {
            let properties = schema["properties"].as_object().unwrap();
            let keys: BTreeSet<_> = members.keys().map(String::as_str).collect();
            let known: BTreeSet<_> = properties.keys().map(String::as_str).collect();
            let required = schema["required"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
            assert!(keys.is_subset(&known) && keys.is_superset(&required), "{at}: {keys:?}, not {known:?}");
            for (key, member) in members {
                assert_fits(document, &properties[key], member, &format!("{at}/{key}"));
            }
        }
        (Some("array"), Value::Array(items)) => {
            for (n, item) in items.iter().enumerate() {
                assert_fits(document, &schema["items"], item, &format!("{at}/{n}"));
            }
        }
        (Some("string"), Value::String(_)) | (Some("boolean"), Value::Bool(_)) | (Some("number"), Value::Number(_)) => {
        }
        (Some("integer"), Value::Number(number)) => assert!(number.is_i64(), "{at}: {number}"),
        (kind, value) => panic!("{at}: {value} is no {kind:?}"),
    }
}

/// Every operation with its path.
fn operations(document: &Value) -> Vec<(String, Value)> {
    let paths = document["paths"].as_object().unwrap();
    paths.iter().map(|(path, item)| (path.clone(), item["get"].clone())).collect()
}

#[test]
fn what_is_committed_is_what_the_program_prints() {
    let printed = weather_app::program::openapi().unwrap_or_else(|failure| panic!("{failure:?}"));
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/openapi.yaml");
    let committed = std::fs::read_to_string(path).unwrap_or_default();
    assert!(
        committed == printed,
        "openapi.yaml is not what the program says; run: cargo run -- openapi > openapi.yaml"
    );
}

#[tokio::test]
async fn it_is_served_in_both_forms() {
    let (program, _upstream) = london().await;
    assert_eq!(program.get("/openapi.json").await.ok(), committed());
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/openapi.yaml");
    assert_eq!(program.get("/openapi.yaml").await.body, std::fs::read(path).unwrap());
}

#[test]
fn every_operation_says_what_can_go_wrong() {
    let document = committed();
    let expected = [
        ("/api/forecast", &["200", "304", "400", "404", "405", "429", "500", "503"][..]),
        ("/api/places", &["200", "304", "400", "405", "500"]),
        ("/api/status", &["200", "304", "400", "405", "500"]),
        ("/api/weather", &["200", "304", "400", "404", "405", "429", "500", "503"]),
    ];
    let operations = operations(&document);
    assert_eq!(operations.len(), expected.len());
    for ((path, operation), (expected_path, statuses)) in operations.iter().zip(expected) {
        let responses = operation["responses"].as_object().unwrap();
        assert_eq!(
            (&**path, responses.keys().map(String::as_str).collect::<Vec<_>>()),
            (expected_path, statuses.to_vec())
        );
        assert!(operation["summary"].is_string() && operation["description"].is_string(), "{path}");
        for (status, response) in responses.iter().filter(|(status, _)| status.as_str() >= "400") {
            let schema = &response["content"]["application/problem+json"]["schema"];
            assert_eq!(schema["$ref"], "#/components/schemas/Problem", "{path} {status}");
        }
    }
}

#[test]
fn every_answer_has_an_example_that_fits() {
    let document = committed();
    for (path, operation) in operations(&document) {
        for (status, response) in operation["responses"].as_object().unwrap() {
            for (media_type, content) in response["content"].as_object().into_iter().flatten() {
                let at = format!("{path} {status} {media_type}");
                let example = content.get("example").unwrap_or_else(|| panic!("{at} has no example"));
                assert_fits(&document, &content["schema"], example, &at);
                if media_type == "application/problem+json" {
                    assert_eq!(example["status"].to_string(), *status, "{at}");
                }
            }
        }
        for parameter in operation["parameters"].as_array().into_iter().flatten() {
            // Coordinates have theirs in words: the docs' page fills in all examples at once, and these exclude a name.
            let description = parameter["description"].as_str().unwrap();
            let has_example = parameter.get("example").is_some() || description.contains("such as");
            assert!(has_example, "{path} {} has no example", parameter["name"]);
        }
    }
}

#[tokio::test]
async fn answers_fit_the_document() {
    let (program, _upstream) = london().await;
    let document = committed();
    for (path, operation) in operations(&document) {
        let query = if path == "/api/places" { "?q=lond" } else { "" };
        let answer = program.get(&format!("{path}{query}")).await.ok();
        let schema = &operation["responses"]["200"]["content"]["application/json"]["schema"];
        let schema = if schema.is_null() {
            &operation["responses"]["200"]["content"]["application/json; charset=utf-8"]["schema"]
        } else {
            schema
        };
        assert_fits(&document, schema, &answer, &path);
    }
    let problem = program.get("/api/weather?lat=91&lon=0").await.problem(400, "invalid-request");
    assert_fits(&document, &document["components"]["schemas"]["Problem"], &problem, "a problem");
}
