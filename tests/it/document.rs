//! The OpenAPI document: the committed file, its contents, and its examples.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::harness::london;

fn committed() -> Value {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/openapi.yaml");
    serde_yaml::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

/// The schema to which a reference refers, directly or in an `allOf`.
fn resolved<'a>(document: &'a Value, schema: &'a Value) -> &'a Value {
    let reference = schema.get("$ref").or_else(|| schema["allOf"][0].get("$ref"));
    reference.map_or(schema, |reference| document.pointer(reference.as_str().unwrap().trim_start_matches('#')).unwrap())
}

/// Fails if a value does not fit its schema, or if an object lacks a required key or has an unknown one.
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

/// Every schema within a part of the document.
fn schemas_in<'a>(part: &'a Value, found: &mut Vec<&'a Value>) {
    match part {
        Value::Object(members) => {
            found.push(part);
            members.values().for_each(|member| schemas_in(member, found));
        }
        Value::Array(items) => items.iter().for_each(|item| schemas_in(item, found)),
        _ => {}
    }
}

#[test]
fn client_generators_understand_every_schema() {
    let document = committed();
    let mut schemas = Vec::new();
    schemas_in(&document["components"]["schemas"], &mut schemas);
    for schema in schemas {
        for member in schema["allOf"].as_array().into_iter().flatten() {
            assert!(member.get("$ref").is_some() || member.get("type").is_some(), "allows anything: {schema}");
        }
        if schema["nullable"] == true {
            assert!(schema["type"].is_string(), "nullable without a type: {schema}");
            if let Some(values) = schema["enum"].as_array() {
                assert!(values.contains(&Value::Null), "null is not among the values of: {schema}");
            }
        }
    }
    let tags: BTreeSet<_> = document["tags"].as_array().unwrap().iter().map(|tag| tag["name"].to_string()).collect();
    for (path, operation) in operations(&document) {
        let own = operation["tags"].as_array().unwrap();
        assert!(own.len() == 1 && tags.contains(&own[0].to_string()), "{path}");
    }
    assert!(document["info"]["contact"].is_object() && document["info"]["license"].is_object());
}

/// Every operation with its path.
fn operations(document: &Value) -> Vec<(String, Value)> {
    let paths = document["paths"].as_object().unwrap();
    paths.iter().map(|(path, item)| (path.clone(), item["get"].clone())).collect()
}

#[test]
fn the_committed_document_is_what_the_program_prints() {
    let printed = weather_app::program::openapi().unwrap_or_else(|failure| panic!("{failure:?}"));
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/openapi.yaml");
    let committed = std::fs::read_to_string(path).unwrap_or_default();
    assert!(committed == printed, "openapi.yaml is not what the program prints; see \"Recipes\" in CONTRIBUTING.md");
}

#[tokio::test]
async fn the_document_is_served_as_yaml_and_json() {
    let (program, _upstream) = london().await;
    assert_eq!(program.get("/openapi.json").await.ok(), committed());
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/openapi.yaml");
    assert_eq!(program.get("/openapi.yaml").await.body, std::fs::read(path).unwrap());
}

#[test]
fn every_operation_documents_its_errors() {
    let document = committed();
    let expected = [
        ("/api/forecast", &["200", "304", "400", "404", "405", "429", "500", "503"][..]),
        ("/api/places", &["200", "304", "400", "405", "500"]),
        ("/api/status", &["200", "304", "400", "405", "500"]),
        ("/api/weather", &["200", "304", "400", "404", "405", "429", "500", "503"]),
        ("/health", &["200", "405"]),
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
fn every_response_has_a_valid_example() {
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
            // Coordinates have none, because the page of the docs fills in all examples at once, and a name excludes them.
            let description = parameter["description"].as_str().unwrap();
            let has_example = parameter.get("example").is_some() || description.contains("such as");
            assert!(has_example, "{path} {} has no example", parameter["name"]);
        }
    }
}

#[tokio::test]
async fn responses_fit_the_document() {
    let (program, _upstream) = london().await;
    let document = committed();
    for (path, operation) in operations(&document) {
        let query = if path == "/api/places" { "?q=lond" } else { "" };
        let answer = program.get(&format!("{path}{query}")).await;
        let documented = operation["responses"]["200"]["content"].as_object().unwrap();
        let media_type = answer.header("content-type").split("; charset=").next().unwrap().to_owned();
        assert_eq!(documented.keys().collect::<Vec<_>>(), [&media_type], "{path}");
        let is_json = media_type == "application/json";
        let value = if is_json { answer.ok() } else { Value::String(answer.text()) };
        assert_fits(&document, &documented[&media_type]["schema"], &value, &path);
    }
    let problem = program.get("/api/weather?lat=91&lon=0").await.problem(400, "invalid-request");
    assert_fits(&document, &document["components"]["schemas"]["Problem"], &problem, "a problem");
}
