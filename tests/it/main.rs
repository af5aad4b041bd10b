//! The program as its users see it, against upstreams that are played here.
#![cfg(test)]

mod faults;
mod faulty;
mod program;
