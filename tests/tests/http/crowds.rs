//! Too many, too slow, too often: what a server says then, and that honest phones go on meanwhile.

use std::time::Duration;

use server::config::Limits;
use shared::codes::Code;
use shared::records::{Claim, Record};
use shared::wire;
use tests::http::{Phone, TestServer};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::city::{MEMBER, SECOND_MEMBER, member, serve};

async fn serve_within(limits: Limits) -> TestServer {
    let mut server = serve().await;
    server.restart_with(limits);
    server
}

async fn connect(server: &TestServer, words: &str) -> TcpStream {
    let mut stream = TcpStream::connect(server.address()).await.unwrap();
    stream.write_all(words.as_bytes()).await.unwrap();
    stream
}

/// Reads until the server closes the connection.
async fn end(stream: &mut TcpStream) -> String {
    let mut words = Vec::new();
    // One that was cut off may end with an error; what it said before counts.
    drop(stream.read_to_end(&mut words).await);
    String::from_utf8(words).unwrap()
}

/// The head of a sync whose body is still to come.
fn sync_head(phone: &Phone, length: usize) -> String {
    format!(
        "POST /api/sync HTTP/1.1\r\nHost: x\r\nContent-Type: {}\r\nCookie: {}\r\n\
         Content-Length: {length}\r\n\r\n",
        wire::CONTENT_TYPE,
        phone.cookie,
    )
}

fn feedback() -> Record {
    let text = "字太小".to_owned();
    Record::Claim(Claim::Feedback { text })
}

/// An honest phone enters a record and has it stored.
async fn goes_on(phone: &mut Phone) {
    phone.enter(feedback()).await.unwrap();
    assert_eq!(phone.engine.status().unsent, 0);
}

#[tokio::test]
async fn a_head_that_never_ends_is_cut_off_while_honest_phones_go_on() {
    let server = serve_within(Limits {
        head_time: Duration::from_millis(300),
        ..Limits::default()
    })
    .await;
    let mut slow = Vec::new();
    for words in [
        "",
        "POST /api/sync HT",
        "GET / HTTP/1.1\r\nHost: x\r\nX-Slow: 1",
    ] {
        slow.push(connect(&server, words).await);
    }
    goes_on(&mut server.phone(member(MEMBER)).await).await;
    for stream in &mut slow {
        assert!(!end(stream).await.contains("200 OK"));
    }
    // Between two requests a connection may lie idle no longer than that either.
    let mut idle = connect(&server, "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n").await;
    assert!(end(&mut idle).await.contains("200 OK"));
}

#[tokio::test]
async fn a_body_that_never_ends_is_answered_while_honest_phones_go_on() {
    let server = serve_within(Limits {
        body_time: Duration::from_millis(300),
        large_bodies: 1,
        ..Limits::default()
    })
    .await;
    let phone = server.phone(member(SECOND_MEMBER)).await;
    let mut slow = connect(&server, &sync_head(&phone, 1_000)).await;
    slow.write_all(b"only this").await.unwrap();
    goes_on(&mut server.phone(member(MEMBER)).await).await;
    let mut answer = vec![0; 4096];
    let read = slow.read(&mut answer).await.unwrap();
    let answer = String::from_utf8_lossy(&answer[..read]);
    assert!(answer.starts_with("HTTP/1.1 400"), "{answer}");
    assert!(answer.contains(Code::RequestTruncated.as_str()), "{answer}");
}

#[tokio::test]
async fn large_bodies_are_read_one_after_another() {
    let server = serve_within(Limits {
        large_bodies: 1,
        ..Limits::default()
    })
    .await;
    let phone = server.phone(member(SECOND_MEMBER)).await;
    let large = vec![0; 3 * Limits::LARGE_BODY];
    let mut slow = connect(&server, &sync_head(&phone, large.len() + 1)).await;
    slow.write_all(&large).await.unwrap();
    // Whether the first has its place is seen by the second, which is sent away as long as it has.
    loop {
        let second = phone.post_sync(large.clone()).await.unwrap();
        if second.code() == Some(Code::ServerBusy) {
            assert_eq!(second.status, 503);
            assert!(second.header("retry-after").is_some());
            break;
        }
        second.expect_error(400, Code::RequestMalformed);
    }
    goes_on(&mut server.phone(member(MEMBER)).await).await;
    assert!(
        server
            .figure("baodao_turned_away_total{reason=\"bodies\"}")
            .await
            > Some(0.0)
    );
}

