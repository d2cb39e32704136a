//! The server as its operator meets it: a process that is killed, ended, backed up and restored while
//! phones push. `cargo xtask test --only process` names the binary.

#[path = "process/backup.rs"]
mod backup;
#[path = "process/conformance.rs"]
mod conformance;
#[path = "process/crowd.rs"]
mod crowd;
#[path = "process/ending.rs"]
mod ending;
#[path = "process/killing.rs"]
mod killing;
#[path = "process/late.rs"]
mod late;
#[path = "process/servers.rs"]
mod servers;
#[path = "process/stage.rs"]
mod stage;
