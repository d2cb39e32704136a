//! Two servers of one database: what one stores, the pages of the other hear of, however late it
//! commits.

use std::net::SocketAddr;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::{interval, timeout};
use tokio_postgres::Client;

use crate::crowd::{Crowd, Told};
use crate::stage::Stage;

const PATIENCE: Duration = Duration::from_secs(20);
const POLL: Duration = Duration::from_millis(20);

/// An open page that waits for news.
struct Page(TcpStream);

impl Page {
    async fn open(server: SocketAddr, cookie: &str) -> Told<Self> {
        let mut stream = TcpStream::connect(server).await?;
        let request = format!("GET /api/events HTTP/1.1\r\nHost: x\r\nCookie: {cookie}\r\n\r\n");
        stream.write_all(request.as_bytes()).await?;
        let mut page = Self(stream);
        page.read_to("text/event-stream").await?;
        Ok(page)
    }

    /// Waits for the next poke.
    async fn poked(&mut self) -> Told {
        self.read_to("event: sync").await
    }

    async fn read_to(&mut self, words: &str) -> Told {
        let mut read = Vec::new();
        timeout(PATIENCE, async {
            while !String::from_utf8_lossy(&read).contains(words) {
                if self.0.read_buf(&mut read).await? == 0 {
                    return Err("the server closed the page".into());
                }
            }
            Ok(())
        })
        .await?
    }
}

/// Asks the database until it counts so many.
async fn count(client: &Client, sql: &str, expected: i64) -> Told {
    let mut polls = interval(POLL);
    timeout(PATIENCE, async {
        while client.query_one(sql, &[]).await?.get::<_, i64>(0) != expected {
            polls.tick().await;
        }
        Ok(())
    })
    .await?
}

const CLAIMS: &str = "select count(*) from claim";
const WAITING: &str = "select count(*) from pg_locks where not granted";

#[tokio::test(flavor = "multi_thread")]
async fn what_commits_late_is_projected_and_told_like_everything_else() -> Told {
    let stage = Stage::set(2).await?;
    let (one, other) = (stage.serve().await?, stage.serve().await?);
    let mut crowd = Crowd::enrol(&one, stage.place(), 2, 2).await?;
    let (one, other) = (one.address(), other.address());
    let [late, early] = &mut crowd.phones[..] else {
        return Err("there are two phones".into());
    };
    // Each page is at the server that its phone does not push to.
    let mut late_page = Page::open(other, &late.phone.cookie).await?;
    let mut early_page = Page::open(one, &early.phone.cookie).await?;
    tokio::task::block_in_place(|| late.push_next(one))?;
    tokio::task::block_in_place(|| early.push_next(other))?;
    late_page.poked().await?;
    early_page.poked().await?;
    let client = stage.cluster.client(&stage.database).await?;
    count(&client, CLAIMS, 2).await?;

    // The transaction of one push waits, in its middle, for a row that the test holds.
    let mut holder = stage.cluster.client(&stage.database).await?;
    let held = holder.transaction().await?;
    let sql = "select from device_day where device = $1 for update";
    held.execute(sql, &[&late.phone.device.0]).await?;
    std::thread::scope(|scope| {
        tokio::task::block_in_place(|| {
            let pushing = scope.spawn(|| late.push_next(one).map_err(|error| error.to_string()));
            let runtime = tokio::runtime::Handle::current();
            runtime.block_on(async {
                count(&client, WAITING, 1).await?;
                // Another one, which began later, commits, is projected and told.
                early.push_next(other)?;
                early_page.poked().await?;
                count(&client, CLAIMS, 3).await?;
                held.commit().await?;
                late_page.poked().await?;
                count(&client, CLAIMS, 4).await
            })?;
            pushing.join().map_err(|_| "the push panicked")??;
            Told::Ok(())
        })
    })?;
    assert_eq!(crowd.acknowledged(), 4);
    crowd.check_stored(other)?;
    stage.expect_sound(4).await
}
