//! The encoding of a record: its contents with what is needed to verify them.
//!
//! | offset | bytes | holds |
//! |---|---|---|
//! | 0 | 4 | CRC-32 of everything that follows |
//! | 4 | 2 | version |
//! | 6 | 8 | expiry in seconds since 1970 |
//! | 14 | 2 | length of the key |
//! | 16 | | the key, then the contents |
//!
//! Numbers are little-endian. The checksum and the version are at the same offsets in every version.

use jiff::Timestamp;

use super::engine::{RecordKey, StoreError};

/// The version of records. Increment it when this envelope or the format of any contents changes. Records of another
/// version are ignored.
pub const VERSION: u16 = 2;

/// The bytes of a record.
pub fn encode(key: &RecordKey, contents: &[u8], expires_at: Timestamp) -> Vec<u8> {
    let key = key.id.as_bytes();
    // A longer key is truncated. Its record is then never found, because keys are compared when records are read.
    let key_length = u16::try_from(key.len()).unwrap_or(u16::MAX);
    let mut bytes = vec![0; 4];
    bytes.extend(VERSION.to_le_bytes());
    bytes.extend(expires_at.as_second().to_le_bytes());
    bytes.extend(key_length.to_le_bytes());
    bytes.extend(&key[..key_length.into()]);
    bytes.extend(contents);
    let checksum = crc32fast::hash(&bytes[4..]).to_le_bytes();
    bytes[..4].copy_from_slice(&checksum);
    bytes
}

/// The contents of a record; `None` if it has expired or belongs to another key.
///
/// # Errors
/// Bytes that are damaged or of another version.
pub fn decode<'a>(key: &RecordKey, bytes: &'a [u8], now: Timestamp) -> Result<Option<&'a [u8]>, StoreError> {
    if bytes.is_empty() {
        return Err(StoreError::Damaged("it is empty"));
    }
    let truncated = StoreError::Damaged("it is truncated");
    let (checksum, rest) = bytes.split_first_chunk().ok_or(truncated.clone())?;
    if u32::from_le_bytes(*checksum) != crc32fast::hash(rest) {
        return Err(StoreError::Damaged("its checksum is wrong"));
    }
    let (version, rest) = rest.split_first_chunk().ok_or(truncated.clone())?;
    let version = u16::from_le_bytes(*version);
    if version != VERSION {
        return Err(StoreError::OtherVersion(version));
    }
    let (expires_at, rest) = rest.split_first_chunk().ok_or(truncated.clone())?;
    let (key_length, rest) = rest.split_first_chunk().ok_or(truncated.clone())?;
    let (id, contents) = rest.split_at_checked(u16::from_le_bytes(*key_length).into()).ok_or(truncated)?;
    let is_current = i64::from_le_bytes(*expires_at) > now.as_second() && id == key.id.as_bytes();
    Ok(is_current.then_some(contents))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::store::engine::RecordSubject;

    const NOW: Timestamp = Timestamp::UNIX_EPOCH;
    const IN_AN_HOUR: i64 = 3600;

    fn key() -> RecordKey {
        RecordKey::new(RecordSubject::Name, "münchen")
    }

    fn record() -> Vec<u8> {
        encode(&key(), b"contents", Timestamp::from_second(IN_AN_HOUR).unwrap())
    }

    #[test]
    fn is_found_until_it_expires_and_only_by_its_own_key() {
        let record = record();
        assert_eq!(decode(&key(), &record, NOW), Ok(Some(&b"contents"[..])));
        assert_eq!(decode(&key(), &record, Timestamp::from_second(IN_AN_HOUR).unwrap()), Ok(None));
        assert_eq!(decode(&RecordKey::new(RecordSubject::Name, "munchen"), &record, NOW), Ok(None));
    }

    #[test]
    fn every_flipped_bit_and_every_missing_byte_is_detected() {
        for n in 0..record().len() {
            for bit in 0..8 {
                let mut record = record();
                record[n] ^= 1 << bit;
                assert!(decode(&key(), &record, NOW).is_err(), "bit {bit} of byte {n}");
            }
            assert!(decode(&key(), &record()[..n], NOW).is_err(), "{n} bytes");
        }
    }

    #[test]
    fn another_version_is_distinguished_from_damage() {
        let mut record = record();
        record[4..6].copy_from_slice(&(VERSION + 1).to_le_bytes());
        let checksum = crc32fast::hash(&record[4..]).to_le_bytes();
        record[..4].copy_from_slice(&checksum);
        assert_eq!(decode(&key(), &record, NOW), Err(StoreError::OtherVersion(VERSION + 1)));
    }

    proptest! {
        #[test]
        fn no_bytes_cause_a_panic(body in prop::collection::vec(any::<u8>(), 0..64), is_sound in any::<bool>()) {
            let mut bytes = crc32fast::hash(&body).to_le_bytes().to_vec();
            bytes.extend(&body);
            let _ = decode(&key(), if is_sound { &bytes } else { &body }, NOW);
        }
    }
}
