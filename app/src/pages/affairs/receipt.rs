//! 报到单和回执: a registration and what the community answered, as an A4 page.

use leptos::prelude::*;
use shared::ids::EntryId;
use shared::records::ReplyWord;

use super::answer::is_registration;
use super::desk::{self, Case};
use super::facts::{self, Fact};
use crate::components::{Button, ButtonKind, EmptyState, Icon, Screen};
use crate::locale::{format_date, format_day_time};
use crate::pages::service_words::state_name;
use crate::pages::words::{self, said};
use crate::state::use_app_state;
use crate::t;

/// The paper of the registration in the address.
#[component]
pub(in crate::pages) fn ReceiptPage() -> impl IntoView {
    let state = use_app_state();
    let named = state.named("affairs");
    let matters = state.matters();
    let case = Memo::new(move |_| {
        let request: EntryId = named.get()?.parse().ok()?;
        matters.with(|views| {
            let of = views
                .iter()
                .filter(|view| view.row.matter.request == request);
            let mut cases = desk::cases(of).into_iter();
            cases.find(|case| is_registration(case.matter()))
        })
    });
    view! {
        <Screen>
            <div class="paper-tools">
                <Button
                    label=move || t!(action.print)
                    kind=ButtonKind::Primary
                    icon=Icon::Printer
                    on_press=move || state.print()
                />
            </div>
            {move || match case.get() {
                Some(case) => view! { <Receipt case /> }.into_any(),
                None => {
                    view! {
                        <EmptyState
                            title=move || t!(affairs.receipt.unknown)
                            text=said(move || t!(affairs.receipt.unknown_hint))
                            icon=Icon::Printer
                        />
                    }
                        .into_any()
                }
            }}
        </Screen>
    }
}

#[component]
fn Receipt(case: Case) -> impl IntoView {
    let boards = use_app_state().boards();
    let to = words::with_place(&case.row.to, &case.row.place);
    let phone = facts::phone(case.matter()).map(str::to_owned);
    let form = move || {
        let phone = phone.clone().map(|phone| (t!(affairs.field.phone), phone));
        let to = (t!(affairs.receipt.to), to.clone());
        let facts = boards.with(|boards| facts::facts(&case, boards));
        let lines = [to].into_iter().chain(facts).chain(phone);
        let answer = answer(&case);
        view! {
            <h2 class="paper-title">{t!(affairs.receipt.title)}</h2>
            <table class="paper-table paper-fields">
                <tbody>{lines.map(line).collect_view()}</tbody>
            </table>
            <p class="paper-signed">
                <span>{t!(affairs.receipt.asker_signature)}</span>
            </p>
            <h2 class="paper-title">{t!(affairs.receipt.reply_title)}</h2>
            <table class="paper-table paper-fields">
                <tbody>{answer.into_iter().map(line).collect_view()}</tbody>
            </table>
            <p class="paper-signed">
                <span>{t!(affairs.receipt.community_seal)}</span>
            </p>
        }
    };
    view! {
        <article class="paper" data-paper="receipt">
            {form}
        </article>
    }
}

fn line((label, text): Fact) -> impl IntoView {
    view! {
        <tr>
            <th scope="row">{label}</th>
            <td>{text}</td>
        </tr>
    }
}

/// What was answered, by whom and when, and how it ended.
fn answer(case: &Case) -> Vec<Fact> {
    let matter = case.matter();
    let mut lines = vec![(t!(affairs.receipt.state), state_name(matter))];
    if let Some(reply) = &matter.reply {
        lines.push(match &reply.word {
            ReplyWord::Accepted { opinion } => (t!(affairs.receipt.opinion), opinion.clone()),
            ReplyWord::Returned { reason } => (t!(affairs.reason), reason.clone()),
            ReplyWord::Corrected(correction) => (t!(affairs.reason), correction.reason.clone()),
        });
        lines.push((t!(affairs.receipt.signed_by), reply.signed_by.clone()));
        lines.push((t!(affairs.receipt.signed_at), format_day_time(reply.at.0)));
    }
    if let Some(withdrawal) = &matter.withdrawal {
        lines.push((t!(unit.ended), format_date(withdrawal.at.0)));
        lines.push((t!(unit.end_reason), withdrawal.reason.clone()));
    }
    lines
}
