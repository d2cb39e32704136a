//! `GET /api/events`: pokes open pages, which then sync.

use std::convert::Infallible;
use std::time::Duration;

use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{AppendHeaders, IntoResponse};
use futures::Stream;
use shared::permission::Authority;
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::{broadcast, watch};
use tokio::time::Instant;

use super::Counter;
use super::error::ApiError;
use super::session::token;
use crate::metrics::{Counted, Reason};
use crate::projector::News;
use crate::services::news::concerns;

/// A page is poked at most five times a second.
const PAUSE: Duration = Duration::from_millis(200);
const KEEP_ALIVE: Duration = Duration::from_secs(20);

pub(super) async fn events(
    State(counter): State<Counter>,
    headers: HeaderMap,
) -> Result<impl IntoResponse, ApiError> {
    let token = token(&headers).map(str::to_owned);
    let metrics = counter.office().metrics.clone();
    if metrics.event_streams() >= counter.inner.streams {
        metrics.turned_away(Reason::Streams);
        return Err(counter.office().turnstile.busy().into());
    }
    let pokes = counter.office().projector.pokes();
    let authority = counter.office().authority(token.as_deref()).await?;
    let listener = Listener {
        pokes,
        ending: counter.inner.ending.clone(),
        counter,
        token,
        authority,
        poked_at: None,
        _open: metrics.event_stream(),
    };
    // A proxy that buffers would hold pokes back.
    let unbuffered = (
        HeaderName::from_static("x-accel-buffering"),
        HeaderValue::from_static("no"),
    );
    let stream = Sse::new(listener.stream()).keep_alive(KeepAlive::new().interval(KEEP_ALIVE));
    Ok((AppendHeaders([unbuffered]), stream))
}

/// One open page.
struct Listener {
    counter: Counter,
    token: Option<String>,
    authority: Authority,
    pokes: broadcast::Receiver<News>,
    ending: watch::Receiver<bool>,
    poked_at: Option<Instant>,
    _open: Counted,
}

impl Listener {
    fn stream(self) -> impl Stream<Item = Result<Event, Infallible>> {
        futures::stream::unfold(self, async |mut listener| {
            let event = listener.next().await?;
            Some((Ok(event), listener))
        })
    }

    /// Waits for something that concerns the page; `None` ends the stream.
    async fn next(&mut self) -> Option<Event> {
        loop {
            let mut ending = self.ending.clone();
            let concerned = tokio::select! {
                _ = ending.wait_for(|ending| *ending) => return None,
                poke = self.pokes.recv() => self.is_concerned(poke)?,
            };
            if !concerned {
                continue;
            }
            if let Some(poked_at) = self.poked_at {
                tokio::time::sleep_until(poked_at + PAUSE).await;
                self.skip_missed();
            }
            // Rights are read anew: the session may have ended, the device been revoked.
            let office = self.counter.office();
            self.authority = office.authority(self.token.as_deref()).await.ok()?;
            self.poked_at = Some(Instant::now());
            return Some(Event::default().event("sync").data("{}"));
        }
    }

    fn is_concerned(&self, news: Result<News, RecvError>) -> Option<bool> {
        match news {
            Ok(News::Poke(poke)) => Some(concerns(&poke, &self.authority)),
            // What was missed may have concerned it.
            Ok(News::Missed) | Err(RecvError::Lagged(_)) => Some(true),
            Err(RecvError::Closed) => None,
        }
    }

    /// What came during the pause is told by the poke that ends it.
    fn skip_missed(&mut self) {
        self.pokes = self.pokes.resubscribe();
    }
}
