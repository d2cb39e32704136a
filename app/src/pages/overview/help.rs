//! What needs help first: everything that waits at and beneath the organisation, each with the way to
//! where it is cleared.

use leptos::prelude::*;
use shared::api::{Dashboard, VenueList};
use shared::ids::OrganisationId;
use shared::rollup::OVERDUE_DAYS;
use shared::words::{Measure, VenueKind};

use super::BENEATH_ID;
use super::venues::{VENUES_ID, unused};
use crate::components::{Icon, List, ListRow, Notice, Section, Tone};
use crate::locale::format_number;
use crate::pages::words::said;
use crate::state::use_app_state;
use crate::t;

/// Something that waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Need {
    Unconfirmed,
    Disputed,
    MemberRegistrations,
    OrganisationRegistrations,
    Services,
    Claims,
    RequestsDisputed,
    UnusedHalls,
}

impl Need {
    /// What is measured, in the order in which it is shown; halls come last.
    pub(super) const MEASURED: [(Self, Measure); 7] = [
        (Self::Unconfirmed, Measure::Unconfirmed),
        (Self::Disputed, Measure::Disputed),
        (
            Self::MemberRegistrations,
            Measure::MemberRegistrationsWaiting,
        ),
        (
            Self::OrganisationRegistrations,
            Measure::OrganisationRegistrationsWaiting,
        ),
        (Self::Services, Measure::ServicesWaiting),
        (Self::Claims, Measure::ClaimsWaiting),
        (Self::RequestsDisputed, Measure::RequestsDisputed),
    ];

    pub(super) fn name(self) -> String {
        match self {
            Self::Unconfirmed => t!(overview.need.unconfirmed),
            Self::Disputed => t!(overview.need.disputed),
            Self::MemberRegistrations => t!(overview.need.member_registrations),
            Self::OrganisationRegistrations => t!(overview.need.org_registrations),
            Self::Services => t!(overview.need.services),
            Self::Claims => t!(overview.need.claims),
            Self::RequestsDisputed => t!(overview.need.requests_disputed),
            Self::UnusedHalls => t!(overview.need.halls),
        }
    }

    const fn icon(self) -> Icon {
        match self {
            Self::Unconfirmed => Icon::Clock,
            Self::Disputed | Self::RequestsDisputed => Icon::Warning,
            Self::MemberRegistrations => Icon::Person,
            Self::OrganisationRegistrations => Icon::Building,
            Self::Services => Icon::Heart,
            Self::Claims => Icon::List,
            Self::UnusedHalls => Icon::Pin,
        }
    }

    /// Where it is cleared: on this phone where the owner is the one who is asked, else further down
    /// the tree.
    fn href(self, organisation: OrganisationId, is_own: bool) -> String {
        match self {
            Self::Unconfirmed | Self::Disputed => format!("/unconfirmed/{organisation}"),
            Self::MemberRegistrations
            | Self::OrganisationRegistrations
            | Self::Services
            | Self::Claims
            | Self::RequestsDisputed
                if is_own =>
            {
                "/affairs".to_owned()
            }
            Self::MemberRegistrations
            | Self::OrganisationRegistrations
            | Self::Services
            | Self::Claims
            | Self::RequestsDisputed => format!("#{BENEATH_ID}"),
            Self::UnusedHalls => format!("#{VENUES_ID}"),
        }
    }
}

#[component]
pub(super) fn HelpSection(
    #[prop(into)] dashboard: Signal<Dashboard>,
    venues: Signal<Option<VenueList>>,
) -> impl IntoView {
    let state = use_app_state();
    let counts = Memo::new(move |_| {
        let measured = dashboard.with(|dashboard| {
            let (all, late) = (&dashboard.waiting, &dashboard.overdue);
            Need::MEASURED.map(|(need, measure)| (need, all.get(measure), late.get(measure)))
        });
        let halls = venues.with(|venues| {
            let unused = venues
                .as_ref()
                .map(|venues| unused(venues, VenueKind::Hall));
            unused.unwrap_or(0)
        });
        let halls = (Need::UnusedHalls, halls, 0);
        let needs = measured.into_iter().chain([halls]);
        needs.filter(|(_, n, _)| 0 < *n).collect::<Vec<_>>()
    });
    let organisation = Memo::new(move |_| dashboard.with(|dashboard| dashboard.organisation.id));
    let is_own = Memo::new(move |_| {
        let shown = organisation.get();
        state.coordinated().iter().any(|own| own.id == shown)
    });
    let needs = Memo::new(move |_| {
        counts.with(|counts| counts.iter().map(|(need, ..)| *need).collect::<Vec<_>>())
    });
    let row = move |need: Need| {
        let count = Memo::new(move |before: Option<&(i64, i64)>| {
            let found = counts.with(|counts| {
                let found = counts.iter().find(|(one, ..)| *one == need);
                found.map(|(_, n, late)| (*n, *late))
            });
            // A row that is being taken away keeps its number.
            found.or(before.copied()).unwrap_or_default()
        });
        let late = move || {
            let (_, late) = count.get();
            (0 < late).then(|| {
                t!(
                    overview.overdue,
                    n = format_number(late),
                    days = OVERDUE_DAYS
                )
            })
        };
        view! {
            <ListRow
                title=move || need.name()
                subtitle=MaybeProp::derive(late)
                icon=need.icon()
                trailing=move || {
                    view! { <span class="need-count">{format_number(count.get().0)}</span> }
                }
                href=MaybeProp::derive(move || Some(need.href(organisation.get(), is_own.get())))
            />
        }
    };
    view! {
        <Show
            when=move || !counts.with(Vec::is_empty)
            fallback=|| {
                view! {
                    <Notice
                        text=move || t!(overview.nothing_waits)
                        tone=Tone::Good
                        icon=Icon::CheckCircle
                    />
                }
            }
        >
            <Section
                title=move || t!(overview.needs_help)
                lead=said(move || t!(overview.needs_help_hint))
            >
                <List>
                    <For
                        each=move || needs.get()
                        key=|need| *need
                        children=row
                    />
                </List>
            </Section>
        </Show>
    }
}
