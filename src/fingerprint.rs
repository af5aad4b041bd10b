//! Short names for long or secret texts.

use std::fmt::Write;

use ring::digest::{SHA256, digest};

/// How many bytes of the digest are used: enough to distinguish any texts.
const BYTES: usize = 16;

/// A name for these texts, in this order, that does not reveal them: half of their SHA-256 in hexadecimal.
#[must_use]
pub fn fingerprint(texts: &[&str]) -> String {
    // Each text is preceded by its length, so that no two lists yield the same bytes.
    let bytes: Vec<u8> = texts.iter().flat_map(|text| [&text.len().to_le_bytes(), text.as_bytes()].concat()).collect();
    let digest = digest(&SHA256, &bytes);
    digest.as_ref().iter().take(BYTES).fold(String::new(), |mut name, byte| {
        // Writing to a string does not fail.
        let _ = write!(name, "{byte:02x}");
        name
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn different_texts_have_different_names() {
        let names = [&["a", "b"][..], &["ab"], &["ab", ""], &["b", "a"]].map(fingerprint);
        for (n, name) in names.iter().enumerate() {
            assert!(name.len() == 2 * BYTES && !names[..n].contains(name), "{names:?}");
        }
    }
}
