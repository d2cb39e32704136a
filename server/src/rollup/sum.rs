//! Adds stored cells up.

use std::collections::BTreeMap;

use roaring::RoaringBitmap;
use shared::rollup::{Facet, Figures};
use shared::words::Measure;

use super::{CellDamaged, CellRow, StoredFacet, StoredSets, read, set};

/// The sum of some cells.
#[derive(Clone, Debug, Default)]
pub struct Sum {
    figures: Figures,
    distinct: BTreeMap<Measure, RoaringBitmap>,
}

impl Sum {
    /// Adds a cell, or what it holds of one facet. The sets of one that was read without them are empty.
    ///
    /// # Errors
    /// [`CellDamaged`].
    pub fn add(&mut self, row: &CellRow, facet: Option<&Facet>) -> Result<(), CellDamaged> {
        let Some(facet) = facet else {
            return self.join(&read(&row.figures)?, &read(&row.distinct)?);
        };
        let facets: Vec<StoredFacet<'_>> = read(&row.facets)?;
        match facets.iter().find(|stored| stored.facet == *facet) {
            Some(stored) => self.join(&stored.figures, &stored.distinct),
            None => Ok(()),
        }
    }

    /// Adds every facet of a cell to the sum of its own.
    ///
    /// # Errors
    /// [`CellDamaged`].
    pub fn add_facets(sums: &mut BTreeMap<Facet, Self>, row: &CellRow) -> Result<(), CellDamaged> {
        let facets: Vec<StoredFacet<'_>> = read(&row.facets)?;
        for stored in facets {
            let sum = sums.entry(stored.facet).or_default();
            sum.join(&stored.figures, &stored.distinct)?;
        }
        Ok(())
    }

    /// Adds another sum.
    pub fn add_sum(&mut self, other: &Self) {
        self.figures.add_all(&other.figures, 1);
        for (measure, set) in &other.distinct {
            *self.distinct.entry(*measure).or_default() |= set;
        }
    }

    /// Returns about how many bytes it takes.
    pub fn bytes(&self) -> usize {
        let sets = self.distinct.values().map(RoaringBitmap::serialized_size);
        size_of::<Self>() + sets.sum::<usize>() + 64 * self.figures.iter().count()
    }

    /// Returns the numbers without those of the sets.
    pub fn sums(&self) -> Figures {
        self.figures.clone()
    }

    /// Returns the numbers, those of the sets among them.
    pub fn figures(&self) -> Figures {
        let mut figures = self.figures.clone();
        for (measure, set) in &self.distinct {
            figures.add(*measure, i64::try_from(set.len()).unwrap_or(i64::MAX));
        }
        figures
    }

    fn join(&mut self, figures: &Figures, distinct: &StoredSets<'_>) -> Result<(), CellDamaged> {
        self.figures.add_all(figures, 1);
        for (measure, bytes) in distinct {
            *self.distinct.entry(*measure).or_default() |= set(bytes)?;
        }
        Ok(())
    }
}
