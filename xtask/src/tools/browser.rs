//! Chromium, Chinese letters for it, and axe-core, which finds what some people cannot read or reach.

use std::path::PathBuf;
use std::process::Command;

use super::install::{find, from_environment};
use super::{Missing, Source};
use crate::failure::Failure;
use crate::{command, workspace};

const AXE_CORE: &str = "axe-core@4.14.1";

const CHROMIUM_NAMES: [&str; 4] = [
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
];

/// Returns the path of Chromium.
///
/// # Errors
/// Fails where there is none; [`super::ensure`] brings one.
pub(crate) fn chromium() -> Result<PathBuf, Failure> {
    find_chromium().ok_or_else(|| Failure::ToolsMissing(no_chromium().by_hand))
}

/// Returns the path of axe-core's script.
///
/// # Errors
/// Fails where there is none; [`super::ensure`] brings it.
pub(crate) fn axe_core() -> Result<PathBuf, Failure> {
    find_axe_core().ok_or_else(|| Failure::ToolsMissing(no_axe_core().by_hand))
}

/// Returns what is missing to run tests in a browser.
pub(super) fn missing() -> Vec<Missing> {
    let mut missing = Vec::new();
    if find_chromium().is_none() {
        missing.push(no_chromium());
    }
    if cfg!(target_os = "linux") && !has_chinese_font() {
        missing.push(Missing {
            what: "a font with Chinese letters",
            from: Source::Debian(&["fonts-noto-cjk", "fontconfig"]),
            by_hand: "apt-get install fonts-noto-cjk fontconfig".to_owned(),
        });
    }
    if find_axe_core().is_none() {
        missing.push(no_axe_core());
    }
    missing
}

fn find_chromium() -> Option<PathBuf> {
    from_environment("CHROMIUM").or_else(|| CHROMIUM_NAMES.into_iter().find_map(find))
}

fn no_chromium() -> Missing {
    Missing {
        what: "Chromium",
        from: Source::Debian(&["chromium"]),
        by_hand: "apt-get install chromium, or name a Chromium or Chrome in CHROMIUM".to_owned(),
    }
}

fn has_chinese_font() -> bool {
    command::answer(Command::new("fc-list").arg(":lang=zh"))
        .is_some_and(|fonts| !fonts.trim().is_empty())
}

fn find_axe_core() -> Option<PathBuf> {
    let installed = workspace::npm().join("node_modules/axe-core/axe.min.js");
    from_environment("AXE_CORE").or_else(|| installed.is_file().then_some(installed))
}

fn no_axe_core() -> Missing {
    Missing {
        what: "axe-core",
        from: Source::Npm(AXE_CORE),
        by_hand: format!(
            "install npm (on Debian: apt-get install npm) and run this again; or npm install {AXE_CORE} and name its axe.min.js in AXE_CORE"
        ),
    }
}
