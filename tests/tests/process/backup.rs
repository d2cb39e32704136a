//! A backup that is made while phones push, and what comes of it.

use std::ffi::OsStr;
use std::path::Path;
use std::sync::atomic::Ordering;

use tests::bench::load::Connection;
use tests::process::{Baodao, ProcessError};

use crate::crowd::{Crowd, Told};

const PHONES: usize = 8;
const PUSHES: usize = 60;

async fn command(words: &[&str], paths: &[&Path]) -> Result<String, ProcessError> {
    let words = words.iter().map(OsStr::new);
    Baodao::run(words.chain(paths.iter().map(|path| path.as_os_str()))).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_made_under_load_is_whole_and_holds_what_was_acknowledged_before_it() -> Told {
    let folder = tempfile::tempdir()?;
    let (data, file) = (
        folder.path().join("data"),
        folder.path().join("city.backup"),
    );
    Baodao::city(&data, PHONES).await?;
    let mut server = Baodao::serve(&data, &data, 0).await?;
    let mut crowd = Crowd::enrol(&server, &data, PHONES, PUSHES).await?;
    let address = server.address();
    let runtime = tokio::runtime::Handle::current();
    let (mut before, mut after, mut made) = (0, 0, Ok(String::new()));
    tokio::task::block_in_place(|| {
        crowd.push(address, 4, |acknowledged| {
            let count = || acknowledged.load(Ordering::Relaxed);
            while count() < PHONES * PUSHES / 8 {
                std::thread::yield_now();
            }
            before = count();
            let words = ["backup"];
            made = runtime.block_on(async {
                Baodao::run([
                    OsStr::new(words[0]),
                    file.as_os_str(),
                    OsStr::new("--data"),
                    data.as_os_str(),
                ])
                .await
            });
            after = count();
        });
    });
    made?;
    assert_eq!(crowd.acknowledged(), crowd.pushes());
    server.kill_9().await?;

    let tried = command(&["restore", "--verify"], &[&file]).await?;
    assert!(tried.contains("The backup can be restored."), "{tried}");
    let restored = folder.path().join("restored");
    Baodao::run([
        OsStr::new("restore"),
        file.as_os_str(),
        OsStr::new("--data"),
        restored.as_os_str(),
        OsStr::new("--verify"),
    ])
    .await?;
    let occupied = command(&["restore", "--data"], &[&restored, &file]).await;
    let words = occupied.expect_err("the folder is taken").to_string();
    assert!(words.contains("error[folder_not_empty]"), "{words}");

    let server = Baodao::serve(&restored, &restored, 0).await?;
    let mut connection = Connection::open(server.address())?;
    let mut stored = 0;
    for pusher in &crowd.phones {
        let changes = pusher.phone.stored(&mut connection, 0)?;
        // What came later is missing, and nothing out of the middle.
        assert_eq!(changes[..], pusher.phone.changes[..changes.len()]);
        stored += changes.len();
    }
    assert!(
        (before..=after + PHONES).contains(&stored),
        "{before} were acknowledged before the backup and {after} after it; it holds {stored}"
    );
    // Phones go on where the backup ends.
    for pusher in &mut crowd.phones {
        pusher.acknowledged = pusher.phone.stored(&mut connection, 0)?.len();
    }
    let address = server.address();
    tokio::task::block_in_place(|| crowd.push(address, 4, |_| {}));
    assert_eq!(crowd.acknowledged(), crowd.pushes());
    crowd.check_stored(address)
}
