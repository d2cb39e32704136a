//! How sums are kept: one cell for each organisation or venue, span and first day, with its numbers and
//! with the exact sets of people behind them. Cells are moved by what changed, and a period is the
//! sum of few of them. Reads no database.

mod change;
mod sum;

use std::collections::BTreeMap;
use std::hash::Hasher;

use roaring::RoaringBitmap;
use serde::{Deserialize, Serialize};
use shared::ids::{OrganisationPath, VenueId};
use shared::rollup::{Facet, Figures, Span};
use shared::time::Day;
use shared::words::Measure;
use twox_hash::XxHash64;
use uuid::Uuid;

pub use change::{CellChange, PartChange, Paths, absent, change, of_scope, restore};
pub use sum::Sum;

/// Whose numbers a cell holds.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Scope {
    /// An organisation with all beneath it.
    Organisation(OrganisationPath),
    /// What was held at a venue, by whomever.
    Venue(VenueId),
}

/// Which cell.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct CellKey {
    /// Whose numbers.
    pub scope: Scope,
    /// How many days.
    pub span: Span,
    /// The first of them.
    pub start: Day,
}

/// The numbers of one cell.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Cell {
    whole: Part,
    facets: BTreeMap<Facet, Part>,
}

/// A cell as it is stored.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CellRow {
    /// XXH64 of the rest, by which two readings are told apart.
    pub mark: i64,
    /// The numbers of the whole.
    pub figures: Vec<u8>,
    /// The sets of the whole.
    pub distinct: Vec<u8>,
    /// The numbers and sets of each facet.
    pub facets: Vec<u8>,
}

/// A stored cell cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a stored cell cannot be read")]
pub struct CellDamaged;

/// What stands for people and organisations in sets.
pub type Ordinals = BTreeMap<Uuid, u32>;

/// The numbers of a cell, or of one facet in it.
#[derive(Clone, Debug, Default, PartialEq)]
struct Part {
    figures: Figures,
    distinct: BTreeMap<Measure, RoaringBitmap>,
}

/// Sets as they are stored: each a bitmap in the portable format of Roaring.
/// Source: <https://github.com/RoaringBitmap/RoaringFormatSpec>.
type StoredSets<'a> = Vec<(Measure, &'a [u8])>;

/// A facet as it is stored.
#[derive(Serialize, Deserialize)]
struct StoredFacet<'a> {
    facet: Facet,
    figures: Figures,
    #[serde(borrow)]
    distinct: StoredSets<'a>,
}

impl Scope {
    /// Returns the text that tables write: a path, or a tilde and the venue's id in capital hex digits.
    pub fn text(&self) -> String {
        match self {
            Self::Organisation(path) => path.as_str().to_owned(),
            Self::Venue(venue) => format!("~{:X}", venue.0.simple()),
        }
    }
}

impl Cell {
    /// Reads a stored cell.
    ///
    /// # Errors
    /// [`CellDamaged`].
    pub fn of(row: &CellRow) -> Result<Self, CellDamaged> {
        let stored: Vec<StoredFacet<'_>> = read(&row.facets)?;
        let facets = stored.into_iter().map(|stored| {
            let part = Part {
                figures: stored.figures,
                distinct: sets(stored.distinct)?,
            };
            Ok((stored.facet, part))
        });
        Ok(Self {
            whole: Part {
                figures: read(&row.figures)?,
                distinct: sets(read(&row.distinct)?)?,
            },
            facets: facets.collect::<Result<_, _>>()?,
        })
    }

    /// Writes it as it is stored, `None` when nothing is left in it.
    pub fn row(&self) -> Option<CellRow> {
        if self.whole.is_empty() && self.facets.is_empty() {
            return None;
        }
        let bitmaps: Vec<_> = self.facets.values().map(Part::bitmaps).collect();
        let facets: Vec<StoredFacet<'_>> = self
            .facets
            .iter()
            .zip(&bitmaps)
            .map(|((facet, part), bitmaps)| StoredFacet {
                facet: facet.clone(),
                figures: part.figures.clone(),
                distinct: borrowed(bitmaps),
            })
            .collect();
        let mut row = CellRow {
            mark: 0,
            figures: write(&self.whole.figures),
            distinct: write(&borrowed(&self.whole.bitmaps())),
            facets: write(&facets),
        };
        let mut hash = XxHash64::with_seed(0);
        for part in [&row.figures, &row.distinct, &row.facets] {
            hash.write(part);
        }
        row.mark = hash.finish().cast_signed();
        Some(row)
    }

    /// Returns how many activities were held, by which a venue counts as used.
    pub fn held(&self) -> i64 {
        self.whole.figures.get(Measure::Activities)
    }

    /// Moves it by what changed; every id of the change has an ordinal.
    pub fn change(&mut self, change: &CellChange, ordinals: &Ordinals) {
        self.whole.change(&change.whole, ordinals);
        for (facet, change) in &change.facets {
            let part = self.facets.entry(facet.clone()).or_default();
            part.change(change, ordinals);
            if part.is_empty() {
                self.facets.remove(facet);
            }
        }
    }
}

impl Part {
    fn is_empty(&self) -> bool {
        self.figures.is_empty() && self.distinct.is_empty()
    }

    fn change(&mut self, change: &PartChange, ordinals: &Ordinals) {
        self.figures.add_all(&change.figures, 1);
        for ((measure, id), is_there) in &change.distinct {
            let Some(ordinal) = ordinals.get(id) else {
                continue;
            };
            let set = self.distinct.entry(*measure).or_default();
            if *is_there {
                set.insert(*ordinal);
            } else {
                set.remove(*ordinal);
            }
        }
        self.distinct.retain(|_, set| !set.is_empty());
    }

    fn bitmaps(&self) -> Vec<(Measure, Vec<u8>)> {
        let bitmap = |(measure, set): (&Measure, &RoaringBitmap)| {
            let mut bytes = Vec::with_capacity(set.serialized_size());
            set.serialize_into(&mut bytes)
                .expect("a vector takes whatever is written");
            (*measure, bytes)
        };
        self.distinct.iter().map(bitmap).collect()
    }
}

fn borrowed(bitmaps: &[(Measure, Vec<u8>)]) -> StoredSets<'_> {
    let bitmaps = bitmaps.iter();
    bitmaps
        .map(|(measure, bytes)| (*measure, bytes.as_slice()))
        .collect()
}

fn sets(stored: StoredSets<'_>) -> Result<BTreeMap<Measure, RoaringBitmap>, CellDamaged> {
    let sets = stored
        .into_iter()
        .map(|(measure, bytes)| Ok((measure, set(bytes)?)));
    sets.collect()
}

fn set(bytes: &[u8]) -> Result<RoaringBitmap, CellDamaged> {
    RoaringBitmap::deserialize_from(bytes).map_err(|_| CellDamaged)
}

/// Reads a part of a row; no bytes are nothing.
fn read<'a, T: Deserialize<'a> + Default>(bytes: &'a [u8]) -> Result<T, CellDamaged> {
    if bytes.is_empty() {
        return Ok(T::default());
    }
    postcard::from_bytes(bytes).map_err(|_| CellDamaged)
}

fn write<T: Serialize>(value: &T) -> Vec<u8> {
    postcard::to_stdvec(value).expect("numbers, sets and facets are all postcard")
}
