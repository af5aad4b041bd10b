//! The OpenAPI document, and the page that shows it with an example of each route and Swagger UI.

use std::{borrow::Cow, sync::Arc};

use bytes::Bytes;
use http::{
    HeaderValue,
    header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY},
};
use poem_openapi::{ContactObject, LicenseObject, OpenApi, OpenApiService, ServerObject};
use rust_embed::Embed;
use serde_yaml::Value;
use utoipa_swagger_ui::Config;

mod examples;
mod overview;
mod schemas;

use crate::response::{
    IMMUTABLE, JSON, REVALIDATE, Representation, StaticFile, content_hash, content_type, gunzip, json_line,
};

const ABOUT: &str = "Current weather and forecasts for any place on Earth, from several providers through one API.

Times are RFC 3339 in UTC. A value that the provider does not give is `null`, never 0. Errors are \
`application/problem+json` with a `code` for programs and a `detail` for people. Weather data belongs to the provider \
that `source` names; places are from [GeoNames](https://www.geonames.org/) (CC BY 4.0).

The same weather is available in the formats of other services, for clients that already read those: Open-Meteo's \
`/v1/forecast` and `/v1/search`, Pirate Weather's `/forecast/{key}/{lat},{lon}`, and OpenWeatherMap's \
`/data/2.5/weather`, `/data/2.5/forecast`, `/data/3.0/onecall`, `/geo/1.0/direct` and `/geo/1.0/reverse`. The README \
explains how to configure each client, and which missing values are replaced for it (“Clients of other services”).";

/// Swagger UI writes styles into the page and draws with `data:` images; its scripts are separate files.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; \
img-src 'self' data:; font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'self'; \
frame-ancestors 'none'";

/// The page's own files.
#[derive(Embed)]
#[folder = "web/docs/"]
struct OwnFiles;

/// The name of the page among them.
const INDEX: &str = "index.html";

/// The files of Swagger UI that the page loads.
const SWAGGER_UI: [&str; 2] = ["swagger-ui.css", "swagger-ui-bundle.js"];

/// The placeholder, in the page, for the hash of all files, under which all but the page are served.
const HASH: &str = "HASH";

/// The placeholder, in the page, for the routes.
const ROUTES: &str = "<!-- routes -->";

/// The output of the command `openapi`, which takes too long to generate at each start.
const DOCUMENT: &str = include_str!("../openapi.yaml");

/// The operation that has no handler in the API.
const HEALTH: &str = include_str!("docs/health.yaml");

/// The service that serves `api`, with the general part of its document.
pub fn service<T: OpenApi>(api: T) -> OpenApiService<T, ()> {
    OpenApiService::new(api, "weather-app", env!("CARGO_PKG_VERSION"))
        .description(ABOUT)
        .contact(ContactObject::new().name("The operator of this instance"))
        .license(LicenseObject::new("MIT").url("https://opensource.org/license/mit"))
        .server(ServerObject::new("/"))
}

/// The OpenAPI document of a service, as YAML.
///
/// # Errors
/// If the document cannot be written, which a test rules out.
pub fn document<T: OpenApi>(service: &OpenApiService<T, ()>) -> Result<String, serde_yaml::Error> {
    serde_yaml::to_string(&tree(service)?)
}

/// The document in both formats, and the page with its files.
#[derive(Clone)]
pub struct Docs(Arc<EmbeddedDocs>);

struct EmbeddedDocs {
    swagger_ui: Arc<Config<'static>>,
    /// The hash of the contents of all files.
    hash: String,
}

impl Docs {
    /// The docs embedded in this program. A test compares them with what the command `openapi` prints.
    #[must_use]
    pub fn embedded() -> Self {
        let swagger_ui = Arc::new(Config::from("/openapi.json"));
        let own = OwnFiles::iter().filter_map(|name| OwnFiles::get(&name)).map(|file| file.data);
        let others =
            SWAGGER_UI.iter().filter_map(|name| utoipa_swagger_ui::serve(name, Arc::clone(&swagger_ui)).ok()?);
        let contents: Vec<_> = own.chain(others.map(|file| file.bytes)).collect();
        let hash = content_hash(contents.iter().map(|content| &**content));
        Self(Arc::new(EmbeddedDocs { swagger_ui, hash }))
    }

    /// The document and the page with its files, each with the path at which it is served.
    pub fn files(&self) -> impl Iterator<Item = (String, StaticFile)> {
        let document = [
            ("/openapi.yaml".to_owned(), StaticFile::new(|| revalidated("application/yaml", DOCUMENT))),
            ("/openapi.json".to_owned(), StaticFile::new(|| revalidated(JSON, json_document()))),
        ];
        let own = OwnFiles::iter().map(Cow::into_owned);
        let files = own.chain(SWAGGER_UI.map(str::to_owned)).map(|name| {
            let path = if name == INDEX { "/docs/".to_owned() } else { format!("/docs/{}/{name}", self.0.hash) };
            let docs = self.clone();
            (path, StaticFile::new(move || docs.representation(&name)))
        });
        document.into_iter().chain(files)
    }

    fn representation(&self, name: &str) -> Representation {
        let file = if name == INDEX {
            revalidated(content_type(name), self.page())
        } else {
            Representation::new(content_type(name), self.load(name).unwrap_or_default())
                .with(CACHE_CONTROL, HeaderValue::from_static(IMMUTABLE))
        };
        file.with(CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY))
    }

    fn page(&self) -> String {
        let page = self.load(INDEX).and_then(|page| String::from_utf8(page).ok()).unwrap_or_default();
        let routes = overview::routes(&serde_yaml::from_str(DOCUMENT).unwrap_or_default());
        page.replace(HASH, &self.0.hash).replace(ROUTES, &routes)
    }

    fn load(&self, name: &str) -> Option<Vec<u8>> {
        if let Some(own) = OwnFiles::get(name) {
            return Some(own.data.into_owned());
        }
        let file = utoipa_swagger_ui::serve(name, Arc::clone(&self.0.swagger_ui)).ok()??;
        Some(if file.gzpipped { gunzip(&file.bytes) } else { file.bytes.into_owned() })
    }
}

fn revalidated(content_type: &'static str, body: impl Into<Bytes>) -> Representation {
    Representation::new(content_type, body).with(CACHE_CONTROL, HeaderValue::from_static(REVALIDATE))
}

fn json_document() -> Vec<u8> {
    serde_yaml::from_str::<Value>(DOCUMENT).map(|document| json_line(&document)).unwrap_or_default()
}

/// The derived document, completed with what cannot be derived: that every key is present and optional ones may be
/// `null`, `/health`, and examples.
fn tree<T: OpenApi>(service: &OpenApiService<T, ()>) -> Result<Value, serde_yaml::Error> {
    let mut tree: Value = serde_yaml::from_str(&service.spec_yaml())?;
    // No operation requires authentication.
    tree["security"] = Value::Sequence(Vec::new());
    tree["paths"]["/health"] = serde_yaml::from_str(HEALTH)?;
    if let Some(schemas) = tree.get_mut("components").and_then(|components| components.get_mut("schemas")) {
        schemas::complete(schemas);
    }
    examples::add_to(&mut tree)?;
    Ok(tree)
}
