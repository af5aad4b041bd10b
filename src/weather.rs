//! The domain: what weather is, free of any provider, protocol or clock.

mod coordinates;

pub use coordinates::{Coordinates, OutOfRange};
