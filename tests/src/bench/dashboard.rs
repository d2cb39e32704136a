//! `cargo xtask bench dashboard`: coordinators of every level look at the city of ten years, while
//! phones write into it.

mod cast;
mod load;

pub use cast::{Cast, Level, Seat, prepare};
pub use load::{Load, Look, Period, gather, live, run};
