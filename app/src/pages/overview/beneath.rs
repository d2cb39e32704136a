//! The organisations directly beneath: as tiles in about the order in which they lie, and as a table in
//! the order of the tree. Never by their numbers.

use std::collections::BTreeMap;

use leptos::prelude::*;
use shared::api::{Dashboard, OrganisationFigures};
use shared::directory::{DirectorySlice, Organisation};
use shared::ids::OrganisationId;
use shared::rollup::{Facet, Figures};
use shared::words::Measure;

use super::place::View;
use super::{BENEATH_ID, Part};
use crate::components::{Align, Column, DataTable, MapTile, TableRow, TileMap};
use crate::locale::format_number;
use crate::pages::words::{self, said};
use crate::state::use_app_state;
use crate::t;

/// Where the counties of the reference city lie, by area code: column and row, north above.
const COUNTIES: [(&str, (u32, u32)); 9] = [
    ("441224", (2, 1)),
    ("441223", (3, 1)),
    ("441225", (1, 2)),
    ("441284", (3, 2)),
    ("441284450", (4, 2)),
    ("441226", (1, 3)),
    ("441204", (2, 3)),
    ("441202", (3, 3)),
    ("441203", (4, 3)),
];

/// Beneath a city and a county, whose parts have names of places.
const MAP_DEPTH: usize = 1;

#[component]
pub(super) fn MapSection(
    #[prop(into)] dashboard: Signal<Dashboard>,
    view: Memo<View>,
) -> impl IntoView {
    let directory = use_app_state().directory();
    // The arrangement goes by codes, which the phone knows of what lies beneath its owner's own.
    let areas =
        Memo::new(move |_| directory.with(|slice| slice.as_ref().map(areas).unwrap_or_default()));
    let tiles = Memo::new(move |_| {
        let view = view.get();
        dashboard.with(|dashboard| areas.with(|areas| tiles(dashboard, &view, areas)))
    });
    let title = move || {
        let measure = dashboard.with(drawn);
        if measure == Measure::Services {
            t!(overview.map_services)
        } else {
            t!(overview.map_attendances)
        }
    };
    view! {
        <Part title when=move || { 1 < tiles.with(Vec::len) }>
            <TileMap title tiles />
        </Part>
    }
}

#[component]
pub(super) fn BeneathSection(
    #[prop(into)] dashboard: Signal<Dashboard>,
    view: Memo<View>,
) -> impl IntoView {
    let rows = Memo::new(move |_| {
        let view = view.get();
        dashboard.with(|dashboard| {
            let at = &dashboard.organisation.place;
            let beneath = dashboard.beneath.iter();
            beneath.map(|one| row(one, at, &view)).collect::<Vec<_>>()
        })
    });
    let columns = Signal::stored(vec![
        Column::new(move || t!(overview.organisation), Align::Words),
        Column::new(move || t!(overview.column_activities), Align::Numbers),
        Column::new(move || t!(overview.column_attendances), Align::Numbers),
        Column::new(move || t!(overview.column_people), Align::Numbers),
        Column::new(move || t!(overview.column_waiting), Align::Numbers),
        Column::new(move || t!(overview.column_services), Align::Numbers),
    ]);
    view! {
        <div class="linked-part" id=BENEATH_ID>
            <Part
                title=move || t!(overview.by_organisation)
                lead=said(move || t!(overview.sorted_by_code))
                when=move || !rows.with(Vec::is_empty)
            >
                <DataTable caption=move || t!(overview.by_organisation) columns rows />
            </Part>
        </div>
    }
}

/// What the tiles count: of a category of service there are no attendances.
fn drawn(dashboard: &Dashboard) -> Measure {
    match dashboard.facet {
        Some(Facet::Category(_)) => Measure::Services,
        Some(Facet::Kind(_) | Facet::Sector(_) | Facet::Campaign(_)) | None => Measure::Attendances,
    }
}

/// The code and the name of the area in which each organisation sits.
type Areas = BTreeMap<OrganisationId, (String, String)>;

fn areas(slice: &DirectorySlice) -> Areas {
    let area = |organisation: &Organisation| {
        let area = slice
            .areas
            .iter()
            .find(|area| area.code == organisation.area)?;
        let named = (area.code.as_str().to_owned(), area.name.clone());
        Some((organisation.id, named))
    };
    slice.organisations.iter().filter_map(area).collect()
}

