//! The evidence of one case, sorted, each piece once: which marks stand, which check-ins came in
//! time, how strong each is, and what about it somebody should look at.

use std::collections::{BTreeMap, BTreeSet};

use super::Case;
use super::outcome::{Basis, Flag, Piece, Source};
use crate::ids::{DeviceId, EntryId};
use crate::project::{Activity, ClaimRow, HostKeyRow, MarkRow, Proof, RulingRow, Said};
use crate::records::{Evidence, MarkEntry, Phase, Scan, Witness};
use crate::time::Timestamp;
use crate::witness::{CLOCKS_APART_MS, CODE_FRESH_MS, SCAN_ARRIVES_MS};
use crate::words::{Grade, MarkKind};

pub(super) struct Evidences<'a> {
    activity: Option<&'a Activity>,
    host_keys: BTreeMap<DeviceId, &'a HostKeyRow>,
    pub(super) claims: Vec<&'a ClaimRow>,
    pub(super) marks: Vec<&'a MarkRow>,
    /// The marks that no other corrects.
    pub(super) standing: Vec<&'a MarkRow>,
    pub(super) rulings: Vec<&'a RulingRow>,
}

/// What a scanned code is worth.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Scanned {
    /// Made by a host of the organisation.
    Good,
    /// Not, and why.
    Bad(Flag),
}

impl<'a> Evidences<'a> {
    pub(super) fn of(case: Case<'a>) -> Self {
        // Only the activity's own organisation marks its roll call, shows its codes and settles its
        // disputes.
        let own = |organisation| {
            case.activity
                .is_none_or(|activity| activity.current.organisation == organisation)
        };
        let marks = sorted(case.marks, |row| own(row.organisation), |row| row.id);
        let keys = sorted(case.host_keys, |row| own(row.organisation), |row| row.id);
        let mut host_keys: BTreeMap<DeviceId, &HostKeyRow> = BTreeMap::new();
        for key in keys {
            if key.proof == Proof::Valid {
                host_keys.entry(key.device).or_insert(key);
            }
        }
        Self {
            activity: case.activity,
            host_keys,
            claims: sorted(case.claims, |_| true, |row| row.id),
            standing: standing(&marks),
            marks,
            rulings: sorted(case.rulings, |row| own(row.organisation), |row| row.id),
        }
    }

    /// Tells whether a mark of the kind stands.
    pub(super) fn seen(&self, kind: MarkKind) -> bool {
        self.standing.iter().any(|row| row.mark.kind == kind)
    }

    /// Tells whether a host has said how it was.
    pub(super) fn is_marked(&self) -> bool {
        self.standing.iter().any(|row| match row.mark.kind {
            MarkKind::Present
            | MarkKind::Late
            | MarkKind::Excused
            | MarkKind::Absent
            | MarkKind::MadeUp => true,
            MarkKind::Expected | MarkKind::Withdrawn => false,
        })
    }

    /// Tells whether somebody else took back what a host had seen: no mark of presence stands, and
    /// one that does not was not corrected by who made it.
    pub(super) fn taken_back_by_another(&self) -> bool {
        let seen_here = self
            .marks
            .iter()
            .filter(|row| matches!(row.mark.kind, MarkKind::Present | MarkKind::Late));
        seen_here.into_iter().any(|seen| {
            let mut corrections = self
                .marks
                .iter()
                .filter(|row| row.mark.corrects == Some(seen.id) && row.id != seen.id)
                .peekable();
            corrections.peek().is_some() && corrections.all(|row| row.by != seen.by)
        })
    }

