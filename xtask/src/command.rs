//! Starts other programs and turns how they ended into a [`Failure`].

use std::env;
use std::process::{Command, Output};

use crate::failure::Failure;
use crate::workspace;

/// Returns the cargo that started xtask, in the root of the repository.
pub(crate) fn cargo() -> Command {
    let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(workspace::root());
    forget_this_package(&mut command);
    command
}

/// Removes what cargo told xtask about xtask itself, so that no build script takes it for its own.
pub(crate) fn forget_this_package(command: &mut Command) {
    for (name, _) in env::vars_os() {
        let text = name.to_string_lossy();
        if text.starts_with("CARGO_PKG_") || text.starts_with("CARGO_MANIFEST_") {
            command.env_remove(&name);
        }
    }
}

/// Runs a command with its output on the terminal.
pub(crate) fn run(command: &mut Command) -> Result<(), Failure> {
    let status = command
        .status()
        .map_err(|source| cannot_start(command, source))?;
    if status.success() {
        return Ok(());
    }
    Err(Failure::Command {
        command: wording(command),
        status: status.to_string(),
    })
}

/// Runs a command in silence and returns what it printed; its errors are shown if it fails.
pub(crate) fn read(command: &mut Command) -> Result<String, Failure> {
    let output = silent(command)?;
    if !output.status.success() {
        eprint!("{}", String::from_utf8_lossy(&output.stderr));
        return Err(Failure::Command {
            command: wording(command),
            status: output.status.to_string(),
        });
    }
    String::from_utf8(output.stdout).map_err(|source| Failure::Output {
        command: wording(command),
        source,
    })
}

/// Returns what a command printed, or nothing if it did not start or did not succeed.
pub(crate) fn answer(command: &mut Command) -> Option<String> {
    let output = silent(command)
        .ok()
        .filter(|output| output.status.success())?;
    String::from_utf8(output.stdout).ok()
}

/// Tells whether a command starts and succeeds; prints nothing.
pub(crate) fn succeeds(command: &mut Command) -> bool {
    silent(command).is_ok_and(|output| output.status.success())
}

/// Returns the error of a command that could not be started.
pub(crate) fn cannot_start(command: &Command, source: std::io::Error) -> Failure {
    Failure::Start {
        program: command.get_program().to_string_lossy().into_owned(),
        source,
    }
}

fn silent(command: &mut Command) -> Result<Output, Failure> {
    command
        .output()
        .map_err(|source| cannot_start(command, source))
}

fn wording(command: &Command) -> String {
    let program = std::path::Path::new(command.get_program());
    let name = program.file_name().unwrap_or(program.as_os_str());
    let mut words = vec![name.to_string_lossy().into_owned()];
    words.extend(
        command
            .get_args()
            .map(|argument| argument.to_string_lossy().into_owned()),
    );
    words.join(" ")
}
