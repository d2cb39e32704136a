//! What the numbers are made of, by kind, sector, campaign and category of service, each a way to look
//! at it alone; and by grade of evidence.

use leptos::prelude::*;
use shared::api::Dashboard;
use shared::rollup::{Facet, Figures};
use shared::words::{Grade, Measure};

use super::Part;
use super::place::View;
use crate::components::{Card, Glyph, Icon, Share, ShareBar, ShareList, SharePart};
use crate::locale::format_number;
use crate::pages::service_words::{category_name, hours};
use crate::pages::words::{self, said};
use crate::t;

/// A way to take the numbers apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Cut {
    Kind,
    Sector,
    Campaign,
    Category,
}

impl Cut {
    const ALL: [Self; 4] = [Self::Kind, Self::Sector, Self::Campaign, Self::Category];

    const fn of(facet: &Facet) -> Self {
        match facet {
            Facet::Kind(_) => Self::Kind,
            Facet::Sector(_) => Self::Sector,
            Facet::Campaign(_) => Self::Campaign,
            Facet::Category(_) => Self::Category,
        }
    }

    fn title(self) -> String {
        match self {
            Self::Kind => t!(overview.by_kind),
            Self::Sector => t!(overview.by_sector),
            Self::Campaign => t!(overview.by_campaign),
            Self::Category => t!(overview.by_category),
        }
    }

    /// The number by which the bars are drawn, and all as they are told.
    fn numbers(self, figures: &Figures) -> (u64, String) {
        let (drawn, told) = match self {
            Self::Kind | Self::Sector | Self::Campaign => {
                let (held, came) = (
                    figures.get(Measure::Activities),
                    figures.get(Measure::Attendances),
                );
                let told = t!(
                    overview.held_and_came,
                    held = format_number(held),
                    came = format_number(came)
                );
                (held, told)
            }
            Self::Category => {
                let services = figures.get(Measure::Services);
                let told = t!(
                    overview.services_and_hours,
                    services = format_number(services),
                    hours = hours(figures.get(Measure::ServiceMinutes))
                );
                (services, told)
            }
        };
        (u64::try_from(drawn).unwrap_or(0), told)
    }
}

/// What a facet is called.
pub(super) fn facet_name(facet: &Facet) -> String {
    match facet {
        Facet::Kind(kind) => words::kind_name(*kind),
        Facet::Sector(sector) => words::sector_name(*sector),
        Facet::Campaign(campaign) => campaign.clone(),
        Facet::Category(category) => category_name(*category),
    }
}

/// Which facet alone is counted, with the way back to everything.
#[component]
pub(super) fn FacetChip(view: Memo<View>) -> impl IntoView {
    move || {
        let view = view.get();
        let facet = view.facet.clone()?;
        let everything = view.only(None).path();
        Some(view! {
            <p class="facet">
                <span class="facet-name">
                    {move || t!(overview.only, name = facet_name(&facet))}
                </span>
                <a class="facet-end" href=everything>
                    <Glyph icon=Icon::Close />
                    <span>{move || t!(overview.everything)}</span>
                </a>
            </p>
        })
    }
}

#[component]
pub(super) fn PartsSections(
    #[prop(into)] dashboard: Signal<Dashboard>,
    view: Memo<View>,
) -> impl IntoView {
    let section = move |cut: Cut| {
        let parts = Memo::new(move |_| {
            let view = view.get();
            dashboard.with(|dashboard| {
                let of = dashboard
                    .facets
                    .iter()
                    .filter(|(facet, _)| Cut::of(facet) == cut);
                of.map(|(facet, figures)| {
                    let (value, told) = cut.numbers(figures);
                    SharePart {
                        label: facet_name(facet),
                        value,
                        told,
                        href: view.only(Some(facet.clone())).path(),
                    }
                })
                .collect::<Vec<_>>()
            })
        });
        view! {
            <Part title=move || cut.title() when=move || !parts.with(Vec::is_empty)>
                <ShareList label=move || cut.title() parts />
            </Part>
        }
    };
    view! {
        {Cut::ALL.map(section).into_iter().collect_view()}
        <Grades dashboard />
    }
}

#[component]
fn Grades(#[prop(into)] dashboard: Signal<Dashboard>) -> impl IntoView {
    const GRADES: [(Grade, Measure); 4] = [
        (Grade::A, Measure::GradeA),
        (Grade::B, Measure::GradeB),
        (Grade::C, Measure::GradeC),
        (Grade::D, Measure::GradeD),
    ];
    let shares = Memo::new(move |_| {
        dashboard.with(|dashboard| {
            GRADES.map(|(grade, measure)| (grade, dashboard.figures.get(measure)))
        })
    });
    let told = move || {
        let share = |(grade, number): (Grade, i64)| Share {
            label: words::grade_title(grade),
            value: u64::try_from(number).unwrap_or(0),
        };
        shares.get().map(share).to_vec()
    };
    view! {
        <Part
            title=move || t!(overview.by_grade)
            lead=said(move || t!(grade.explain))
            when=move || shares.with(|shares| shares.iter().any(|(_, n)| *n != 0))
        >
            <Card>
                <ShareBar label=move || t!(overview.by_grade) shares=Signal::derive(told) />
            </Card>
        </Part>
    }
}
