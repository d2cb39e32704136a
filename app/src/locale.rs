//! The words on the screen: the current locale, the `t!` macro, and the way
//! dates, times and numbers are written.
//!
//! Owns no text: every word is in `locales/*.toml`, and the typed keys are made
//! from those files by the build script. Knows nothing of pages, of storage or
//! of the engine; whoever sets the locale keeps it.

mod format;

use std::cell::Cell;
use std::fmt::Display;

use leptos::prelude::*;
use leptos::reactive::graph::Observer;

pub use format::{
    Moment, format_clock, format_date, format_day, format_day_time, format_minutes, format_month,
    format_near, format_number, format_percent, format_short_day, format_short_span, month_name,
    weekday_name,
};

/// A language that the screens can be read in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Locale {
    /// Chinese as written on the mainland, the reference.
    #[default]
    ZhCn,
    /// English.
    En,
}

impl Locale {
    /// Every locale, in the order they are offered.
    pub const ALL: [Self; 2] = [Self::ZhCn, Self::En];

    /// Returns the BCP 47 tag, fit for the `lang` attribute and for keeping.
    #[must_use]
    pub fn tag(self) -> &'static str {
        match self {
            Self::ZhCn => "zh-CN",
            Self::En => "en",
        }
    }

    /// Returns the locale for a language tag; anything that is not English is Chinese.
    #[must_use]
    pub fn from_tag(tag: &str) -> Self {
        let language = tag.split(['-', '_']).next().unwrap_or_default();
        if language.eq_ignore_ascii_case("en") {
            Self::En
        } else {
            Self::ZhCn
        }
    }

    /// Returns the language's own name for itself.
    #[must_use]
    pub fn name(self) -> String {
        match self {
            Self::ZhCn => crate::t!(settings.language_zh),
            Self::En => crate::t!(settings.language_en),
        }
    }

    fn index(self) -> usize {
        match self {
            Self::ZhCn => 0,
            Self::En => 1,
        }
    }
}

thread_local! {
    // Event handlers and futures run outside any owner, where context is out of reach.
    static PROVIDED: Cell<Option<RwSignal<Locale>>> = const { Cell::new(None) };
}

/// Provides the locale to everything beneath the current owner and returns the signal to set it by.
pub fn provide_locale(initial: Locale) -> RwSignal<Locale> {
    let locale = RwSignal::new(initial);
    provide_context(locale);
    PROVIDED.set(Some(locale));
    locale
}

/// Returns the current locale, followed when called where signals are followed.
///
/// Chinese where none was provided.
#[must_use]
pub fn current_locale() -> Locale {
    let Some(locale) = use_context::<RwSignal<Locale>>().or_else(|| PROVIDED.get()) else {
        return Locale::default();
    };
    let value = if Observer::get().is_some() {
        locale.try_get()
    } else {
        locale.try_get_untracked()
    };
    value.unwrap_or_default()
}

/// Returns the sentence and the next step for a stable error code; a code unknown here gets the general ones.
#[must_use]
pub fn error_text(code: &str) -> (String, String) {
    let locale = current_locale().index();
    match keys::error_lookup(code) {
        Some((message, next)) => (message[locale].to_owned(), next[locale].to_owned()),
        None => (
            crate::t!(error.unknown.message),
            crate::t!(error.unknown.next),
        ),
    }
}

/// Returns the text of a key in the current locale, checked when compiled.
///
/// The key is the dotted path in `locales/*.toml`; its placeholders are named
/// arguments, all of them and no others. Follows the locale when called inside
/// a closure of a view:
///
/// ```ignore
/// view! { <h2>{move || t!(today.lectures)}</h2> <p>{move || t!(sync.unsent, n = count.get())}</p> }
/// ```
#[macro_export]
macro_rules! t {
    ($($key:ident).+ $(, $name:ident = $value:expr)* $(,)?) => {
        $crate::locale::keys::$($key)::+ { $($name: &$value),* }.say()
    };
}

/// The keys of `locales/*.toml`: a module for each table, a struct for each text.
#[allow(non_camel_case_types, missing_docs)]
pub mod keys {
    include!(concat!(env!("OUT_DIR"), "/locale_keys.rs"));
}

/// Picks the current locale's text and fills its placeholders; called by the generated code.
pub(crate) fn phrase(texts: &[&'static str], fills: &[(&str, &dyn Display)]) -> String {
    fill(texts[current_locale().index()], fills)
}

fn fill(text: &str, fills: &[(&str, &dyn Display)]) -> String {
    let mut filled = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        filled.push_str(before);
        let Some((name, after)) = after.split_once('}') else {
            break;
        };
        for (_, value) in fills.iter().filter(|(known, _)| *known == name) {
            filled.push_str(&value.to_string());
        }
        rest = after;
    }
    filled.push_str(rest);
    filled
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_follows_the_locale_and_is_filled() {
        let owner = Owner::new();
        owner.set();
        let locale = provide_locale(Locale::ZhCn);
        assert_eq!(crate::t!(sync.unsent, n = 3), "未上传 3");
        locale.set(Locale::En);
        assert_eq!(crate::t!(sync.unsent, n = 3), "Unsent 3");
        assert_eq!(
            crate::t!(activity.between, start = "19:30", end = "21:00"),
            "19:30–21:00"
        );
    }

    #[test]
    fn a_text_is_chinese_where_no_locale_was_provided() {
        PROVIDED.set(None);
        assert_eq!(crate::t!(nav.today), "今日");
    }

    #[test]
    fn a_disposed_locale_signal_does_not_panic() {
        let owner = Owner::new();
        owner.with(|| provide_locale(Locale::En));
        drop(owner);
        assert_eq!(crate::t!(nav.today), "今日");
    }

    #[test]
    fn every_code_has_its_own_text_and_an_unknown_one_the_general_text() {
        let (message, next) = error_text("code_used");
        assert_eq!(message, "这个绑定码已经用过了。");
        assert!(next.contains("联络员"));
        assert_eq!(
            error_text("never_heard_of").0,
            crate::t!(error.unknown.message)
        );
    }

    #[test]
    fn language_tags_are_read_leniently() {
        assert_eq!(Locale::from_tag("en-GB"), Locale::En);
        assert_eq!(Locale::from_tag("EN"), Locale::En);
        assert_eq!(Locale::from_tag("zh-Hant-HK"), Locale::ZhCn);
        assert_eq!(Locale::from_tag(""), Locale::ZhCn);
    }
}
