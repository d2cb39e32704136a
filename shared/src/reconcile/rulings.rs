//! What coordinators decided: which ruling is in force, and what has come since.

use std::collections::BTreeSet;

use super::evidence::Evidences;
use super::outcome::{Decision, Objection};
use crate::ids::EntryId;
use crate::project::{RulingRow, Said};
use crate::words::MarkKind;

/// What the rulings say.
pub(super) enum Ruled<'a> {
    /// Nobody has decided.
    Open,
    /// One decision stands, and nothing that has come since contradicts it.
    Decided(&'a RulingRow),
    /// Two coordinators decided differently without knowing of each other, or what has come since
    /// says otherwise.
    Contradicted,
}

impl Ruled<'_> {
    pub(super) fn decision(&self) -> Option<Decision> {
        let Self::Decided(row) = self else {
            return None;
        };
        Some(Decision {
            ruling: row.id,
            by: row.by,
            signed_by: row.ruling.signed_by.clone(),
            at: row.recorded_at,
            reason: row.ruling.reason.clone(),
        })
    }
}

pub(super) fn ruled<'a>(evidences: &Evidences<'a>) -> Ruled<'a> {
    let settled = settled(evidences);
    let rows = evidences.rulings.iter().copied();
    let standing: Vec<&RulingRow> = rows.filter(|row| !settled.contains(&row.id)).collect();
    // Rulings that name each other in a circle leave none; then all stand.
    let standing = if standing.is_empty() {
        evidences.rulings.clone()
    } else {
        standing
    };
    let decisions: BTreeSet<MarkKind> = standing.iter().map(|row| row.ruling.decision).collect();
    let newest = standing.iter().max_by_key(|row| (row.recorded_at, row.id));
    match (newest, decisions.len()) {
        (None, _) => Ruled::Open,
        (Some(row), 1) if !is_contradicted(evidences, row.ruling.decision, &settled) => {
            Ruled::Decided(row)
        }
        (Some(_), _) => Ruled::Contradicted,
    }
}

/// Everything that some ruling names.
fn settled(evidences: &Evidences<'_>) -> BTreeSet<EntryId> {
    let rulings = evidences.rulings.iter();
    rulings
        .flat_map(|row| row.ruling.settles.iter().copied())
        .collect()
}

/// Tells whether something that no ruling knew says otherwise.
fn is_contradicted(
    evidences: &Evidences<'_>,
    decision: MarkKind,
    settled: &BTreeSet<EntryId>,
) -> bool {
    let new_marks = evidences
        .standing
        .iter()
        .filter(|row| !settled.contains(&row.id));
    let says = |kinds: &[MarkKind]| new_marks.clone().any(|row| kinds.contains(&row.mark.kind));
    let came = evidences
        .in_time()
        .any(|claim| !settled.contains(&claim.id));
    match decision {
        MarkKind::Present | MarkKind::Late => says(&[MarkKind::Absent, MarkKind::Excused]),
        MarkKind::Absent | MarkKind::Excused | MarkKind::MadeUp => {
            came || says(&[MarkKind::Present, MarkKind::Late])
        }
        MarkKind::Expected | MarkKind::Withdrawn => true,
    }
}

/// Returns the member's objection: the first, for there is one an activity.
pub(super) fn objection(evidences: &Evidences<'_>) -> Option<Objection> {
    let settled = settled(evidences);
    let first = evidences
        .objections()
        .min_by_key(|claim| (claim.recorded_at, claim.id))?;
    let Said::Objection(reason) = &first.said else {
        return None;
    };
    Some(Objection {
        entry: first.id,
        at: first.recorded_at,
        reason: reason.clone(),
        answered: settled.contains(&first.id),
    })
}
