//! Twenty power cuts under load.

use std::sync::atomic::Ordering;

use tests::process::Baodao;

use crate::crowd::{Crowd, Told};

const PHONES: usize = 24;
const PUSHES: usize = 110;
const THREADS: usize = 8;
const KILLS: usize = 20;

#[tokio::test(flavor = "multi_thread")]
async fn a_server_killed_twenty_times_under_load_keeps_what_it_acknowledged() -> Told {
    let data = tempfile::tempdir()?;
    Baodao::city(data.path(), PHONES).await?;
    let mut server = Baodao::serve(data.path(), data.path(), 0).await?;
    let mut crowd = Crowd::enrol(&server, data.path(), PHONES, PUSHES).await?;
    let address = server.address();
    let runtime = tokio::runtime::Handle::current();
    for kill in 0..KILLS {
        // The moments differ: in the first pushes, in the middle of projection, in compaction.
        let enough = 10 + 17 * kill % 120;
        let path = data.path();
        let process = &mut server;
        let runtime = &runtime;
        let killed = tokio::task::block_in_place(|| {
            let mut killed = Ok(());
            crowd.push(address, THREADS, |acknowledged| {
                let compacting = runtime.spawn(compact(path.to_owned(), kill));
                while acknowledged.load(Ordering::Relaxed) < enough {
                    std::thread::yield_now();
                }
                killed = runtime.block_on(process.kill_9());
                compacting.abort();
            });
            killed
        });
        killed?;
        server.restart().await?;
        crowd.check_stored(address)?;
    }
    let before = crowd.acknowledged();
    assert!(before < crowd.pushes(), "the load lasted to the last kill");
    tokio::task::block_in_place(|| crowd.push(address, THREADS, |_| {}));
    assert_eq!(crowd.acknowledged(), crowd.pushes());
    crowd.check_stored(address)?;
    server.terminate();
    assert!(server.ended().await?.success());

    let verify = [data.path().as_os_str()];
    let command = |name: &'static str| {
        let words = [name, "--data"].map(std::ffi::OsStr::new);
        Baodao::run(words.into_iter().chain(verify))
    };
    let claims = format!("claim: {} rows, as a rebuild makes them", crowd.pushes());
    let verified = command("verify").await?;
    assert!(verified.contains(&claims), "{verified}");
    command("rebuild").await?;
    assert_eq!(command("verify").await?, verified);
    Ok(())
}

/// Every other round is compacted while it is killed; the command may be cut off as well.
async fn compact(data: std::path::PathBuf, kill: usize) {
    if kill % 2 == 1 {
        let words = ["compact", "--data"].map(std::ffi::OsStr::new);
        drop(Baodao::run(words.into_iter().chain([data.as_os_str()])).await);
    }
}
