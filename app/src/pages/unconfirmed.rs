//! Activities of which something waits to be confirmed or is in dispute: at and beneath one
//! organisation on a page of its own, and of all that the owner coordinates in the list of 待办.

use leptos::prelude::*;
use shared::api::{UnconfirmedActivity, UnconfirmedList};
use shared::ids::OrganisationId;
use shared::reconcile::Tally;

use super::NotFoundPage;
use super::fresh::{Answer, Fresh, Source};
use super::trouble::Trouble;
use super::words::{self, said};
use crate::components::{
    Button, EmptyState, Icon, List, ListRow, LoadingState, Notice, Screen, Section, Tone,
};
use crate::locale::{error_text, format_day, format_number};
use crate::state::{AppState, use_app_state};
use crate::t;

/// Activities shown at first, and with every press on 更多.
const PAGE: usize = 20;

/// What was read, followed by newer answers.
pub(super) type Reading = Fresh<Option<OrganisationId>, Waiting>;

/// The oldest activities that wait.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Waiting {
    /// Whose, where it is one organisation.
    organisation: Option<String>,
    rows: Vec<UnconfirmedActivity>,
    /// Whether there are newer ones that the server keeps back.
    has_more: bool,
}

impl Waiting {
    /// Returns how many wait, as far as the server told.
    pub(super) fn count(&self) -> usize {
        self.rows.len()
    }

    fn add(&mut self, list: UnconfirmedList) {
        self.rows.extend(list.rows);
        self.has_more |= list.next.is_some();
    }

    /// Puts the oldest first; what two organisations of one line tell is one activity.
    fn sort(&mut self) {
        let key = |row: &UnconfirmedActivity| (row.activity.starts_at, row.activity.activity);
        self.rows.sort_by_key(key);
        self.rows.dedup_by_key(|row| row.activity.activity);
    }
}

/// Asks the server about one organisation, or about all that the owner coordinates.
struct Unconfirmed(AppState);

impl Source<Option<OrganisationId>, Waiting> for Unconfirmed {
    fn ask(&self, wanted: Option<OrganisationId>) -> Answer<Waiting> {
        let state = self.0;
        Box::pin(async move {
            let own = || {
                untrack(|| state.coordinated())
                    .into_iter()
                    .map(|own| own.id)
            };
            let asked: Vec<OrganisationId> =
                wanted.map_or_else(|| own().collect(), |one| vec![one]);
            let mut waiting = Waiting::default();
            for organisation in asked {
                let list = state.unconfirmed(organisation).await?;
                waiting.organisation = wanted.map(|_| list.organisation.name.clone());
                waiting.add(list);
            }
            waiting.sort();
            Ok(waiting)
        })
    }
}

/// Begins to read what waits of all that the owner coordinates, once the phone knows what that is.
pub(super) fn read_own(state: AppState) -> Reading {
    Fresh::begin(Signal::stored(None), Unconfirmed(state))
}

/// A tally in words: who came, what waits, what is disputed.
pub(super) fn tally_words(tally: &Tally) -> Vec<String> {
    let mut parts = vec![t!(activity.present, n = format_number(tally.attendances))];
    if tally.waiting != 0 {
        parts.push(t!(overview.n_to_confirm, n = format_number(tally.waiting)));
    }
    if tally.disputed != 0 {
        parts.push(t!(overview.n_disputed, n = format_number(tally.disputed)));
    }
    parts
}

/// The activities of the organisation in the address.
#[component]
pub(super) fn UnconfirmedPage() -> impl IntoView {
    let named = use_app_state().named("unconfirmed");
    let id = Memo::new(move |_| named.get().and_then(|id| id.parse::<OrganisationId>().ok()));
    move || match id.get() {
        Some(id) => view! { <Screen><Of id /></Screen> }.into_any(),
        None => view! { <NotFoundPage /> }.into_any(),
    }
}

#[component]
fn Of(id: OrganisationId) -> impl IntoView {
    let reading = Fresh::begin(Signal::stored(Some(id)), Unconfirmed(use_app_state()));
    let (shown, trouble) = (reading.shown(), reading.trouble());
    let name = Memo::new(move |_| {
        shown.with(|shown| shown.as_ref().and_then(|shown| shown.organisation.clone()))
    });
    let count = Memo::new(move |_| shown.with(|shown| shown.as_ref().map(Waiting::count)));
    view! {
        <div class="page-head">
            <h2 class="page-title">{move || name.get()}</h2>
        </div>
        {move || match (count.get(), trouble.get()) {
            (None, None) => view! { <LoadingState rows=5 /> }.into_any(),
            (None, Some(code)) => {
                view! {
                    <Trouble code>
                        <Button
                            label=move || t!(action.retry)
                            icon=Icon::Refresh
                            on_press=move || reading.read_again()
                        />
                    </Trouble>
                }
                    .into_any()
            }
            (Some(0), _) => {
                view! {
                    <EmptyState
                        title=move || t!(unconfirmed.nothing)
                        text=said(move || t!(unconfirmed.nothing_hint))
                        icon=Icon::CheckCircle
                    />
                }
                    .into_any()
            }
            (Some(_), _) => view! { <UnconfirmedSection reading /> }.into_any(),
        }}
    }
}

