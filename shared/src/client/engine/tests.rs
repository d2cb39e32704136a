//! The engine on its own: a disk that fails, answers that come late or never, a server that restarts.

mod binding;
mod clocks;
mod exchanging;
mod matters;
mod phone;
mod poison;
mod retention;
mod returning;
mod server;
mod storing;
mod upgrading;

use phone::{Phone, activity, id, member, now, organisation};
