//! Three servers of one database: phones go to any of them, while they are killed and cut off.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use tests::cable::Cable;
use tests::process::{Baodao, Place};

use crate::crowd::{Crowd, Told};
use crate::stage::Stage;

const THREADS: usize = 6;
const KILLS: usize = 20;
/// How long a number of pushes may take.
const PATIENCE: Duration = Duration::from_secs(60);

/// Waits until so many pushes are acknowledged.
fn reach(acknowledged: &AtomicUsize, count: usize) {
    let begun = Instant::now();
    while acknowledged.load(Ordering::Relaxed) < count {
        assert!(begun.elapsed() < PATIENCE, "the phones do not go on");
        std::thread::yield_now();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn phones_go_on_while_one_server_is_killed_and_one_is_cut_from_the_database() -> Told {
    let stage = Stage::set(12).await?;
    let cable = Cable::lay(stage.cluster.address()).await?;
    let mut servers = [
        stage.serve().await?,
        stage.serve().await?,
        stage.serve_through(&cable).await?,
    ];
    let addresses: Vec<SocketAddr> = servers.iter().map(Baodao::address).collect();
    let mut crowd = Crowd::enrol(&servers[0], stage.place(), 12, 80).await?;
    let all = crowd.pushes();
    let runtime = tokio::runtime::Handle::current();
    let victim = &mut servers[1];
    let mut killed = Ok(());
    tokio::task::block_in_place(|| {
        crowd.push_anywhere(&addresses, THREADS, |acknowledged| {
            reach(acknowledged, all / 4);
            killed = runtime.block_on(victim.kill_9());
            reach(acknowledged, all / 2);
            runtime.block_on(cable.cut());
            // One is dead and one is blind: the third serves everybody.
            let now = acknowledged.load(Ordering::Relaxed);
            reach(acknowledged, (now + all / 8).min(all));
            cable.mend();
        });
    });
    killed?;
    assert_eq!(crowd.acknowledged(), all);
    servers[1].restart().await?;
    // Each of them serves what any of them acknowledged, the one that was cut off as well.
    for server in &servers {
        crowd.check_stored(server.address())?;
    }
    stage.expect_sound(all).await?;
    come_back(&stage, &crowd).await?;
    for server in &servers {
        stage.expect_no_password(&server.log().join("\n"));
    }
    let log = servers[2].log().join("\n");
    assert!(
        log.contains("projection failed and is tried again"),
        "it was cut off\n{log}"
    );
    Ok(())
}

/// A backup of the database comes back in a folder and in another database.
async fn come_back(stage: &Stage, crowd: &Crowd) -> Told {
    let file = stage.folder.path().join("city.backup");
    let file = file.to_str().ok_or("a path is text")?;
    stage.command(&["backup", file]).await?;
    let tried = stage.command(&["restore", file, "--verify"]).await?;
    assert!(tried.contains("The backup can be restored."), "{tried}");
    let taken = stage.command(&["restore", file]).await;
    let words = taken.expect_err("it holds a city").to_string();
    assert!(words.contains("error[city_exists]"), "{words}");

    let folder = Place::Folder(stage.folder.path().join("restored"));
    let url = stage.cluster.url(&stage.cluster.database().await?);
    let database = Place::Database(url);
    stage
        .command_on(&folder, &["restore", file, "--verify"])
        .await?;
    stage.command_on(&database, &["restore", file]).await?;
    let verified = stage.command(&["verify"]).await?;
    for place in [folder, database] {
        assert_eq!(stage.command_on(&place, &["verify"]).await?, verified);
        let server = Baodao::serve(place, stage.folder.path(), 0).await?;
        crowd.check_stored(server.address())?;
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn three_servers_killed_twenty_times_under_load_keep_what_they_acknowledged() -> Told {
    let stage = Stage::set(24).await?;
    let mut servers = Vec::new();
    for _ in 0..3 {
        servers.push(stage.serve().await?);
    }
    let addresses: Vec<SocketAddr> = servers.iter().map(Baodao::address).collect();
    let mut crowd = Crowd::enrol(&servers[0], stage.place(), 24, 120).await?;
    let all = crowd.pushes();
    let runtime = tokio::runtime::Handle::current();
    let mut last = 0;
    let mut restarted = Ok(());
    tokio::task::block_in_place(|| {
        crowd.push_anywhere(&addresses, THREADS, |acknowledged| {
            for kill in 0..KILLS {
                // The moments differ: in the first pushes, in the middle of projection, in compaction.
                let now = acknowledged.load(Ordering::Relaxed);
                let compacting = (kill % 2 == 1).then(|| runtime.spawn(compact(stage.place())));
                reach(acknowledged, (now + 5 + 7 * kill % 30).min(all));
                last = acknowledged.load(Ordering::Relaxed);
                // Killed first, and started again on the same port.
                let again = runtime.block_on(servers[kill % 3].restart());
                restarted = std::mem::replace(&mut restarted, Ok(())).and(again);
                compacting.inspect(|compacting| compacting.abort());
            }
        });
    });
    restarted?;
    assert!(last < all, "the load lasted to the last kill");
    assert_eq!(crowd.acknowledged(), all);
    for server in &servers {
        crowd.check_stored(server.address())?;
    }
    stage.expect_sound(all).await
}

/// The command may be cut off as well.
async fn compact(place: Place) {
    drop(Baodao::run_on(&place, ["compact"]).await);
}