/// The activities, the oldest first; nothing where none waits.
#[component]
pub(super) fn UnconfirmedSection(reading: Reading) -> impl IntoView {
    let shown = reading.shown();
    let waiting = Memo::new(move |_| shown.get().unwrap_or_default());
    let limit = RwSignal::new(PAGE);
    let rows = Memo::new(move |_| {
        waiting.with(|waiting| {
            waiting
                .rows
                .iter()
                .take(limit.get())
                .cloned()
                .collect::<Vec<_>>()
        })
    });
    let title = move || {
        t!(
            affairs.counted,
            name = t!(unconfirmed.title),
            n = waiting.with(|waiting| words::count(waiting.count()))
        )
    };
    view! {
        <Unknown reading />
        <Show when=move || !rows.with(Vec::is_empty)>
            <div data-task="unconfirmed">
                <Section title lead=said(move || t!(unconfirmed.lead))>
                    <List>
                        <For each=move || rows.get() key=|row| row.activity.activity let:row>
                            <Row first=row waiting />
                        </For>
                    </List>
                    <Show when=move || limit.get() < waiting.with(Waiting::count)>
                        <Button
                            label=move || t!(action.more)
                            on_press=move || limit.update(|limit| *limit += PAGE)
                        />
                    </Show>
                    <Show when=move || waiting.with(|waiting| waiting.has_more)>
                        <p class="small-print">{move || t!(unconfirmed.has_more)}</p>
                    </Show>
                </Section>
            </div>
        </Show>
    }
}

/// Says that what waits of activities is known to the server alone, which has not answered yet.
#[component]
fn Unknown(reading: Reading) -> impl IntoView {
    let shown = reading.shown();
    let is_known = Memo::new(move |_| shown.with(Option::is_some));
    move || {
        let code = reading.trouble().get().filter(|_| !is_known.get())?;
        let text = move || error_text(code.as_str()).0;
        Some(view! {
            <Notice
                title=said(move || t!(unconfirmed.unknown))
                text
                tone=Tone::Notice
                icon=Icon::CloudOff
            />
        })
    }
}

#[component]
fn Row(first: UnconfirmedActivity, waiting: Memo<Waiting>) -> impl IntoView {
    let href = format!("/activities/{}", first.activity.activity);
    // The row stays in its place when its numbers change.
    let row = Memo::new(move |_| {
        waiting.with(|waiting| {
            let is_it =
                |row: &&UnconfirmedActivity| row.activity.activity == first.activity.activity;
            let found = waiting.rows.iter().find(is_it);
            found.cloned().unwrap_or_else(|| first.clone())
        })
    });
    let lead = move || {
        row.with(|row| {
            t!(
                date.day_span,
                day = format_day(row.activity.starts_at.0),
                span = words::span(row.activity.starts_at, row.activity.ends_at)
            )
        })
    };
    let subtitle = move || {
        row.with(|row| {
            let name = words::with_place(&row.organisation.name, &row.organisation.place);
            let tally = tally_words(&row.activity.tally).into_iter().skip(1);
            words::joined(std::iter::once(name).chain(tally))
        })
    };
    view! {
        <ListRow
            lead=said(lead)
            title=move || row.with(|row| row.activity.topic.clone())
            subtitle=MaybeProp::derive(subtitle)
            href=href
        />
    }
}

#[cfg(test)]
mod tests {
    use shared::api::{ActivitySummary, OrganisationSummary};
    use shared::ids::ActivityId;
    use shared::time::Timestamp;
    use shared::words::OrganisationKind;
    use uuid::Uuid;

    use super::*;

    fn row(number: u128, starts_at: i64) -> UnconfirmedActivity {
        UnconfirmedActivity {
            organisation: organisation(),
            activity: ActivitySummary {
                activity: ActivityId(Uuid::from_u128(number)),
                topic: String::new(),
                starts_at: Timestamp(starts_at),
                ends_at: Timestamp(starts_at + 1),
                cancelled: false,
                tally: Tally::default(),
            },
        }
    }

    fn organisation() -> OrganisationSummary {
        OrganisationSummary {
            id: OrganisationId(Uuid::nil()),
            name: String::new(),
            kind: OrganisationKind::Branch,
            place: Vec::new(),
        }
    }

    #[test]
    fn the_oldest_comes_first_and_an_activity_that_two_lists_hold_once() {
        let mut waiting = Waiting::default();
        for (rows, next) in [
            (vec![row(2, 20), row(3, 30)], None),
            (vec![row(1, 10), row(3, 30)], Some("on".to_owned())),
        ] {
            waiting.add(UnconfirmedList {
                organisation: organisation(),
                rows,
                next,
            });
        }
        waiting.sort();
        let starts: Vec<i64> = waiting
            .rows
            .iter()
            .map(|row| row.activity.starts_at.0)
            .collect();
        assert_eq!(starts, [10, 20, 30]);
        assert!(waiting.has_more);
    }
}
