//! The numbers of the period, each with what it was in the one before, in words and never in judgement.

use leptos::prelude::*;
use shared::api::Dashboard;
use shared::rollup::{Facet, Figures};
use shared::words::Measure;

use super::period::Extent;
use crate::components::{StatGrid, StatTile};
use crate::locale::{format_number, format_percent};
use crate::pages::service_words::hours_number;
use crate::t;

/// A number that is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Tile {
    Activities,
    Attendances,
    People,
    /// 到课率: of those who were expected.
    Rate,
    Registrations,
    Services,
    Hours,
    Volunteers,
    Beneficiaries,
    Teams,
}

impl Tile {
    pub(super) const ALL: [Self; 10] = [
        Self::Activities,
        Self::Attendances,
        Self::People,
        Self::Rate,
        Self::Registrations,
        Self::Services,
        Self::Hours,
        Self::Volunteers,
        Self::Beneficiaries,
        Self::Teams,
    ];

    pub(super) fn name(self) -> String {
        match self {
            Self::Activities => t!(overview.activities),
            Self::Attendances => t!(overview.attendances),
            Self::People => t!(overview.people),
            Self::Rate => t!(overview.rate),
            Self::Registrations => t!(overview.registrations),
            Self::Services => t!(overview.services),
            Self::Hours => t!(overview.hours),
            Self::Volunteers => t!(overview.volunteers),
            Self::Beneficiaries => t!(overview.beneficiaries),
            Self::Teams => t!(overview.teams),
        }
    }

    /// Returns the number as it is read; a part of nobody is none.
    pub(super) fn value(self, figures: &Figures) -> String {
        match self {
            Self::Rate => rate(figures).map_or_else(
                || t!(overview.no_rate),
                |(came, expected)| format_percent(came, expected),
            ),
            Self::Hours => hours_number(self.number(figures)),
            Self::Activities
            | Self::Attendances
            | Self::People
            | Self::Registrations
            | Self::Services
            | Self::Volunteers
            | Self::Beneficiaries
            | Self::Teams => format_number(self.number(figures)),
        }
    }

    /// Returns the change from one period to the next, as in 比上期 +12.
    pub(super) fn change(self, before: &Figures, now: &Figures) -> Option<String> {
        let written = match self {
            Self::Rate => {
                let percent = |(came, expected): (u64, u64)| {
                    i64::try_from((came * 200 + expected) / (expected * 2)).unwrap_or(0)
                };
                let points = percent(rate(now)?) - percent(rate(before)?);
                (points != 0).then(|| t!(overview.points, n = signed(points)))
            }
            Self::Hours => {
                let minutes = self.number(now) - self.number(before);
                (minutes != 0).then(|| format!("{}{}", sign(minutes), hours_number(minutes.abs())))
            }
            Self::Activities
            | Self::Attendances
            | Self::People
            | Self::Registrations
            | Self::Services
            | Self::Volunteers
            | Self::Beneficiaries
            | Self::Teams => {
                let more = self.number(now) - self.number(before);
                (more != 0).then(|| signed(more))
            }
        };
        Some(match written {
            Some(change) => t!(overview.change, change = change),
            None => t!(overview.no_change),
        })
    }

    fn number(self, figures: &Figures) -> i64 {
        match self {
            Self::Activities => figures.get(Measure::Activities),
            Self::Attendances => figures.get(Measure::Attendances),
            Self::People => figures.get(Measure::People),
            Self::Rate => figures.get(Measure::ExpectedPresent),
            Self::Registrations => {
                figures.get(Measure::MemberRegistrations)
                    + figures.get(Measure::OrganisationRegistrations)
            }
            Self::Services => figures.get(Measure::Services),
            Self::Hours => figures.get(Measure::ServiceMinutes),
            Self::Volunteers => figures.get(Measure::Volunteers),
            Self::Beneficiaries => figures.get(Measure::Beneficiaries),
            Self::Teams => figures.get(Measure::Teams),
        }
    }

