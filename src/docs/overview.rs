//! The list of routes, each with an example, on the page of the docs.

use serde_yaml::Value;

/// List items for all operations of a document.
pub(super) fn routes(document: &Value) -> String {
    let paths = document["paths"].as_mapping().into_iter().flatten();
    paths.filter_map(|(path, item)| Some(route(path.as_str()?, item.get("get")?))).collect()
}

/// One list item. Nothing is escaped: the texts are our own, and those in attributes have no quotes.
fn route(path: &str, operation: &Value) -> String {
    let summary = operation["summary"].as_str().unwrap_or_default();
    let parameters = operation["parameters"].as_sequence().into_iter().flatten();
    let examples: Vec<_> = parameters.filter_map(example).collect();
    let example = if examples.is_empty() { path.to_owned() } else { format!("{path}?{}", examples.join("&amp;")) };
    format!(
        "
      <li>
        <h2>{summary}</h2>
        <a href=\"{example}\"><code>GET {path}</code></a>
        <pre data-path=\"{example}\">curl '{example}'</pre>
      </li>"
    )
}

fn example(parameter: &Value) -> Option<String> {
    let value = match parameter.get("example")? {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        _ => return None,
    };
    Some(format!("{}={value}", parameter["name"].as_str()?))
}
