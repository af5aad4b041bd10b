//! The page: the files of `web/`, embedded, each made ready once.

use std::{
    collections::HashMap,
    sync::{Arc, OnceLock},
};

use http::{
    HeaderMap, HeaderName,
    header::{CONTENT_SECURITY_POLICY, REFERRER_POLICY},
};
use poem::Response;
use rust_embed::{Embed, EmbeddedFile};

use crate::ready::{Freshness, Ready, content_type, hash};

#[derive(Embed)]
#[folder = "web/"]
struct Web;

/// Stands in the files at the root for the hash of the whole folder, under which all others are served.
const HASH: &str = "HASH";

/// The page itself among the files.
const INDEX: &str = "index.html";

/// The files that have an address of their own at the root.
const AT_THE_ROOT: [&str; 5] = [INDEX, "sw.js", "manifest.webmanifest", "favicon.ico", "robots.txt"];

/// Nothing but our own files, and no script or style inside the document.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
connect-src 'self'; manifest-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'self'; \
frame-ancestors 'none'";

/// The files of the page.
#[derive(Clone)]
pub struct Page(Arc<Inner>);

struct Inner {
    hash: String,
    files: HashMap<String, File>,
}

/// A file, and its bytes as soon as somebody asked for it.
struct File {
    content: EmbeddedFile,
    ready: OnceLock<Ready>,
}

impl Page {
    /// The files that are part of this program.
    #[must_use]
    pub fn embedded() -> Self {
        let file = |name: &str| Some(File { content: Web::get(name)?, ready: OnceLock::new() });
        let files: HashMap<_, _> = Web::iter().filter_map(|name| Some((name.to_string(), file(&name)?))).collect();
        Self(Arc::new(Inner { hash: folder_hash(&files), files }))
    }

    /// The page itself.
    #[must_use]
    pub fn index(&self, request: &HeaderMap) -> Option<Response> {
        self.at_the_root(INDEX, request)
    }

    /// A file that has an address of its own.
    #[must_use]
    pub fn at_the_root(&self, name: &str, request: &HeaderMap) -> Option<Response> {
        let ready = self.0.files.get(name).filter(|_| AT_THE_ROOT.contains(&name))?.ready(name, &self.0.hash);
        Some(ready.respond(request, &Freshness::REVALIDATE))
    }

    /// A file under the hash of the folder; `None` under another one, which is another version's.
    #[must_use]
    pub fn asset(&self, hash: &str, name: &str, request: &HeaderMap) -> Option<Response> {
        let file = self.0.files.get(name).filter(|_| hash == self.0.hash && !AT_THE_ROOT.contains(&name))?;
        Some(file.ready(name, &self.0.hash).respond(request, &Freshness::IMMUTABLE))
    }
}

impl File {
    fn ready(&self, name: &str, hash: &str) -> &Ready {
        self.ready.get_or_init(|| {
            let body = match std::str::from_utf8(&self.content.data) {
                Ok(text) if AT_THE_ROOT.contains(&name) => text.replace(HASH, hash).into_bytes(),
                _ => self.content.data.to_vec(),
            };
            let ready = Ready::new(content_type(name), body);
            if name == INDEX { with_policies(ready) } else { ready }
        })
    }
}

/// What a browser may do for the page.
fn with_policies(ready: Ready) -> Ready {
    ready
        .with(CONTENT_SECURITY_POLICY, POLICY)
        .with(REFERRER_POLICY, "strict-origin-when-cross-origin")
        .with(HeaderName::from_static("permissions-policy"), "geolocation=(self), camera=(), microphone=()")
}

/// The hash of all names and contents, in the order of the names.
fn folder_hash(files: &HashMap<String, File>) -> String {
    let mut names: Vec<_> = files.iter().collect();
    names.sort_by_key(|(name, _)| *name);
    hash(names.into_iter().flat_map(|(name, file)| [name.as_bytes(), &file.content.data]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_has_a_media_type_and_an_address() {
        let page = Page::embedded();
        for name in page.0.files.keys() {
            assert_ne!(content_type(name), "application/octet-stream", "{name}");
        }
        for name in AT_THE_ROOT {
            assert!(page.at_the_root(name, &HeaderMap::new()).is_some(), "{name}");
        }
    }

    #[test]
    fn files_at_the_root_name_the_hash_that_assets_are_served_under() {
        let page = Page::embedded();
        for name in [INDEX, "sw.js", "manifest.webmanifest"] {
            let ready = page.0.files[name].ready(name, &page.0.hash);
            assert!(!format!("{ready:?}").contains("/assets/HASH"), "{name}");
        }
        let (hash, none) = (page.0.hash.clone(), HeaderMap::new());
        assert!(page.asset(&hash, "app.js", &none).is_some());
        assert!(page.asset("0123456789abcdef", "app.js", &none).is_none());
        assert!(page.asset(&hash, "index.html", &none).is_none());
    }
}
