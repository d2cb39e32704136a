//! The organisations directly beneath, in the order of the tree.

use leptos::prelude::*;
use shared::api::{OrganisationTotals, Overview};

use super::Part;
use crate::components::{Align, Column, DataTable, TableRow};
use crate::locale::format_number;
use crate::pages::words;
use crate::t;

#[component]
pub(super) fn BeneathSection(#[prop(into)] overview: Signal<Overview>) -> impl IntoView {
    let rows = Memo::new(move |_| {
        overview.with(|overview| {
            let at = &overview.organisation.place;
            overview
                .beneath
                .iter()
                .map(|totals| row(totals, at))
                .collect::<Vec<_>>()
        })
    });
    let columns = Signal::stored(vec![
        Column::new(move || t!(overview.organisation), Align::Words),
        Column::new(move || t!(overview.column_activities), Align::Numbers),
        Column::new(move || t!(overview.column_attendances), Align::Numbers),
        Column::new(move || t!(overview.to_confirm), Align::Numbers),
    ]);
    view! {
        <Part title=move || t!(overview.by_organisation) when=move || !rows.with(Vec::is_empty)>
            <DataTable caption=move || t!(overview.by_organisation) columns rows />
        </Part>
    }
}

fn row(beneath: &OrganisationTotals, at: &[String]) -> TableRow {
    let (organisation, totals) = (&beneath.organisation, &beneath.totals);
    // Where the reader already stands needs no saying.
    let place = organisation
        .place
        .strip_prefix(at)
        .unwrap_or(&organisation.place);
    TableRow {
        cells: vec![
            words::with_place(&organisation.name, place),
            format_number(totals.activities),
            format_number(totals.tally.attendances),
            format_number(totals.tally.waiting),
        ],
        href: Some(format!("/overview/{}", organisation.id)),
    }
}

#[cfg(test)]
mod tests {
    use shared::api::{OrganisationSummary, Totals};
    use shared::ids::OrganisationId;
    use shared::words::OrganisationKind;
    use uuid::Uuid;

    use super::*;
    use crate::locale::{Locale, provide_locale};

    #[test]
    fn only_the_part_of_a_place_that_is_not_known_is_told() {
        let owner = Owner::new();
        owner.set();
        provide_locale(Locale::En);
        let place = |names: &[&str]| {
            let names = names.iter().map(|&name| name.to_owned());
            names.collect::<Vec<String>>()
        };
        let beneath = OrganisationTotals {
            organisation: OrganisationSummary {
                id: OrganisationId(Uuid::nil()),
                name: "Branch".to_owned(),
                kind: OrganisationKind::Branch,
                place: place(&["County", "Town"]),
            },
            totals: Totals::default(),
        };
        let name = |at: &[&str]| row(&beneath, &place(at)).cells[0].clone();
        assert_eq!(name(&["County"]), "Branch (Town)");
        assert_eq!(name(&["Elsewhere"]), "Branch (County Town)");
        assert_eq!(name(&["County", "Town"]), "Branch");
    }
}
