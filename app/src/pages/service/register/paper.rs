//! 报到单 with its 回执 as a page for the printer, and on the screen as it will be.

use leptos::prelude::*;
use shared::reconcile::Replied;
use shared::records::ReplyWord;
use shared::wire::MatterRow;
use shared::words::RequestState;

use super::super::own::{Registrations, own_matters};
use super::form_lines;
use crate::components::{Button, ButtonKind, ButtonLink, EmptyState, Icon, Notice, Screen, Tone};
use crate::locale::{format_date, format_day_time};
use crate::pages::community::target_name;
use crate::pages::service_words::state_name;
use crate::pages::words::{self, said};
use crate::state::use_app_state;
use crate::t;

/// The paper of the registration in force.
#[component]
pub(in crate::pages::service) fn RegistrationPaperPage() -> impl IntoView {
    let state = use_app_state();
    let matters = own_matters();
    let row = Memo::new(move |_| {
        let registrations = matters.with(|views| Registrations::of(views));
        let mut standing = registrations.standing.into_iter();
        let accepted = standing.find(|view| view.row.matter.is_accepted());
        accepted.map(|view| view.row)
    });
    let shown = move || match row.get() {
        Some(row) => view! { <RegistrationSheet row /> }.into_any(),
        None => view! {
            <EmptyState
                title=move || t!(register.paper_none)
                text=said(move || t!(register.paper_none_hint))
                icon=Icon::Printer
            />
        }
        .into_any(),
    };
    view! {
        <Screen>
            <div class="paper-tools">
                <ButtonLink
                    label=move || t!(register.paper_back)
                    href="/service/register"
                    kind=ButtonKind::Quiet
                    icon=Icon::ChevronBack
                />
                <Button
                    label=move || t!(action.print)
                    kind=ButtonKind::Primary
                    icon=Icon::Printer
                    on_press=move || state.print()
                />
                <Notice text=move || t!(register.paper_lead) tone=Tone::Neutral />
            </div>
            {shown}
        </Screen>
    }
}

/// 在职党员到社区报到单, and beneath it the receipt that goes back to the unit.
#[component]
fn RegistrationSheet(row: MatterRow) -> impl IntoView {
    let request = row.matter.request.to_string();
    let row = StoredValue::new(row);
    let lines = move || {
        let line = |(label, text): (String, String)| {
            view! {
                <tr>
                    <th scope="row">{label}</th>
                    <td>{text}</td>
                </tr>
            }
        };
        row.with_value(|row| {
            let place = target_name(row);
            let state = (t!(paper.outcome), state_name(&row.matter));
            let first = std::iter::once((t!(register.community), place));
            first
                .chain(form_lines(&row.matter))
                .chain(std::iter::once(state))
                .map(line)
                .collect_view()
        })
    };
    view! {
        <article class="paper" data-paper="registration" data-matter=request>
            <h2 class="paper-title">{move || t!(register.sheet_title)}</h2>
            <table class="paper-table paper-fields">
                <tbody>{lines}</tbody>
            </table>
            {move || row.with_value(receipt)}
        </article>
    }
}

/// 回执: the community's opinion, who signed it and when, and by hand what needs a hand.
fn receipt(row: &MatterRow) -> Option<AnyView> {
    let reply = row.matter.reply.clone()?;
    let opinion = opinion(row.matter.state, &reply)?;
    let told = t!(
        register.receipt_text,
        name = words::with_place(&row.name, &[&row.from]),
        day = format_date(reply.at.0),
        to = row.to
    );
    let signed = t!(
        service.signed_at,
        name = reply.signed_by,
        time = format_day_time(reply.at.0)
    );
    let view = view! {
        <section class="paper-receipt">
            <h2 class="paper-title">{t!(register.receipt)}</h2>
            <p>{told}</p>
            <table class="paper-table paper-fields">
                <tbody>
                    <tr>
                        <th scope="row">{t!(register.opinion)}</th>
                        <td>{opinion}</td>
                    </tr>
                    <tr>
                        <th scope="row">{t!(service.signed)}</th>
                        <td>{signed}</td>
                    </tr>
                </tbody>
            </table>
            <p class="paper-signed">
                <span>{t!(register.seal)}</span>
                <span>{t!(register.seal_day)}</span>
            </p>
        </section>
    };
    Some(view.into_any())
}

/// The opinion of a registration in force; without words of its own it says that it is accepted.
fn opinion(state: RequestState, reply: &Replied) -> Option<String> {
    match (state, &reply.word) {
        (RequestState::Accepted, ReplyWord::Accepted { opinion }) if opinion.is_empty() => {
            Some(t!(record.accepted))
        }
        (RequestState::Accepted, ReplyWord::Accepted { opinion }) => Some(opinion.clone()),
        _ => None,
    }
}
