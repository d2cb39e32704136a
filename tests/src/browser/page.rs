//! A tab: opens addresses, runs scripts, waits for what the page shows, and looks at it.

use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use data_encoding::BASE64;
use serde_json::{Value, json};
use tokio::time::{Instant, timeout_at};

use super::connection::Connection;
use super::context::ColorScheme;
use super::error::Error;
use super::journal::{self, Journal};

/// How many of a page's last errors a failure shows.
const ERRORS_SHOWN: usize = 10;

/// How many letters of a script that threw a failure shows.
const SCRIPT_SHOWN: usize = 400;

/// A tab of a phone; it stays open until it is closed or its context or browser ends.
pub struct Page {
    connection: Connection,
    target: String,
    tab: String,
    journal: Arc<Journal>,
    patience: Duration,
}

/// How much of a page a picture shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Capture {
    /// What fits on the screen.
    Screen,
    /// The whole page, however long.
    FullPage,
}

/// How slow the network is. It holds for the page, not for its service worker.
#[derive(Clone, Copy, Debug)]
pub struct NetworkConditions {
    /// Added to every request.
    pub latency_ms: f64,
    pub down_kilobits_per_second: f64,
    pub up_kilobits_per_second: f64,
}

impl Page {
    /// Opens an empty tab in a context.
    pub(super) async fn open(
        connection: Connection,
        context: &str,
        patience: Duration,
    ) -> Result<Self, Error> {
        let method = "Target.createTarget";
        let parameters = json!({ "url": "about:blank", "browserContextId": context });
        let created = connection.command(None, method, parameters).await?;
        let target = created["targetId"].as_str();
        let target = target
            .ok_or(Error::Incomplete {
                method,
                field: "targetId",
            })?
            .to_owned();
        let method = "Target.attachToTarget";
        let parameters = json!({ "targetId": target, "flatten": true });
        let attached = connection.command(None, method, parameters).await?;
        let tab = attached["sessionId"].as_str();
        let tab = tab
            .ok_or(Error::Incomplete {
                method,
                field: "sessionId",
            })?
            .to_owned();
        let journal = connection.keep_journal(&tab);
        // The main frame has the id of its target.
        journal.set_main_frame(&target);
        let page = Self {
            connection,
            target,
            tab,
            journal,
            patience,
        };
        for domain in ["Page.enable", "Runtime.enable", "Log.enable"] {
            page.command(domain, json!({})).await?;
        }
        page.command("Page.setLifecycleEventsEnabled", json!({ "enabled": true }))
            .await?;
        // Every phone believes that its tab is the one looked at, or its animation frames stop.
        page.command(
            "Emulation.setFocusEmulationEnabled",
            json!({ "enabled": true }),
        )
        .await?;
        Ok(page)
    }

    /// Sends a command of the devtools protocol to this page, for what has no method here.
    pub async fn command(&self, method: &str, parameters: Value) -> Result<Value, Error> {
        self.connection
            .command(Some(&self.tab), method, parameters)
            .await
    }

    /// Opens an address and waits until it has loaded.
    pub async fn goto(&self, url: &str) -> Result<(), Error> {
        self.navigate("Page.navigate", json!({ "url": url }), url)
            .await
    }

    /// Loads the page again and waits until it has loaded.
    pub async fn reload(&self) -> Result<(), Error> {
        self.navigate("Page.reload", json!({}), "the page again")
            .await
    }

    /// Closes the tab, as a person does: nothing in it is asked.
    pub async fn close(self) -> Result<(), Error> {
        let parameters = json!({ "targetId": self.target });
        self.connection
            .command(None, "Target.closeTarget", parameters)
            .await?;
        Ok(())
    }

    /// Kills the tab's process in the middle of whatever it does, as a phone short of memory does.
    pub async fn kill(self) -> Result<(), Error> {
        match self.command("Page.crash", json!({})).await {
            Ok(_) | Err(Error::Gone { .. }) => self.close().await,
            Err(error) => Err(error),
        }
    }

    /// Returns the value of an expression; a promise is awaited.
    pub async fn eval(&self, script: &str) -> Result<Value, Error> {
        let parameters = json!({
            "expression": script, "awaitPromise": true, "returnByValue": true, "userGesture": true,
        });
        let evaluated = self.command("Runtime.evaluate", parameters).await?;
        match evaluated.get("exceptionDetails") {
            None => Ok(evaluated["result"]["value"].clone()),
            Some(details) => Err(Error::Thrown {
                script: script.chars().take(SCRIPT_SHOWN).collect(),
                exception: journal::exception(details),
            }),
        }
    }

    /// Waits until an expression holds; it may use `await`, and is asked again at every change of the
    /// page and every 50 ms. An exception in it counts as "not yet". `what` is named in the failure.
    ///
    /// # Errors
    /// [`Error::TimedOut`] with the page's address, text and last errors.
    pub async fn wait_for(&self, condition: &str, what: &str) -> Result<(), Error> {
        self.wait_for_value(condition, what).await.map(drop)
    }