#[tokio::test]
async fn one_connection_too_many_is_told_so() {
    let server = serve_within(Limits {
        connections: 4,
        head_time: Duration::from_millis(500),
        ..Limits::default()
    })
    .await;
    let mut phone = server.phone(member(MEMBER)).await;
    let mut crowd = Vec::new();
    let told = loop {
        let mut stream = connect(&server, "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n").await;
        let mut first = [0; 12];
        stream.read_exact(&mut first).await.unwrap();
        if &first == b"HTTP/1.1 503" {
            break end(&mut stream).await;
        }
        crowd.push(stream);
    };
    assert!(crowd.len() <= 4, "{} hold a place", crowd.len());
    assert!(told.contains(Code::ServerBusy.as_str()), "{told}");
    assert!(told.to_lowercase().contains("retry-after: "), "{told}");
    // When the crowd is gone the phone goes on.
    for stream in &mut crowd {
        end(stream).await;
    }
    goes_on(&mut phone).await;
    let turned_away = server
        .figure("baodao_turned_away_total{reason=\"connections\"}")
        .await;
    assert_eq!(turned_away, Some(1.0));
}

#[tokio::test]
async fn a_client_that_reads_nothing_holds_its_connection_no_longer_than_allowed() {
    const LARGE: usize = 64 * 1024 * 1024;
    let mut server = serve().await;
    server.put_file("assets/large-1f.txt", &vec![b'x'; LARGE]);
    server.restart_with(Limits {
        unread_time: Duration::from_millis(300),
        ..Limits::default()
    });
    let request = "GET /assets/large-1f.txt HTTP/1.1\r\nHost: x\r\n\r\n";
    let deaf = connect(&server, request).await;
    let connections = async || server.figure("baodao_connections").await;
    while connections().await != Some(1.0) {}
    while connections().await != Some(0.0) {}
    drop(deaf);
    goes_on(&mut server.phone(member(MEMBER)).await).await;
}

#[tokio::test]
async fn a_device_that_asks_too_often_is_told_when_to_come_again() {
    let server = serve_within(Limits {
        burst: 5,
        refill_per_s: 1,
        ..Limits::default()
    })
    .await;
    let (eager, mut calm) = (
        server.phone(member(MEMBER)).await,
        server.phone(member(SECOND_MEMBER)).await,
    );
    let mut answers = Vec::new();
    for _ in 0..6 {
        answers.push(eager.post_sync(Vec::new()).await.unwrap());
    }
    let last = answers.pop().unwrap();
    last.expect_error(429, Code::TooManyRequests);
    assert_eq!(last.header("retry-after"), Some("1"));
    goes_on(&mut calm).await;
}

#[tokio::test]
async fn a_server_without_room_says_when_to_come_again_and_the_phone_keeps_its_record() {
    let mut server = serve().await;
    let mut phone = server.phone(member(MEMBER)).await;
    server.restart_with(Limits {
        syncs: 0,
        waiting: 0,
        ..Limits::default()
    });
    phone.address = server.address();
    let answer = phone.post_sync(Vec::new()).await.unwrap();
    answer.expect_error(503, Code::ServerBusy);
    let seconds: u32 = answer.header("retry-after").unwrap().parse().unwrap();
    assert!((1..=300).contains(&seconds));
    phone.enter(feedback()).await.unwrap();
    assert_eq!(phone.engine.status().unsent, 1);
    server.restart_with(Limits::default());
    phone.address = server.address();
    server.clock.advance(shared::limits::RETRY_LONGEST_MS);
    phone.sync().await;
    assert_eq!(phone.engine.status().unsent, 0);
}

#[tokio::test]
async fn the_figures_tell_what_was_done_and_name_nobody() {
    let server = serve().await;
    let mut phone = server.phone(member(MEMBER)).await;
    goes_on(&mut phone).await;
    server.settled().await;
    let figures = server.figures().await;
    for name in [
        "baodao_syncs_total{code=\"ok\"}",
        "baodao_verdicts_total{code=\"stored\"} 1",
        "baodao_sync_received_bytes_total",
        "baodao_sync_sent_bytes_total",
        "baodao_sync_duration_seconds_bucket",
        "baodao_store_commit_seconds_count",
        "baodao_store_commit_jobs_sum",
        "baodao_projector_lag_seconds 0",
        "baodao_projection_queue 0",
        "baodao_projected_documents_total 1",
        "baodao_database_bytes",
        "baodao_connections ",
        "baodao_event_streams 0",
        "process_resident_memory_bytes",
        "process_cpu_seconds",
    ] {
        assert!(figures.contains(name), "{name} is missing:\n{figures}");
    }
    assert!(server.figure("process_resident_memory_bytes").await > Some(1e6));
    let identity = phone.identity;
    for private in [
        identity.member.to_string(),
        identity.device.to_string(),
        phone.cookie.clone(),
        "党员".to_owned(),
    ] {
        assert!(!figures.contains(&private), "{private}");
    }
    // They are not for everybody.
    let public = server.request("GET", "/metrics").send().await;
    assert_eq!(public.status, 404);
}
