//! Marking a roll call: a second mark of one person corrects the first, it never replaces it.

use std::collections::{BTreeMap, BTreeSet};

use shared::codes::Code;
use shared::ids::{ActivityId, EntryId, MemberId};
use shared::project::MarkRow;
use shared::records::{Mark, MarkEntry, Record};
use shared::words::MarkKind;

use super::AppState;

impl AppState {
    /// Marks one person at one activity; what was marked before is corrected by it, or taken back
    /// by [`MarkKind::Withdrawn`]. Saying again what already stands enters nothing.
    ///
    /// # Errors
    /// As [`AppState::enter`].
    pub async fn mark(
        self,
        activity: ActivityId,
        member: MemberId,
        kind: MarkKind,
        entered: MarkEntry,
    ) -> Result<(), Code> {
        let driver = self.driver();
        let marks = driver.read(|engine| engine.marks(activity));
        for corrects in corrections(&marks.unwrap_or_default(), member, kind) {
            self.enter(Record::Mark(Mark {
                activity,
                member,
                kind,
                corrects,
                entered: entered.clone(),
                witness: None,
            }))
            .await?;
        }
        Ok(())
    }
}

/// Returns what stands for each person in a roll call: the newest mark that no other corrects.
/// Nothing does once it was taken back.
pub fn standing_marks(marks: &[MarkRow]) -> BTreeMap<MemberId, &MarkRow> {
    let mut found: BTreeMap<MemberId, &MarkRow> = BTreeMap::new();
    for row in open(marks.iter().collect()) {
        found.insert(row.mark.member, row);
    }
    found
}

/// Says which marks are to be entered so that `kind` alone stands: for each the mark it corrects.
fn corrections(marks: &[MarkRow], member: MemberId, kind: MarkKind) -> Vec<Option<EntryId>> {
    let standing = standing(marks, member);
    if standing.is_empty() {
        let says_something = kind != MarkKind::Withdrawn;
        return says_something.then_some(None).into_iter().collect();
    }
    let others = standing.iter().filter(|row| row.mark.kind != kind);
    others.map(|row| Some(row.id)).collect()
}

/// The marks of a person that no other corrects, the newest last.
pub(super) fn standing(marks: &[MarkRow], member: MemberId) -> Vec<&MarkRow> {
    let of_member = marks.iter().filter(|row| row.mark.member == member);
    open(of_member.collect())
}

/// Those of some marks that no other of them corrects, the newest last. A mark corrects one of the
/// same person only.
fn open(mut marks: Vec<&MarkRow>) -> Vec<&MarkRow> {
    // An invitation says who is expected and not who came.
    marks.retain(|row| row.mark.kind != MarkKind::Expected);
    let corrections = marks.iter();
    let corrected: BTreeSet<(MemberId, EntryId)> = corrections
        .filter_map(|row| Some((row.mark.member, row.mark.corrects?)))
        .collect();
    marks.retain(|row| {
        row.mark.kind != MarkKind::Withdrawn && !corrected.contains(&(row.mark.member, row.id))
    });
    marks.sort_by_key(|row| (row.recorded_at, row.id));
    marks
}

#[cfg(test)]
mod tests {
    use shared::ids::{DeviceId, OrganisationId};
    use shared::project::Proof;
    use shared::time::Timestamp;
    use uuid::Uuid;

    use super::*;

    const WANG: MemberId = MemberId(Uuid::from_u128(1));
    const LI: MemberId = MemberId(Uuid::from_u128(2));

    fn row(id: u128, member: MemberId, kind: MarkKind, corrects: Option<u128>) -> MarkRow {
        MarkRow {
            id: EntryId(Uuid::from_u128(id)),
            organisation: OrganisationId(Uuid::nil()),
            by: WANG,
            device: DeviceId(Uuid::nil()),
            recorded_at: Timestamp(0),
            mark: Mark {
                activity: ActivityId(Uuid::nil()),
                member,
                kind,
                corrects: corrects.map(|id| EntryId(Uuid::from_u128(id))),
                entered: MarkEntry::Seen,
                witness: None,
            },
            proof: Proof::Unasked,
        }
    }

    fn corrected(marks: &[MarkRow], kind: MarkKind) -> Vec<Option<u128>> {
        let ids = corrections(marks, WANG, kind);
        ids.into_iter()
            .map(|id| id.map(|id| id.0.as_u128()))
            .collect()
    }

    #[test]
    fn a_first_mark_corrects_nothing_whoever_else_is_marked() {
        let marks = [row(1, LI, MarkKind::Absent, None)];
        assert_eq!(corrected(&marks, MarkKind::Present), [None]);
        assert!(!standing_marks(&marks).contains_key(&WANG));
    }

    #[test]
    fn a_second_mark_corrects_the_one_that_stands_and_the_same_again_is_nothing() {
        let marks = [
            row(1, WANG, MarkKind::Absent, None),
            row(2, WANG, MarkKind::Late, Some(1)),
        ];
        assert_eq!(corrected(&marks, MarkKind::Present), [Some(2)]);
        assert!(corrected(&marks, MarkKind::Late).is_empty());
        let standing = standing_marks(&marks).get(&WANG).map(|row| row.mark.kind);
        assert_eq!(standing, Some(MarkKind::Late));
    }

    #[test]
    fn what_was_marked_is_taken_back_and_where_nothing_stands_there_is_nothing_to_take_back() {
        let mut marks = vec![row(1, WANG, MarkKind::Absent, None)];
        assert_eq!(corrected(&marks, MarkKind::Withdrawn), [Some(1)]);
        marks.push(row(2, WANG, MarkKind::Withdrawn, Some(1)));
        assert!(!standing_marks(&marks).contains_key(&WANG));
        assert!(corrected(&marks, MarkKind::Withdrawn).is_empty());
    }

    #[test]
    fn of_two_hosts_who_differ_only_the_other_one_is_corrected() {
        let marks = [
            row(1, WANG, MarkKind::Present, None),
            row(2, WANG, MarkKind::Absent, None),
        ];
        assert_eq!(corrected(&marks, MarkKind::Present), [Some(2)]);
        assert_eq!(corrected(&marks, MarkKind::Excused), [Some(1), Some(2)]);
    }
}
