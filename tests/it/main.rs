//! The program as its users see it, against upstreams that are played here.

mod faults;
mod faulty;
mod program;
