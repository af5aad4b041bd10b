//! The page: the embedded files of `web/`, each prepared once.
//!
//! The page itself is served at `/` and at an address for each place; see [`crate::place_address`].

use std::sync::{Arc, LazyLock};

use base64::{Engine as _, engine::general_purpose::STANDARD as BASE64};
use http::{
    HeaderMap, HeaderName, HeaderValue, StatusCode,
    header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, REFERRER_POLICY, VARY},
};
use ring::digest::{SHA256, digest};

mod files;
mod summary;

use files::{EmbeddedContent, FILES};

use crate::{
    api::PageContents,
    response::{
        FullResponse, IMMUTABLE, REVALIDATE, Representation, StaticFile, VARY_BY_CLIENT, content_hash, content_type,
    },
};

/// The placeholder, in the files at the root, for the hash of the whole folder, under which all other files are served.
const HASH: &str = "HASH";

/// The regions of the page, each between two comments, that are replaced by what is known about the place.
const HEAD: Region = Region { begin: "<!-- place -->", end: "<!-- /place -->" };
const READING: Region = Region { begin: "<!-- reading -->", end: "<!-- /reading -->" };
const DAYS: Region = Region { begin: "<!-- days -->", end: "<!-- /days -->" };

/// The file of the page itself.
const INDEX: &str = "index.html";

/// The files that are served at the root.
const AT_THE_ROOT: [&str; 4] = ["sw.js", "manifest.webmanifest", "favicon.ico", "robots.txt"];

/// The script that is inlined in the page: what must happen before any other file has been loaded, or if none can be.
const START: &str = "start.js";

/// [`START`] without the lines that are comments, which every page would carry.
static START_SCRIPT: LazyLock<String> = LazyLock::new(|| {
    let is_code = |line: &&str| !line.trim_start().starts_with("//");
    files::text(START).lines().filter(is_code).collect::<Vec<_>>().join("\n")
});

/// The tag that the inlined script replaces.
const START_TAG: &str = r#"<script src="start.js"></script>"#;

/// The file of types, which no browser needs.
const TYPES: &str = "types.js";

/// The placeholder, in the service worker, for the names of the files that it caches.
const OFFLINE_FILES: &str = "/* FILES */";

const UNKNOWN_PLACE: &str = "We couldn’t find this place";
const UNKNOWN_PLACE_ADVICE: &str =
    "Check the spelling, or add a region or a country after a comma, as in <a href=\"/Paris,TX\">Paris, TX</a>.";

const NO_PLACE: &str = "This link doesn’t point to a place";
const NO_PLACE_ADVICE: &str = "Search for a place, or start from <a href=\"/\">the first page</a>.";

/// The content security policy: only our own files, no inline styles, and no inline script but [`START`].
static POLICY: LazyLock<String> = LazyLock::new(|| {
    format!(
        "default-src 'none'; script-src 'self' 'sha256-{}'; style-src 'self'; img-src 'self' data:; \
connect-src 'self'; manifest-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'self'; \
frame-ancestors 'none'",
        BASE64.encode(digest(&SHA256, START_SCRIPT.as_bytes()))
    )
});

/// The files of the page.
#[derive(Clone)]
pub struct Page(Arc<EmbeddedPage>);

struct EmbeddedPage {
    /// The hash of all names and contents.
    hash: String,
    /// The text of the page, with the regions not yet filled.
    template: String,
    /// The page without a place.
    bare: StaticFile,
    /// The page for a place that is not in the gazetteer; a geocoder may know it.
    unknown_place: StaticFile,
    /// The page at an address that cannot name a place.
    no_place: StaticFile,
}

/// A part of the page.
struct Region {
    begin: &'static str,
    end: &'static str,
}

impl Page {
    /// The files that are part of this program.
    #[must_use]
    pub fn embedded() -> Self {
        let hash = content_hash(files::all_bytes());
        let script = format!("<script>{}</script>", *START_SCRIPT);
        let template = files::text(INDEX).replace(HASH, &hash).replace(START_TAG, &script);
        let with_notice = |title: &str, advice: &str, data: String| {
            let mut text = template.clone();
            HEAD.fill(&mut text, &format!("<title>{title} – Weather</title>\n  {data}"));
            READING.fill(&mut text, &notice(title, advice));
            StaticFile::new(move || revalidated(&text))
        };
        let bare = template.clone();
        Self(Arc::new(EmbeddedPage {
            bare: StaticFile::new(move || revalidated(&bare)),
            unknown_place: with_notice(UNKNOWN_PLACE, UNKNOWN_PLACE_ADVICE, String::new()),
            no_place: with_notice(NO_PLACE, NO_PLACE_ADVICE, summary::data_block(&no_place_problem())),
            hash,
            template,
        }))
    }

