//! One HTTP request over a connection of its own.

use std::net::SocketAddr;

use http_body_util::{BodyExt, Full};
use hyper::body::{Bytes, Incoming};
use hyper::client::conn::http1;
use hyper::header::{CONTENT_TYPE, COOKIE, HOST, SET_COOKIE};
use hyper::http::request::Builder;
use hyper::{HeaderMap, Response};
use hyper_util::rt::TokioIo;
use serde::Serialize;
use serde::de::DeserializeOwned;
use shared::api::ErrorAnswer;
use shared::codes::Code;
use tokio::net::TcpStream;

/// A request on its way.
pub struct Request {
    address: SocketAddr,
    builder: Builder,
    body: Vec<u8>,
}

impl Request {
    /// Begins a request.
    pub fn new(address: SocketAddr, method: &str, path: &str) -> Self {
        let builder = hyper::Request::builder()
            .method(method)
            .uri(path)
            .header(HOST, address.to_string());
        Self {
            address,
            builder,
            body: Vec::new(),
        }
    }

    /// Adds a header.
    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.builder = self.builder.header(name, value);
        self
    }

    /// Adds a session's cookie.
    #[must_use]
    pub fn cookie(mut self, cookie: &str) -> Self {
        self.builder = self.builder.header(COOKIE, cookie);
        self
    }

    /// Adds a body.
    #[must_use]
    pub fn body(mut self, content_type: &str, body: Vec<u8>) -> Self {
        self.builder = self.builder.header(CONTENT_TYPE, content_type);
        self.body = body;
        self
    }

    /// Adds a JSON body.
    ///
    /// # Panics
    /// When the value is not JSON.
    #[must_use]
    pub fn json(self, value: &impl Serialize) -> Self {
        let body = serde_json::to_vec(value).expect("the value is JSON");
        self.body("application/json", body)
    }

    /// Sends it and returns the head of the answer, whose body is still to come.
    ///
    /// # Panics
    /// When there is no answer.
    pub async fn open(self) -> Response<Incoming> {
        self.try_open().await.expect("the server answers")
    }

    async fn try_open(self) -> Result<Response<Incoming>, Box<dyn std::error::Error>> {
        let stream = TcpStream::connect(self.address).await?;
        let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
        tokio::spawn(connection);
        let request = self.builder.body(Full::new(Bytes::from(self.body)))?;
        Ok(sender.send_request(request).await?)
    }

    /// Sends it and returns the whole answer, `None` when the server is gone.
    pub async fn try_send(self) -> Option<Answer> {
        let (head, body) = self.try_open().await.ok()?.into_parts();
        let body = body.collect().await.ok()?.to_bytes().to_vec();
        Some(Answer {
            status: head.status.as_u16(),
            headers: head.headers,
            body,
        })
    }

    /// Sends it and returns the whole answer.
    ///
    /// # Panics
    /// When there is none.
    pub async fn send(self) -> Answer {
        self.try_send().await.expect("the server answers")
    }
}

/// An answer.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// The headers.
    pub headers: HeaderMap,
    /// The body.
    pub body: Vec<u8>,
}

impl Answer {
    /// Reads a JSON body.
    ///
    /// # Panics
    /// When it is something else.
    pub fn json<T: DeserializeOwned>(&self) -> T {
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&self.body)))
    }

    /// Returns the code of an error answer.
    pub fn code(&self) -> Option<Code> {
        let answer: ErrorAnswer = serde_json::from_slice(&self.body).ok()?;
        Code::parse(&answer.error.code)
    }

    /// Returns a header.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// Returns the cookie that the answer sets, as a request sends it.
    pub fn cookie(&self) -> Option<String> {
        let cookie = self.headers.get(SET_COOKIE)?.to_str().ok()?;
        Some(cookie.split(';').next()?.to_owned())
    }

    /// Checks that the answer is an error with a code, its sentence and its next step.
    ///
    /// # Panics
    /// When it is not.
    pub fn expect_error(&self, status: u16, code: Code) {
        let text = String::from_utf8_lossy(&self.body);
        assert_eq!(self.status, status, "{text}");
        let answer: ErrorAnswer = self.json();
        assert_eq!(answer.error.code, code.as_str());
        assert_eq!(answer.error.message, code.message());
        assert_eq!(answer.error.next, code.next());
    }
}
