//! Examples for the OpenAPI document: real answers of the program, with shortened lists.

use serde_yaml::Value;

/// The successful answer of each operation.
const ANSWERS: [(&str, &str); 5] = [
    ("/api/weather", include_str!("../api/examples/weather.json")),
    ("/api/forecast", include_str!("../api/examples/forecast.json")),
    ("/api/places", include_str!("../api/examples/places.json")),
    ("/api/status", include_str!("../api/examples/status.json")),
    ("/health", "OK"),
];

/// Errors by their status, the same for all operations.
const PROBLEMS: &str = include_str!("../api/examples/problems.json");

/// Examples of parameters. Coordinates have none, because the page of the docs fills in all examples at once, and a place
/// is given either by name or by coordinates.
const PARAMETERS: [(&str, &str); 5] =
    [("city", "London"), ("units", "metric"), ("complement", "false"), ("q", "lond"), ("limit", "8")];

/// Adds an example to every answer with a body, and to the parameters.
///
/// # Errors
/// If an example is not JSON, which a test rules out.
pub(super) fn add_to(document: &mut Value) -> Result<(), serde_yaml::Error> {
    let problems: Value = serde_yaml::from_str(PROBLEMS)?;
    for (path, answer) in ANSWERS {
        let mut answer: Value = serde_yaml::from_str(answer)?;
        // The program's own version, so that a release changes no example file.
        if let Some(version) = answer.get_mut("version") {
            *version = env!("CARGO_PKG_VERSION").into();
        }
        let Some(operation) = document.get_mut("paths").and_then(|paths| paths.get_mut(path)?.get_mut("get")) else {
            continue;
        };
        for (status, response) in operation.get_mut("responses").and_then(Value::as_mapping_mut).into_iter().flatten() {
            let Some(example) = problems.get(status).or((status == "200").then_some(&answer)) else { continue };
            for (_, content) in response.get_mut("content").and_then(Value::as_mapping_mut).into_iter().flatten() {
                content["example"] = example.clone();
            }
        }
        for parameter in operation.get_mut("parameters").and_then(Value::as_sequence_mut).into_iter().flatten() {
            let name = parameter.get("name").and_then(Value::as_str);
            if let Some((_, value)) = PARAMETERS.iter().find(|(known, _)| Some(*known) == name) {
                parameter["example"] = serde_yaml::from_str(value)?;
            }
        }
    }
    Ok(())
}
