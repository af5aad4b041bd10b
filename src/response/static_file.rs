//! Files that are embedded in the program. Each is prepared when it is first requested.

use std::sync::{LazyLock, OnceLock};

use bytes::Bytes;
use flate2::Compression;
use http::{HeaderMap, StatusCode};

use super::{
    conditional::{BROTLI, GZIP, accepts},
    content::gunzip,
    full::FullResponse,
    representation::Representation,
};

/// A file in all its encodings.
pub struct StaticFile {
    plain: LazyLock<Representation, Box<dyn FnOnce() -> Representation + Send>>,
    /// Made when a client first accepts it, unless it is embedded; `None` if compression does not pay off.
    gzip: OnceLock<Option<Representation>>,
    /// Only of files that are embedded in this encoding.
    brotli: Option<Representation>,
}

impl StaticFile {
    /// A file that `load` returns with all its headers.
    pub fn new(load: impl FnOnce() -> Representation + Send + 'static) -> Self {
        Self { plain: LazyLock::new(Box::new(load)), gzip: OnceLock::new(), brotli: None }
    }

    /// A file that is embedded in two encodings. `with_headers` adds the headers that are the same in each.
    pub fn compressed(
        content_type: &'static str,
        gzip: &'static [u8],
        brotli: &'static [u8],
        with_headers: fn(Representation) -> Representation,
    ) -> Self {
        let encoded =
            |coding, body| Some(with_headers(Representation::encoded(content_type, coding, Bytes::from_static(body))));
        let load = move || with_headers(Representation::new(content_type, gunzip(gzip)));
        Self {
            plain: LazyLock::new(Box::new(load)),
            gzip: OnceLock::from(encoded(GZIP, gzip)),
            brotli: encoded(BROTLI, brotli),
        }
    }

    /// The response to a request with these headers.
    #[must_use]
    pub fn respond(&self, request: &HeaderMap) -> FullResponse {
        self.representation(request).respond(request, None)
    }

    /// The file as the body of an error response.
    #[must_use]
    pub fn respond_as_error(&self, status: StatusCode, request: &HeaderMap) -> FullResponse {
        self.representation(request).respond_as_error(status)
    }

    fn representation(&self, request: &HeaderMap) -> &Representation {
        let brotli = self.brotli.as_ref().filter(|_| accepts(request, BROTLI));
        let gzip =
            || accepts(request, GZIP).then(|| self.gzip.get_or_init(|| self.plain.gzip(Compression::best())).as_ref());
        brotli.or_else(|| gzip().flatten()).unwrap_or(&self.plain)
    }
}
