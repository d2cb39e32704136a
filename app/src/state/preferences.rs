//! How this phone's owner wants to read: language, elder mode, size of text. Kept in the browser's
//! local storage, which may be missing; the screen then starts with the ordinary ones.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use super::AppState;
use crate::locale::Locale;

const KEY: &str = "baodao.preferences";

/// How the owner wants to read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Preferences {
    /// The language.
    pub locale: Locale,
    /// The ordinary or the elder mode.
    pub mode: DisplayMode,
    /// How large the words are in the elder mode.
    pub text_size: TextSize,
}

/// How large everything is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DisplayMode {
    /// As on other phones.
    #[default]
    Regular,
    /// 长辈版: larger words, larger buttons, fewer of them at once.
    Elder,
}

impl DisplayMode {
    /// Returns the value of `data-mode`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Regular => "regular",
            Self::Elder => "elder",
        }
    }

    fn parse(text: &str) -> Option<Self> {
        [Self::Regular, Self::Elder]
            .into_iter()
            .find(|mode| mode.as_str() == text)
    }
}

/// The size of text in the elder mode.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum TextSize {
    /// 18 px.
    Size18,
    /// 21 px.
    #[default]
    Size21,
    /// 24 px.
    Size24,
    /// 27 px.
    Size27,
    /// 30 px.
    Size30,
}

impl TextSize {
    /// Every size, the smallest first.
    pub const ALL: [Self; 5] = [
        Self::Size18,
        Self::Size21,
        Self::Size24,
        Self::Size27,
        Self::Size30,
    ];

    /// Returns the size in pixels, the value of `data-size`.
    pub const fn px(self) -> u16 {
        match self {
            Self::Size18 => 18,
            Self::Size21 => 21,
            Self::Size24 => 24,
            Self::Size27 => 27,
            Self::Size30 => 30,
        }
    }

    /// Returns the size of so many pixels.
    pub fn of_px(px: u16) -> Option<Self> {
        Self::ALL.into_iter().find(|size| size.px() == px)
    }
}

impl AppState {
    /// Returns how the owner wants to read.
    pub fn preferences(self) -> Signal<Preferences> {
        self.preferences.into()
    }

    /// Reads in another language from now on.
    pub fn set_locale(self, locale: Locale) {
        self.prefer(|preferences| preferences.locale = locale);
    }

    /// Changes between the ordinary and the elder mode.
    pub fn set_display_mode(self, mode: DisplayMode) {
        self.prefer(|preferences| preferences.mode = mode);
    }

    /// Changes the size of text in the elder mode.
    pub fn set_text_size(self, size: TextSize) {
        self.prefer(|preferences| preferences.text_size = size);
    }

    fn prefer(self, change: impl FnOnce(&mut Preferences)) {
        let mut preferences = self.preferences.get_untracked();
        change(&mut preferences);
        if preferences == self.preferences.get_untracked() {
            return;
        }
        crate::driver::keep_local(KEY, &write(preferences));
        self.preferences.set(preferences);
        self.locale.set(preferences.locale);
        apply(preferences);
    }
}

/// Reads what was kept.
pub(super) fn kept() -> Preferences {
    crate::driver::kept_local(KEY)
        .map(|text| read(&text))
        .unwrap_or_default()
}

/// Puts the preferences on the page's root, where the styles look.
pub(super) fn apply(preferences: Preferences) {
    let Some(root) = document().document_element() else {
        return;
    };
    let px = preferences.text_size.px().to_string();
    // An attribute of the page's own root is always settable.
    let _ = root.set_attribute("lang", preferences.locale.tag());
    let _ = root.set_attribute("data-mode", preferences.mode.as_str());
    let _ = root.set_attribute("data-size", &px);
}

#[derive(Default, Serialize, Deserialize)]
#[serde(default)]
struct Kept {
    locale: Option<String>,
    mode: Option<String>,
    text_size: Option<u16>,
}

fn write(preferences: Preferences) -> String {
    let kept = Kept {
        locale: Some(preferences.locale.tag().to_owned()),
        mode: Some(preferences.mode.as_str().to_owned()),
        text_size: Some(preferences.text_size.px()),
    };
    serde_json::to_string(&kept).unwrap_or_default()
}

fn read(text: &str) -> Preferences {
    let kept: Kept = serde_json::from_str(text).unwrap_or_default();
    Preferences {
        locale: kept
            .locale
            .as_deref()
            .map(Locale::from_tag)
            .unwrap_or_default(),
        mode: kept
            .mode
            .as_deref()
            .and_then(DisplayMode::parse)
            .unwrap_or_default(),
        text_size: kept.text_size.and_then(TextSize::of_px).unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn preferences_survive_being_kept() {
        for text_size in TextSize::ALL {
            let preferences = Preferences {
                locale: Locale::En,
                mode: DisplayMode::Elder,
                text_size,
            };
            assert_eq!(read(&write(preferences)), preferences);
        }
    }

    #[test]
    fn what_cannot_be_read_is_as_if_it_was_never_chosen() {
        let ordinary = Preferences::default();
        for text in [
            "",
            "{",
            "[]",
            r#"{"mode":"huge","text_size":99}"#,
            r#"{"mode":7}"#,
        ] {
            assert_eq!(read(text), ordinary, "{text}");
        }
        assert_eq!(read(r#"{"locale":"en","mode":"huge"}"#).locale, Locale::En);
    }
}