    pub(super) fn check_ins(&self) -> impl Iterator<Item = &'a ClaimRow> {
        self.claims
            .iter()
            .copied()
            .filter(|claim| matches!(claim.said, Said::CheckIn(_)))
    }

    pub(super) fn objections(&self) -> impl Iterator<Item = &'a ClaimRow> {
        self.claims
            .iter()
            .copied()
            .filter(|claim| matches!(claim.said, Said::Objection(_)))
    }

    pub(super) fn asked_for_leave(&self) -> bool {
        self.claims
            .iter()
            .any(|claim| matches!(claim.said, Said::Leave(_)))
    }

    /// The check-ins that count by themselves: within the planned time, or by a host's own code.
    pub(super) fn in_time(&self) -> impl Iterator<Item = &'a ClaimRow> {
        self.check_ins()
            .filter(|claim| self.is_within(claim) || self.is_shown_a_code(claim))
    }

    pub(super) fn came_in_time(&self) -> bool {
        self.in_time().next().is_some()
    }

    /// Tells whether a check-in would count by a plan that is not in force, or by a code whose host
    /// does not, or no longer, host here.
    pub(super) fn came_by_a_former_plan(&self) -> bool {
        let former = |claim: &ClaimRow| {
            self.activity
                .is_some_and(|activity| activity.was_open(claim.recorded_at))
        };
        self.check_ins()
            .any(|claim| former(claim) || claim.proof == Proof::Valid)
    }

    fn is_within(&self, claim: &ClaimRow) -> bool {
        self.activity
            .is_some_and(|activity| activity.current.plan.phase(claim.recorded_at) == Phase::Open)
    }

    /// A host shows a code where something is really held, whatever was planned.
    fn is_shown_a_code(&self, claim: &ClaimRow) -> bool {
        claim
            .scan()
            .is_some_and(|scan| self.scanned(claim, scan) == Scanned::Good)
    }

    fn scanned(&self, claim: &ClaimRow, scan: &Scan) -> Scanned {
        if claim.proof != Proof::Valid {
            return Scanned::Bad(Flag::CodeForged);
        }
        match self.host_keys.get(&scan.host) {
            None => Scanned::Bad(Flag::HostUnknown),
            Some(key) if key.revoked_at.is_some_and(|at| scan.issued_at > at) => {
                Scanned::Bad(Flag::HostRevoked)
            }
            Some(_) => Scanned::Good,
        }
    }

    /// Returns the grade of the strongest evidence for presence. Source: design.md, "Presence that
    /// can be trusted".
    pub(super) fn best_grade(&self) -> Option<Grade> {
        let marks = self.standing.iter().filter_map(|row| match row.mark.kind {
            MarkKind::Present | MarkKind::Late => Some(mark_grade(row)),
            MarkKind::Excused
            | MarkKind::Absent
            | MarkKind::MadeUp
            | MarkKind::Expected
            | MarkKind::Withdrawn => None,
        });
        marks
            .chain(self.in_time().map(|claim| self.claim_grade(claim)))
            .min()
    }

    fn claim_grade(&self, claim: &ClaimRow) -> Grade {
        let Some(scan) = claim.scan() else {
            return Grade::D;
        };
        if self.scanned(claim, scan) != Scanned::Good {
            return Grade::D;
        }
        let travelled_ms = claim.received_at.map(|at| at.since(scan.issued_at));
        let fresh = (-CLOCKS_APART_MS..=CODE_FRESH_MS).contains(&age_ms(claim, scan));
        match travelled_ms {
            Some(ms) if fresh && (-CLOCKS_APART_MS..=SCAN_ARRIVES_MS).contains(&ms) => Grade::B,
            Some(_) | None => Grade::C,
        }
    }

    pub(super) fn left_at(&self) -> Option<Timestamp> {
        let left = self.claims.iter();
        left.filter(|claim| matches!(claim.said, Said::CheckOut(_)))
            .map(|claim| claim.recorded_at)
            .max()
    }

    pub(super) fn flags(&self) -> Vec<Flag> {
        let mut flags = BTreeSet::new();
        for claim in self.check_ins() {
            self.flag_claim(claim, &mut flags);
        }
        for row in &self.standing {
            if let Some(witness) = &row.mark.witness {
                flags.extend(flag_witness(row, witness));
            }
        }
        flags.into_iter().collect()
    }

    fn flag_claim(&self, claim: &ClaimRow, flags: &mut BTreeSet<Flag>) {
        let ahead_ms = claim
            .received_at
            .map(|received_at| claim.recorded_at.since(received_at));
        if ahead_ms.is_some_and(|ms| ms > CLOCKS_APART_MS) {
            flags.insert(Flag::ClockOff);
        }
        if claim.out_of_order {
            flags.insert(Flag::OutOfOrder);
        }
        if self.activity.is_some() && !self.is_within(claim) {
            flags.insert(Flag::OutsideWindow);
        }
        let Some(scan) = claim.scan() else {
            return;
        };
        if let Scanned::Bad(flag) = self.scanned(claim, scan) {
            flags.insert(flag);
        }
        let age_ms = age_ms(claim, scan);
        if age_ms > CODE_FRESH_MS {
            flags.insert(Flag::CodeStale);
        }
        if age_ms < -CLOCKS_APART_MS {
            flags.insert(Flag::ClockOff);
        }
    }

    /// Returns every piece, by id.
    pub(super) fn pieces(&self) -> Vec<Piece> {
        let claims = self.claims.iter().map(|claim| claim_piece(claim));
        let marks = self.marks.iter().map(|row| mark_piece(row));
        let rulings = self.rulings.iter().map(|row| Piece {
            entry: row.id,
            device: row.device,
            source: Source::Ruling {
                by: row.by,
                decision: row.ruling.decision,
            },
            recorded_at: row.recorded_at,
            note: Some(row.ruling.reason.clone()),
            installation: None,
        });
        let mut pieces: Vec<Piece> = claims.chain(marks).chain(rulings).collect();
        pieces.sort();
        pieces
    }
}

