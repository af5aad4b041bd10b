//! The files embedded in the program, by path.

use std::collections::HashMap;

use http::{HeaderValue, header::CACHE_CONTROL};

use crate::{
    docs::Docs,
    metrics::Route,
    page::Page,
    response::{Representation, StaticFile},
};

/// The embedded files and the routes that they belong to.
pub(super) struct StaticRoutes {
    files: HashMap<String, (Route, StaticFile)>,
    /// The route of everything below a first segment, such as `assets`.
    folders: HashMap<String, Route>,
}

impl StaticRoutes {
    /// The page, the docs and `/health`.
    pub(super) fn new(page: &Page, docs: &Docs) -> Self {
        let page = page.files().map(|(path, file)| {
            let route = if path == "/" { Route::Page } else { Route::Asset };
            (path, (route, file))
        });
        let docs = docs.files().map(|(path, file)| {
            let route = if folder(&path).is_some() { Route::Docs } else { Route::OpenApi };
            (path, (route, file))
        });
        let health = ("/health".to_owned(), (Route::Health, StaticFile::new(health)));
        let files: HashMap<_, _> = page.chain(docs).chain([health]).collect();
        let folders = files.iter().filter_map(|(path, (route, _))| Some((folder(path)?.to_owned(), *route)));
        Self { folders: folders.collect(), files }
    }

    /// The file at a path.
    pub(super) fn get(&self, path: &str) -> Option<&StaticFile> {
        self.files.get(path).map(|(_, file)| file)
    }

    /// The route of a path, whether or not there is a file.
    pub(super) fn route(&self, path: &str) -> Option<Route> {
        let file = self.files.get(path).map(|(route, _)| route);
        file.or_else(|| self.folders.get(folder(path)?)).copied()
    }

    /// All paths.
    pub(super) fn paths(&self) -> impl Iterator<Item = &str> {
        self.files.keys().map(String::as_str)
    }
}

/// The first of several segments.
fn folder(path: &str) -> Option<&str> {
    path.strip_prefix('/')?.split_once('/').map(|(folder, _)| folder)
}

fn health() -> Representation {
    Representation::without_validator("text/plain; charset=utf-8", "OK")
        .with(CACHE_CONTROL, HeaderValue::from_static("no-store"))
}
