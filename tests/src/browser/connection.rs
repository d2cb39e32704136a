//! One WebSocket to the browser, shared by all its pages: numbers commands, hands each answer to who
//! asked, and each event to the journal of its page.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use futures::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::sync::{mpsc, oneshot};
use tokio::time::timeout;
use tokio_tungstenite::connect_async_with_config;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;

use super::error::Error;
use super::journal::Journal;

/// Longer than any wait inside a page, so that a page that hangs is told from one that waits.
const ANSWER_DEADLINE: Duration = Duration::from_secs(150);

type Answer = Result<Value, String>;

/// A handle on the browser's WebSocket; clones share it.
#[derive(Clone)]
pub(super) struct Connection {
    outgoing: mpsc::UnboundedSender<String>,
    routes: Arc<Mutex<Routes>>,
}

#[derive(Default)]
struct Routes {
    last_command: u64,
    waiting: HashMap<u64, Waiting>,
    journals: HashMap<String, Arc<Journal>>,
}

struct Waiting {
    tab: Option<String>,
    answer: oneshot::Sender<Answer>,
}

impl Connection {
    /// Connects to a devtools address.
    pub(super) async fn open(address: &str) -> Result<Self, Error> {
        // A full-page picture is one large message.
        let config = WebSocketConfig::default()
            .max_message_size(None)
            .max_frame_size(None);
        let (socket, _) = connect_async_with_config(address, Some(config), true)
            .await
            .map_err(|error| Error::Unreachable(Box::new(error)))?;
        let (outgoing, mut commands) = mpsc::unbounded_channel::<String>();
        let connection = Self {
            outgoing,
            routes: Arc::default(),
        };
        let routes = connection.routes.clone();
        let replies = connection.outgoing.downgrade();
        tokio::spawn(async move {
            let (mut sink, mut stream) = socket.split();
            loop {
                tokio::select! {
                    command = commands.recv() => {
                        let Some(command) = command else { break };
                        if sink.send(Message::text(command)).await.is_err() {
                            break;
                        }
                    }
                    message = stream.next() => {
                        let Some(Ok(message)) = message else { break };
                        let reply = message.to_text().ok().and_then(|text| receive(&routes, text));
                        if let (Some(reply), Some(replies)) = (reply, replies.upgrade()) {
                            // Fails only while the browser is going away.
                            let _ = replies.send(reply);
                        }
                    }
                }
            }
            // In this order: no command can be sent after its answer was given up.
            drop(commands);
            lock(&routes).waiting.clear();
        });
        Ok(connection)
    }

    /// Sends a command to the browser, or to the page of a tab, and returns the result.
    pub(super) async fn command(
        &self,
        tab: Option<&str>,
        method: &str,
        parameters: Value,
    ) -> Result<Value, Error> {
        let gone = || Error::Gone {
            method: method.to_owned(),
        };
        let (sender, answer) = oneshot::channel();
        let id = {
            let mut routes = lock(&self.routes);
            routes.last_command += 1;
            let waiting = Waiting {
                tab: tab.map(str::to_owned),
                answer: sender,
            };
            let id = routes.last_command;
            routes.waiting.insert(id, waiting);
            id
        };
        self.outgoing
            .send(wording(id, tab, method, &parameters))
            .map_err(|_| gone())?;
        match timeout(ANSWER_DEADLINE, answer).await {
            Ok(Ok(Ok(result))) => Ok(result),
            Ok(Ok(Err(message))) => Err(Error::Refused {
                method: method.to_owned(),
                message,
            }),
            Ok(Err(_)) => Err(gone()),
            Err(_) => Err(Error::Silent {
                method: method.to_owned(),
            }),
        }
    }

    /// Keeps the events of a tab in a journal from now on.
    pub(super) fn keep_journal(&self, tab: &str) -> Arc<Journal> {
        let journal = Arc::new(Journal::default());
        lock(&self.routes)
            .journals
            .insert(tab.to_owned(), journal.clone());
        journal
    }
}

/// Hands a message on, and returns the command with which to answer it, if it needs one.
fn receive(routes: &Mutex<Routes>, text: &str) -> Option<String> {
    let message: Value = serde_json::from_str(text).ok()?;
    let mut routes = lock(routes);
    if let Some(id) = message["id"].as_u64() {
        let waiting = routes.waiting.remove(&id)?;
        let answer = match message.get("error") {
            Some(error) => Err(error["message"]
                .as_str()
                .unwrap_or("no reason given")
                .to_owned()),
            None => Ok(message["result"].clone()),
        };
        // Fails only if nobody waits any more.
        let _ = waiting.answer.send(answer);
        return None;
    }
    let (method, parameters) = (message["method"].as_str()?, &message["params"]);
    if method == "Target.detachedFromTarget" {
        let tab = parameters["sessionId"].as_str()?;
        routes
            .waiting
            .retain(|_, waiting| waiting.tab.as_deref() != Some(tab));
        routes.journals.remove(tab);
        return None;
    }
    let tab = message["sessionId"].as_str()?;
    match method {
        "Inspector.targetCrashed" => {
            routes
                .waiting
                .retain(|_, waiting| waiting.tab.as_deref() != Some(tab));
            None
        }
        "Page.javascriptDialogOpening" => {
            // An open dialog stops the page; whoever asks the person, the person agrees.
            routes.last_command += 1;
            let accept = json!({ "accept": true });
            Some(wording(
                routes.last_command,
                Some(tab),
                "Page.handleJavaScriptDialog",
                &accept,
            ))
        }
        _ => {
            routes.journals.get(tab)?.note(method, parameters);
            None
        }
    }
}

fn wording(id: u64, tab: Option<&str>, method: &str, parameters: &Value) -> String {
    let mut command = json!({ "id": id, "method": method, "params": parameters });
    if let Some(tab) = tab {
        command["sessionId"] = tab.into();
    }
    command.to_string()
}

fn lock(routes: &Mutex<Routes>) -> MutexGuard<'_, Routes> {
    routes
        .lock()
        .expect("no code panics while it holds the routes")
}
