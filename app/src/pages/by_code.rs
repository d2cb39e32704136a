//! On an activity's card: the ways to check in that need the host's code, by camera or by its six
//! digits.

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::client::ActivityView;
use shared::codes::Code;
use shared::records::{Claim, Evidence, Presence, Record};

use super::phase::ShownPhase;
use crate::components::{Button, ButtonSize, Icon, InputKind, Sheet, TextInput};
use crate::state::{ScanRequest, use_app_state};
use crate::t;

/// Scanning, and typing the digits, for those who have not checked in.
#[component]
pub(super) fn ByCode(
    #[prop(into)] view: Signal<ActivityView>,
    failure: RwSignal<Option<Code>>,
) -> impl IntoView {
    let typing = RwSignal::new(false);
    view! {
        <div class="by-code">
            <ScanButton view />
            <Button
                label=move || t!(check_in.type_code)
                size=ButtonSize::Wide
                on_press=move || typing.set(true)
            />
        </div>
        <DigitsSheet view typing failure />
    }
}

/// For those who checked in: the answer again, or a scan where there was none.
#[component]
pub(super) fn ByCodeAfterwards(#[prop(into)] view: Signal<ActivityView>) -> impl IntoView {
    let state = use_app_state();
    let now = state.now();
    let offered = Memo::new(move |_| {
        view.with(|view| {
            let phase = ShownPhase::of(&view.activity.current.plan, now.get());
            let open = matches!(
                phase,
                ShownPhase::Open | ShownPhase::Running | ShownPhase::Ended
            );
            open.then(|| view.claims.iter().any(|claim| is_scan(&claim.entry.record)))
        })
    });
    let activity = move || view.with_untracked(|view| view.activity.current.plan.activity);
    move || match offered.get() {
        Some(true) => view! {
            <Button
                label=move || t!(scan.show_answer)
                size=ButtonSize::Wide
                icon=Icon::Qr
                on_press=move || state.scan().set(Some(ScanRequest::Answer(activity())))
            />
        }
        .into_any(),
        Some(false) => view! { <ScanButton view /> }.into_any(),
        None => ().into_any(),
    }
}

fn is_scan(record: &Record) -> bool {
    matches!(
        record,
        Record::Claim(Claim::CheckIn(Presence {
            evidence: Evidence::Scan(_),
            ..
        }))
    )
}

#[component]
fn ScanButton(#[prop(into)] view: Signal<ActivityView>) -> impl IntoView {
    let state = use_app_state();
    let scan = move || {
        let activity = view.with_untracked(|view| view.activity.current.plan.activity);
        state.scan().set(Some(ScanRequest::Camera(Some(activity))));
    };
    view! {
        <Button
            label=move || t!(check_in.scan_host)
            size=ButtonSize::Wide
            icon=Icon::Scan
            on_press=scan
        />
    }
}

#[component]
fn DigitsSheet(
    view: Signal<ActivityView>,
    typing: RwSignal<bool>,
    failure: RwSignal<Option<Code>>,
) -> impl IntoView {
    let state = use_app_state();
    let digits = RwSignal::new(String::new());
    let (wrong, busy) = (RwSignal::new(false), RwSignal::new(false));
    let close = move || {
        typing.set(false);
        digits.set(String::new());
        wrong.set(false);
    };
    let send = move || {
        let Some(number) = six_digits(&digits.get_untracked()) else {
            wrong.set(true);
            return;
        };
        failure.set(None);
        busy.set(true);
        let activity = view.get_untracked();
        spawn_local(async move {
            let result = state.check_in_by_digits(&activity, number).await;
            busy.try_set(false);
            failure.try_set(result.err().filter(|code| *code != Code::AlreadyRecorded));
            if typing.try_get_untracked().is_some() {
                close();
            }
        });
    };
    view! {
        <Sheet
            open=typing
            on_close=move |()| close()
            title=move || t!(check_in.type_code)
            actions=move || {
                view! {
                    <Button
                        label=move || t!(check_in.action)
                        kind=crate::components::ButtonKind::Primary
                        size=ButtonSize::Big
                        busy=busy
                        on_press=send
                    />
                }
            }
        >
            <TextInput
                label=move || t!(check_in.code_label)
                kind=InputKind::Digits
                value=digits
                hint=crate::pages::words::said(move || t!(check_in.code_hint))
                error=MaybeProp::derive(move || wrong.get().then(|| t!(check_in.code_wrong)))
                on_input=move |typed| {
                    wrong.set(false);
                    digits.set(typed);
                }
            />
        </Sheet>
    }
}

/// Reads six digits, written with or without spaces; Chinese keyboards may write them full width.
fn six_digits(typed: &str) -> Option<u32> {
    let plain = |letter: char| match letter {
        '０'..='９' => char::from_digit(letter as u32 - '０' as u32, 10),
        letter => Some(letter),
    };
    let digits: String = typed
        .chars()
        .filter(|letter| !letter.is_whitespace())
        .filter_map(plain)
        .collect();
    let is_six = digits.len() == 6 && digits.bytes().all(|byte| byte.is_ascii_digit());
    is_six.then(|| digits.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn six_digits_are_read_however_they_are_typed() {
        assert_eq!(six_digits("012345"), Some(12_345));
        assert_eq!(six_digits(" 999 999 "), Some(999_999));
        assert_eq!(six_digits("０１２３４５"), Some(12_345));
    }

    #[test]
    fn what_is_not_six_digits_is_no_code() {
        for typed in ["", "12345", "1234567", "12345a", "一二三四五六", "-12345"] {
            assert_eq!(six_digits(typed), None, "{typed}");
        }
    }
}
