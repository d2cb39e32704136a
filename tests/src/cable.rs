//! The cable between a phone and the server, or a server and its database, to be cut and mended.
//!
//! A TCP forwarder that Chromium takes for its HTTP proxy. It counts bytes and reads none: hyper accepts the
//! absolute request targets that a browser sends to a proxy, so forwarding the bytes to the server is
//! enough, and every address a phone asks for ends at that server. Cutting the proxy stops the
//! service worker's requests as well, which cutting a page's network does not.

use std::io;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt, AsyncWriteExt, copy};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinHandle;

const BUFFER_BYTES: usize = 16 * 1024;

/// A cable to one server; dropping it cuts it for good.
pub struct Cable {
    address: SocketAddr,
    line: Arc<Line>,
    listening: JoinHandle<()>,
}

/// What the connections of a cable share.
struct Line {
    server: Mutex<SocketAddr>,
    state: watch::Sender<State>,
    live_count: watch::Sender<usize>,
    /// Bytes that came from the server.
    down_bytes: AtomicU64,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Whole,
    Cut,
}

impl Cable {
    /// Lays a cable to a server, which need not be running yet.
    pub async fn lay(server: SocketAddr) -> io::Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let address = listener.local_addr()?;
        let line = Arc::new(Line {
            server: Mutex::new(server),
            state: watch::Sender::new(State::Whole),
            live_count: watch::Sender::new(0),
            down_bytes: AtomicU64::new(0),
        });
        let listening = tokio::spawn(listen(listener, line.clone()));
        Ok(Self {
            address,
            line,
            listening,
        })
    }

    /// Returns the address to give a phone as its proxy.
    pub fn proxy_url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Returns the address that leads to the server.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Drops every connection, and every new one until it is mended. When this returns, no byte
    /// passes any more.
    pub async fn cut(&self) {
        self.line.state.send_replace(State::Cut);
        let mut live_count = self.line.live_count.subscribe();
        // Fails only without a sender, and `self` holds one.
        let _ = live_count.wait_for(|count| *count == 0).await;
    }

    /// Lets new connections through again.
    pub fn mend(&self) {
        self.line.state.send_replace(State::Whole);
    }

    /// Returns how many bytes came from the server, those of the protocol among them.
    pub fn down_bytes(&self) -> u64 {
        self.line.down_bytes.load(Ordering::Relaxed)
    }

    /// Sends new connections to another server, or to the same one at another address.
    pub fn lead_to(&self, server: SocketAddr) {
        *self
            .line
            .server
            .lock()
            .expect("no code panics while it holds the address") = server;
    }
}

impl Drop for Cable {
    fn drop(&mut self) {
        self.listening.abort();
        self.line.state.send_replace(State::Cut);
    }
}

async fn listen(listener: TcpListener, line: Arc<Line>) {
    while let Ok((phone, _)) = listener.accept().await {
        // Watched from here on, so that a cut between here and the first byte is not missed.
        let state = line.state.subscribe();
        if *state.borrow() == State::Cut {
            refuse(&phone);
            continue;
        }
        line.live_count.send_modify(|count| *count += 1);
        tokio::spawn(carry(phone, state, line.clone()));
    }
}

/// Forwards one connection until either side ends it or the cable is cut.
async fn carry(mut phone: TcpStream, mut state: watch::Receiver<State>, line: Arc<Line>) {
    let address = *line
        .server
        .lock()
        .expect("no code panics while it holds the address");
    let forward = async {
        let server = TcpStream::connect(address).await?;
        forward(&mut phone, server, &line.down_bytes).await
    };
    let ended = tokio::select! {
        // Resolves at once for a cable that was cut before this began.
        _ = state.wait_for(|state| *state == State::Cut) => None,
        ended = forward => ended.ok(),
    };
    if ended.is_none() {
        refuse(&phone);
    }
    drop(phone);
    line.live_count.send_modify(|count| *count -= 1);
}

/// Forwards both ways until both sides have ended.
async fn forward(
    phone: &mut TcpStream,
    mut server: TcpStream,
    down_bytes: &AtomicU64,
) -> io::Result<()> {
    let (mut from_phone, mut to_phone) = phone.split();
    let (mut from_server, mut to_server) = server.split();
    let up = async {
        copy(&mut from_phone, &mut to_server).await?;
        to_server.shutdown().await
    };
    let down = async {
        let mut buffer = vec![0; BUFFER_BYTES];
        loop {
            let length = from_server.read(&mut buffer).await?;
            if length == 0 {
                return to_phone.shutdown().await;
            }
            down_bytes.fetch_add(length as u64, Ordering::Relaxed);
            to_phone.write_all(&buffer[..length]).await?;
        }
    };
    tokio::try_join!(up, down)?;
    Ok(())
}

/// Makes closing a connection a reset, which no one mistakes for the end of an answer.
fn refuse(phone: &TcpStream) {
    // Fails only for a connection that is gone already.
    let _ = phone.set_zero_linger();
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A server that sends every byte back.
    async fn echo() -> SocketAddr {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(async move {
            while let Ok((mut socket, _)) = listener.accept().await {
                tokio::spawn(async move {
                    let (mut read, mut write) = socket.split();
                    let _ = tokio::io::copy(&mut read, &mut write).await;
                });
            }
        });
        address
    }

    async fn says_back(stream: &mut TcpStream) -> bool {
        let mut byte = [0];
        stream.write_all(b"x").await.is_ok() && stream.read_exact(&mut byte).await.is_ok()
    }

    #[tokio::test]
    async fn a_cut_cable_drops_live_connections_and_new_ones_until_it_is_mended() {
        let cable = Cable::lay(echo().await).await.unwrap();
        let mut before = TcpStream::connect(cable.address).await.unwrap();
        assert!(says_back(&mut before).await);
        cable.cut().await;
        assert!(!says_back(&mut before).await);
        let mut during = TcpStream::connect(cable.address).await.unwrap();
        assert!(!says_back(&mut during).await);
        cable.mend();
        let mut after = TcpStream::connect(cable.address).await.unwrap();
        assert!(says_back(&mut after).await);
        assert!(!says_back(&mut during).await);
    }

    #[tokio::test]
    async fn a_cable_counts_what_comes_from_the_server() {
        let cable = Cable::lay(echo().await).await.unwrap();
        assert_eq!(cable.down_bytes(), 0);
        let mut stream = TcpStream::connect(cable.address).await.unwrap();
        for count in 1..4 {
            assert!(says_back(&mut stream).await);
            stream.write_all(b"yz").await.unwrap();
            stream.read_exact(&mut [0; 2]).await.unwrap();
            assert_eq!(cable.down_bytes(), 3 * count);
        }
    }

    #[tokio::test]
    async fn a_cable_to_nobody_drops_connections_until_it_leads_to_a_server() {
        let nobody = TcpListener::bind(("127.0.0.1", 0))
            .await
            .unwrap()
            .local_addr()
            .unwrap();
        let cable = Cable::lay(nobody).await.unwrap();
        let mut before = TcpStream::connect(cable.address).await.unwrap();
        assert!(!says_back(&mut before).await);
        cable.lead_to(echo().await);
        let mut after = TcpStream::connect(cable.address).await.unwrap();
        assert!(says_back(&mut after).await);
    }
}
