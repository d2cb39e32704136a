//! Sums that were made before. Most of a decade never changes: what has the marks that it had is not
//! read again, whoever changed it in the meantime.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use quick_cache::Weighter;
use quick_cache::sync::Cache;
use shared::rollup::{Facet, Figures, Range, Span};
use shared::time::Day;

use crate::rollup::{CellDamaged, CellRow, Sum};
use crate::store::figures::{CellRun, Depth, Marks, Memory};

/// Sums kept at most, by their bytes.
const BYTES: u64 = 96 * 1024 * 1024;
/// Sums kept at most, about.
const SUMS: usize = 20_000;

/// Sums of every organisation and period that somebody looked at lately.
pub struct Sums(Cache<Key, Kept, Bytes>);

/// What a sum is of.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
struct Key {
    scope: String,
    span: Span,
    first: Day,
    last: Day,
    depth: Depth,
    facet: Option<Facet>,
}

#[derive(Clone)]
struct Kept {
    marks: Arc<Marks>,
    added: Arc<Added>,
}

/// What the cells of one run add up to.
#[derive(Debug, Default)]
pub(super) struct Added {
    /// The whole.
    pub(super) whole: Sum,
    /// What is asked for: one facet, or the whole.
    pub(super) asked: Sum,
    /// Every facet, of cells that were read with them.
    pub(super) facets: BTreeMap<Facet, Sum>,
    /// What is asked for of each cell, without its sets.
    pub(super) series: Vec<(Day, Figures)>,
}

#[derive(Clone)]
struct Bytes;

/// What one question remembers, and is told of.
pub(super) struct Recall {
    sums: Arc<Sums>,
    facet: Option<Facet>,
    found: Mutex<BTreeMap<Key, Arc<Added>>>,
}

impl Default for Sums {
    fn default() -> Self {
        Self(Cache::with_weighter(SUMS, BYTES, Bytes))
    }
}

impl Weighter<Key, Kept> for Bytes {
    fn weight(&self, key: &Key, kept: &Kept) -> u64 {
        let key = size_of::<Key>() + key.scope.len();
        let marks = kept.marks.len() * size_of::<(Day, i64)>();
        (key + marks + kept.added.bytes()) as u64
    }
}

impl Recall {
    pub(super) fn new(sums: Arc<Sums>, facet: Option<Facet>) -> Self {
        Self {
            sums,
            facet,
            found: Mutex::default(),
        }
    }

    /// Returns what a run adds up to: as it is remembered, or as it was read.
    pub(super) fn added(
        &self,
        scope: &str,
        depth: Depth,
        run: &CellRun,
    ) -> Result<Arc<Added>, CellDamaged> {
        let key = self.key(scope, run.range, depth);
        let Some(rows) = &run.rows else {
            let found = self.found.lock().unwrap_or_else(PoisonError::into_inner);
            return Ok(found.get(&key).cloned().unwrap_or_default());
        };
        let added = Arc::new(Added::of(rows, depth, self.facet.as_ref())?);
        let kept = Kept {
            marks: Arc::new(run.marks.clone()),
            added: added.clone(),
        };
        self.sums.0.insert(key, kept);
        Ok(added)
    }

    fn key(&self, scope: &str, range: Range, depth: Depth) -> Key {
        Key {
            scope: scope.to_owned(),
            span: range.span,
            first: range.first,
            last: range.last,
            depth,
            facet: self.facet.clone(),
        }
    }
}

impl Memory for Recall {
    fn remembers(&self, scope: &str, range: Range, depth: Depth, marks: &Marks) -> bool {
        let key = self.key(scope, range, depth);
        let kept = self.sums.0.get(&key);
        let Some(kept) = kept.filter(|kept| *kept.marks == *marks) else {
            return false;
        };
        // Held, for it may be dropped from the others before it is used.
        let mut found = self.found.lock().unwrap_or_else(PoisonError::into_inner);
        found.insert(key, kept.added);
        true
    }
}

impl Added {
    fn of(
        rows: &[(Day, CellRow)],
        depth: Depth,
        facet: Option<&Facet>,
    ) -> Result<Self, CellDamaged> {
        let mut added = Self::default();
        for (day, row) in rows {
            added.whole.add(row, None)?;
            let mut asked = Sum::default();
            asked.add(row, facet)?;
            added.asked.add_sum(&asked);
            added.series.push((*day, asked.sums()));
            if depth == Depth::Facets && facet.is_none() {
                Sum::add_facets(&mut added.facets, row)?;
            }
        }
        Ok(added)
    }

    fn bytes(&self) -> usize {
        let facets = self.facets.values().map(Sum::bytes).sum::<usize>();
        let series = self
            .series
            .iter()
            .map(|(_, figures)| figures.iter().count());
        let series = series.map(|measures| 64 + 32 * measures).sum::<usize>();
        self.whole.bytes() + self.asked.bytes() + facets + series
    }
}
