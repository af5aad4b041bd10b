//! The OpenAPI document and Swagger UI, which shows it.

use std::{
    io::Read,
    sync::{Arc, OnceLock},
};

use flate2::read::GzDecoder;
use http::{HeaderMap, header::CONTENT_SECURITY_POLICY};
use poem::Response;
use poem_openapi::{LicenseObject, OpenApi, OpenApiService, ServerObject};
use serde_yaml::{Mapping, Value};
use utoipa_swagger_ui::Config;

mod examples;

use crate::ready::{Freshness, Ready, content_type};

const ABOUT: &str = "Current weather and forecasts for any place on Earth, from several providers behind one form.

Times are RFC 3339 in UTC. What a provider does not say is `null`, never 0. Errors are `application/problem+json` with \
a `code` for programs and a `detail` for people. Weather data belongs to the provider that `source` names; places are \
from [GeoNames](https://www.geonames.org/) (CC BY 4.0).";

/// Swagger UI writes styles into the page and draws with `data:` images; its scripts are files of its own.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; \
img-src 'self' data:; font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'self'; \
frame-ancestors 'none'";

/// Those of Swagger UI's files that its page loads.
const FILES: [&str; 8] = [
    "index.html",
    "index.css",
    "swagger-ui.css",
    "swagger-ui-bundle.js",
    "swagger-ui-standalone-preset.js",
    "swagger-initializer.js",
    "favicon-16x16.png",
    "favicon-32x32.png",
];

/// What the command `openapi` wrote, which takes too long to be made at each start.
const DOCUMENT: &str = include_str!("../openapi.yaml");

/// The one schema of which a key can be missing.
const WITH_OPTIONAL_KEYS: &str = "Problem";

/// The service that answers for `api` and knows its document.
pub fn service<T: OpenApi>(api: T) -> OpenApiService<T, ()> {
    OpenApiService::new(api, "weather-app", env!("CARGO_PKG_VERSION"))
        .description(ABOUT)
        .license(LicenseObject::new("MIT").url("https://opensource.org/license/mit"))
        .server(ServerObject::new("/"))
}

/// The OpenAPI document of a service, as YAML.
///
/// # Errors
/// A document that cannot be written, which a test rules out.
pub fn document<T: OpenApi>(service: &OpenApiService<T, ()>) -> Result<String, serde_yaml::Error> {
    serde_yaml::to_string(&tree(service)?)
}

/// The document in both forms, and the files of Swagger UI.
#[derive(Clone)]
pub struct Docs(Arc<Inner>);

struct Inner {
    yaml: Ready,
    json: OnceLock<Option<Ready>>,
    config: Arc<Config<'static>>,
    files: [OnceLock<Option<Ready>>; FILES.len()],
}

impl Docs {
    /// The docs that are part of this program. A test holds them to what the program says of itself.
    #[must_use]
    pub fn embedded() -> Self {
        let config = Config::from("/openapi.json").try_it_out_enabled(true).with_credentials(false);
        Self(Arc::new(Inner {
            yaml: Ready::new("application/yaml", DOCUMENT),
            json: OnceLock::new(),
            config: Arc::new(config),
            files: Default::default(),
        }))
    }

    /// The document as YAML.
    #[must_use]
    pub fn yaml(&self, request: &HeaderMap) -> Response {
        self.0.yaml.respond(request, &Freshness::REVALIDATE)
    }

    /// The document as JSON.
    #[must_use]
    pub fn json(&self, request: &HeaderMap) -> Option<Response> {
        let json = self.0.json.get_or_init(|| serde_yaml::from_str::<Value>(DOCUMENT).ok().map(|it| Ready::json(&it)));
        Some(json.as_ref()?.respond(request, &Freshness::REVALIDATE))
    }

    /// A file of Swagger UI; its page for no name.
    #[must_use]
    pub fn file(&self, name: &str, request: &HeaderMap) -> Option<Response> {
        let name = if name.is_empty() { FILES[0] } else { name };
        let slot = FILES.iter().position(|file| *file == name)?;
        let ready = self.0.files[slot].get_or_init(|| self.load(name)).as_ref()?;
        Some(ready.respond(request, &Freshness::REVALIDATE))
    }

    fn load(&self, name: &str) -> Option<Ready> {
        let file = utoipa_swagger_ui::serve(name, Arc::clone(&self.0.config)).ok()??;
        let mut plain = Vec::new();
        if file.gzpipped {
            GzDecoder::new(&*file.bytes).read_to_end(&mut plain).ok()?;
        } else {
            plain = file.bytes.into_owned();
        }
        Some(Ready::new(content_type(name), plain).with(CONTENT_SECURITY_POLICY, POLICY))
    }
}

/// The document with what the derived one cannot say: every key is there, the optional ones may be `null`, and examples.
fn tree<T: OpenApi>(service: &OpenApiService<T, ()>) -> Result<Value, serde_yaml::Error> {
    let mut tree: Value = serde_yaml::from_str(&service.spec_yaml())?;
    if let Some(Value::Mapping(schemas)) = tree.get_mut("components").and_then(|it| it.get_mut("schemas")) {
        for (name, schema) in schemas {
            if name != WITH_OPTIONAL_KEYS {
                require_all_keys(schema);
            }
        }
    }
    examples::add_to(&mut tree)?;
    Ok(tree)
}

fn require_all_keys(schema: &mut Value) {
    let required = schema.get("required").cloned().unwrap_or_default();
    let is_required = |key: &Value| required.as_sequence().is_some_and(|keys| keys.contains(key));
    let Some(Value::Mapping(properties)) = schema.get_mut("properties") else { return };
    for (key, property) in properties.iter_mut() {
        if !is_required(key) {
            allow_null(property);
        }
    }
    let all = properties.keys().cloned().collect();
    schema["required"] = Value::Sequence(all);
}

/// OpenAPI 3.0 ignores what stands beside a reference, so that a reference has to be wrapped.
fn allow_null(property: &mut Value) {
    if property.get("$ref").is_some() {
        let reference = std::mem::replace(property, Value::Mapping(Mapping::new()));
        property["allOf"] = Value::Sequence(vec![reference]);
    }
    property["nullable"] = Value::Bool(true);
}