    /// The page of a place.
    #[must_use]
    pub fn of(&self, contents: &PageContents) -> Representation {
        let mut text = self.0.template.clone();
        HEAD.fill(&mut text, &summary::head(contents));
        READING.fill(&mut text, &summary::reading_section(contents));
        if let Some(days) = summary::days_section(contents) {
            DAYS.fill(&mut text, &days);
        }
        document(text)
    }

    /// The page without a place.
    #[must_use]
    pub fn bare(&self, request: &HeaderMap) -> FullResponse {
        self.0.bare.respond(request)
    }

    /// The page for a place that is not in the gazetteer. Its script requests the weather nevertheless, because geocoders
    /// know more places.
    #[must_use]
    pub fn unknown_place(&self, request: &HeaderMap) -> FullResponse {
        self.0.unknown_place.respond_as_error(StatusCode::NOT_FOUND, request)
    }

    /// The page at an address that cannot name a place. Its script requests nothing.
    #[must_use]
    pub fn no_place(&self, request: &HeaderMap) -> FullResponse {
        self.0.no_place.respond_as_error(StatusCode::NOT_FOUND, request)
    }

    /// The other files, each with the path at which it is served.
    pub fn files(&self) -> impl Iterator<Item = (String, StaticFile)> {
        FILES.iter().map(move |(name, content)| {
            let is_at_the_root = AT_THE_ROOT.contains(name);
            let path = if is_at_the_root { format!("/{name}") } else { format!("/assets/{}/{name}", self.0.hash) };
            let file = match *content {
                EmbeddedContent::Compressed { gzip, brotli } => {
                    StaticFile::compressed(content_type(name), gzip, brotli, immutable)
                }
                EmbeddedContent::Plain(bytes) => {
                    let page = self.clone();
                    StaticFile::new(move || page.load(name, bytes))
                }
            };
            (path, file)
        })
    }

    fn load(&self, name: &str, content: &'static [u8]) -> Representation {
        let EmbeddedPage { hash, template, .. } = &*self.0;
        let cache_control = if AT_THE_ROOT.contains(&name) { REVALIDATE } else { IMMUTABLE };
        let file = match str::from_utf8(content) {
            Ok(_) if name == INDEX => document(template.clone()),
            Ok(text) => {
                let text = text.replace(HASH, hash).replace(OFFLINE_FILES, &offline_files());
                Representation::new(content_type(name), text.into_bytes())
            }
            Err(_) => Representation::new(content_type(name), content),
        };
        file.with(CACHE_CONTROL, HeaderValue::from_static(cache_control))
    }
}

impl Region {
    /// Replaces the region, comments included, with a text.
    fn fill(&self, page: &mut String, text: &str) {
        let begin = page.find(self.begin);
        let end = page.find(self.end).map(|end| end + self.end.len());
        if let Some((begin, end)) = begin.zip(end) {
            page.replace_range(begin..end, text);
        }
    }
}

/// A notice for readers whose browser runs no scripts.
fn notice(title: &str, advice: &str) -> String {
    format!("<section class=\"panel notice-without-script\"><h1>{title}</h1><p>{advice}</p></section>")
}

fn no_place_problem() -> serde_json::Value {
    serde_json::json!({ "problem": { "code": "not-found", "detail": NO_PLACE } })
}

fn revalidated(text: &str) -> Representation {
    document(text.to_owned()).with(CACHE_CONTROL, HeaderValue::from_static(REVALIDATE))
}

/// The page with its security headers.
fn document(text: String) -> Representation {
    let header = |value| HeaderValue::from_str(value).unwrap_or_else(|_| HeaderValue::from_static(""));
    Representation::new(content_type(INDEX), text)
        .with(VARY, HeaderValue::from_static(VARY_BY_CLIENT))
        .with(CONTENT_SECURITY_POLICY, header(&POLICY))
        .with(REFERRER_POLICY, HeaderValue::from_static("strict-origin-when-cross-origin"))
        .with(
            HeaderName::from_static("permissions-policy"),
            HeaderValue::from_static("geolocation=(self), camera=(), microphone=()"),
        )
}

