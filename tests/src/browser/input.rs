//! Clicking and typing as a person does it: with real events, on what can be seen and reached.

use std::path::Path;

use serde_json::{Value, json};

use super::error::Error;
use super::page::Page;

const FINDING: &str = include_str!("finding.js");

impl Page {
    /// Clicks the first visible element that a CSS selector finds, as soon as it can be clicked.
    pub async fn click(&self, selector: &str) -> Result<(), Error> {
        let finder = format!("finding.bySelector({})", json!(selector));
        self.click_found(&finder, &format!("`{selector}` to be clickable"))
            .await
    }

    /// Clicks the button, link or label that says this; one that says exactly this comes first.
    pub async fn click_text(&self, text: &str) -> Result<(), Error> {
        let finder = format!("finding.byText({})", json!(text));
        self.click_found(&finder, &format!("“{text}” to be clickable"))
            .await
    }

    /// Replaces what is in a field, as soon as it can be typed into. In a list, chooses the entry
    /// with this value or label; in a field for a date or time, sets it as `2026-11-22` or `08:30`.
    pub async fn fill(&self, selector: &str, text: &str) -> Result<(), Error> {
        let script = finding(&format!(
            "finding.beginFilling({}, {})",
            json!(selector),
            json!(text)
        ));
        let begun = self
            .wait_for_value(&script, &format!("`{selector}` to take “{text}”"))
            .await?;
        if begun == "typing" {
            self.command("Input.insertText", json!({ "text": text }))
                .await?;
        }
        Ok(())
    }

    /// Chooses a file in the first file field that a CSS selector finds.
    pub async fn choose_file(&self, selector: &str, file: &Path) -> Result<(), Error> {
        let found = format!("document.querySelector({})", json!(selector));
        self.wait_for(&found, &format!("`{selector}`")).await?;
        let field = self
            .command("Runtime.evaluate", json!({ "expression": found }))
            .await?;
        let chosen = json!({
            "files": [file],
            "objectId": field["result"]["objectId"],
        });
        self.command("DOM.setFileInputFiles", chosen).await?;
        Ok(())
    }

    async fn click_found(&self, finder: &str, what: &str) -> Result<(), Error> {
        let script = finding(&format!("finding.clickablePoint(() => {finder})"));
        let point = self.wait_for_value(&script, what).await?;
        for (kind, buttons) in [("mouseMoved", 0), ("mousePressed", 1), ("mouseReleased", 0)] {
            self.command("Input.dispatchMouseEvent", mouse(kind, buttons, &point))
                .await?;
        }
        Ok(())
    }
}

fn finding(call: &str) -> String {
    format!(
        "(() => {{ const finding = {}; return {call}; }})()",
        FINDING.trim_end()
    )
}

fn mouse(kind: &str, buttons: u8, point: &Value) -> Value {
    let button = if kind == "mouseMoved" { "none" } else { "left" };
    json!({
        "type": kind, "x": point["x"], "y": point["y"],
        "button": button, "buttons": buttons, "clickCount": 1,
    })
}
