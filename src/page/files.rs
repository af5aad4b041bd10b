//! The files of `web/` as `build.rs` embeds them.

/// What a file holds.
#[derive(Clone, Copy)]
pub(super) enum EmbeddedContent {
    /// As it is in `web/`.
    Plain(&'static [u8]),
    /// A file that is served unchanged, in both encodings.
    Compressed {
        /// With gzip.
        gzip: &'static [u8],
        /// With Brotli.
        brotli: &'static [u8],
    },
}

/// All files by their names.
pub(super) const FILES: &[(&str, EmbeddedContent)] = include!(concat!(env!("OUT_DIR"), "/web.rs"));

/// The text of a file that the program changes; empty if there is none of that name.
pub(super) fn text(name: &str) -> &'static str {
    let found = FILES.iter().find(|(known, _)| *known == name).map(|(_, content)| content);
    match found {
        Some(EmbeddedContent::Plain(bytes)) => str::from_utf8(bytes).unwrap_or_default(),
        _ => "",
    }
}

/// The bytes of all files with their names.
pub(super) fn all_bytes() -> impl Iterator<Item = &'static [u8]> {
    FILES.iter().flat_map(|(name, content)| match content {
        EmbeddedContent::Plain(bytes) | EmbeddedContent::Compressed { gzip: bytes, .. } => [name.as_bytes(), bytes],
    })
}
