//! What records that came, changed or went mean to the cells.

use std::collections::{BTreeMap, BTreeSet};

use shared::ids::{OrganisationId, OrganisationPath, VenueId};
use shared::rollup::{Counted, Facet, Figures, Span};
use shared::time::Day;
use shared::words::Measure;
use uuid::Uuid;

use super::{CellKey, Scope};

/// The places of organisations in the tree, as far as they are known.
pub type Paths = BTreeMap<OrganisationId, OrganisationPath>;

/// What changes in a cell.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CellChange {
    /// In the whole.
    pub whole: PartChange,
    /// In each facet.
    pub facets: BTreeMap<Facet, PartChange>,
}

/// What changes in the numbers of a cell, or of one facet in it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PartChange {
    /// What is added.
    pub figures: Figures,
    /// Whether people and organisations are in the sets from now on.
    pub distinct: BTreeMap<(Measure, Uuid), bool>,
}

/// Records of one day that count at the same places and under the same facets.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Together<'a> {
    day: Day,
    organisations: &'a [OrganisationId],
    venue: Option<VenueId>,
    facets: &'a [Facet],
}

/// Returns what changes where `taken` does not count any more and `given` does. Who is in `taken`
/// and not in `given` is out of the sets, unless [`restore`] finds them elsewhere.
pub fn change(
    taken: &[Counted],
    given: &[Counted],
    paths: &Paths,
) -> BTreeMap<CellKey, CellChange> {
    let mut together: BTreeMap<Together<'_>, PartChange> = BTreeMap::new();
    let signed = taken.iter().map(|counted| (counted, false));
    for (counted, is_given) in signed.chain(given.iter().map(|counted| (counted, true))) {
        let part = together.entry(Together::of(counted)).or_default();
        part.add(counted, is_given);
    }
    let mut changes: BTreeMap<CellKey, CellChange> = BTreeMap::new();
    for (at, part) in &together {
        for key in cells(at, paths) {
            let cell = changes.entry(key).or_default();
            cell.whole.join(part);
            for facet in at.facets {
                cell.facets.entry(facet.clone()).or_default().join(part);
            }
        }
    }
    changes.retain(|_, cell| {
        cell.facets.retain(|_, part| !part.is_empty());
        !cell.whole.is_empty() || !cell.facets.is_empty()
    });
    changes
}

/// Returns who is out of a set by the changes.
pub fn absent(changes: &BTreeMap<CellKey, CellChange>) -> BTreeSet<(Measure, Uuid)> {
    let parts = changes
        .values()
        .flat_map(|cell| std::iter::once(&cell.whole).chain(cell.facets.values()));
    parts
        .flat_map(|part| &part.distinct)
        .filter(|(_, is_there)| !**is_there)
        .map(|(who, _)| *who)
        .collect()
}

/// Leaves those in the sets who are in them for another reason: `others` is everything that counts
/// of those whom [`absent`] names.
pub fn restore(changes: &mut BTreeMap<CellKey, CellChange>, others: &[Counted], paths: &Paths) {
    for counted in others {
        let at = Together::of(counted);
        for key in cells(&at, paths) {
            let Some(cell) = changes.get_mut(&key) else {
                continue;
            };
            for who in &counted.distinct {
                cell.whole.keep(who);
                for facet in &counted.facets {
                    if let Some(part) = cell.facets.get_mut(facet) {
                        part.keep(who);
                    }
                }
            }
        }
    }
}

/// Returns what records add to the cells of one organisation alone.
pub fn of_scope(
    path: &OrganisationPath,
    given: &[Counted],
    paths: &Paths,
) -> BTreeMap<CellKey, CellChange> {
    let scope = Scope::Organisation(path.clone());
    let mut changes = change(&[], given, paths);
    changes.retain(|key, _| key.scope == scope);
    changes
}

impl<'a> Together<'a> {
    fn of(counted: &'a Counted) -> Self {
        Self {
            day: counted.day,
            organisations: &counted.organisations,
            venue: counted.venue,
            facets: &counted.facets,
        }
    }
}

impl PartChange {
    fn is_empty(&self) -> bool {
        self.figures.is_empty() && self.distinct.is_empty()
    }

    fn add(&mut self, counted: &Counted, is_given: bool) {
        let times = if is_given { 1 } else { -1 };
        self.figures.add_all(&counted.figures, times);
        for who in &counted.distinct {
            self.set(*who, is_given);
        }
    }

    fn join(&mut self, other: &Self) {
        self.figures.add_all(&other.figures, 1);
        for (who, is_there) in &other.distinct {
            self.set(*who, *is_there);
        }
    }

    /// Whoever is there by one record is there.
    fn set(&mut self, who: (Measure, Uuid), is_there: bool) {
        *self.distinct.entry(who).or_default() |= is_there;
    }

    fn keep(&mut self, who: &(Measure, Uuid)) {
        if let Some(is_there) = self.distinct.get_mut(who) {
            *is_there = true;
        }
    }
}

/// Returns the cells in which something counts, each once. What belongs to an organisation that
/// nobody knows counts nowhere but at its venue.
fn cells<'a>(at: &Together<'a>, paths: &Paths) -> impl Iterator<Item = CellKey> + use<'a> {
    let known = at.organisations.iter().filter_map(|id| paths.get(id));
    let lines: BTreeSet<OrganisationPath> = known.flat_map(OrganisationPath::line).collect();
    let organisations = lines.into_iter().map(Scope::Organisation);
    let scopes = organisations.chain(at.venue.map(Scope::Venue));
    let day = at.day;
    scopes.flat_map(move |scope| {
        Span::ALL.map(|span| CellKey {
            scope: scope.clone(),
            span,
            start: span.start(day),
        })
    })
}
