//! Keeps a process on one core, with util-linux's `taskset`; where it is missing the figures are those
//! of all cores, and say so.

use std::ffi::OsStr;
use std::process::{Command, Stdio};

/// Keeps this process, and the threads it starts later, on a core.
pub fn pin_self(core: usize) {
    let pinned = Command::new("taskset")
        .args([
            "-c",
            "-p",
            &core.to_string(),
            &std::process::id().to_string(),
        ])
        .stdout(Stdio::null())
        .status();
    if !pinned.is_ok_and(|status| status.success()) {
        eprintln!("note: taskset is missing, so nothing is kept on one core");
    }
}

/// Returns a command that runs a program on a core.
pub fn command(core: usize, program: &OsStr) -> Command {
    let present = Command::new("taskset")
        .arg("--version")
        .stdout(Stdio::null())
        .status();
    if present.is_ok_and(|status| status.success()) {
        let mut command = Command::new("taskset");
        command.args(["-c", &core.to_string()]).arg(program);
        command
    } else {
        Command::new(program)
    }
}
