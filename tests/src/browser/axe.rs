//! Runs axe-core in a page: what some people could not read or reach.

use std::path::PathBuf;
use std::{env, fs};

use serde::Deserialize;

use super::error::Error;
use super::page::Page;

/// A rule of accessibility that a page breaks.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Violation {
    /// The rule, such as `color-contrast`.
    pub id: String,
    /// How bad it is: `serious` or `critical`.
    pub impact: String,
    /// What to do.
    pub help: String,
    /// The elements, each as its selector and what is wrong with it.
    pub elements: Vec<String>,
}

impl Page {
    /// Returns the serious and critical violations that axe-core finds in the page as it is now.
    /// The script goes in over the devtools protocol, which no content security policy stops.
    ///
    /// # Errors
    /// [`Error::NoAxeCore`] unless `AXE_CORE` names the script.
    pub async fn axe(&self) -> Result<Vec<Violation>, Error> {
        let has_axe = self.eval("typeof axe === 'object'").await?;
        if has_axe != true {
            let path = PathBuf::from(env::var_os("AXE_CORE").ok_or(Error::NoAxeCore)?);
            let script = fs::read_to_string(&path).map_err(Error::at(&path))?;
            self.eval(&format!("{script}\n;undefined")).await?;
        }
        Ok(serde_json::from_value(
            self.eval(include_str!("axe.js")).await?,
        )?)
    }
}
