//! A server that is asked to end.

use std::time::Duration;

use shared::wire;
use tests::process::Baodao;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::crowd::{Crowd, Told};

/// A sync of which the server has read the first half.
struct HalfSync {
    stream: TcpStream,
    rest: Vec<u8>,
}

impl HalfSync {
    async fn begin(server: &Baodao, crowd: &mut Crowd) -> Told<Self> {
        let phone = &mut crowd.phones[0].phone;
        let body = phone.prepare(1, 1).remove(0);
        let mut stream = TcpStream::connect(server.address()).await?;
        let head = format!(
            "POST /api/sync HTTP/1.1\r\nHost: x\r\nContent-Type: {}\r\nCookie: {}\r\n\
             Content-Length: {}\r\nExpect: 100-continue\r\n\r\n",
            wire::CONTENT_TYPE,
            phone.cookie,
            body.len(),
        );
        stream.write_all(head.as_bytes()).await?;
        // The server asks for the body: the request is accepted.
        let mut asked = [0; 25];
        stream.read_exact(&mut asked).await?;
        assert_eq!(&asked, b"HTTP/1.1 100 Continue\r\n\r\n");
        let (first, rest) = body.split_at(body.len() / 2);
        stream.write_all(first).await?;
        Ok(Self {
            stream,
            rest: rest.to_vec(),
        })
    }

    async fn finish(mut self) -> Told<String> {
        self.stream.write_all(&self.rest).await?;
        let mut answer = Vec::new();
        self.stream.read_to_end(&mut answer).await?;
        Ok(String::from_utf8_lossy(&answer).into_owned())
    }
}

async fn stage() -> Told<(tempfile::TempDir, Baodao, Crowd)> {
    let data = tempfile::tempdir()?;
    Baodao::city(data.path(), 1).await?;
    let server = Baodao::serve(data.path(), data.path(), 0).await?;
    let crowd = Crowd::enrol(&server, data.path(), 1, 0).await?;
    Ok((data, server, crowd))
}

/// Waits until the server takes no connection any more.
async fn closed(server: &Baodao) {
    while let Ok(mut stream) = TcpStream::connect(server.address()).await {
        // One that waited in the system's queue is closed unheard.
        let heard = async {
            let asked = b"GET /readyz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
            stream.write_all(asked).await?;
            stream.read_to_end(&mut Vec::new()).await
        };
        drop(heard.await);
    }
}

#[tokio::test]
async fn a_server_that_is_asked_to_end_finishes_what_it_accepted() -> Told {
    let (data, mut server, mut crowd) = stage().await?;
    let mut idle = TcpStream::connect(server.address()).await?;
    let half = HalfSync::begin(&server, &mut crowd).await?;
    server.terminate();
    closed(&server).await;
    assert_eq!(
        idle.read(&mut [0]).await?,
        0,
        "an idle connection is closed"
    );
    let answer = half.finish().await?;
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    assert!(server.ended().await?.success());
    let log = server.log().join("\n");
    assert!(log.contains("every accepted request was answered"), "{log}");

    // What it stored is projected too: the derived rows need no further start.
    let path = data.path().join("baodao.sqlite");
    let rows = rusqlite::Connection::open(path)?;
    let count = |table: &str| -> rusqlite::Result<i64> {
        rows.query_one(&format!("select count(*) from {table}"), [], |row| {
            row.get(0)
        })
    };
    assert_eq!((count("change")?, count("claim")?), (1, 1));
    assert_eq!(count("projection_queue")?, 0);
    Ok(())
}

#[tokio::test]
async fn a_second_signal_ends_it_at_once() -> Told {
    let (_data, mut server, mut crowd) = stage().await?;
    let half = HalfSync::begin(&server, &mut crowd).await?;
    server.terminate();
    closed(&server).await;
    server.terminate();
    // Much sooner than the grace that the open request would have had.
    let ended = tokio::time::timeout(Duration::from_secs(5), server.ended()).await??;
    assert!(!ended.success());
    assert!(
        !half
            .finish()
            .await
            .is_ok_and(|answer| answer.contains("200 OK"))
    );
    Ok(())
}