fn tiles(dashboard: &Dashboard, view: &View, areas: &Areas) -> Vec<MapTile> {
    let at = &dashboard.organisation.place;
    if MAP_DEPTH < at.len() {
        return Vec::new();
    }
    let measure = drawn(dashboard);
    // What bears no name of a place of its own has no place on a map.
    let places = dashboard.beneath.iter().filter_map(|one| {
        let place = one.organisation.place.strip_prefix(at.as_slice())?;
        Some((one, place.first()?.clone()))
    });
    let mut tiles: Vec<MapTile> = places
        .map(|(one, place)| {
            let area = areas.get(&one.organisation.id);
            MapTile {
                label: area.map_or(place, |(_, name)| name.clone()),
                value: u64::try_from(one.figures.get(measure)).unwrap_or(0),
                href: view.of(one.organisation.id).path(),
                at: area.and_then(|(code, _)| lies(code)),
            }
        })
        .collect();
    // Two in one place, or one whose place nobody knows, and all stand in the order of the tree.
    let mut known: Vec<_> = tiles.iter().filter_map(|tile| tile.at).collect();
    known.sort_unstable();
    known.dedup();
    if known.len() < tiles.len() {
        for tile in &mut tiles {
            tile.at = None;
        }
    }
    tiles
}

fn lies(code: &str) -> Option<(u32, u32)> {
    let found = COUNTIES.iter().find(|(county, _)| *county == code);
    found.map(|(_, at)| *at)
}

fn row(beneath: &OrganisationFigures, at: &[String], view: &View) -> TableRow {
    let (organisation, figures) = (&beneath.organisation, &beneath.figures);
    // Where the reader already stands needs no saying.
    let place = organisation
        .place
        .strip_prefix(at)
        .unwrap_or(&organisation.place);
    let number = |measure| format_number(figures.get(measure));
    TableRow {
        cells: vec![
            words::with_place(&organisation.name, place),
            number(Measure::Activities),
            number(Measure::Attendances),
            number(Measure::People),
            format_number(waiting(figures)),
            number(Measure::Services),
        ],
        href: Some(view.of(organisation.id).path()),
    }
}

fn waiting(figures: &Figures) -> i64 {
    Measure::WAITING
        .iter()
        .map(|measure| figures.get(*measure))
        .sum()
}

#[cfg(test)]
mod tests {
    use shared::api::OrganisationSummary;
    use shared::time::Day;
    use shared::words::OrganisationKind;
    use uuid::Uuid;

    use super::super::period::Period;
    use super::super::tests::dashboard;
    use super::*;
    use crate::locale::{Locale, provide_locale};

    fn beneath(id: u128, name: &str, place: &[&str]) -> OrganisationFigures {
        OrganisationFigures {
            organisation: OrganisationSummary {
                id: OrganisationId(Uuid::from_u128(id)),
                name: name.to_owned(),
                kind: OrganisationKind::Branch,
                place: place.iter().map(|&name| name.to_owned()).collect(),
            },
            figures: Figures::default(),
            has_beneath: false,
        }
    }

    fn view() -> View {
        View {
            organisation: OrganisationId(Uuid::nil()),
            period: Period::All,
            facet: None,
        }
    }

    #[test]
    fn only_the_part_of_a_place_that_is_not_known_is_told() {
        let owner = Owner::new();
        owner.set();
        provide_locale(Locale::En);
        let branch = beneath(1, "Branch", &["County", "Town"]);
        let name = |at: &[&str]| {
            let at: Vec<String> = at.iter().map(|&name| name.to_owned()).collect();
            row(&branch, &at, &view()).cells[0].clone()
        };
        assert_eq!(name(&["County"]), "Branch (Town)");
        assert_eq!(name(&["Elsewhere"]), "Branch (County Town)");
        assert_eq!(name(&["County", "Town"]), "Branch");
    }

    #[test]
    fn tiles_lie_where_their_counties_do_or_in_the_order_of_the_tree() {
        let city = Dashboard {
            beneath: vec![
                beneath(1, "a", &["端州区"]),
                beneath(2, "b", &["怀集县"]),
                beneath(3, "offices", &[]),
            ],
            ..dashboard(Day(0), Day(6))
        };
        let id = |number| OrganisationId(Uuid::from_u128(number));
        let area = |code: &str, name: &str| (code.to_owned(), name.to_owned());
        let mut areas = Areas::from([(id(1), area("441202", "端州区"))]);
        let placed = |areas: &Areas| {
            let tiles = tiles(&city, &view(), areas).into_iter();
            tiles.map(|tile| (tile.label, tile.at)).collect::<Vec<_>>()
        };
        let named = |label: &str, at| (label.to_owned(), at);
        assert_eq!(
            placed(&areas),
            [named("端州区", None), named("怀集县", None)]
        );
        areas.insert(id(2), area("441224", "怀集县"));
        assert_eq!(
            placed(&areas),
            [named("端州区", Some((3, 3))), named("怀集县", Some((2, 1)))]
        );
    }
}
