//! `cargo xtask run`: the demo city on this machine.

use std::fs;
use std::io;
use std::path::Path;
use std::process::Command;

use crate::failure::Failure;
use crate::server::{self, Bundle, Profile};
use crate::tools::{self, Need};
use crate::{command, web};

/// The database and the files that SQLite keeps beside it begin with this name.
const DATABASE: &str = "baodao.sqlite";

/// Builds the bundle and the server, makes the demo city where there is none, and serves it.
pub(crate) fn run(port: u16, data: &Path, fresh: bool) -> Result<(), Failure> {
    tools::ensure(&[Need::Web])?;
    let web = web::build()?;
    let baodao = server::build(Profile::Release, Bundle::Folder)?;
    if fresh {
        remove_database(data)?;
    }
    let port = port.to_string();
    let mut demo = Command::new(&baodao);
    command::run(
        demo.arg("demo")
            .arg("--data")
            .arg(data)
            .args(["--port", &port]),
    )?;
    let mut serve = Command::new(&baodao);
    serve.arg("serve").arg("--data").arg(data);
    serve.args(["--port", &port]).arg("--web").arg(web);
    become_command(&mut serve)
}

/// Deletes the database files of a data folder and nothing else in it.
fn remove_database(data: &Path) -> Result<(), Failure> {
    let entries = match fs::read_dir(data) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(Failure::at(data)(error)),
    };
    for entry in entries {
        let entry = entry.map_err(Failure::at(data))?;
        if entry.file_name().to_string_lossy().starts_with(DATABASE) {
            fs::remove_file(entry.path()).map_err(Failure::at(&entry.path()))?;
        }
    }
    Ok(())
}

/// Replaces xtask by the server, so that a signal reaches the server itself.
#[cfg(unix)]
fn become_command(command: &mut Command) -> Result<(), Failure> {
    use std::os::unix::process::CommandExt;
    let error = command.exec();
    Err(command::cannot_start(command, error))
}

#[cfg(not(unix))]
fn become_command(command: &mut Command) -> Result<(), Failure> {
    command::run(command)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fresh_start_removes_the_database_and_keeps_every_other_file() {
        let data = tempfile::tempdir().unwrap();
        for name in [
            "baodao.sqlite",
            "baodao.sqlite-wal",
            "baodao.sqlite-shm",
            "members.xlsx",
        ] {
            fs::write(data.path().join(name), name).unwrap();
        }
        remove_database(data.path()).unwrap();
        let left: Vec<_> = fs::read_dir(data.path())
            .unwrap()
            .map(|entry| entry.unwrap().file_name())
            .collect();
        assert_eq!(left, ["members.xlsx"]);
    }

    #[test]
    fn a_fresh_start_in_a_folder_that_does_not_exist_removes_nothing() {
        let data = tempfile::tempdir().unwrap();
        assert!(remove_database(&data.path().join("nowhere")).is_ok());
    }
}
