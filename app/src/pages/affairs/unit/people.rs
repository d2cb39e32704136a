//! 党员报到情况: how many members have registered where they live, and who may need help with it. Sorted
//! by name; what was last seen stays in the memory of the page, never on the disk.

use std::cell::RefCell;
use std::collections::BTreeMap;

use leptos::prelude::*;
use shared::api::{ExpectedPerson, RegistrationList};
use shared::ids::OrganisationId;
use shared::time::Timestamp;
use shared::wire::MatterRow;

use crate::components::{
    Button, Icon, InputKind, List, ListRow, LoadingState, Notice, Section, StatGrid, StatTile,
    TextInput, Tone,
};
use crate::locale::{format_near, format_number};
use crate::pages::fresh::{Answer, Fresh, Source};
use crate::pages::name_search::finds;
use crate::pages::service_words::state_name;
use crate::pages::trouble::Trouble;
use crate::pages::words::{self, said};
use crate::state::{AppState, use_app_state};
use crate::t;

/// People shown at first, and with every press on 更多.
const PAGE: usize = 50;

/// A list with when it was read.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Seen {
    at: Timestamp,
    list: RegistrationList,
}

thread_local! {
    static SEEN: RefCell<BTreeMap<OrganisationId, Seen>> = const { RefCell::new(BTreeMap::new()) };
}

/// Forgets what was seen.
pub(in crate::pages::affairs) fn forget_seen() {
    SEEN.with_borrow_mut(BTreeMap::clear);
}

struct Registrations(AppState);

impl Source<OrganisationId, Seen> for Registrations {
    fn ask(&self, organisation: OrganisationId) -> Answer<Seen> {
        let state = self.0;
        Box::pin(async move {
            let list = state.registrations(organisation).await?;
            let at = state.clock();
            Ok(Seen { at, list })
        })
    }

    fn last_seen(&self, organisation: OrganisationId) -> Option<Seen> {
        SEEN.with_borrow(|seen| seen.get(&organisation).cloned())
    }

    fn keep(&self, organisation: OrganisationId, seen: &Seen) {
        SEEN.with_borrow_mut(|all| all.insert(organisation, seen.clone()));
    }
}

/// The members of an organisation and all beneath it.
#[component]
pub(super) fn People(organisation: OrganisationId) -> impl IntoView {
    let state = use_app_state();
    let now = state.now();
    let read = Fresh::begin(Signal::stored(organisation), Registrations(state));
    let (shown, trouble) = (read.shown(), read.trouble());
    let words = move || match (shown.get(), trouble.get()) {
        (Some(seen), trouble) => {
            let at = seen.at;
            let old = trouble.map(|_| {
                let text = move || t!(unit.as_of, time = format_near(at.0, now.get().0));
                view! { <Notice text tone=Tone::Notice icon=Icon::CloudOff /> }
            });
            view! {
                {old}
                <Numbers seen=seen.clone() />
                <Names seen />
            }
            .into_any()
        }
        (None, Some(code)) => view! {
            <Trouble code>
                <Button
                    label=move || t!(action.retry)
                    icon=Icon::Refresh
                    on_press=move || read.read_again()
                />
            </Trouble>
        }
        .into_any(),
        (None, None) => view! { <LoadingState rows=4 /> }.into_any(),
    };
    view! { <Section title=move || t!(unit.people_title)>{words}</Section> }
}

#[component]
fn Numbers(seen: Seen) -> impl IntoView {
    view! {
        <StatGrid>
            <StatTile
                label=move || t!(unit.registered)
                value=format_number(seen.list.registered)
            />
            <StatTile label=move || t!(unit.members) value=format_number(seen.list.members) />
        </StatGrid>
    }
}

#[component]
fn Names(seen: Seen) -> impl IntoView {
    let wanted = RwSignal::new(String::new());
    let (missing, rows) = (
        StoredValue::new(seen.list.missing),
        StoredValue::new(seen.list.rows),
    );
    let found_missing = Memo::new(move |_| {
        let wanted = wanted.get();
        missing.with_value(|people| {
            let found = people.iter().filter(|person| finds(&person.name, &wanted));
            found.cloned().collect::<Vec<_>>()
        })
    });
    let found_rows = Memo::new(move |_| {
        let wanted = wanted.get();
        rows.with_value(|rows| {
            let found = rows.iter().filter(|row| finds(&row.name, &wanted));
            found.cloned().collect::<Vec<_>>()
        })
    });
    let person = |person: ExpectedPerson| {
        let (name, branch) = (person.name, person.branch);
        view! { <ListRow title=name subtitle=branch icon=Icon::Person /> }
    };
    let row = |row: MatterRow| {
        let place = words::with_place(&row.to, &row.place);
        let matter = row.matter;
        let subtitle = move || {
            t!(
                unit.registered_at,
                community = place,
                state = state_name(&matter)
            )
        };
        view! { <ListRow title=row.name subtitle=said(subtitle) icon=Icon::Person /> }
    };
    view! {
        <TextInput
            label=move || t!(unit.search)
            kind=InputKind::Search
            value=wanted
            on_input=move |typed| wanted.set(typed)
        />
        <h3 class="affair-part-title">
            {move || t!(unit.missing_title, n = words::count(found_missing.with(Vec::len)))}
        </h3>
        <p class="field-hint">{move || t!(unit.missing_lead)}</p>
        <Show
            when=move || !missing.with_value(Vec::is_empty)
            fallback=|| view! { <p>{move || t!(unit.all_registered)}</p> }
        >
            <Page found=found_missing row=person />
        </Show>
        <h3 class="affair-part-title">
            {move || t!(unit.rows_title, n = words::count(found_rows.with(Vec::len)))}
        </h3>
        <Page found=found_rows row=row />
    }
}

/// The first of many rows, and more with every press.
#[component]
fn Page<T, V>(found: Memo<Vec<T>>, row: fn(T) -> V) -> impl IntoView
where
    T: Clone + PartialEq + Send + Sync + 'static,
    V: IntoView + 'static,
{
    let limit = RwSignal::new(PAGE);
    let shown = move || {
        let shown = found.with(|found| found.iter().take(limit.get()).cloned().collect::<Vec<_>>());
        shown.into_iter().map(row).collect_view()
    };
    view! {
        <List>{shown}</List>
        <Show when=move || limit.get() < found.with(Vec::len)>
            <Button
                label=move || t!(action.more)
                on_press=move || limit.update(|limit| *limit += PAGE)
            />
        </Show>
    }
}
