//! The engine on its own: a disk that fails, answers that come late or never, a server that restarts.

mod exchanging;
mod phone;
mod storing;

use phone::{Phone, activity, id, member, now, organisation};
