//! Completes the derived schemas, and rewrites what client generators do not understand.

use serde_yaml::{Mapping, Value};

/// The only schema with a key that can be missing.
const WITH_OPTIONAL_KEYS: &str = "Problem";

const REFERENCE_PREFIX: &str = "#/components/schemas/";

/// Completes all schemas of a document.
pub(super) fn complete(schemas: &mut Value) {
    let derived = schemas.clone();
    let Value::Mapping(all) = schemas else { return };
    for (name, schema) in all.iter_mut() {
        drop_descriptions_beside_references(schema);
        if name != WITH_OPTIONAL_KEYS {
            require_all_keys(schema, &derived);
        }
    }
}

/// A reference with a description is derived as an `allOf` of both. A schema that is only a description allows anything,
/// which generators cannot handle. The description also stands beside the `allOf`, so it is dropped there.
fn drop_descriptions_beside_references(schema: &mut Value) {
    for (_, property) in schema.get_mut("properties").and_then(Value::as_mapping_mut).into_iter().flatten() {
        let Some(Value::Sequence(members)) = property.get_mut("allOf") else { continue };
        members.retain(|member| {
            let is_description = |member: &Mapping| member.len() == 1 && member.contains_key("description");
            !member.as_mapping().is_some_and(is_description)
        });
    }
}

/// Requires every key; those derived as optional may be `null`.
fn require_all_keys(schema: &mut Value, derived: &Value) {
    let required = schema.get("required").cloned().unwrap_or_default();
    let is_required = |key: &Value| required.as_sequence().is_some_and(|keys| keys.contains(key));
    let Some(Value::Mapping(properties)) = schema.get_mut("properties") else { return };
    for (key, property) in properties.iter_mut() {
        if !is_required(key) {
            allow_null(property, derived);
        }
    }
    let all = properties.keys().cloned().collect();
    schema["required"] = Value::Sequence(all);
}

/// In OpenAPI 3.0, `nullable` has an effect only beside a `type`, and an `enum` must list `null` too. A reference has
/// neither, so it is replaced by the schema to which it refers.
fn allow_null(property: &mut Value, derived: &Value) {
    if let Some(name) = referred_to(property) {
        let mut schema = derived[name].clone();
        drop_descriptions_beside_references(&mut schema);
        require_all_keys(&mut schema, derived);
        if let Some(description) = property.get("description") {
            schema["description"] = description.clone();
        }
        if let Some(Value::Sequence(values)) = schema.get_mut("enum") {
            values.push(Value::Null);
        }
        *property = schema;
    }
    property["nullable"] = Value::Bool(true);
}

/// The name of the schema to which a property refers, directly or in an `allOf`.
fn referred_to(property: &Value) -> Option<&str> {
    let reference = property.get("$ref").or_else(|| property.get("allOf")?.get(0)?.get("$ref"))?;
    reference.as_str()?.strip_prefix(REFERENCE_PREFIX)
}