/// How old the code was when the member's phone read it, by the two phones' clocks.
fn age_ms(claim: &ClaimRow, scan: &Scan) -> i64 {
    claim.recorded_at.since(scan.issued_at)
}

fn mark_grade(row: &MarkRow) -> Grade {
    match (&row.mark.witness, row.proof) {
        (Some(witness), Proof::Valid) if is_fresh(witness) => Grade::A,
        (Some(_), Proof::Valid) => Grade::C,
        (Some(_) | None, Proof::Unasked | Proof::Invalid) | (None, Proof::Valid) => Grade::D,
    }
}

fn is_fresh(witness: &Witness) -> bool {
    (0..=CODE_FRESH_MS).contains(&witness.age_ms)
}

fn flag_witness(row: &MarkRow, witness: &Witness) -> Option<Flag> {
    match row.proof {
        Proof::Invalid => Some(Flag::AnswerForged),
        Proof::Unasked | Proof::Valid if !is_fresh(witness) => Some(Flag::AnswerStale),
        Proof::Unasked | Proof::Valid => None,
    }
}

fn claim_piece(claim: &ClaimRow) -> Piece {
    let (source, note) = match &claim.said {
        Said::CheckIn(evidence) => (Source::Claim(Basis::of(evidence)), None),
        Said::CheckOut(Evidence::SelfReport | Evidence::Typed { .. } | Evidence::Scan(_)) => {
            (Source::Left, None)
        }
        Said::Leave(reason) => (Source::Leave, Some(reason.clone())),
        Said::Objection(reason) => (Source::Objection, Some(reason.clone())),
    };
    Piece {
        entry: claim.id,
        device: claim.device,
        source,
        recorded_at: claim.recorded_at,
        note,
        installation: claim.installation,
    }
}

fn mark_piece(row: &MarkRow) -> Piece {
    let (by, kind) = (row.by, row.mark.kind);
    let source = match (&row.mark.entered, &row.mark.witness) {
        (MarkEntry::LateEntry { .. }, _) => Source::LateEntry { by, kind },
        (MarkEntry::ProxyEntry { .. }, _) => Source::ProxyEntry { by, kind },
        (MarkEntry::Seen, Some(_)) => Source::Witness { by, kind },
        (MarkEntry::Seen, None) => Source::Mark { by, kind },
    };
    Piece {
        entry: row.id,
        device: row.device,
        source,
        recorded_at: row.recorded_at,
        note: row.mark.entered.reason().map(str::to_owned),
        installation: None,
    }
}

/// The marks that no other mark corrects; one that was taken back corrects nothing. A circle of
/// corrections leaves none; then all stand.
fn standing<'a>(marks: &[&'a MarkRow]) -> Vec<&'a MarkRow> {
    let taken_back: BTreeSet<EntryId> = marks
        .iter()
        .filter(|row| row.mark.kind == MarkKind::Withdrawn)
        .filter_map(|row| row.mark.corrects)
        .collect();
    let corrected: BTreeSet<EntryId> = marks
        .iter()
        .filter(|row| row.mark.kind == MarkKind::Withdrawn || !taken_back.contains(&row.id))
        .filter_map(|row| row.mark.corrects)
        .collect();
    let open: Vec<&MarkRow> = marks
        .iter()
        .copied()
        .filter(|row| !corrected.contains(&row.id))
        .collect();
    if open.is_empty() {
        marks.to_vec()
    } else {
        open
    }
}

/// Sorts rows by id and takes each once.
fn sorted<T, K: Ord>(rows: &[T], takes: impl Fn(&T) -> bool, key: impl Fn(&T) -> K) -> Vec<&T> {
    let mut rows: Vec<&T> = rows.iter().filter(|row| takes(row)).collect();
    rows.sort_by_key(|row| key(row));
    rows.dedup_by_key(|row| key(row));
    rows
}
