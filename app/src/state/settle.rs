//! What ends a difference: a coordinator's ruling, and the one objection that a member has.

use leptos::prelude::*;
use shared::client::ActivityView;
use shared::codes::Code;
use shared::ids::EntryId;
use shared::reconcile::Outcome;
use shared::records::{Claim, Petition, Record, Ruling};
use shared::words::MarkKind;

use super::AppState;

/// Characters that a ruling's signature has at most.
const SIGNATURE: usize = 40;

impl AppState {
    /// 裁定: decides what is to stand of one person at one activity, in view of everything that the
    /// outcome rests on; signed with the owner's name.
    ///
    /// # Errors
    /// As [`AppState::enter`].
    pub async fn settle(
        self,
        outcome: &Outcome,
        decision: MarkKind,
        reason: String,
    ) -> Result<EntryId, Code> {
        let name = self
            .directory
            .with_untracked(|slice| slice.as_ref().map(|slice| slice.owner.name.clone()));
        let name = name.ok_or(Code::Forbidden)?;
        self.enter(Record::Ruling(ruling(outcome, decision, &reason, &name)))
            .await
    }

    /// 申诉: enters the owner's objection to what was decided of them; there is one an activity.
    ///
    /// # Errors
    /// As [`AppState::enter`].
    pub async fn object(self, view: &ActivityView, reason: String) -> Result<EntryId, Code> {
        let city = self
            .directory
            .with_untracked(|slice| slice.as_ref().map(|slice| slice.city.code.clone()));
        let petition = Petition {
            city: city.ok_or(Code::ActivityUnknown)?,
            organisation: view.activity.current.organisation,
            activity: view.activity.current.plan.activity,
            reason: reason.trim().to_owned(),
        };
        self.enter(Record::Claim(Claim::Objection(petition))).await
    }
}

fn ruling(outcome: &Outcome, decision: MarkKind, reason: &str, name: &str) -> Ruling {
    let mut settles: Vec<EntryId> = outcome.evidence.iter().map(|piece| piece.entry).collect();
    settles.sort();
    settles.dedup();
    Ruling {
        activity: outcome.activity,
        member: outcome.member,
        decision,
        reason: reason.trim().to_owned(),
        settles,
        signed_by: name.chars().take(SIGNATURE).collect(),
    }
}

#[cfg(test)]
mod tests {
    use shared::ids::{ActivityId, DeviceId, MemberId, OrganisationId};
    use shared::reconcile::{Attendance, Basis, Confirmation, Piece, Source};
    use shared::time::{Day, Timestamp};
    use uuid::Uuid;

    use super::*;

    #[test]
    fn a_ruling_names_everything_that_was_seen_once_and_in_order() {
        let piece = |number| Piece {
            entry: EntryId(Uuid::from_u128(number)),
            device: DeviceId(Uuid::nil()),
            source: Source::Claim(Basis::SelfReport),
            recorded_at: Timestamp(0),
            note: None,
            installation: None,
        };
        let outcome = Outcome {
            activity: ActivityId(Uuid::nil()),
            member: MemberId(Uuid::nil()),
            organisation: OrganisationId(Uuid::nil()),
            day: Day(0),
            attendance: Attendance::Disputed,
            grade: None,
            confirmation: Confirmation::Waiting,
            evidence: vec![piece(3), piece(1), piece(3)],
            flags: Vec::new(),
            decision: None,
            objection: None,
            left_at: None,
            study_minutes: 0,
        };
        let ruling = ruling(&outcome, MarkKind::Present, "  见到了 ", &"名".repeat(60));
        let named: Vec<u128> = ruling.settles.iter().map(|id| id.0.as_u128()).collect();
        assert_eq!(named, [1, 3]);
        assert_eq!(ruling.reason, "见到了");
        assert_eq!(ruling.signed_by.chars().count(), SIGNATURE);
        assert!(Record::Ruling(ruling).is_well_formed());
    }
}
