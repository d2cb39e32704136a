//! Accepts connections and keeps each within its limits: a head that comes too slowly, a client that
//! reads nothing and one connection too many end here, before any handler knows of them.

use std::future::Future;
use std::io;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::ConnectInfo;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use shared::api::{ErrorAnswer, ErrorBody};
use shared::codes::Code;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio::time::{sleep, timeout};
use tower::ServiceExt;

use crate::config::Limits;
use crate::metrics::{Metrics, Reason};

/// Connections that are told at a time that there are too many; further ones are closed at once.
const TOLD: usize = 256;
/// How long telling it may take.
const TELLING_TIME: Duration = Duration::from_secs(2);
/// The pause after the system could open no further connection.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);
/// Bytes that a connection buffers of a head or a body.
const BUFFER_BYTES: usize = 64 * 1024;

/// Accepts until `ending` is ready, then lets open requests finish and closes what is idle. One
/// connection too many is told to come again after `come_again`.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    limits: Limits,
    metrics: Arc<Metrics>,
    come_again: impl Fn() -> Duration,
    ending: impl Future<Output = ()>,
) {
    let graceful = GracefulShutdown::new();
    let places = Arc::new(Semaphore::new(limits.connections));
    let told = Arc::new(Semaphore::new(TOLD));
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new())
        .header_read_timeout(limits.head_time)
        .max_buf_size(BUFFER_BYTES);
    let mut ending = pin!(ending);
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = &mut ending => break,
        };
        let (stream, address) = match accepted {
            Ok(accepted) => accepted,
            Err(error) => {
                // One that hung up while it waited is no trouble; no descriptors left is.
                if error.kind() != io::ErrorKind::ConnectionAborted {
                    tracing::error!(%error, "a connection could not be accepted");
                    sleep(ACCEPT_PAUSE).await;
                }
                continue;
            }
        };
        let Ok(place) = places.clone().try_acquire_owned() else {
            metrics.turned_away(Reason::Connections);
            if let Ok(place) = told.clone().try_acquire_owned() {
                let answer = busy(come_again());
                tokio::spawn(async move {
                    // Whoever does not listen is not told.
                    drop(timeout(TELLING_TIME, tell(stream, answer)).await);
                    drop(place);
                });
            }
            continue;
        };
        if let Err(error) = prepare(&stream, limits.unread_time) {
            tracing::debug!(%error, "a connection was gone before it was served");
            continue;
        }
        let router = router.clone();
        let service = hyper::service::service_fn(move |mut request: hyper::Request<Incoming>| {
            request.extensions_mut().insert(ConnectInfo(address));
            router.clone().oneshot(request)
        });
        let connection = http.serve_connection(TokioIo::new(stream), service);
        let connection = graceful.watch(connection);
        let open = metrics.connection();
        tokio::spawn(async move {
            if let Err(error) = connection.await {
                tracing::debug!(%error, "a connection ended early");
            }
            drop((open, place));
        });
    }
    drop(listener);
    graceful.shutdown().await;
}

/// Answers are small and wait for nothing; what is sent must be read in time.
fn prepare(stream: &TcpStream, unread_time: Duration) -> io::Result<()> {
    stream.set_nodelay(true)?;
    #[cfg(target_os = "linux")]
    {
        let ms = u32::try_from(unread_time.as_millis()).unwrap_or(u32::MAX);
        rustix::net::sockopt::set_tcp_user_timeout(stream, ms)?;
    }
    #[cfg(not(target_os = "linux"))]
    let _ = unread_time;
    Ok(())
}

/// Says that there are too many connections, and takes what the client says meanwhile: an answer to
/// bytes that were never read would be lost with the connection.
async fn tell(mut stream: TcpStream, answer: Vec<u8>) -> io::Result<()> {
    stream.write_all(&answer).await?;
    stream.shutdown().await?;
    let mut words = [0; 1024];
    while stream.read(&mut words).await? > 0 {}
    Ok(())
}

fn busy(come_again: Duration) -> Vec<u8> {
    let code = Code::ServerBusy;
    let answer = ErrorAnswer {
        error: ErrorBody {
            code: code.as_str().to_owned(),
            message: code.message().to_owned(),
            next: code.next().to_owned(),
        },
    };
    let body = serde_json::to_string(&answer).expect("texts are all JSON");
    let seconds = come_again.as_secs().max(1);
    format!(
        "HTTP/1.1 503 Service Unavailable\r\ncontent-type: application/json\r\n\
         retry-after: {seconds}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}",
        body.len()
    )
    .into_bytes()
}
