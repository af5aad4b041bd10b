//! Responses whose bytes are made once and sent to every client that requests the same.

mod cache;
mod cache_control;
mod conditional;
mod content;
mod full;
mod representation;
mod static_file;

pub use cache::{CachedHit, Rendering, ReportVersion, RequestTarget, ResponseCache, ResponseSource, Variant};
pub use cache_control::{CacheControl, Freshness, IMMUTABLE, REVALIDATE};
pub use content::{content_hash, content_type, gunzip};
pub use full::{
    FullResponse, JSON, TEXT, VARY_BY_CLIENT, X_REQUEST_ID, add_common_headers, add_cors_headers, json_line,
};
pub use representation::Representation;
pub use static_file::StaticFile;