fn immutable(file: Representation) -> Representation {
    file.with(CACHE_CONTROL, HeaderValue::from_static(IMMUTABLE))
}

/// The names of the files that the page needs without a network, as the items of a JavaScript array. Bitmap images are
/// left out, because only the browser and the operating system use them.
fn offline_files() -> String {
    let names = FILES.iter().map(|(name, _)| *name).filter(|name| {
        let is_bitmap = ["image/png", "image/jpeg"].contains(&content_type(name));
        !is_bitmap && ![START, TYPES].contains(name) && !AT_THE_ROOT.contains(name)
    });
    names.map(|name| format!("'{name}'")).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use std::{fs, path::Path};

    use http::header::{ACCEPT_ENCODING, CONTENT_ENCODING};
    use http_body_util::BodyExt;

    use super::*;

    fn loaded(page: &Page, name: &str) -> String {
        format!("{:?}", page.load(name, files::text(name).as_bytes()))
    }

    #[test]
    fn every_file_has_a_media_type_and_an_address() {
        let paths: Vec<_> = Page::embedded().files().map(|(path, _)| path).collect();
        for entry in fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("web")).unwrap() {
            let entry = entry.unwrap();
            let name = entry.file_name().into_string().unwrap();
            if entry.path().is_file() {
                assert_ne!(content_type(&name), "application/octet-stream", "{name}");
                assert!(paths.iter().any(|path| path.ends_with(&format!("/{name}"))), "{name}");
            }
        }
    }

    #[tokio::test]
    async fn what_is_served_unchanged_is_the_same_without_compression_and_smallest_with_brotli() {
        for (path, file) in Page::embedded().files() {
            let name = path.rsplit('/').next().unwrap();
            let body = |accepted: &'static str| {
                let request = HeaderMap::from_iter([(ACCEPT_ENCODING, HeaderValue::from_static(accepted))]);
                let response = file.respond(&request);
                assert_eq!(response.headers().contains_key(CONTENT_ENCODING), accepted != "identity", "{path}");
                async { response.into_body().collect().await.unwrap().to_bytes() }
            };
            if let Some((_, EmbeddedContent::Compressed { .. })) = FILES.iter().find(|(known, _)| *known == name) {
                let source = fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("web").join(name)).unwrap();
                assert_eq!(body("identity").await, source, "{path}");
                assert!(body("gzip, br").await.len() < body("gzip").await.len(), "{path}");
            }
        }
    }

    #[test]
    fn the_policy_allows_the_inlined_script_and_no_other() {
        let shown = &Page::embedded().0.template;
        assert!(shown.contains(&format!("<script>{}</script>", *START_SCRIPT)));
        assert!(START_SCRIPT.contains("location.reload()"));
        assert!(files::text(START).contains("\n  // ") && !START_SCRIPT.contains("\n  // "));
        assert!(!shown.contains("src=\"start.js\"") && !POLICY.contains("unsafe-inline"), "{shown}");
        assert_eq!(POLICY.matches("sha256-").count(), 1, "{}", *POLICY);
    }

    #[test]
    fn the_service_worker_caches_every_file_that_the_page_needs() {
        let worker = loaded(&Page::embedded(), "sw.js");
        for name in ["app.js", "search.js", "style.css", "icons.svg"] {
            assert!(worker.contains(&format!("'{name}'")), "{name}: {worker}");
        }
        assert!(!worker.contains("start.js") && !worker.contains("types.js"), "{worker}");
        assert!(!worker.contains(OFFLINE_FILES), "{worker}");
    }

    #[test]
    fn files_at_the_root_contain_the_hash_under_which_assets_are_served() {
        let page = Page::embedded();
        for region in [HEAD, READING, DAYS] {
            let template = &page.0.template;
            assert_eq!((template.matches(region.begin).count(), template.matches(region.end).count()), (1, 1));
        }
        for name in [INDEX, "sw.js", "manifest.webmanifest"] {
            assert!(!loaded(&page, name).contains("/assets/HASH"), "{name}");
        }
        let paths: Vec<_> = page.files().map(|(path, _)| path).collect();
        assert!(paths.contains(&format!("/assets/{}/app.js", page.0.hash)));
    }
}
