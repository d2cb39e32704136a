//! Invitations, which say who is expected, and visitors, whom no roster here knows. Both are marks
//! of the roll call: taking one back is another record, and nothing is deleted.

use std::collections::{BTreeMap, BTreeSet};

use leptos::prelude::*;
use shared::client::Engine;
use shared::codes::Code;
use shared::ids::{ActivityId, EntryId, MemberId};
use shared::project::{MarkRow, VisitorRow};
use shared::records::{Mark, MarkEntry, Record, Visitor};
use shared::words::MarkKind;

use super::AppState;

impl AppState {
    /// Invites a person to an activity; once invited, does nothing.
    ///
    /// # Errors
    /// As [`AppState::enter`].
    pub async fn invite(self, activity: ActivityId, member: MemberId) -> Result<(), Code> {
        let marks = self.driver().read(|engine| engine.marks(activity));
        if standing_invitations(&marks.unwrap_or_default()).contains_key(&member) {
            return Ok(());
        }
        let invitation = invitation(activity, member, MarkKind::Expected, None);
        self.enter(invitation).await.map(drop)
    }

    /// Takes a person's invitation back.
    ///
    /// # Errors
    /// As [`AppState::enter`].
    pub async fn take_back_invitation(
        self,
        activity: ActivityId,
        member: MemberId,
    ) -> Result<(), Code> {
        let marks = self.driver().read(|engine| engine.marks(activity));
        let standing = standing_invitations(&marks.unwrap_or_default()).remove(&member);
        for corrects in standing.unwrap_or_default() {
            let kind = MarkKind::Withdrawn;
            self.enter(invitation(activity, member, kind, Some(corrects)))
                .await?;
        }
        Ok(())
    }

    /// Returns the visitors of an activity that stand, those not yet uploaded among them.
    pub fn visitors(self, activity: ActivityId) -> Signal<Vec<VisitorRow>> {
        Memo::new(move |_| {
            self.revision.track();
            let read = |engine: &Engine| engine.visitors(activity);
            standing_visitors(self.driver().read(read).unwrap_or_default())
        })
        .into()
    }

    /// Enters a visitor, or corrects one.
    ///
    /// # Errors
    /// As [`AppState::enter`].
    pub async fn note_visitor(self, visitor: Visitor) -> Result<EntryId, Code> {
        let visitor = Visitor {
            name: visitor.name.trim().to_owned(),
            from: visitor.from.trim().to_owned(),
            ..visitor
        };
        self.enter(Record::Visitor(visitor)).await
    }
}

/// Returns the invited, each with the invitations that no other mark takes back.
pub fn standing_invitations(marks: &[MarkRow]) -> BTreeMap<MemberId, Vec<EntryId>> {
    let corrected: BTreeSet<EntryId> = marks.iter().filter_map(|row| row.mark.corrects).collect();
    let mut standing: BTreeMap<MemberId, Vec<EntryId>> = BTreeMap::new();
    for row in marks {
        if row.mark.kind == MarkKind::Expected && !corrected.contains(&row.id) {
            standing.entry(row.mark.member).or_default().push(row.id);
        }
    }
    standing
}

/// Returns the visitors that no later record corrects and that were not taken back, as entered.
pub fn standing_visitors(mut rows: Vec<VisitorRow>) -> Vec<VisitorRow> {
    let corrected: BTreeSet<EntryId> = rows.iter().filter_map(|row| row.visitor.corrects).collect();
    rows.retain(|row| !corrected.contains(&row.id) && row.visitor.kind != MarkKind::Withdrawn);
    rows.sort_by_key(|row| (row.recorded_at, row.id));
    rows
}

fn invitation(
    activity: ActivityId,
    member: MemberId,
    kind: MarkKind,
    corrects: Option<EntryId>,
) -> Record {
    Record::Mark(Mark {
        activity,
        member,
        kind,
        corrects,
        entered: MarkEntry::Seen,
        witness: None,
    })
}

#[cfg(test)]
mod tests {
    use shared::ids::{DeviceId, OrganisationId};
    use shared::project::Proof;
    use shared::time::Timestamp;
    use uuid::Uuid;

    use super::*;

    fn id(number: u128) -> EntryId {
        EntryId(Uuid::from_u128(number))
    }

    fn mark(number: u128, member: u128, kind: MarkKind, corrects: Option<u128>) -> MarkRow {
        MarkRow {
            id: id(number),
            organisation: OrganisationId(Uuid::nil()),
            by: MemberId(Uuid::nil()),
            device: DeviceId(Uuid::nil()),
            recorded_at: Timestamp(0),
            mark: Mark {
                activity: ActivityId(Uuid::nil()),
                member: MemberId(Uuid::from_u128(member)),
                kind,
                corrects: corrects.map(id),
                entered: MarkEntry::Seen,
                witness: None,
            },
            proof: Proof::Unasked,
        }
    }

    fn visitor(number: u128, name: &str, kind: MarkKind, corrects: Option<u128>) -> VisitorRow {
        VisitorRow {
            id: id(number),
            organisation: OrganisationId(Uuid::nil()),
            by: MemberId(Uuid::nil()),
            recorded_at: Timestamp(0),
            visitor: Visitor {
                activity: ActivityId(Uuid::nil()),
                name: name.to_owned(),
                from: String::new(),
                kind,
                corrects: corrects.map(id),
            },
        }
    }

    #[test]
    fn an_invitation_stands_until_it_is_taken_back_and_may_be_given_again() {
        let mut marks = vec![
            mark(1, 1, MarkKind::Expected, None),
            mark(2, 2, MarkKind::Expected, None),
            mark(3, 2, MarkKind::Present, None),
            mark(4, 1, MarkKind::Withdrawn, Some(1)),
        ];
        let invited = |marks: &[MarkRow]| {
            standing_invitations(marks)
                .into_iter()
                .map(|(member, entries)| (member.0.as_u128(), entries))
                .collect::<Vec<_>>()
        };
        assert_eq!(invited(&marks), [(2, vec![id(2)])]);
        marks.push(mark(5, 1, MarkKind::Expected, None));
        assert_eq!(invited(&marks), [(1, vec![id(5)]), (2, vec![id(2)])]);
    }

    #[test]
    fn a_corrected_visitor_is_shown_once_and_one_taken_back_no_more() {
        let rows = vec![
            visitor(1, "王", MarkKind::Present, None),
            visitor(2, "汪", MarkKind::Present, Some(1)),
            visitor(3, "李", MarkKind::Late, None),
            visitor(4, "李", MarkKind::Withdrawn, Some(3)),
        ];
        let names: Vec<String> = standing_visitors(rows)
            .into_iter()
            .map(|row| row.visitor.name)
            .collect();
        assert_eq!(names, ["汪"]);
    }
}
