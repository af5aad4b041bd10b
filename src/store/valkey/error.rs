//! Errors of the client, in words that contain neither the address nor the password.

use std::error::Error;

use redis::{ErrorKind, RedisError};

use crate::store::engine::StoreError;

/// The longest code of an error is about as long as `CLUSTERDOWN`.
const MAX_CODE: usize = 20;

/// What an error means for the store.
pub fn store_error(error: &RedisError) -> StoreError {
    match error.code() {
        _ if error.kind() == ErrorKind::AuthenticationFailed => StoreError::Unauthorized,
        Some("WRONGPASS" | "NOAUTH") => StoreError::Unauthorized,
        Some(code) if is_code(code) => StoreError::Refused(code.to_owned()),
        Some(_) => StoreError::Refused("of an unknown kind".to_owned()),
        None if error.is_io_error() => StoreError::Unreachable(innermost_cause(error)),
        None => StoreError::Unreachable(error.category().to_owned()),
    }
}

/// Whether a server's word is a code, such as `OOM`, and not something that it repeats.
fn is_code(code: &str) -> bool {
    code.len() <= MAX_CODE && code.bytes().all(|byte| byte.is_ascii_uppercase())
}

/// Whether the connection cannot be used any more.
pub fn is_broken_connection(error: &RedisError) -> bool {
    error.is_unrecoverable_error() || error.is_io_error()
}

fn innermost_cause(error: &RedisError) -> String {
    let mut cause: &dyn Error = error;
    while let Some(next) = cause.source() {
        cause = next;
    }
    cause.to_string()
}
