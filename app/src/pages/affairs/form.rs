//! What the coordinators' forms have in common: what is typed, what is wrong in which field, and a
//! draft that survives the closing of the page.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use leptos::prelude::*;
use serde::Serialize;
use serde::de::DeserializeOwned;
use shared::records::is_phone;

use crate::t;

/// What is wrong in a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    /// Nothing is typed or chosen.
    Missing,
    /// More characters than the record takes.
    TooLong(usize),
    /// No whole number between these two.
    NoNumber(u32, u32),
    /// No telephone number.
    NoPhone,
    /// The end is not after the start.
    NotAfter,
    /// More minutes than lie between start and end.
    OverTheSpan(i64),
    /// Nothing is corrected.
    Unchanged,
}

/// What is wrong in a form.
pub(super) type Faults<P> = BTreeMap<P, Fault>;

pub(super) fn fault_text(fault: Fault) -> String {
    match fault {
        Fault::Missing => t!(affairs.fault.missing),
        Fault::TooLong(most) => t!(affairs.fault.too_long, n = most),
        Fault::NoNumber(least, most) => t!(affairs.fault.no_number, least = least, most = most),
        Fault::NoPhone => t!(affairs.fault.no_phone),
        Fault::NotAfter => t!(affairs.fault.not_after),
        Fault::OverTheSpan(most) => t!(affairs.fault.over_the_span, n = most),
        Fault::Unchanged => t!(affairs.fault.unchanged),
    }
}

/// Reads the fields of a draft and gathers what is wrong in them.
pub(super) struct Fields<P> {
    faults: Faults<P>,
}

impl<P: Ord + Copy> Fields<P> {
    pub(super) fn new() -> Self {
        Self {
            faults: Faults::new(),
        }
    }

    pub(super) fn wrong(&mut self, place: P, fault: Fault) {
        self.faults.entry(place).or_insert(fault);
    }

    /// Returns a text that may be left out, without the space around it.
    pub(super) fn text(&mut self, place: P, typed: &str, most: usize) -> Option<String> {
        let typed = typed.trim();
        if most < typed.chars().count() {
            self.wrong(place, Fault::TooLong(most));
        }
        (!typed.is_empty()).then(|| typed.to_owned())
    }

    /// Returns a text; without one something is wrong.
    pub(super) fn needed(&mut self, place: P, typed: &str, most: usize) -> String {
        let text = self.text(place, typed, most);
        if text.is_none() {
            self.wrong(place, Fault::Missing);
        }
        text.unwrap_or_default()
    }

    pub(super) fn phone(&mut self, place: P, typed: &str) -> String {
        let phone = typed.trim();
        if phone.is_empty() {
            self.wrong(place, Fault::Missing);
        } else if !is_phone(phone) {
            self.wrong(place, Fault::NoPhone);
        }
        phone.to_owned()
    }

    /// Returns a number that may be left out.
    pub(super) fn number(
        &mut self,
        place: P,
        typed: &str,
        range: RangeInclusive<u32>,
    ) -> Option<u32> {
        let typed = typed.trim();
        if typed.is_empty() {
            return None;
        }
        let number = typed.parse().ok().filter(|number| range.contains(number));
        if number.is_none() {
            self.wrong(place, Fault::NoNumber(*range.start(), *range.end()));
        }
        number
    }

    /// Returns a number; without one something is wrong.
    pub(super) fn needed_number(
        &mut self,
        place: P,
        typed: &str,
        range: RangeInclusive<u32>,
    ) -> u32 {
        let number = self.number(place, typed, range);
        if number.is_none() {
            self.wrong(place, Fault::Missing);
        }
        number.unwrap_or_default()
    }

    /// Returns what was read where nothing is wrong.
    ///
    /// # Errors
    /// What is wrong in which field.
    pub(super) fn read<T>(self, value: T) -> Result<T, Faults<P>> {
        if self.faults.is_empty() {
            Ok(value)
        } else {
            Err(self.faults)
        }
    }
}

/// What the fields of a form work on.
pub(super) struct Form<D: 'static, P: 'static> {
    pub(super) draft: RwSignal<D>,
    pub(super) faults: RwSignal<Faults<P>>,
}

impl<D, P> Clone for Form<D, P> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<D, P> Copy for Form<D, P> {}

impl<D, P> Form<D, P>
where
    D: Clone + PartialEq + Send + Sync + 'static,
    P: Copy + Ord + Send + Sync + 'static,
{
    /// Makes a form of what is typed already.
    pub(super) fn new(draft: D) -> Self {
        Self {
            draft: RwSignal::new(draft),
            faults: RwSignal::new(Faults::new()),
        }
    }

    pub(super) fn value(self, read: fn(&D) -> String) -> Signal<String> {
        Memo::new(move |_| self.draft.with(read)).into()
    }

    /// Takes what is typed; what was wrong in the field is no longer said.
    pub(super) fn on_input(self, place: P, write: fn(&mut D, String)) -> Callback<String> {
        Callback::new(move |typed| self.change(place, |draft| write(draft, typed)))
    }

    pub(super) fn change(self, place: P, write: impl FnOnce(&mut D)) {
        if self
            .faults
            .with_untracked(|faults| faults.contains_key(&place))
        {
            self.faults.update(|faults| {
                faults.remove(&place);
            });
        }
        self.draft.update(write);
    }

    pub(super) fn error(self, place: P) -> MaybeProp<String> {
        MaybeProp::derive(move || {
            let fault = self.faults.with(|faults| faults.get(&place).copied());
            fault.map(fault_text)
        })
    }

    /// Says what is wrong, and shows the first field in which something is.
    pub(super) fn tell(self, faults: Faults<P>) {
        self.faults.set(faults);
        request_animation_frame(|| {
            let found = document().query_selector(".has-error").ok().flatten();
            if let Some(field) = found {
                field.scroll_into_view();
            }
        });
    }
}

const PREFIX: &str = "baodao.draft.";

/// Returns the draft that was kept under a name.
pub(super) fn kept<D: DeserializeOwned>(name: &str) -> Option<D> {
    let storage = window().local_storage().ok()??;
    let text = storage.get_item(&format!("{PREFIX}{name}")).ok()??;
    serde_json::from_str(&text).ok()
}

/// Keeps a draft where the browser allows it; what it does not keep is still on the screen.
pub(super) fn keep<D: Serialize>(name: &str, draft: &D) {
    if let (Ok(Some(storage)), Ok(text)) = (window().local_storage(), serde_json::to_string(draft))
    {
        let _ = storage.set_item(&format!("{PREFIX}{name}"), &text);
    }
}

/// Lets a draft go that was sent.
pub(super) fn forget(name: &str) {
    if let Ok(Some(storage)) = window().local_storage() {
        let _ = storage.remove_item(&format!("{PREFIX}{name}"));
    }
}

/// Takes every kept draft out of the browser.
pub(super) fn forget_drafts() {
    let Ok(Some(storage)) = window().local_storage() else {
        return;
    };
    let keys = (0..storage.length().unwrap_or(0)).filter_map(|index| storage.key(index).ok()?);
    let ours: Vec<String> = keys.filter(|key| key.starts_with(PREFIX)).collect();
    for key in ours {
        // What cannot be removed is read as an old draft at worst.
        let _ = storage.remove_item(&key);
    }
}