    /// Waits until an expression has a truthy value, as [`Self::wait_for`] does, and returns it.
    pub async fn wait_for_value(&self, expression: &str, what: &str) -> Result<Value, Error> {
        let deadline = Instant::now() + self.patience;
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            match self.eval(&waiting(expression, left)).await {
                Ok(waited) if waited["holds"] == true => return Ok(waited["value"].clone()),
                Ok(waited) => return Err(self.timed_out(what, &waited["problem"]).await),
                Err(error) if error.is_navigation() => {
                    if Instant::now() >= deadline {
                        return Err(self.timed_out(what, &Value::Null).await);
                    }
                }
                Err(Error::Thrown { exception, .. }) => {
                    let script = expression.to_owned();
                    return Err(Error::Thrown { script, exception });
                }
                Err(error) => return Err(error),
            }
        }
    }

    /// Returns the text that a person sees.
    pub async fn text(&self) -> Result<String, Error> {
        let text = self.eval("document.body?.innerText ?? ''").await?;
        Ok(text.as_str().unwrap_or_default().to_owned())
    }

    /// Returns the page's address.
    pub async fn url(&self) -> Result<String, Error> {
        let url = self.eval("location.href").await?;
        Ok(url.as_str().unwrap_or_default().to_owned())
    }

    /// Returns every line that the page wrote to its console, with its exceptions, oldest first.
    pub fn console(&self) -> Vec<String> {
        self.journal.console()
    }

    /// Returns the console's errors and the exceptions that nobody caught.
    pub fn errors(&self) -> Vec<String> {
        self.journal.errors()
    }

    /// Writes a PNG picture of the page to a file, whose folder is made if need be.
    pub async fn screenshot(&self, path: &Path, capture: Capture) -> Result<(), Error> {
        let method = "Page.captureScreenshot";
        let parameters = json!({
            "format": "png", "captureBeyondViewport": capture == Capture::FullPage,
        });
        let captured = self.command(method, parameters).await?;
        let picture = captured["data"]
            .as_str()
            .and_then(|data| BASE64.decode(data.as_bytes()).ok());
        let picture = picture.ok_or(Error::Incomplete {
            method,
            field: "data",
        })?;
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder).map_err(Error::at(folder))?;
        }
        fs::write(path, picture).map_err(Error::at(path))
    }

    /// Makes the processor `rate` times slower; 1 is full speed.
    pub async fn set_cpu_throttle(&self, rate: f64) -> Result<(), Error> {
        self.command("Emulation.setCPUThrottlingRate", json!({ "rate": rate }))
            .await?;
        Ok(())
    }

    /// Makes the page's network slow.
    pub async fn emulate_network(&self, conditions: NetworkConditions) -> Result<(), Error> {
        const BYTES_PER_KILOBIT: f64 = 125.0;
        self.command("Network.enable", json!({})).await?;
        let parameters = json!({
            "offline": false,
            "latency": conditions.latency_ms,
            "downloadThroughput": conditions.down_kilobits_per_second * BYTES_PER_KILOBIT,
            "uploadThroughput": conditions.up_kilobits_per_second * BYTES_PER_KILOBIT,
        });
        self.command("Network.emulateNetworkConditions", parameters)
            .await?;
        Ok(())
    }

    /// Sets the colour scheme that the person's system prefers.
    pub async fn emulate_media(&self, scheme: ColorScheme) -> Result<(), Error> {
        let feature = json!({ "name": "prefers-color-scheme", "value": scheme.name() });
        self.command(
            "Emulation.setEmulatedMedia",
            json!({ "features": [feature] }),
        )
        .await?;
        Ok(())
    }

    /// Starts a navigation and waits until a document other than the present one has loaded.
    async fn navigate(
        &self,
        method: &'static str,
        parameters: Value,
        url: &str,
    ) -> Result<(), Error> {
        let not_opened = |reason: &str| Error::NotOpened {
            url: url.to_owned(),
            reason: reason.to_owned(),
        };
        let frames = self.command("Page.getFrameTree", json!({})).await?;
        let before = frames["frameTree"]["frame"]["loaderId"]
            .as_str()
            .unwrap_or_default();
        let mut loaded = self.journal.loaded();
        loaded.mark_unchanged();
        let begun = self.command(method, parameters).await?;
        if let Some(reason) = begun["errorText"].as_str() {
            return Err(not_opened(reason));
        }
        let is_within_document = method == "Page.navigate" && begun.get("loaderId").is_none();
        if is_within_document {
            return Ok(());
        }
        let deadline = Instant::now() + self.patience;
        loop {
            match timeout_at(deadline, loaded.changed()).await {
                Ok(Ok(())) if *loaded.borrow_and_update() != before => return Ok(()),
                Ok(Ok(())) => {}
                Ok(Err(_)) => {
                    return Err(Error::Gone {
                        method: method.to_owned(),
                    });
                }
                Err(_) => return Err(not_opened("it did not finish loading in time")),
            }
        }
    }

    async fn timed_out(&self, what: &str, problem: &Value) -> Error {
        let url = self.url().await.unwrap_or_else(|error| error.to_string());
        let text = self.text().await.unwrap_or_else(|error| error.to_string());
        let errors = self.errors();
        let shown = &errors[errors.len().saturating_sub(ERRORS_SHOWN)..];
        let mut scene = format!(
            "--- address: {url}\n--- text:\n{text}\n--- last errors:\n{}",
            shown.join("\n")
        );
        if let Some(problem) = problem.as_str() {
            scene.push_str(&format!("\n--- the condition itself threw: {problem}"));
        }
        Error::TimedOut {
            what: what.to_owned(),
            scene,
        }
    }
}

/// Returns a script whose promise is kept as soon as an expression holds, or when time is up.
fn waiting(expression: &str, left: Duration) -> String {
    include_str!("waiting.js")
        .replace("__LEFT_MS__", &left.as_millis().to_string())
        .replace("__EXPRESSION__", expression)
}