    /// Tells whether it says anything of what a facet keeps.
    fn is_of(self, facet: Option<&Facet>) -> bool {
        match facet {
            None => true,
            Some(Facet::Kind(_) | Facet::Sector(_) | Facet::Campaign(_)) => match self {
                Self::Activities | Self::Attendances | Self::People | Self::Rate => true,
                Self::Registrations
                | Self::Services
                | Self::Hours
                | Self::Volunteers
                | Self::Beneficiaries
                | Self::Teams => false,
            },
            Some(Facet::Category(_)) => match self {
                Self::Services
                | Self::Hours
                | Self::Volunteers
                | Self::Beneficiaries
                | Self::Teams => true,
                Self::Activities
                | Self::Attendances
                | Self::People
                | Self::Rate
                | Self::Registrations => false,
            },
        }
    }
}

#[component]
pub(super) fn Tiles(
    #[prop(into)] dashboard: Signal<Dashboard>,
    extent: Signal<Extent>,
) -> impl IntoView {
    let tiles = Memo::new(move |_| {
        dashboard.with(|dashboard| {
            let facet = dashboard.facet.as_ref();
            let of = Tile::ALL.into_iter().filter(|tile| tile.is_of(facet));
            of.collect::<Vec<_>>()
        })
    });
    let tile = move |tile: Tile| {
        let value = Memo::new(move |_| dashboard.with(|dashboard| tile.value(&dashboard.figures)));
        let change = move || {
            let is_compared = extent.get() != Extent::All;
            is_compared
                .then(|| {
                    dashboard.with(|dashboard| tile.change(&dashboard.before, &dashboard.figures))
                })
                .flatten()
        };
        view! {
            <StatTile label=move || tile.name() value=value delta=MaybeProp::derive(change) />
        }
    };
    view! {
        <div class="dashboard-tiles">
            <StatGrid>
                <For each=move || tiles.get() key=|tile| *tile children=tile />
            </StatGrid>
        </div>
    }
}

/// Those who came of those who were expected; `None` while nobody was.
fn rate(figures: &Figures) -> Option<(u64, u64)> {
    let number = |measure| u64::try_from(figures.get(measure)).unwrap_or(0);
    let expected = number(Measure::Expected);
    (expected != 0).then(|| (number(Measure::ExpectedPresent), expected))
}

fn signed(number: i64) -> String {
    format!("{}{}", sign(number), format_number(number.abs()))
}

const fn sign(number: i64) -> char {
    if number < 0 { '−' } else { '+' }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::locale::{Locale, provide_locale};

    fn figures(numbers: &[(Measure, i64)]) -> Figures {
        let mut figures = Figures::default();
        for (measure, number) in numbers {
            figures.add(*measure, *number);
        }
        figures
    }

    #[test]
    fn a_change_is_told_with_its_sign() {
        let owner = Owner::new();
        owner.set();
        provide_locale(Locale::ZhCn);
        let before = figures(&[
            (Measure::Attendances, 1_300),
            (Measure::Expected, 10),
            (Measure::ExpectedPresent, 5),
            (Measure::ServiceMinutes, 90),
        ]);
        let now = figures(&[
            (Measure::Attendances, 100),
            (Measure::Expected, 3),
            (Measure::ExpectedPresent, 2),
            (Measure::ServiceMinutes, 120),
        ]);
        let change = |tile: Tile| tile.change(&before, &now);
        assert_eq!(change(Tile::Attendances).as_deref(), Some("比上期 −1,200"));
        assert_eq!(change(Tile::Rate).as_deref(), Some("比上期 +17 个百分点"));
        assert_eq!(change(Tile::Hours).as_deref(), Some("比上期 +0.5"));
        assert_eq!(change(Tile::Teams).as_deref(), Some("与上期相同"));
        assert_eq!(Tile::Rate.value(&now), "67%");
        assert_eq!(Tile::Rate.change(&Figures::default(), &now), None);
    }
}
