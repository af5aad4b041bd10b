//! The hash, the media type and the contents of a file.

use std::{
    hash::{DefaultHasher, Hasher},
    io::Read,
};

use flate2::read::GzDecoder;

/// A content hash for validators and addresses. 64 bits are enough for the responses of one server.
#[must_use]
pub fn content_hash<'a>(pieces: impl IntoIterator<Item = &'a [u8]>) -> String {
    let mut hasher = DefaultHasher::new();
    pieces.into_iter().for_each(|piece| hasher.write(piece));
    format!("{:016x}", hasher.finish())
}

/// The media type of a file, by its extension.
#[must_use]
pub fn content_type(name: &str) -> &'static str {
    match name.rsplit('.').next() {
        Some("html") => "text/html; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("jpg") => "image/jpeg",
        Some("ico") => "image/x-icon",
        Some("webmanifest") => "application/manifest+json",
        Some("txt") => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

/// The contents of a gzip file; empty if it is damaged, which no embedded file is.
#[must_use]
pub fn gunzip(compressed: &[u8]) -> Vec<u8> {
    let mut plain = Vec::new();
    match GzDecoder::new(compressed).read_to_end(&mut plain) {
        Ok(_) => plain,
        Err(_) => Vec::new(),
    }
}
